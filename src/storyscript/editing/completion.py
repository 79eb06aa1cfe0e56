"""What an editor may offer a writer where the cursor is.

*Enter stays Enter.* Editors take the word that they show first when Enter is pressed, and writers press it at the end
of every line. So nothing is offered where what is typed is whole: a name, a value, a keyword that stands there in full
may be what another begins with, and whoever wants that one types on. Nothing is offered in plain prose, and on an empty
line only to those who ask.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.text import Mentions
from storyscript.editing.completion_comments import in_comment
from storyscript.editing.completion_items import Item, Kind, Typed
from storyscript.editing.completion_lines import mark, properties, properties_of, statements
from storyscript.editing.completion_paths import PICTURES, STORIES, Folder, paths
from storyscript.editing.completion_texts import TextPlace, in_text, mentions_in
from storyscript.editing.completion_values import NONE, leads, setting_values, spaced, value_typed
from storyscript.editing.cursor import Cursor
from storyscript.syntax import nodes
from storyscript.vocabulary import TEXT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    place = _Place(view, file, Cursor(file, offset), folder, asked=asked)
    return list(_in_one_line(place.items(), file.source.text, place.offset))


def _in_one_line(items: Iterable[Item], text: str, offset: int) -> Iterator[Item]:
    """The items as an editor can take them, for which a carriage return by itself ends a line too."""
    for item in items:
        if text.find("\r", item.start, offset) < 0:
            stop = text.find("\r", offset, item.end)
            yield item if stop < 0 else item._replace(end=stop)


class _Place:
    """Where the cursor is, and what there is to offer."""

    def __init__(self, view: View, file: File, cursor: Cursor, folder: Folder | None, *, asked: bool) -> None:
        self.view: Final = view
        self.file: Final = file
        self.cursor: Final = cursor
        self.folder: Final = folder
        self.asked: Final = asked
        self.text: Final = cursor.text
        self.offset: Final = cursor.offset
        self.line: Final = (cursor.start, cursor.end)

    def items(self) -> list[Item]:
        comment = self.cursor.comment
        if comment is not None and self.offset > comment.start:
            if self.offset < comment.start + 2:
                return []
            return in_comment(self.view, self.file, comment, self.offset, asked=self.asked)
        start = self.cursor.start
        if self.offset > start and self.text[start] in " \t":
            return self._indented()
        found = statements(self.view, self.file, self.line, self.offset, asked=self.asked)
        return self._statement() if found is None else found

    # ---- lines at column 0 ---------------------------------------------------------------------------------------

    def _statement(self) -> list[Item]:
        """What is behind the first word of a line at column 0."""
        setting = self.cursor.setting
        if setting is not None:
            return self._value(setting)
        item = self.cursor.head
        if isinstance(item, nodes.Let):
            if self.offset < item.value_start:
                return []
            return self._in_text(item.value_start, Mentions.KEPT, item)
        include = _INCLUDE.match(self.text, self.cursor.start, self.offset)
        if include is not None:
            return self._paths(include.end(), STORIES)
        if isinstance(item, nodes.Scene | nodes.BadHead):
            return mark(self.text, self.line, self.offset, asked=self.asked)
        return []

    def _value(self, setting: nodes.Setting) -> list[Item]:
        begin = self.cursor.value_start(setting)
        if self.offset < begin:
            return []
        key = setting.key.lower()
        if key == "pad-image":
            return self._paths(begin, PICTURES)
        found = setting_values(key, self.view.story.names, self._typed(begin), asked=self.asked)
        if not found and key in TEXT_SETTINGS:
            return self._in_text(begin, Mentions.TEXT)
        return spaced(found, self.text)

    # ---- lines of a block ----------------------------------------------------------------------------------------

    def _indented(self) -> list[Item]:
        item, line = self.cursor.item, self.cursor.line
        if not isinstance(item, nodes.Block):
            return []
        if isinstance(line, nodes.Property):
            return self._property(item, line)
        written = self.text[self.cursor.start : self.cursor.end]
        if written.strip() and self.offset < self.cursor.end - len(written.lstrip(" \t")):
            return []  # in the white space before a line
        found = properties(self.text, item, self.line, self.offset, asked=self.asked)
        if found or not isinstance(line, nodes.Prose):
            return found
        return self._in_text(line.start, mentions_in(item))

    def _property(self, block: nodes.Block, line: nodes.Property) -> list[Item]:
        begin = self.cursor.value_start(line)
        if self.offset < begin:
            if self.offset < line.start:
                return []
            return properties(self.text, block, self.line, self.offset, asked=self.asked)
        if line.word not in properties_of(block):
            return []
        if line.word == "lead":
            return spaced(leads(self.view.story.names, self._typed(begin)), self.text)
        if line.word == "image":
            return self._paths(begin, PICTURES)
        if line.word == "caption" and self.asked and not line.lines:
            typed = self._typed(begin)
            if typed.start == typed.end:
                none = Item(Kind.VALUE, NONE, typed.start, typed.end, NONE, detail="no caption", finds=NONE)
                return spaced([none], self.text)
        return self._in_text(begin, mentions_in(block))

    # ---- parts of a line -----------------------------------------------------------------------------------------

    def _typed(self, begin: int) -> Typed:
        return value_typed(self.text, begin, self.cursor.end, self.offset)

    def _paths(self, begin: int, endings: tuple[str, ...]) -> list[Item]:
        return spaced(paths(self.folder, self.file, self._typed(begin), endings), self.text)

    def _in_text(self, start: int, mentions: Mentions, let: nodes.Let | None = None) -> list[Item]:
        return in_text(self.view, self.file, TextPlace(start, self.cursor.end, mentions, let), self.offset)
