"""The formatter: what it makes of stories, and what holds for whatever it is given."""

from __future__ import annotations

import random
import re
from itertools import compress, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import storyscript
from formatting import check_format, loosened
from golden import CASES, as_shown, check_cases
from mutations import FILES, Mutator, seeds
from storyscript.source import MAX_SOURCE_BYTES, SourceFile
from storyscript.syntax import formatter, nodes
from storyscript.syntax.formatter import apply_edits, edits, format_source, format_text
from storyscript.syntax.parser import parse
from storyscript.syntax.wording import SETTING_WORDS
from storyscript.vocabulary import SETTING_MEANINGS
from strategies import stories

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/formatting.md"
STORIES = [*sorted((ROOT / "examples").rglob("*.story")), ROOT / "src/storyscript/cli/first.story"]

white_space = st.text(st.sampled_from(" \t"), max_size=5)
layouts = st.one_of(
    st.tuples(st.just("indent"), white_space),
    st.tuples(st.just("end"), st.sampled_from(["", " ", "\t", "\r", " \r", "\r "])),
    st.tuples(st.just("widen"), white_space),
    st.tuples(st.just("blank"), st.sampled_from(["\n", "\n\n\n", " \n\t\n", "\r\n", "\u3000\n", "\x00\n"])),
    st.tuples(st.just("case"), st.just("")),
    st.tuples(st.just(""), st.just("")),
)


@st.composite
def badly_laid_out(draw: st.DrawFn) -> str:
    """A story whose lines are indented, spaced and ended in any way; now and then that makes other lines of them."""
    lines = []
    for line in draw(stories).split("\n"):
        kind, white = draw(layouts)
        match kind:
            case "indent":
                changed = white + line.lstrip(" \t")
            case "end":
                changed = line + white
            case "widen":
                changed = line.replace(" ", f" {white}")
            case "blank":
                changed = white + line
            case "case":
                changed = line.swapcase()
            case _:
                changed = line
        lines.append(changed)
    return "\n".join(lines)


@pytest.mark.parametrize("path", sorted(CASES.glob("fmt-*.txt")), ids=lambda path: path.stem)
def test_layouts_are_those_of_the_case(path: Path) -> None:
    check_cases(path, lambda story: as_shown(format_text(story)).removesuffix("\n"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.name)
def test_the_stories_of_the_project_are_laid_out(path: Path) -> None:
    assert format_text(path.read_text("utf-8")) == path.read_text("utf-8")


@settings(max_examples=150, deadline=None)
@given(badly_laid_out(), st.randoms(use_true_random=False))
def test_a_story_says_what_it_said(text: str, chance: random.Random) -> None:
    check_format(text.encode("utf-8", "surrogatepass"), FILES, chance=chance)


@pytest.mark.parametrize("seed", range(3))
def test_a_document_says_what_it_said(seed: int) -> None:
    mutator, chance = Mutator(seed), random.Random(seed)  # noqa: S311 - for edits, not for secrets
    for _ in range(60):
        check_format(loosened(mutator.document(), chance=chance), FILES, chance=chance)


def test_the_stories_of_all_cases_say_what_they_said_and_have_their_fixes() -> None:
    good, bad = seeds()
    for data in good + bad:
        loose = data.replace(b"\n    ", b"\n\t\t").replace(b"\n  ", b"\n ")
        check_format(loose, FILES, chance=random.Random(0), effort=100_000)  # noqa: S311 - as above


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('ab \t\n\r\x01\xa0\ufeff{}":/@'), max_size=30))
def test_what_is_formatted_is_canonical(text: str) -> None:
    result = format_text(text)
    assert format_text(result) == result
    source = SourceFile("x", result)
    assert edits(source.text, parse(source.readable)) == []


def test_each_word_of_a_setting_has_its_usual_case() -> None:
    for setting, words in SETTING_WORDS.items():
        for word in words:
            assert format_text(f"{setting.upper()} :{word.upper()}") == f"{setting}: {word}\n"
        assert format_text(f"{setting}: Xyz") == f"{setting}: Xyz\n"


