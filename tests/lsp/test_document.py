"""An open text: its positions are the editor's own, and after any edits it is what the text would be if it were new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

import strategies
from lsp.positions import offset_at, position_at
from storyscript.lsp.document import Document
from storyscript.syntax.parser import parse

SIGNS = st.sampled_from(
    [*"ab \t:@{}#|/", "\n", "\r", "\r\n", "é", "日", "🦊", "👩‍👧", "e\u0301", "\u2028", "\ufeff", "\x0c"]
)
TEXTS = st.one_of(
    st.lists(SIGNS, max_size=30).map("".join), st.lists(strategies.story_lines, max_size=8).map("\n".join)
).filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text))
ANYWHERE = st.builds(types.Position, st.integers(0, 40), st.integers(0, 90))


def document(text: str) -> Document:
    return Document("untitled:a", 1, text, "a")


def position(at: dict[str, int]) -> types.Position:
    return types.Position(at["line"], at["character"])


def at(line: int, character: int, last: int, end: int) -> types.Range:
    return types.Range(types.Position(line, character), types.Position(last, end))


@given(TEXTS)
def test_positions_are_those_of_the_protocol(text: str) -> None:
    found = document(text)
    mark = text.startswith("\ufeff")
    for offset in range(len(text) - mark + 1):
        inside = text[mark:]
        if inside[offset - 1 : offset + 1] == "\r\n" and offset:
            continue  # inside a line end, no editor has a place
        there = position(position_at(text, offset + mark))
        assert found.position(offset) == there
        assert found.offset(there) == offset


@given(TEXTS, ANYWHERE)
def test_a_position_outside_the_text_is_the_nearest_inside(text: str, at: types.Position) -> None:
    found = document(text)
    offset = found.offset(at)
    assert 0 <= offset <= len(found.source.text)
    again = found.position(offset)
    assert (
        (again.line, again.character) <= (at.line, at.character)
        or again.line < at.line
        or (
            # Inside a character of two units, the place is behind it.
            again.line == at.line and again.character == at.character + 1
        )
    )


@pytest.mark.parametrize(
    ("text", "at", "offset"),
    [
        pytest.param("🦊 b", (0, 3), 2, id="behind a character of two units"),
        pytest.param("🦊 b", (0, 1), 1, id="inside it"),
        pytest.param("日本 b", (0, 3), 3, id="characters of one unit"),
        pytest.param("a\r\nb", (1, 0), 3, id="a line end of two signs"),
        pytest.param("a\r\nb", (0, 9), 1, id="beyond it"),
        pytest.param("a\rb", (1, 1), 3, id="a line end that is none of a story"),
        pytest.param("a\u2028b\x0cc", (0, 4), 4, id="what ends no line in any editor"),
        pytest.param("\ufeffab", (0, 2), 1, id="behind a mark of UTF-8"),
        pytest.param("\ufeffab", (0, 0), 0, id="before it"),
        pytest.param("ab\n", (9, 9), 3, id="beyond the text"),
    ],
)
def test_an_offset(text: str, at: tuple[int, int], offset: int) -> None:
    assert document(text).offset(types.Position(*at)) == offset


@given(st.data())
def test_after_any_edits_it_is_as_if_it_were_new(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    found = document(text)
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + data.draw(st.sampled_from([0, 1, 4, 30])))))
        if "\r\n" in (text[start - 1 : start + 1], text[end - 1 : end + 1]):
            continue
        put = data.draw(TEXTS)
        where = types.Range(position(position_at(text, start)), position(position_at(text, end)))
        assert (offset_at(text, position_at(text, start)), offset_at(text, position_at(text, end))) == (start, end)
        text = text[:start] + put + text[end:]
        found.edit([(where, put)])
        new = document(text)
        assert found.whole == new.whole == text
        assert (found.source.text, found.data) == (new.source.text, new.data)
        assert found.tree == new.tree == parse(new.source.readable)
        assert list(found.lines) == list(new.lines)


@given(st.data())
def test_edits_that_come_together_are_made_one_after_the_other(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    found, new = document(text), text
    edits = []
    for _ in range(data.draw(st.integers(0, 6))):
        # As they come from an editor, mostly from the last to the first.
        start = data.draw(st.integers(0, len(new)))
        end = data.draw(st.integers(start, min(len(new), start + data.draw(st.sampled_from([0, 1, 4, 30])))))
        if "\r\n" in (new[start - 1 : start + 1], new[end - 1 : end + 1]):
            continue
        put = data.draw(TEXTS)
        edits.append((types.Range(position(position_at(new, start)), position(position_at(new, end))), put))
        new = new[:start] + put + new[end:]
    found.edit(edits)
    assert found.whole == new
    assert found.tree == parse(document(new).source.readable)
    assert list(found.lines) == list(document(new).lines)


@given(st.lists(st.tuples(SIGNS, SIGNS), min_size=1, max_size=12), st.data())
def test_positions_may_be_asked_for_in_any_order(signs: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(one + other for one, other in signs)
    found = document(text)
    for offset in data.draw(st.lists(st.integers(0, len(found.source.text)), max_size=12)):
        assert found.position(offset) == document(text).position(offset)


def test_a_character_may_come_in_two_halves() -> None:
    found = document("a\n")
    found.edit([(at(0, 1, 0, 1), "\ud83e")])
    assert found.data == b"a\xed\xa0\xbe\n"
    found.edit([(at(0, 2, 0, 2), "\udd8a")])
    assert found.data == "a🦊\n".encode()
    assert found.position(2) == types.Position(0, 3)


def test_edits_beyond_the_end_are_made_there() -> None:
    found = document("scene\n")
    found.edit([(at(9, 0, 9, 0), "  a\n"), (at(7, 3, 9, 9), "  b\n")])
    assert found.whole == "scene\n  a\n  b\n"
    assert found.tree == parse(found.whole)


def test_a_text_that_is_too_large_can_be_made_smaller() -> None:
    found = document("scene\n" + "x" * (16 * 1024 * 1024))
    assert found.source.too_large
    found.edit([(at(1, 1, 1, 16 * 1024 * 1024), "")])
    assert found.source.text == "scene\nx"
    assert found.tree == parse("scene\nx")
    found.edit([(at(1, 1, 1, 1), "x" * (16 * 1024 * 1024))])
    assert found.source.too_large
