"""Source text and positions in it.

Everything that points into a story does so by a pair of offsets (code points from the start of the text);
lines and columns are worked out when somebody asks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SOURCE_BYTES = 16 * 1024 * 1024
"""A file larger than this is refused (language page, "Lines, white space, names")."""

# What no story may hold: C0 controls but tab and line feed (a carriage return only before a line feed), DEL, and
# bytes that are no UTF-8. Those come as one lone surrogate a byte; each alternative of the last group is one
# ill-formed sequence, as Unicode counts them ("maximal subparts").
_DAMAGE = (
    "\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|"
    "\udce0[\udca0-\udcbf]?|[\udce1-\udcec\udcee\udcef][\udc80-\udcbf]?|\udced[\udc80-\udc9f]?|"
    "\udcf0(?:[\udc90-\udcbf][\udc80-\udcbf]?)?|[\udcf1-\udcf3][\udc80-\udcbf]{0,2}|"
    "\udcf4(?:[\udc80-\udc8f][\udc80-\udcbf]?)?|[\ud800-\udfff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_CONTROLS = {code: " " for code in [*range(0x20), 0x7F] if chr(code) not in "\t\n"}

_BOM = "\ufeff"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Position(NamedTuple):
    """A place as people count: line and column from 1, the column in code points."""

    line: int
    column: int


class SourceFile:
    """One file's text, with the name that messages use for it.

    Bytes that are not UTF-8 become lone surrogates (PEP 383), one for each byte, so that offsets stay exact
    and nothing is lost; `storyscript.analysis` reports them.

    Attributes:
        name: what messages call the file, usually its path.
        text: the text, without a BOM.
        too_large: the file is over `MAX_SOURCE_BYTES`; its text is then empty.
        utf16: the file begins as UTF-16; its text is then empty.
    """

    __slots__ = ("_line_starts", "_readable", "name", "text", "too_large", "utf16")

    def __init__(self, name: str, text: str, *, too_large: bool = False, utf16: bool = False) -> None:
        self.name = name
        self.text = text.removeprefix(_BOM)
        self.too_large = too_large
        self.utf16 = utf16
        self._line_starts: list[int] | None = None
        self._readable: str | None = None

    @classmethod
    def from_bytes(cls, name: str, data: bytes) -> SourceFile:
        """Decode a file's bytes as UTF-8; never fails.

        Args:
            name: what messages call the file.
            data: the file's bytes; a caller that reads from disk may stop after `MAX_SOURCE_BYTES + 1`.
        """
        if len(data) > MAX_SOURCE_BYTES:
            return cls(name, "", too_large=True)
        if _looks_like_utf16(data):
            return cls(name, "", utf16=True)
        return cls(name, data.decode("utf-8", "surrogateescape"))

    @classmethod
    def from_text(cls, name: str, text: str) -> SourceFile:
        """Take text that is already decoded; the size limit holds for it as well."""
        # A code point takes at most four bytes: only texts that could be over the limit are measured.
        if len(text) * 4 > MAX_SOURCE_BYTES:
            size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
            if size > MAX_SOURCE_BYTES:
                return cls(name, "", too_large=True)
        return cls(name, text)

    @property
    def readable(self) -> str:
        """The text with a space for each control character, so that one wrong character is one problem.

        Offsets are those of `text`. Carriage returns are spaces too: only line feeds are left to end lines.
        """
        if self._readable is None:
            text = self.text
            self._readable = text.translate(_CONTROLS) if _CONTROL.search(text) else text
        return self._readable

    def damage(self) -> Iterator[tuple[int, int]]:
        """Start and end of each control character and of each sequence of bytes that is no UTF-8."""
        if self.readable is self.text and (self.text.isascii() or not _SURROGATE.search(self.text)):
            return  # two quick looks, where the precise one is slow
        for match in re.finditer(_DAMAGE, self.text):  # compiled when first needed: it takes its time
            yield match.span()

    @property
    def line_starts(self) -> list[int]:
        """Offsets at which the lines begin; only a line feed ends a line."""
        if self._line_starts is None:
            self._line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        return self._line_starts

    def position(self, offset: int) -> Position:
        """Line and column of an offset."""
        starts = self.line_starts
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """The text of a line, numbered from 1, without its line end."""
        starts = self.line_starts
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].removesuffix("\r")

    def __repr__(self) -> str:
        return f"SourceFile({self.name!r}, {len(self.text)} characters)"


class OutsideRootError(Exception):
    """A path leads out of the folder that a story may read from."""


class Located(NamedTuple):
    """A file that a story names.

    Attributes:
        path: relative to the story's folder, with `/`.
        identity: the same for every path that leads to the file.
    """

    path: str
    identity: str


class Reader(Protocol):
    """What a compilation reads files through: the one door from the language to the outside.

    Source: language page, "Statements" (local files).
    """

    def locate(self, path: str, base: str) -> Located:
        """Find the file that `path` names.

        Args:
            path: as written in the story.
            base: the `Located.path` of the file that names it; `""` for the story itself.

        Raises:
            OutsideRootError: it is outside the root.
            OSError: it is missing, no plain file, or not readable.
        """
        ...

    def read(self, located: Located) -> bytes:
        """The bytes of a file; more than `MAX_SOURCE_BYTES + 1` are not asked for.

        Raises:
            OSError: it cannot be read.
        """
        ...


class Span(NamedTuple):
    """A stretch of a source file; `end` is exclusive, both are offsets in code points."""

    source: SourceFile
    start: int
    end: int

    @property
    def first(self) -> Position:
        """Where it begins."""
        return self.source.position(self.start)

    @property
    def last(self) -> Position:
        """Where it ends, exclusive."""
        return self.source.position(self.end)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of a text without the white space around it; of one that is nothing else, its empty beginning."""
    inner = text[start:end].lstrip()
    if inner:
        start = end - len(inner)
    return start, start + len(inner.rstrip())


def _looks_like_utf16(data: bytes) -> bool:
    if data.startswith(_UTF16_BOMS):
        return True
    head = data[:4]
    # Without a BOM, ASCII letters in UTF-16 are every other byte NUL.
    return len(head) == len(b"s\0c\0") and (
        (not any(head[1::2]) and all(head[::2])) or (not any(head[::2]) and all(head[1::2]))
    )