def test_only_in_a_text_one_space_stands_for_a_run_of_them() -> None:
    texts = [setting for setting in SETTING_WORDS if format_text(f"{setting}: a  b\t c") == f"{setting}: a b c\n"]
    assert texts == ["title", "author", "private-model", "negative"]
    properties = "scene\n  caption: a  b\n  as: a  b\n  lead: a  b\n  image: a  b\n"
    assert format_text(properties) == "scene\n  caption: a b\n  as: a b\n  lead: a  b\n  image: a  b\n"


def test_none_is_a_word_of_a_caption_alone() -> None:
    assert format_text("scene\n  caption: NONE\n  lead: NONE\n") == "scene\n  caption: none\n  lead: NONE\n"
    assert format_text("scene\n  caption: NONE\n    at all\n") == "scene\n  caption: NONE\n    at all\n"


def test_a_value_does_not_become_a_comment_and_a_comment_no_value() -> None:
    assert format_text("title  :// x\n") == "title:// x\n"
    assert format_text("title:  //x\n") == "title: //x\n"
    assert format_text("title:   // x\n") == "title: // x\n"
    assert format_text("title:\t//\n") == "title: //\n"


def test_white_space_around_a_control_character_stays_at_the_beginning_of_a_value() -> None:
    for text in ("title: \x01  x\n", "section \x01  x\n", "let a = \x01  x\n"):
        assert format_text(text) == text


def test_a_control_character_before_a_comment_stays_with_its_white_space() -> None:
    assert format_text("scene\n  x  \x01  // c \n") == "scene\n  x  \x01  // c\n"


def test_signs_end_at_the_first_close_behind_their_opening() -> None:
    assert format_text('scene\n  a  {"}  "}  b  {"  c') == 'scene\n  a {"}  "} b {" c\n'
    assert format_text('scene\n  {""}  {"  "}  {"  "') == 'scene\n  {""} {"  "} {" "\n'
    assert format_text('scene\n  {"  "}{"  "}  {"\t"}\t"}') == 'scene\n  {"  "}{"  "} {"\t"} "}\n'


# ---- line ends, marks, and files that cannot be read ---------------------------------------------------------


def test_each_line_keeps_its_line_end() -> None:
    assert format_text("scene a\r\n walks\n\n\r\n sits\r\n") == "scene a\r\n  walks\n\r\n  sits\r\n"
    assert format_text("// a \r\nscene  // b\t\r\n  c \r\n") == "// a\r\nscene // b\r\n  c\r\n"


def test_a_line_end_that_is_missing_is_that_of_the_first_line() -> None:
    assert format_text("scene a\r\n  walks\n  sits") == "scene a\r\n  walks\n  sits\r\n"
    assert format_text("scene a") == "scene a\n"


def test_a_byte_order_mark_stays() -> None:
    assert format_text("\ufeff\n\nscene  a") == "\ufeffscene a\n"
    assert format_text("\ufeff") == "\ufeff"
    assert format_text("\ufeff\ufeff  x") == "\ufeff\ufeff  x\n"  # the second is text


def test_nothing_stays_nothing() -> None:
    assert format_text("") == ""
    assert format_text(" \n\t\n\r\n\u3000") == ""


@pytest.mark.parametrize(
    "data",
    [
        b"\n\xef\xbb\xbfscene a\n",
        b"\n\xff\xfescene a\n",
        b"\n\xfe\xffscene a\n",
        b"\n\ns\0c\0e\0n\0e\0",
        b"x\0  \n\0y\n",
    ],
)
def test_a_file_is_read_as_the_text_that_it_was(data: bytes) -> None:
    source = SourceFile.from_bytes("x", data)
    result = format_source(source).encode("utf-8", "surrogateescape")
    again = SourceFile.from_bytes("x", result)
    assert not again.utf16
    assert again.text.split() == source.text.split()


