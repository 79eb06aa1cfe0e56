from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden import CASES, check_cases
from mutations import FRAGMENTS, Mutator
from storyscript.editing.outline import Kind, Symbol, flat, matches, outline
from storyscript.source import SourceFile
from storyscript.syntax.parser import parse
from strategies import anything, stories

mutated = st.integers(0, 2**32).map(lambda seed: Mutator(seed).document().decode("utf-8", "surrogateescape"))
fragments = st.sampled_from([fragment.decode("utf-8", "surrogateescape") for fragment in FRAGMENTS])


def outline_of(text: str) -> list[Symbol]:
    readable = SourceFile.from_text("story.story", text).readable
    return outline(readable, parse(readable))


def shown(text: str) -> str:
    source = SourceFile.from_text("story.story", text)

    def lines(symbols: list[Symbol] | tuple[Symbol, ...], depth: int) -> list[str]:
        found = []
        for symbol in symbols:
            first, last = source.position(symbol.start).line, source.position(symbol.end).line
            name = source.text[symbol.name_start : symbol.name_end]
            also = "" if name == symbol.name else f" <{name}>"
            detail = f" - {symbol.detail}" if symbol.detail else ""
            found.append(f"{'  ' * depth}{first}-{last} {symbol.kind.value}: {symbol.name}{also}{detail}")
            found += lines(symbol.children, depth + 1)
        return found

    return "\n".join(lines(outline_of(text), 0)) or "nothing"


def test_outlines() -> None:
    check_cases(CASES / "outline.txt", shown)


def is_nested(symbols: list[Symbol] | tuple[Symbol, ...], start: int, end: int) -> bool:
    return (
        all(start <= s.start <= s.name_start <= s.name_end <= s.end <= end for s in symbols)
        and all(one.end <= two.start for one, two in pairwise(symbols))
        and all(is_nested(symbol.children, symbol.start, symbol.end) for symbol in symbols)
    )


@given(st.one_of(anything, stories, mutated))
def test_every_symbol_has_a_name_and_lies_in_the_one_above_it(text: str) -> None:
    symbols = outline_of(text)
    assert is_nested(symbols, 0, len(text))
    for symbol, _ in flat(symbols):
        assert symbol.name.strip()
        assert "\n" not in symbol.name + symbol.detail


# ---- broken files ------------------------------------------------------------------------------------------------

PARTS = (
    "title: The Lost Lamp\n",
    "let alley = a narrow alley\n",
    "character Mira\n  a young woman,\n  red scarf\n",
    "section One\n",
    "scene attic\n  wakes in a small attic room\n  caption: She had slept\n    through the bells.\n",
    "scene walk [NC]\n  walks down {alley}\n",
    "event storm\n  snow begins to fall\n",
)
NAMES = ("title", "alley", "Mira", "One", "attic", "walk", "storm")


def names_in(text: str) -> list[str]:
    return [symbol.name for symbol, _ in flat(outline_of(text)) if symbol.kind is not Kind.UNKNOWN]


@given(st.data())
def test_a_block_that_is_broken_takes_no_other_out_of_the_outline(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(PARTS) - 1))
    part = PARTS[number].removesuffix("\n")
    start = data.draw(st.integers(0, len(part)))
    end = data.draw(st.integers(start, len(part)))
    broken = part[:start] + data.draw(st.one_of(anything, fragments)) + part[end:]
    text = "".join((*PARTS[:number], broken, "\n", *PARTS[number + 1 :]))
    found = names_in(text)
    assert [name for name in NAMES if name != NAMES[number] and name not in found] == []


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("scene The Old House", "The Old House"),
        ("Scene: x", "x"),
        ("scne attic", "attic"),
        ("# scene attic", "attic"),
        ("scene attic:", "attic"),
        ("scene [NC] attic", "[NC] attic"),
        ("scene", "scene 1"),
        ("scene 7", "7"),
        ("character Mira Black", "Mira Black"),
        ("character", "character without a name"),
        ("let rain", "rain"),
        ("let 2x = y", "2x"),
        ("section", "section without a name"),
        ("event storm!", "storm!"),
    ],
)
def test_a_head_that_is_wrong_keeps_its_name(head: str, name: str) -> None:
    [(symbol, _), *_] = flat(outline_of(f"{head}\n  text\n"))
    assert symbol.name == name
    assert symbol.kind is not Kind.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "stlye: x\nstlye x\n  text\n",  # the same word, as a key and as a line's first
        "lead Tom\n  text\n",  # a property that lost its colon, and its place
        "# a remark\n  text\n",
        "\u00a0scene\n  text\n",
        "She says scene\n  text\n",
    ],
)
def test_what_is_no_head_is_none_in_the_outline(text: str) -> None:
    assert {symbol.kind for symbol, _ in flat(outline_of(text))} <= {Kind.UNKNOWN, Kind.SETTING}


@given(st.lists(st.sampled_from(["stlye", "scne", "# scene", "lead", "Scnee", "captoin", "-- ", "style"]), max_size=8))
def test_what_a_line_is_does_not_depend_on_those_before_it(words: list[str]) -> None:
    ends = [" x\n  text\n", ": x\n", "\n  text\n"]
    lines = [f"{word}{ends[number % 3]}" for number, word in enumerate(words)]
    alone = [[(s.kind, s.detail) for s, _ in flat(outline_of(line))] for line in lines]
    together = [(s.kind, s.detail) for s, _ in flat(outline_of("".join(lines)))]
    assert [kind for kind in together if kind[0] is not Kind.SETTINGS] == [kind for line in alone for kind in line]


def test_many_unknown_words_are_not_all_compared() -> None:
    text = "".join(f"wrod{number} x\n" for number in range(3000)) + "scene attic\n"
    assert [symbol.name for symbol in outline_of(text)] == ["attic"]


# ---- a query -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "attic", "ATT", "tc", "a c"])
def test_a_query_is_signs_of_a_name_in_their_order(query: str) -> None:
    assert matches(query, "Attic")


def test_a_query_of_other_signs_does_not_match() -> None:
    assert not matches("cat", "attic")


def test_a_panel_is_told_with_its_section() -> None:
    found = flat(outline_of("scene a\nsection One\nscene b\n"))
    assert [(symbol.name, within) for symbol, within in found] == [("a", ""), ("One", ""), ("b", "One")]


def test_a_line_between_the_lines_of_a_block_that_means_nothing_is_no_part_of_the_outline() -> None:
    found = [symbol.name for symbol, _ in flat(outline_of("scene a\n  rain\nsteps: 3\nwhatever: x\n  more\n"))]
    assert found == ["a", "steps"]
