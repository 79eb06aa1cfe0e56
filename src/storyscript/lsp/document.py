r"""A text that an editor has open, with its tree, kept up with each edit; and its positions, in the editor's own units.

An editor counts lines by `\n`, `\r\n` and a lone `\r`, and columns in units of UTF-16; a story's own lines end at
`\n` alone, and all offsets here are code points. A mark of UTF-8 at the start is a character for the editor, and none
for the story. Source: Language Server Protocol, "Text Documents".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from lsprotocol import types

from storyscript.source import SourceFile
from storyscript.syntax.parser import parse
from storyscript.syntax.reparse import reparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.syntax import nodes

_LINE_END = re.compile(r"\r\n|\n|\r")
_BOM = "\ufeff"
_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")
_HALF = re.compile("[\ud800-\udfff]")


class Text:
    """A text with the positions of an editor.

    Args:
        source: the text as the story has it.
        whole: the text as the editor has it: a mark of UTF-8 with it, and however large it is; by default the same.
    """

    def __init__(self, source: SourceFile, whole: str | None = None) -> None:
        self.source = source
        self.whole = source.text if whole is None else whole
        self._mark = int(self.whole.startswith(_BOM))
        self._lines: Sequence[int] | None = None
        self._last = (0, 0)

    @property
    def lines(self) -> Sequence[int]:
        """Offsets in the whole text at which the editor's lines begin."""
        if self._lines is None:
            whole = self.whole
            if whole == self.source.text and "\r" not in whole:
                self._lines = self.source.line_starts
            else:
                self._lines = [0, *(match.end() for match in _LINE_END.finditer(whole))]
        return self._lines

    def offset(self, position: types.Position) -> int:
        """The offset of a position; of one beyond its line, the line's end, and beyond the text, the text's end."""
        return max(self.offset_in_whole(position) - self._mark, 0)

    def offset_in_whole(self, position: types.Position) -> int:
        """The same, in the text as the editor has it."""
        text, lines = self.whole, self.lines
        if position.line >= len(lines):
            return len(text)
        start = lines[position.line]
        if position.line + 1 < len(lines):  # of the line end, nothing is a part of the line
            end = lines[position.line + 1] - 1
            end -= text[end] == "\n" and end > start and text[end - 1] == "\r"
        else:
            end = len(text)
        units = position.character
        line = text[start : min(end, start + units)]  # of each character at least one unit
        if line.isascii() or _TWO_UNITS.search(line) is None:
            return start + len(line)
        # Of a character that a position is in the middle of, the first half is one: the place is behind it.
        return start + len(line.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass"))

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        lines, at = self.lines, min(offset + self._mark, len(self.whole))
        line = bisect_right(lines, at) - 1
        if self.whole.isascii():
            return types.Position(line, at - lines[line])
        # Positions are mostly asked for one behind the other, and a line may be very long: so from the last one on.
        begin, units = self._last
        if not lines[line] <= begin <= at:
            begin, units = lines[line], 0
        between = self.whole[begin:at]
        units += len(between) + (0 if between.isascii() else len(_TWO_UNITS.findall(between)))
        self._last = at, units
        return types.Position(line, units)

    def range(self, start: int, end: int) -> types.Range:
        """The range of a stretch."""
        return types.Range(self.position(start), self.position(end))


class Document(Text):
    """A text that is open in an editor.

    Args:
        uri: what the editor calls it.
        version: the editor's count of its changes.
        whole: the text.
        name: what messages call it.
    """

    def __init__(self, uri: str, version: int, whole: str, name: str) -> None:
        whole = _joined(whole)
        super().__init__(SourceFile.from_text(name, whole), whole)
        self.uri = uri
        self.version = version
        self.tree: nodes.Tree = parse(self.source.readable)
        self._data: bytes | None = None

    @property
    def data(self) -> bytes:
        """The text as the bytes of a file."""
        if self._data is None:
            self._data = self.whole.encode("utf-8", "surrogatepass")
        return self._data

    def replace(self, whole: str) -> None:
        """Take another text."""
        self._take(SourceFile.from_text(self.source.name, _joined(whole)), _joined(whole))
        self.tree = parse(self.source.readable)

    def edit(self, where: types.Range, text: str) -> None:
        """Put a text in the place of a stretch."""
        start, end = sorted((self.offset_in_whole(where.start), self.offset_in_whole(where.end)))
        whole = self.whole[:start] + text + self.whole[end:]
        old, mark = self.source, self._mark
        new = SourceFile.from_text(old.name, whole)
        joined = _joined(whole)
        if old.too_large or new.too_large or start < mark or whole.startswith(_BOM) != bool(mark) or joined != whole:
            self.replace(whole)
            return
        self._take(new, whole)
        self.tree = reparse(self.tree, old.readable, new.readable, start - mark, end - mark, start - mark + len(text))

    def _take(self, source: SourceFile, whole: str) -> None:
        self.source, self.whole, self._mark = source, whole, int(whole.startswith(_BOM))
        self._lines = self._data = None
        self._last = (0, 0)


def _joined(text: str) -> str:
    """A text in which the two halves of a character, which may come in two edits, are that character."""
    if text.isascii() or _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
