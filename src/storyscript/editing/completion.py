"""What an editor may offer a writer where the cursor is.

*Enter stays Enter.* Editors take the word that they show first when Enter is pressed, and writers press it at the end
of every line. So nothing is offered where what is typed is whole: a name, a value, a keyword that stands there in full
may be what another begins with, and whoever wants that one types on. Nothing is offered in plain prose, and on an empty
line only to those who ask.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from storyscript.analysis.text import Mentions
from storyscript.editing.completion_comments import in_comment
from storyscript.editing.completion_items import Item, Kind
from storyscript.editing.completion_lines import mark, properties, statements
from storyscript.editing.completion_paths import PICTURES, STORIES, Folder, paths
from storyscript.editing.completion_texts import TextPlace, in_text
from storyscript.editing.completion_values import NONE, leads, setting_values, spaced, value_typed
from storyscript.editing.view import item_at
from storyscript.syntax import nodes
from storyscript.vocabulary import TEXT_SETTINGS

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.editing.view import View

TRIGGERS: Final = ("@", "{", "[", ":", "/")
"""Signs at which an editor asks by itself. A space is none of them: prose is full of spaces."""

_INCLUDE: Final = re.compile(r"(?ai:include)[ \t]+")


def complete(view: View, file: File, offset: int, *, asked: bool = True, folder: Folder | None = None) -> list[Item]:
    """What may stand where the cursor is, best first; editors filter it by what is typed on.

    Args:
        view: a story that the file is part of: its names are offered.
        file: the file that is written.
        offset: of the cursor.
        asked: whether the writer may have asked, in words or by typing one; not where a sign made the editor ask.
        folder: lists the files that may be named.
    """
    return _Place(view, file, max(0, min(offset, len(file.source.text))), folder, asked=asked).items()


class _Place:
    """Where the cursor is: in which line of what."""

    def __init__(self, view: View, file: File, offset: int, folder: Folder | None, *, asked: bool) -> None:
        self.view: Final = view
        self.names: Final = view.story.names
        self.file: Final = file
        self.text: Final = file.source.readable
        self.offset: Final = offset
        self.folder: Final = folder
        self.asked: Final = asked
        self.start: Final = self.text.rfind("\n", 0, offset) + 1
        stop = self.text.find("\n", offset)
        self.comment: Final = self._comment(len(self.text) if stop < 0 else stop)
        self.end: Final = (len(self.text) if stop < 0 else stop) if self.comment is None else self.comment.start
        self.item: Final = item_at(file.tree, self.end)

    def _comment(self, stop: int) -> nodes.Comment | None:
        """The comment in the line of the cursor."""
        comments = self.file.tree.comments
        at = bisect_left(comments, self.start, key=lambda comment: comment.start)
        return comments[at] if at < len(comments) and comments[at].start <= stop else None

    def items(self) -> list[Item]:
        comment = self.comment
        if comment is not None and self.offset > comment.start:
            if self.offset < comment.start + 2:
                return []
            return in_comment(self.view, self.file, comment, self.offset, asked=self.asked)
        if self.offset > self.start and self.text[self.start] in " \t":
            return self._indented()
        found = statements(self.file.tree, self.text, (self.start, self.end), self.offset, asked=self.asked)
        return self._statement() if found is None else found

    # ---- lines at column 0 ---------------------------------------------------------------------------------------

    def _statement(self) -> list[Item]:
        """What is behind the first word of a line at column 0."""
        setting = self._setting()
        if setting is not None:
            return self._value(setting)
        item = self.item
        if item is None or item.start != self.start:
            return []
        if isinstance(item, nodes.Let):
            if self.offset < item.value_start:
                return []
            return self._in_text(item.value_start, Mentions.KEPT, item)
        include = _INCLUDE.match(self.text, self.start, self.offset)
        if include is not None:
            typed = value_typed(self.text, include.end(), self.end, self.offset)
            return paths(self.folder, self.file, typed, STORIES)
        if isinstance(item, nodes.Scene | nodes.BadHead):
            return mark(self.text, (self.start, self.end), self.offset, asked=self.asked)
        return []

    def _setting(self) -> nodes.Setting | None:
        """The setting that the line is, by itself or between the lines of a block."""
        item = self.item
        if isinstance(item, nodes.Block):
            line = self._line_of(item)
            return line if isinstance(line, nodes.Setting) else None
        return item if isinstance(item, nodes.Setting) and item.start == self.start else None

    def _value(self, setting: nodes.Setting) -> list[Item]:
        colon = self.text.index(":", setting.start + len(setting.key)) + 1
        if self.offset < colon:
            return []
        key = setting.key.lower()
        typed = value_typed(self.text, colon, self.end, self.offset)
        if key == "pad-image":
            found = paths(self.folder, self.file, typed, PICTURES)
        else:
            found = setting_values(key, self.names, typed, asked=self.asked)
        if not found and key in TEXT_SETTINGS:
            return self._in_text(colon, Mentions.TEXT)
        return spaced(found, self.text)

    # ---- lines of a block ----------------------------------------------------------------------------------------

    def _line_of(self, block: nodes.Block) -> nodes.BlockLine | None:
        """The line of a block that the cursor is in, or the property that its line continues."""
        at = bisect_right(block.lines, self.end, key=lambda line: line.start)
        line = block.lines[at - 1] if at else None
        if line is None or line.start >= self.start:
            return line
        if isinstance(line, nodes.Property) and line.lines:
            at = bisect_right(line.lines, self.end, key=lambda more: more.start)
            if at and line.lines[at - 1].start >= self.start:
                return line
        return None

    def _indented(self) -> list[Item]:
        item = self.item
        if not isinstance(item, nodes.Block):
            return []
        line = self._line_of(item)
        if isinstance(line, nodes.Property):
            return self._property(item, line)
        written = self.text[self.start : self.end]
        if written.strip() and self.offset < self.end - len(written.lstrip(" \t")):
            return []  # in the white space before a line
        found = properties(self.text, item, (self.start, self.end), self.offset, asked=self.asked)
        if found or not isinstance(line, nodes.Prose):
            return found
        return self._in_text(line.start, self._mentions(item))

    def _property(self, block: nodes.Block, line: nodes.Property) -> list[Item]:
        if line.start < self.start:  # a line that continues it
            begin = self.start
        else:
            begin = self.text.index(":", line.start + len(line.word)) + 1
            if self.offset < begin:
                if self.offset < line.start:
                    return []
                return properties(self.text, block, (self.start, self.end), self.offset, asked=self.asked)
        kind = block.type.lower() if isinstance(block, nodes.Character | nodes.Scene | nodes.Event) else ""
        if line.word not in nodes.PROPERTIES.get(kind, ()):
            return []
        typed = value_typed(self.text, begin, self.end, self.offset)
        if line.word == "lead":
            return spaced(leads(self.names, typed), self.text)
        if line.word == "image":
            return spaced(paths(self.folder, self.file, typed, PICTURES), self.text)
        if line.word == "caption" and self.asked and not line.lines and typed.start == typed.end:
            none = Item(Kind.VALUE, NONE, typed.start, typed.end, NONE, detail="no caption", finds=NONE)
            return spaced([none], self.text)
        return self._in_text(begin, self._mentions(block))

    @staticmethod
    def _mentions(block: nodes.Block) -> Mentions:
        is_character = isinstance(block, nodes.Character) or (
            isinstance(block, nodes.BadHead) and block.keyword == "character"
        )
        return Mentions.FORBIDDEN if is_character else Mentions.ALLOWED

    def _in_text(self, start: int, mentions: Mentions, let: nodes.Let | None = None) -> list[Item]:
        return in_text(self.view, self.file, TextPlace(start, self.end, mentions, let), self.offset)
