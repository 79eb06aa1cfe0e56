"""The words of the language in the files of the editors, written from the one page of words.

A list stands in an editor's file between the marks that its kind of file allows, so that the rest can be written and
read by hand: `(?#styles)…(?#/)` in a TextMate grammar, `" {{{ styles` and `" }}}` around lines of Vim's.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from storyscript.syntax.nodes import CONTINUED_WORDS
from storyscript.vocabulary import (
    CHARACTER_SETTINGS,
    KEYWORD_MEANINGS,
    PROPERTY_MEANINGS,
    SETTING_MEANINGS,
    TEXT_SETTINGS,
    choices,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

EDITORS: Final = Path(__file__).parents[2] / "editors"
GRAMMAR: Final = EDITORS / "vscode/syntaxes/story.tmLanguage.json"
SNIPPETS: Final = EDITORS / "vscode/snippets/story.json"
VIM: Final = EDITORS / "neovim/syntax/story.vim"

_ONIGURUMA_MARK: Final = re.compile(r"\(\?#([a-z-]+)\).*?\(\?#/\)")
_VIM_MARK: Final = re.compile(r'^(" \{\{\{ ([a-z-]+)\n).*?(?=^" \}\}\})', re.MULTILINE | re.DOTALL)


def written() -> dict[Path, str]:
    """Every file with words in it, and its text as it should be."""
    return {
        GRAMMAR: grammar(GRAMMAR.read_text("utf-8")),
        SNIPPETS: snippets(json.loads(SNIPPETS.read_text("utf-8"))),
        VIM: vim(VIM.read_text("utf-8")),
    }


# ---- which words there are ----------------------------------------------------------------------------------------


def name_properties() -> list[str]:
    """The properties whose value is the name of a character."""
    return [word.name for word in PROPERTY_MEANINGS.values() if word.form.endswith(" CHARACTER")]


def other_settings() -> list[str]:
    """The settings whose text is taken as it stands."""
    return [key for key in SETTING_MEANINGS if key not in (*TEXT_SETTINGS, *CHARACTER_SETTINGS)]


def other_properties() -> list[str]:
    """The properties whose text is taken as it stands."""
    return [word for word in PROPERTY_MEANINGS if word not in (*CONTINUED_WORDS, *name_properties())]


def values(key: str) -> list[str]:
    """What a setting can be given that is known by name, a model's short name too."""
    found: dict[str, None] = {}
    for choice in choices(key):
        for value in (choice.value, choice.label, choice.label.partition("/")[2] if key == "model" else ""):
            if value and not value.isdigit():
                found[value] = None
    return list(found)


# ---- TextMate -----------------------------------------------------------------------------------------------------


def grammar(text: str) -> str:
    """The TextMate grammar with its lists renewed."""
    lists = textmate_lists()
    return _ONIGURUMA_MARK.sub(lambda found: f"(?#{found[1]}){lists[found[1]]}(?#/)", text)


def textmate_lists() -> dict[str, str]:
    """Each list and each piece that several rules share, as a part of a regular expression within JSON."""
    lists = {
        "name": r"[\p{L}_](?:-?[\p{L}\p{M}\p{Nd}_])*",
        "end": r"(?=[ \t]*$|[ \t]+//(?:[ \t]|$))",
        "stop": r"(?=[ \t]+//(?:[ \t]|$))|$",
        "keywords": _any_of(KEYWORD_MEANINGS),
        "continued-properties": _any_of(CONTINUED_WORDS),
        "name-properties": _any_of(name_properties()),
        "other-properties": _any_of(other_properties()),
        "text-settings": _any_of(TEXT_SETTINGS),
        "name-settings": _any_of(CHARACTER_SETTINGS),
        "other-settings": _any_of(other_settings()),
        "choices": "|".join(
            rf"{key}[ \t]*:[ \t]*(?:{_any_of(values(key))})" for key in SETTING_MEANINGS if values(key)
        ),
    }
    return {name: json.dumps(pattern, ensure_ascii=False)[1:-1] for name, pattern in lists.items()}


def _any_of(words: Iterable[str]) -> str:
    """One of some words; a longer one before those that it begins with."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", word).replace(" ", r"[ \t]+") for word in ordered)


# ---- snippets -----------------------------------------------------------------------------------------------------


def snippets(known: dict[str, Any]) -> str:
    """The snippets: what they say is the page of words', and what they let one choose from are its choices."""
    words = (*KEYWORD_MEANINGS.values(), *PROPERTY_MEANINGS.values())
    meanings = {word.name: word.says for word in words} | {key: word.says for key, word in SETTING_MEANINGS.items()}
    for name, snippet in known.items():
        if name in meanings:
            snippet["description"] = meanings[name]
        if name in SETTING_MEANINGS and list(choices(name)):
            offered = ",".join(re.sub(r"([,|\\])", r"\\\1", choice.value) for choice in choices(name))
            snippet["body"] = [f"{name}: ${{1|{offered}|}}"]
    return json.dumps(known, ensure_ascii=False, indent=2) + "\n"


# ---- Vim ----------------------------------------------------------------------------------------------------------


def vim(text: str) -> str:
    """Vim's syntax file with its lists renewed."""
    lists = vim_lists()
    return _VIM_MARK.sub(lambda found: found[1] + lists[found[2]], text)


def vim_lists() -> dict[str, str]:
    """Lines of Vim script that keep the words in lists, by the mark that they stand at."""
    lists = {
        "keywords": KEYWORD_MEANINGS,
        "continued_properties": CONTINUED_WORDS,
        "name_properties": name_properties(),
        "other_properties": other_properties(),
        "text_settings": TEXT_SETTINGS,
        "name_settings": CHARACTER_SETTINGS,
        "other_settings": other_settings(),
    }
    known = [_vim_list(f"s:{name}", words) for name, words in lists.items()]
    offered = [f"  \\ '{key}': {_vim_words(values(key))},\n" for key in SETTING_MEANINGS if values(key)]
    return {"words": "".join([*known, "let s:choices = {\n", *offered, "  \\ }\n"])}


def _vim_list(name: str, words: Iterable[str]) -> str:
    return f"let {name} = {_vim_words(words)}\n"


def _vim_words(words: Iterable[str]) -> str:
    return "[" + ", ".join("'" + word.replace("'", "''") + "'" for word in words) + "]"
