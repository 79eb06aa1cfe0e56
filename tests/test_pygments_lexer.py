"""What Pygments makes of stories. The golden cases of it are written by `UPDATE_CASES=1`, as `golden` tells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pygments
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pygments.formatters import NullFormatter
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename, get_lexer_for_mimetype, guess_lexer
from pygments.token import Error, Keyword, Name, String, Text, Whitespace

import storyscript
from golden import CASES, as_shown, check_cases
from mutations import Mutator
from storyscript import vocabulary
from storyscript.analysis.settings import SETTINGS
from storyscript.pygments_lexer import StoryLexer
from strategies import anything, stories

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted(ROOT.glob("examples/**/*.story"))
CAST = "character Mira\n  a young woman\nscene\n  draws at home\n"

mutated = st.integers(0, 2**32).map(lambda seed: Mutator(seed).document().decode("utf-8", "surrogateescape"))


def tokens(text: str) -> list[tuple[object, str]]:
    return [(kind, value) for _, kind, value in StoryLexer().get_tokens_unprocessed(text)]


def shown(text: str) -> str:
    """The tokens of each line, without the white space between them."""
    lines: list[list[str]] = [[]]
    for kind, value in tokens(text):
        if kind is Whitespace:
            lines += [[] for _ in range(value.count("\n"))]
        else:
            assert "\n" not in value
            lines[-1].append(f"{str(kind).removeprefix('Token.').removeprefix('Literal.')}[{as_shown(value)}]")
    return "\n".join(" ".join(line) or "-" for line in lines[:-1])


def test_each_kind_of_line_has_its_tokens() -> None:
    check_cases(CASES / "pygments.txt", shown)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_nothing_wrong(path: Path) -> None:
    assert [value for kind, value in tokens(path.read_text("utf-8")) if kind is Error] == []


# ---- any text ----------------------------------------------------------------------------------------------------


# Each of the lone surrogates is a byte that is no UTF-8, several of which may be one mistake.
damaged = st.text(st.sampled_from('scne @{}"a:/\n\r\x00\udcf0\udc9f\udca6\udcff'), max_size=40)


@given(st.one_of(anything, stories, mutated, damaged, stories.map(lambda text: "\ufeff" + text)))
def test_every_character_comes_out_once_and_in_order(text: str) -> None:
    at = 0
    for start, _, value in StoryLexer().get_tokens_unprocessed(text):
        assert start == at
        assert value
        at += len(value)
        assert text[start:at] == value
    assert at == len(text)


@given(st.one_of(stories, mutated))
def test_white_space_is_all_that_is_left_over(text: str) -> None:
    assert [value for kind, value in tokens(text.removeprefix("\ufeff")) if kind is Whitespace and value.strip()] == []


@given(st.one_of(stories, mutated))
def test_what_is_marked_wrong_the_compiler_refuses(text: str) -> None:
    if any(kind is Error for kind, _ in tokens(text)):
        assert storyscript.compile(text).has_errors


@given(st.text(st.sampled_from('{}"@ab-_. 1é/'), max_size=30))
@example('{"}')
@example("x.@a")
@example("@{}")
def test_names_in_a_text_are_those_that_the_compiler_looks_up(text: str) -> None:
    line = f"a {text}."
    result = storyscript.compile(f"{CAST}  {line}\n")
    start = len(CAST) + 2
    refused = {(p.span.start - start, p.span.end - start) for p in result.problems if p.code in ("SS104", "SS205")}
    marked = set()
    at = -start
    for kind, value in tokens(f"{CAST}  {line}\n"):
        if kind is Error:
            marked.add((at, at + 1))
        elif kind is Name.Variable:
            marked.add((at, at + len(value)))
        elif kind is Name.Class and at >= 0:
            name = value.strip("@{}")
            marked.add((at + value.index(name), at + value.index(name) + len(name)))
        at += len(value)
    if any(problem.code == "SS104" for problem in result.problems):  # a name beside a wrong brace is excused
        assert refused <= marked
    else:
        assert refused == marked


# ---- words -------------------------------------------------------------------------------------------------------


def codes(setting: str) -> set[str]:
    return {problem.code for problem in storyscript.compile(f"{setting}\n{CAST}").problems}


def test_the_kinds_of_settings_are_those_of_the_compiler() -> None:
    assert {key for key in SETTINGS if "SS205" in codes(f"{key}: {{nosuch}}")} == set(vocabulary.TEXT_SETTINGS)
    assert {key for key in SETTINGS if "SS205" in codes(f"{key}: Nobody")} == set(vocabulary.CHARACTER_SETTINGS)
    take_urls = {key for key in SETTINGS if "SS202" not in codes(f"{key}: https://example.org/a")}
    take_only_urls = {key for key in take_urls if "SS202" in codes(f"{key}: ftp://example.org/a")}
    assert take_only_urls == set(vocabulary.ADDRESS_SETTINGS)
    assert take_urls - take_only_urls == {*vocabulary.TEXT_SETTINGS, *vocabulary.PLAIN_SETTINGS}


@pytest.mark.parametrize("key", SETTINGS)
def test_a_value_is_known_in_just_the_forms_that_are_taken(key: str) -> None:
    choices = list(vocabulary.choices(key))
    whole = {form for choice in choices for form in (choice.value, choice.label)}
    parts = {part for form in whole for part in form.split("/")} - whole
    for form in whole | parts:
        written = f"{key.upper()}:  {form.swapcase()}"
        known = (Keyword.Constant, form.swapcase()) in tokens(written)
        assert known == ("SS202" not in codes(written))
        assert known or form in parts


@pytest.mark.parametrize("key", SETTINGS)
def test_what_cannot_be_chosen_is_no_known_value(key: str) -> None:
    assert (Keyword.Constant, "nosuch") not in tokens(f"{key}: nosuch")


@pytest.mark.parametrize("word", vocabulary.PROPERTY_MEANINGS)
@pytest.mark.parametrize("kind", vocabulary.PROPERTIES)
def test_a_property_is_one_in_the_blocks_that_have_it(kind: str, word: str) -> None:
    expected = Name.Attribute if kind in vocabulary.owners(word) else Error
    assert (expected, word.upper()) in tokens(f"{kind} x\n  {word.upper()} : y\n")


# ---- Pygments ----------------------------------------------------------------------------------------------------


def test_pygments_finds_the_lexer() -> None:
    found = [
        get_lexer_by_name("story"),
        get_lexer_by_name("storyscript"),
        get_lexer_for_filename("my comic.story"),
        get_lexer_for_mimetype("text/x-storyscript"),
    ]
    assert [type(lexer) for lexer in found] == [StoryLexer] * 4


def test_pygments_reads_other_line_ends() -> None:
    text = "\ufeffscene a\r\n  walks // slowly\r\n"
    assert list(StoryLexer().get_tokens(text)) == list(StoryLexer().get_tokens("scene a\n  walks // slowly\n"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_pygments_guesses_that_a_story_is_one(path: Path) -> None:
    assert isinstance(guess_lexer(path.read_text("utf-8")), StoryLexer)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name: x\non: push\n",
        "def scene():\n    pass\n",
        "scene\n",
        "# Title\n\nscene and event\n    code\n",
        "<a>\n  b\n</a>\n",
    ],
)
def test_pygments_guesses_nothing_else_for_one(text: str) -> None:
    assert StoryLexer.analyse_text(text) == 0


def test_the_guess_is_the_share_of_lines_that_are_statements() -> None:
    assert StoryLexer.analyse_text("host: x\nseed: 1\nscene\n  walks\nother\n") == 2 / 4


def test_prose_is_text_and_a_caption_a_string() -> None:
    found = tokens("scene\n  caption: late\n    again\n  walks\n")
    assert [kind for kind, value in found if value in ("late", "again")] == [String, String]
    assert (Text, "walks") in found


def test_pygmentize_colours_a_story() -> None:
    lamp = ROOT / "examples" / "lamp.story"
    done = subprocess.run(
        [sys.executable, "-m", "pygments", "-l", "story", "-f", "html", str(lamp)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert '<span class="k">scene</span><span class="w"> </span><span class="nf">attic</span>' in done.stdout
    assert '<span class="nc">@Tom</span> smiles' in done.stdout
    assert 'class="err"' not in done.stdout
    assert pygments.highlight(lamp.read_text("utf-8"), StoryLexer(), NullFormatter()) == lamp.read_text("utf-8")


def test_storyscript_itself_does_without_pygments() -> None:
    code = (
        "import sys, storyscript\n"
        "storyscript.compile('scene x')\n"
        "import storyscript.cli\n"
        "print([name for name in sys.modules if name.startswith('pygments')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
