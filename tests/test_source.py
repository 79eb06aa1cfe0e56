from __future__ import annotations

import pytest

from storyscript.source import MAX_SOURCE_BYTES, Position, SourceFile, trimmed


def damage(data: bytes) -> list[tuple[int, int]]:
    return list(SourceFile.from_bytes("x", data).damage())


@pytest.mark.parametrize(
    ("offset", "position"),
    [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (4, (3, 1)), (6, (3, 3)), (7, (3, 4))],
)
def test_positions_count_code_points_and_line_feeds(offset: int, position: tuple[int, int]) -> None:
    assert SourceFile("x", "ab\n\n\u2028😀c").position(offset) == Position(*position)


def test_lines_are_shown_without_their_ends() -> None:
    source = SourceFile("x", "a\r\nb\n\nc")
    assert [source.line_text(line) for line in (1, 2, 3, 4)] == ["a", "b", "", "c"]


def test_a_bom_is_no_part_of_the_text() -> None:
    assert SourceFile.from_bytes("x", b"\xef\xbb\xbfscene").text == "scene"
    assert SourceFile.from_text("x", "\ufeffscene").text == "scene"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_seen_with_and_without_a_bom(encoding: str) -> None:
    assert SourceFile.from_bytes("x", "scene a".encode(encoding)).utf16


@pytest.mark.parametrize("data", [b"", b"s", b"sc\0e", b"a\0bc", "é".encode(), "日本".encode()])
def test_other_texts_are_not_taken_for_utf16(data: bytes) -> None:
    assert not SourceFile.from_bytes("x", data).utf16


def test_the_size_limit_counts_bytes() -> None:
    assert not SourceFile.from_bytes("x", b"x" * MAX_SOURCE_BYTES).too_large
    assert SourceFile.from_bytes("x", b"x" * (MAX_SOURCE_BYTES + 1)).too_large
    assert SourceFile.from_text("x", "é" * (MAX_SOURCE_BYTES // 2 + 1)).too_large
    assert not SourceFile.from_text("x", "é" * (MAX_SOURCE_BYTES // 2)).too_large


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\tb\r\nc\n", []),
        (b"a\0b", [(1, 2)]),
        (b"\x01\x02", [(0, 1), (1, 2)]),
        (b"a\rb\r\r\n", [(1, 2), (3, 4)]),
        (b"\x7f", [(0, 1)]),
        (b"\xe9", [(0, 1)]),
        (b"\xe9\xe9", [(0, 1), (1, 2)]),
        (b"\xe2\x82x", [(0, 2)]),
        (b"\xe2\x82\xac", []),
        (b"\xf0\x9f\x98", [(0, 3)]),
        (b"\xf0\x80\x80", [(0, 1), (1, 2), (2, 3)]),
        (b"\xed\xa0\x80", [(0, 1), (1, 2), (2, 3)]),
        (b"\xc0\xaf", [(0, 1), (1, 2)]),
    ],
)
def test_each_bad_character_and_each_bad_sequence_is_one_place(data: bytes, expected: list[tuple[int, int]]) -> None:
    assert damage(data) == expected
    # As many as Python's own decoder would replace.
    replaced = data.decode("utf-8", "replace").count("\ufffd")
    assert sum(data.decode("utf-8", "surrogateescape")[a] >= "\ud800" for a, _ in expected) == replaced


@pytest.mark.parametrize(
    ("stretch", "before", "inner"),
    [
        pytest.param("b c", "", "b c", id="none"),
        pytest.param(" b\n c\t", " ", "b\n c", id="at both ends"),
        pytest.param("\u00a0\u3000x\x85", "\u00a0\u3000", "x", id="other than blanks"),
        pytest.param(" \u2003", "", "", id="nothing else"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_a_stretch_without_the_white_space_around_it(stretch: str, before: str, inner: str) -> None:
    start = len("a " + before)
    assert trimmed(f"a {stretch} d", 2, 2 + len(stretch)) == (start, start + len(inner))
