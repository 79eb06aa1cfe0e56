"""The files of the editors have every word of the language, and say of it what the page of words says.

With UPDATE_EDITORS in the environment (`make editors`) the lists are written into the files.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, Final

import pytest

import storyscript
from editors import word_lists
from editors.tools import textmate
from storyscript.diagnostics.model import Severity
from storyscript.vocabulary import KEYWORD_MEANINGS, PROPERTY_MEANINGS, SETTING_MEANINGS, choices, owners

if TYPE_CHECKING:
    from pathlib import Path

SNIPPETS: Final[dict[str, Any]] = json.loads(word_lists.SNIPPETS.read_text("utf-8"))
BEFORE: Final = {
    "character": "scene\n  waits\ncharacter Ida\n  a sailor\n",
    "scene": "character Mira\n  a young woman\nscene harbour\n  waits\n",
    "event": "character Mira\n  a young woman\nscene harbour\n  waits\nevent\n  rain falls\n",
}
"""A story whose last block is of a kind, for a property to stand in."""


@pytest.mark.skipif(not os.environ.get("UPDATE_EDITORS"), reason="only writes the files")
def test_write_the_lists() -> None:
    for path, text in word_lists.written().items():
        path.write_text(text, "utf-8")


@pytest.mark.parametrize("path", word_lists.written(), ids=lambda path: path.name)
def test_the_lists_are_those_of_the_language(path: Path) -> None:
    assert path.read_text("utf-8") == word_lists.written()[path], "run `make editors`"


def test_every_list_has_its_place() -> None:
    marked = set(re.findall(r"\(\?#([a-z-]+)\)", word_lists.GRAMMAR.read_text("utf-8")))
    assert marked - {"word"} == set(word_lists.textmate_lists())
    assert set(re.findall(r'^" \{\{\{ (\w+)$', word_lists.VIM.read_text("utf-8"), re.MULTILINE)) == set(
        word_lists.vim_lists()
    )


# ---- snippets -----------------------------------------------------------------------------------------------------


def test_every_statement_and_property_has_a_snippet() -> None:
    chosen = [key for key in SETTING_MEANINGS if key != "model" and len(list(choices(key))) > 1]
    assert {*KEYWORD_MEANINGS, *PROPERTY_MEANINGS, *chosen} <= set(SNIPPETS)


def expanded(name: str) -> list[str]:
    """What a snippet writes: one text for each choice that it offers, its placeholders as they stand."""
    body = "\n".join(SNIPPETS[name]["body"])
    offered = re.search(r"\$\{\d+\|(.*)\|\}", body)
    if offered is None:
        return [re.sub(r"\$(?:\{\d+:([^}]*)\}|\d)", r"\1", body)]
    return [body.replace(offered[0], choice) for choice in re.split(r"(?<!\\),", offered[1])]


@pytest.mark.parametrize("name", SNIPPETS)
def test_what_a_snippet_writes_is_right(name: str) -> None:
    for text in expanded(name):
        assert "$" not in text
        if name == "story":
            story = text
        elif name in PROPERTY_MEANINGS:
            story = f"{BEFORE[owners(name)[0]]}  {text}\n"
            if name == "image":
                story = story.replace("a sailor", "a sailor img")
        elif name in SETTING_MEANINGS or name in KEYWORD_MEANINGS or name.startswith("scene"):
            story = f"{BEFORE['scene']}{text}\n" if name != "character" else f"{text}\nscene\n  waits\n"
        else:
            story = f"let alley = an alley\n{BEFORE['scene']}  {text}\n"
        result = storyscript.compile(story)
        wrong = [problem for problem in result.problems if problem.severity is Severity.ERROR]
        # Files that a snippet names are not there.
        assert [problem.code for problem in wrong] in ([], ["SS206"]), story
        assert (name in ("include", "image")) == bool(wrong)


@pytest.mark.parametrize("name", [name for name in SNIPPETS if name.startswith(("scene", "event"))])
def test_a_panel_of_a_snippet_can_be_written_twice(name: str) -> None:
    (text,) = expanded(name)
    problems = storyscript.compile(f"{BEFORE['scene']}{text}\n{text}\n").problems
    assert [problem.code for problem in problems if problem.severity is Severity.ERROR] == []


# ---- colours ------------------------------------------------------------------------------------------------------


def test_every_setting_and_every_value_is_known_to_the_grammar() -> None:
    lines = [f"{key.upper()} : {value.swapcase()}" for key in SETTING_MEANINGS for value in word_lists.values(key)]
    lines += [f"{key}: x" for key in SETTING_MEANINGS]
    (seen,) = textmate(["\n".join(lines)])
    for line, tokens in zip(lines, seen, strict=True):
        assert tokens[0][1][-1] == "support.type.property-name.setting", line
        if not line.endswith(": x"):
            assert tokens[-1][1] == ["meta.setting", "constant.language"], line


def test_every_model_and_style_is_among_the_values() -> None:
    labels = {choice.label for key in ("model", "style") for choice in choices(key)}
    assert labels <= {*word_lists.values("model"), *word_lists.values("style")}
    assert len(labels) > 50


@pytest.mark.parametrize("keyword", KEYWORD_MEANINGS)
def test_every_keyword_is_known_to_the_grammar(keyword: str) -> None:
    (right, wrong) = textmate([keyword.title() + " x = y.story" * (keyword in ("let", "include")), f"{keyword} 1:"])
    assert right[0][0][0] == keyword.title()
    assert re.match(r"keyword\.control|meta\.head", right[0][0][1][0])
    if keyword not in ("section", "include"):
        assert wrong[0][-1][1] == ["invalid.illegal.head"]


@pytest.mark.parametrize("word", PROPERTY_MEANINGS)
def test_every_property_is_known_to_the_grammar(word: str) -> None:
    (seen,) = textmate([f"scene\n  {word.title()}\t: x\n  {word}s: x"])
    assert ["support.type.property-name.block"] in [scopes for text, scopes in seen[1] if text == word.title()]
    assert {tuple(scopes) for _, scopes in seen[2]} <= {("meta.prose",)}
