"""Where a cursor is: in which line of which statement, and whether in a comment."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final

from storyscript.editing.view import item_at
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from storyscript.analysis.files import File


class Cursor:
    """A place in a file.

    Args:
        file: the file.
        offset: any; one outside the text is taken for its nearest end, and one within a line end for the line's.

    Attributes:
        text: of the file, as it was parsed.
        offset: of the cursor, within the text.
        start: where its line begins.
        end: where its line ends, or the comment in it begins.
        comment: the comment in its line, before or behind the cursor.
        item: the statement that the line belongs to.
    """

    def __init__(self, file: File, offset: int) -> None:
        self.text: Final = file.source.readable
        offset = max(0, min(offset, len(self.text)))
        self.start: Final = self.text.rfind("\n", 0, offset) + 1
        stop = self.text.find("\n", offset)
        if stop < 0:
            stop = len(self.text)
        elif file.source.text.endswith("\r", self.start, stop):
            stop -= 1
        self.offset: Final = min(offset, stop)
        comments = file.tree.comments
        at = bisect_left(comments, self.start, key=lambda comment: comment.start)
        self.comment: Final = comments[at] if at < len(comments) and comments[at].start <= stop else None
        self.end: Final = stop if self.comment is None else self.comment.start
        self.item: Final = item_at(file.tree, self.end)

    @cached_property
    def line(self) -> nodes.BlockLine | None:
        """The line of a block that this one is, or the property that it continues; None where it is neither."""
        if not isinstance(self.item, nodes.Block):
            return None
        lines = self.item.lines
        at = bisect_right(lines, self.end, key=lambda line: line.start)
        line = lines[at - 1] if at else None
        if line is None or line.start >= self.start:
            return line
        if isinstance(line, nodes.Property) and line.lines:
            at = bisect_right(line.lines, self.end, key=lambda more: more.start)
            if at and line.lines[at - 1].start >= self.start:
                return line
        return None

    @property
    def setting(self) -> nodes.Setting | None:
        """The setting that the line is, by itself or between the lines of a block."""
        if isinstance(self.item, nodes.Setting):
            return self.item if self.item.start == self.start else None
        return self.line if isinstance(self.line, nodes.Setting) else None

    @property
    def head(self) -> nodes.Item | None:
        """The statement whose first line this is."""
        return self.item if self.item is not None and self.item.start >= self.start else None

    def value_start(self, line: nodes.Setting | nodes.Property) -> int:
        """Where the value of a setting or property may begin in this line: behind its colon, or in the first column."""
        if line.start < self.start:
            return self.start
        word = line.key if isinstance(line, nodes.Setting) else line.word
        return self.text.index(":", line.start + len(word)) + 1
