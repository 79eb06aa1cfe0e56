"""`// storyscript: ignore SS404` comments: which warnings they silence, and which of them silence nothing."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_IGNORE: Final = re.compile(r"//[ \t]*(?i:storyscript)[ \t]*:[ \t]*(?i:ignore)(?![\w-])[ \t]*(?P<codes>.*)")
_CODES: Final = re.compile(r"(?ai:SS[0-9]+)(?:[\s,]+(?ai:SS[0-9]+)(?=[\s,]|\Z))*(?=[\s,]|\Z)")
_UNUSED: Final = "SS400"


class Ignore:
    """One comment.

    Attributes:
        start, end: offsets of the comment.
        codes: what it names, in its order; a dict, to be looked up in.
        used: those of them that silenced something.
        idle: those of which it was reported that they silence nothing.
    """

    __slots__ = ("codes", "end", "idle", "start", "used")

    def __init__(self, start: int, end: int, codes: dict[str, None]) -> None:
        self.start = start
        self.end = end
        self.codes = codes
        self.used: set[str] = set()
        self.idle: list[str] = []


def read_ignore(comment: str, start: int) -> Ignore | None:
    """Read a comment, from its `//`, that begins at `start`; None where it is no `ignore`."""
    match = _IGNORE.match(comment)
    if match is None:
        return None
    # What follows the codes may say why.
    words = (word.upper() for word in re.split(r"[\s,]+", match["codes"]))
    codes = dict.fromkeys(takewhile(re.compile(r"SS[0-9]+").fullmatch, words))
    return Ignore(start, start + len(comment.rstrip()), codes)


def room_for_code(comment: str) -> int | None:
    """Where in a comment, from its `//`, a further code goes, with a space before it; None where it is no `ignore`."""
    match = _IGNORE.match(comment)
    if match is None:
        return None
    codes = _CODES.match(comment, match.start("codes"))
    return len(comment[: match.start("codes") if codes is None else codes.end()].rstrip())


class Ignores:
    """The `ignore` comments of one file, by the line whose warnings they silence (from 1)."""

    def __init__(self) -> None:
        self._by_line: dict[int, list[Ignore]] = {}
        self._all: list[Ignore] = []

    def add(self, ignore: Ignore, line: int) -> None:
        """Let a comment silence the warnings of a line."""
        self._all.append(ignore)
        self._by_line.setdefault(line, []).append(ignore)

    def silences(self, code: str, line: int) -> bool:
        """Whether a comment silences a warning; that comment then has an effect."""
        silenced = False
        for ignore in self._by_line.get(line, ()):
            if code in ignore.codes:
                ignore.used.add(code)
                silenced = True
        return silenced

    def at(self, start: int) -> Ignore | None:
        """The comment that begins at an offset."""
        return next((ignore for ignore in self._all if ignore.start == start), None)

    def without_effect(self) -> Iterator[tuple[Ignore, list[str]]]:
        """The comments that name a code which silences nothing, with those codes; all, where none is named."""
        for ignore in self._all:
            if _UNUSED in ignore.codes:
                continue
            unused = [code for code in ignore.codes if code not in ignore.used]
            if unused or not ignore.codes:
                yield ignore, unused
