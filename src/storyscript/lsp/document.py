r"""A text that an editor has open, with its tree, kept up with each edit; and its positions, in the editor's own units.

An editor counts lines by `\n`, `\r\n` and a lone `\r`, and columns in units of UTF-16; a story's own lines end at
`\n` alone, and all offsets here are code points. A mark of UTF-8 at the start is a character for the editor, and none
for the story. Source: Language Server Protocol, "Text Documents".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.source import SourceFile
from storyscript.syntax.parser import parse
from storyscript.syntax.reparse import reparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.syntax import nodes

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_BOM: Final = "\ufeff"
_TWO_UNITS: Final = re.compile("[\U00010000-\U0010ffff]")
_HALF: Final = re.compile("[\ud800-\udfff]")


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
                self._lines = _line_starts(whole)
        return self._lines

    def offset(self, position: types.Position) -> int:
        """The offset of a position; of one beyond its line, the line's end, and beyond the text, the text's end."""
        return max(self.offset_in_whole(position) - self._mark, 0)

    def offset_in_whole(self, position: types.Position) -> int:
        """The same, in the text as the editor has it."""
        if position.line >= len(self.lines):
            return len(self.whole)
        return _along(self.whole, self.lines[position.line], position.character)

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
        version: the editor's count of its changes; None for a text that no editor has open.
        whole: the text.
        name: what messages call it.
    """

    def __init__(self, uri: str, version: int | None, whole: str, name: str) -> None:
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
        whole = _joined(whole)
        self._take(SourceFile.from_text(self.source.name, whole), whole)
        self.tree = parse(self.source.readable)

    def edit(self, edits: Sequence[tuple[types.Range, str]]) -> None:
        """Put texts in the place of stretches.

        Args:
            edits: each a stretch, in the text as the one before left it, and what stands there then.
        """
        if not edits:
            return
        draft = _Draft(self.whole, self.lines)
        for where, text in edits:
            draft.put(where, text)
        whole, start, old_end, new_end = draft.whole, draft.start, draft.old_end, draft.new_end
        old, mark = self.source, self._mark
        new = SourceFile.from_text(old.name, whole)
        joined = _joined(whole)
        if old.too_large or new.too_large or start < mark or whole.startswith(_BOM) != bool(mark) or joined != whole:
            self.replace(whole)
            return
        self._take(new, whole)
        self.tree = reparse(self.tree, old.readable, new.readable, start - mark, old_end - mark, new_end - mark)

    def _take(self, source: SourceFile, whole: str) -> None:
        self.source, self.whole, self._mark = source, whole, int(whole.startswith(_BOM))
        self._lines = self._data = None
        self._last = (0, 0)


def _joined(text: str) -> str:
    """A text in which the two halves of a character, which may come in two edits, are that character."""
    if text.isascii() or _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class _Draft:
    """A text in which edits are made, and the stretch that they have changed.

    An editor that replaces a word everywhere sends hundreds of edits, from the last to the first: so lines are counted
    again only where an edit is behind one that was made.

    Args:
        whole: the text.
        lines: where its lines begin.

    Attributes:
        whole: the text as it is by now.
        start, old_end, new_end: the stretch, which ends elsewhere in the old text than in the new one.
    """

    def __init__(self, whole: str, lines: Sequence[int]) -> None:
        self.whole = whole
        self.start = self.old_end = self.new_end = -1
        self._lines = lines
        self._all = True

    def put(self, where: types.Range, text: str) -> None:
        """Put a text in the place of a stretch."""
        start, end = sorted((self._offset(where.start), self._offset(where.end)))
        self.whole = self.whole[:start] + text + self.whole[end:]
        count = bisect_right(self._lines, start)
        if count and self._lines[count - 1] == start and not self.whole.endswith("\n", 0, start):
            count -= 1  # behind a lone carriage return, which may now be a half of a line end
        self._lines, self._all = self._lines[: max(count, 1)], False
        if self.start < 0:
            self.start, self.old_end, self.new_end = start, end, end
        self.start = min(self.start, start)
        if end > self.new_end:
            self.old_end += end - self.new_end
            self.new_end = end
        self.new_end += len(text) - (end - start)

    def _offset(self, position: types.Position) -> int:
        if position.line >= len(self._lines) and not self._all:
            self._lines, self._all = _line_starts(self.whole), True
        if position.line >= len(self._lines):
            return len(self.whole)
        return _along(self.whole, self._lines[position.line], position.character)


def _line_starts(whole: str) -> list[int]:
    """Where an editor's lines begin."""
    return [0, *(match.end() for match in _LINE_END.finditer(whole))]


def _along(whole: str, start: int, units: int) -> int:
    """The offset that is so many units of UTF-16 behind the start of a line, or the line's end."""
    line = whole[start : start + units]  # of each character at least one unit
    end = _LINE_END.search(line)
    if end is not None:
        line = line[: end.start()]
    if line.isascii() or _TWO_UNITS.search(line) is None:
        return start + len(line)
    # Of a character that a position is in the middle of, the first half is one: the place is behind it.
    return start + len(line.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass"))