def test_a_file_that_is_not_read_has_no_text_to_lay_out() -> None:
    assert format_source(SourceFile.from_bytes("x", "scene  a\n".encode("utf-16"))) == ""
    large = " x\n" * (MAX_SOURCE_BYTES // 3 + 1)
    assert format_text(large) is large


def test_a_file_does_not_become_too_large_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatter, "MAX_SOURCE_BYTES", 18)
    assert format_text("scene\n é\n é\n") == "scene\n é\n é\n"  # 16 bytes after it, and a mark of 3
    assert format_text("scene\n é\n") == "scene\n  é\n"


# ---- its edits -----------------------------------------------------------------------------------------------


def changes(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], new) for start, end, new in edits(text, parse(SourceFile("x", text).readable))]


def test_edits_change_white_space_and_words_and_nothing_between() -> None:
    assert changes("Scene  a\n\twalks   home \n\n\n\nevent\n  x") == [
        ("Scene  a", "scene a"),
        ("\t", "  "),
        ("   ", " "),
        (" ", ""),
        ("\n\n", ""),
        ("", "\n"),
    ]


def test_indentation_that_only_goes_together_is_one_edit() -> None:
    # Alone, the new indentation of the caption would make the text below it a part of it.
    assert changes("scene a\n    caption:  x\n    walks\n home\n") == [
        ("    caption:  x\n    walks\n ", "  caption: x\n  walks\n  ")
    ]
    # No line of this block continues another.
    assert changes("scene a\n    sits\n    walks\n home\n") == [("    ", "  "), ("    ", "  "), (" ", "  ")]


def test_lines_above_a_caption_may_be_indented_without_it() -> None:
    assert changes("scene a\n    sits\n lead: b\n\tcaption: x\n") == [("    ", "  "), (" ", "  "), ("\t", "  ")]
    assert changes("scene a\n    sits\n   caption: x\n     y\n walks  home\n") == [
        ("    ", "  "),
        ("   caption: x\n     y\n ", "  caption: x\n    y\n  "),
        ("  ", " "),
    ]


def test_a_block_in_which_a_line_cannot_move_keeps_its_indentation() -> None:
    # Behind the control character the last line stands deeper than the caption would.
    assert changes("scene a\n    sits  down\n caption: x\n  \x01 y\n") == [("  ", " ")]
    # What is no indentation is set all the same.
    assert changes("\n\nscene a\n    sits\n caption: x\n  \x01 y\n") == [("\n\n", "")]
    # Without a caption, each line is for itself.
    assert changes("scene a\n    sits\n  \x01 y\n walks\n") == [("    ", "  "), (" ", "  ")]


BLOCK = (
    "scene a\n      sits  up\n   lead: a\n    caption: x\n        y\n   Caption : z\n     w\n home\n\timage: b  \n\n"
)


def test_each_choice_of_edits_leaves_each_line_what_it_is() -> None:
    made = edits(BLOCK, parse(BLOCK))
    assert len(made) == 6
    said = kinds(BLOCK)
    for choice in product((False, True), repeat=len(made)):
        assert kinds(apply_edits(BLOCK, compress(made, choice))) == said


def kinds(text: str) -> list[str]:
    """What each line of a story of one block is."""
    (block,) = parse(text).items
    assert isinstance(block, nodes.Block)
    found = [block.type]
    for line in block.lines:
        found.append(line.type)
        if isinstance(line, nodes.Property):
            found += [more.type for more in line.lines]
    return found


# ---- beside it -----------------------------------------------------------------------------------------------


def test_the_settings_and_their_words_are_those_of_the_language() -> None:
    assert {name: word.words for name, word in SETTING_MEANINGS.items()} == SETTING_WORDS


def test_the_library_calls_it_format() -> None:
    assert storyscript.format("SCENE  a [nc]\n\ta lamp") == "scene a [NC]\n  a lamp\n"


def test_the_page_on_formatting_shows_what_comes_out() -> None:
    before, after = re.findall(r"^```text\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert format_text(before) == after
    assert before != after
