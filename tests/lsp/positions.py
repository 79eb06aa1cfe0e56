"""Positions as the protocol counts them, in UTF-16, worked out without the project's own code."""

from __future__ import annotations

import re
from typing import Any

_LINE_END = re.compile("\r\n|\n|\r")
"""The protocol's own line ends, whatever ends a line of a story."""


def units(text: str) -> int:
    """UTF-16 code units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def position_at(text: str, offset: int) -> dict[str, int]:
    """The position of an offset, which counts code points."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(text) if match.end() <= offset)]
    return {"line": len(starts) - 1, "character": units(text[starts[-1] : offset])}


def offset_at(text: str, position: dict[str, int]) -> int:
    """The offset of a position, which must be one: no line too far, not behind its line's end or inside a character."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    start = starts[position["line"]]
    end = _LINE_END.search(text, start)
    line = text[start : end.start() if end else len(text)].encode("utf-16-le", "surrogatepass")
    size = position["character"] * 2
    assert size <= len(line), f"{position} lies behind the end of its line"
    before = line[:size].decode("utf-16-le", "surrogatepass")
    assert text.startswith(before, start), f"{position} lies inside a character"
    return start + len(before)


def position_of(text: str, needle: str, nth: int = 0, *, end: bool = False) -> dict[str, int]:
    """Where the `nth` (from 0) of the places of a needle begins or ends."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(needle, at + 1)
    return position_at(text, at + len(needle) if end else at)


def range_of(text: str, needle: str, nth: int = 0) -> dict[str, dict[str, int]]:
    """The range of the `nth` (from 0) of the places of a needle."""
    return {"start": position_of(text, needle, nth), "end": position_of(text, needle, nth, end=True)}


def text_in(text: str, where: dict[str, dict[str, int]]) -> str:
    """What stands in a range."""
    return text[offset_at(text, where["start"]) : offset_at(text, where["end"])]


def apply_edits(text: str, edits: list[dict[str, Any]]) -> str:
    """Make a list of `TextEdit`, which all speak of the text as it was and must not overlap."""
    found = [
        (offset_at(text, edit["range"]["start"]), offset_at(text, edit["range"]["end"]), edit["newText"])
        for edit in edits
    ]
    found.sort(key=lambda edit: edit[:2])
    out, at = [], 0
    for start, end, new in found:
        assert at <= start <= end, "the edits overlap"
        out += [text[at:start], new]
        at = end
    return "".join([*out, text[at:]])
