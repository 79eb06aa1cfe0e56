"""The signs of a text: what inserts a variable, mentions a character or stands for itself, and braces that do neither.

The analysis reads texts by it and highlighters colour them by it, so the two cannot disagree.
Source: language page, "Text".
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.syntax.names import name_end

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGN: Final = re.compile(r"[{}@]")
_BRACE: Final = re.compile(r"[{}]")
_MALFORMED: Final = re.compile(r"\{+[^{}\n]*\}*")


class Kind(Enum):
    """What a sign is."""

    VARIABLE = auto()
    """`{name}`."""
    MENTION = auto()
    """`@Name` or `@{Name}`."""
    LITERAL = auto()
    """`{"…"}`."""
    WRONG = auto()
    """A brace that is none of these, up to its own closing brace where it has one."""


class Sign(NamedTuple):
    """A sign, by its offsets.

    Attributes:
        kind: what it is.
        start, end: the whole of it.
        inner_start, inner_end: the name in it, or what a literal holds; of a wrong brace, the whole.
    """

    kind: Kind
    start: int
    end: int
    inner_start: int
    inner_end: int


def signs(source: str, start: int, end: int, *, mentions: bool) -> Iterator[Sign]:
    """The signs of one line of a text, in order.

    Args:
        source: a file's text.
        start: where the line begins, or the part of it that the text is.
        end: where it ends; no sign reaches beyond.
        mentions: whether `@` means something; where it does not, it is text.
    """
    token = _SIGN if mentions else _BRACE
    last_close = source.rfind('"}', start, end)
    at = start
    while (match := token.search(source, at, end)) is not None:
        first = match.start()
        if source[first] == "@":
            sign = _mention(source, first, start, end)
            if sign is None:
                at = first + 1
                continue
        elif source.startswith('{"', first) and last_close >= first + 2:
            close = source.index('"}', first + 2)
            sign = Sign(Kind.LITERAL, first, close + 2, first + 2, close)
        else:
            sign = _braces(source, first, end)
        yield sign
        at = sign.end


def _mention(source: str, first: int, start: int, end: int) -> Sign | None:
    """The mention that an `@` begins; None where it is text."""
    if source.startswith("{", first + 1, end):
        stop = name_end(source, first + 2, end)
        if stop == first + 2 or not source.startswith("}", stop, end):
            return None
        return Sign(Kind.MENTION, first, stop + 1, first + 2, stop)
    before = source[first - 1] if first > start else " "
    if before.isascii() and (before.isalnum() or before in "_."):
        return None
    stop = name_end(source, first + 1, end)
    return None if stop == first + 1 else Sign(Kind.MENTION, first, stop, first + 1, stop)


def _braces(source: str, first: int, end: int) -> Sign:
    """The variable that a brace begins, or how far a wrong one reaches."""
    stop = first + 1
    if source[first] == "{":
        name = name_end(source, stop, end)
        if name > stop and source.startswith("}", name, end):
            return Sign(Kind.VARIABLE, first, name + 1, stop, name)
        match = _MALFORMED.match(source, first, end)
        assert match is not None  # noqa: S101 - for the type checker: it begins with the brace
        stop = match.end()
        if source[stop - 1] != "}":  # not closed: what follows it may hold signs of its own
            stop = first + len(match[0]) - len(match[0].lstrip("{"))
    return Sign(Kind.WRONG, first, stop, first, stop)
