"""What an editor says of what the cursor is on: a word of the language, a name, or the panel that a line belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.diagnostics.catalog import TITLES
from storyscript.editing.completion_paths import PICTURES
from storyscript.editing.cursor import Cursor
from storyscript.editing.hover_names import describe_character, describe_include, describe_variable
from storyscript.editing.hover_panels import describe_panel
from storyscript.editing.hover_words import (
    describe_code,
    describe_keyword,
    describe_mark,
    describe_property,
    describe_setting,
)
from storyscript.editing.markdown import picture
from storyscript.source import trimmed
from storyscript.syntax import nodes
from storyscript.syntax.names import fold
from storyscript.syntax.signs import Kind, signs
from storyscript.vocabulary import CHARACTER_SETTINGS, SETTING_MEANINGS, TEXT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.analysis.files import File
    from storyscript.editing.view import View
    from storyscript.syntax.signs import Sign
    from storyscript.tokens.counter import TokenCounter

_CODE: Final = re.compile(r"(?ai:SS[0-9]{3})(?![\w-])")
_LITERAL: Final = 'Stands in the text as it is written between `{"` and `"}`.'
_RULE: Final = "\n\n---\n\n"


class Hover(NamedTuple):
    """What is said.

    Attributes:
        start, end: offsets of what it is said of, within one line.
        text: in Markdown; texts of the story are in it as code.
    """

    start: int
    end: int
    text: str


def hover(
    view: View,
    file: File,
    offset: int,
    *,
    counter: TokenCounter | None = None,
    uri_named: Callable[[str], str | None] | None = None,
) -> Hover | None:
    """What there is to say of what stands at an offset; None of white space and of what has no meaning.

    Args:
        view: a story that the file is part of.
        file: the file that is looked at.
        offset: of the sign that is pointed at.
        counter: counts the tokens of a panel's prompt; by default as exactly as can be.
        uri_named: the URI of what the file names by a path, None where it is not there; without it, no picture is
            shown.
    """
    return _Looking(view, file, Cursor(file, offset), counter, uri_named).found()


class _Looking:
    def __init__(
        self,
        view: View,
        file: File,
        cursor: Cursor,
        counter: TokenCounter | None,
        uri_named: Callable[[str], str | None] | None,
    ) -> None:
        self.view: Final = view
        self.file: Final = file
        self.cursor: Final = cursor
        self.counter: Final = counter
        self.uri_named: Final = uri_named
        self.text: Final = cursor.text
        self.offset: Final = cursor.offset

    def found(self) -> Hover | None:
        comment = self.cursor.comment
        if comment is not None and self.offset >= comment.start:
            return self._in_comment(comment)
        setting = self.cursor.setting
        if setting is not None:
            return self._setting(setting)
        head = self.cursor.head
        if isinstance(head, nodes.Let):
            return self._let(head)
        if isinstance(head, nodes.Section):
            return self._section(head)
        if head is not None and not isinstance(head, nodes.Stray):
            return self._head(head) if isinstance(head, nodes.Block) else None
        item, line = self.cursor.item, self.cursor.line
        if not isinstance(item, nodes.Block) or line is None:
            return None
        if isinstance(line, nodes.Property):
            return self._property(item, line)
        return self._sign(line.start, line.end) or self._block(item, line.start, line.end)

    # ---- lines at column 0 ---------------------------------------------------------------------------------------

    def _in_comment(self, comment: nodes.Comment) -> Hover | None:
        for match in _CODE.finditer(self.text, comment.start, comment.end):
            name = match[0].upper()
            if match.start() <= self.offset < match.end() and name in TITLES:
                return Hover(match.start(), match.end(), describe_code(name))
        return None

    def _setting(self, setting: nodes.Setting) -> Hover | None:
        key = setting.key.lower()
        if key not in SETTING_MEANINGS:
            return None
        told = None
        if key in CHARACTER_SETTINGS:
            told = self._character(setting.value_start, setting.end)
        elif key in TEXT_SETTINGS:
            told = self._sign(setting.value_start, setting.end, mentions=False)
        text = describe_setting(self.view, self.file, setting)
        if told is None and key == "pad-image":
            told = self._picture(setting.value_start, setting.end, text)
        return told or self._over(setting.start, setting.end, text)

    def _let(self, let: nodes.Let) -> Hover | None:
        if self._is_on(let.start, len(let.type)):
            return self._keyword(let)
        told = self._sign(let.value_start, let.end)
        if told is not None:
            return told
        variable = self.view.story.names.all_variables.get(fold(let.name))
        if variable is None or variable.node is not let:
            return None
        return self._over(let.name_start, let.end, describe_variable(variable, self.file))

    def _section(self, node: nodes.Section) -> Hover | None:
        if isinstance(node, nodes.Include) and not self._is_on(node.start, len(node.type)):
            return self._over(node.value_start, node.end, describe_include(self.view, node, self.file))
        return self._keyword(node) if self._is_on(node.start, len(node.type)) else None

    def _head(self, block: nodes.Block) -> Hover | None:
        if isinstance(block, nodes.BadHead):
            if not self._is_on(block.start, len(block.keyword)):
                return None
            return Hover(block.start, block.start + len(block.keyword), describe_keyword(block.keyword))
        if not isinstance(block, nodes.Character | nodes.Scene | nodes.Event):
            return None
        if isinstance(block, nodes.Scene) and block.no_character:
            mark = self.text.rindex("[", block.start, block.end)
            if self.offset >= mark:
                return self._with_block(mark, block.end, describe_mark(), block)
        if self._is_on(block.start, len(block.type)):
            end = block.start + len(block.type)
            return self._with_block(block.start, end, describe_keyword(block.type.lower()), block)
        return self._block(block, block.start, block.end)

    # ---- lines of a block ----------------------------------------------------------------------------------------

    def _property(self, block: nodes.Block, line: nodes.Property) -> Hover | None:
        begin = self.cursor.value_start(line)
        if line.start >= self.cursor.start and self.offset < begin:
            return self._over(line.start, line.start + len(line.word), describe_property(line.word))
        end = self.cursor.end
        if line.word == "lead":
            told = self._character(begin, end)
        elif line.word == "image":
            told = self._picture(begin, end, self._told(block))
        else:
            told = self._sign(begin, end)
        return told or self._block(block, begin, end)

    def _block(self, block: nodes.Block, start: int, end: int) -> Hover | None:
        """What a block is, told of a stretch of it for which there is no better answer."""
        text = self._told(block)
        return self._over(start, end, text) if text else None

    def _with_block(self, start: int, end: int, text: str, block: nodes.Block) -> Hover | None:
        told = self._told(block)
        return self._over(start, end, f"{told}{_RULE}{text}" if told else text)

    def _told(self, block: nodes.Block) -> str:
        if isinstance(block, nodes.Character):
            character = self.view.story.names.characters.get(fold(block.name))
            if character is None or character.block is not block:
                return ""
            return describe_character(self.view, character, self.file)
        panel = self.view.panel_of(block)
        return "" if panel is None else describe_panel(self.view, panel, self.counter)

    # ---- parts of a line -----------------------------------------------------------------------------------------

    def _is_on(self, start: int, length: int) -> bool:
        return start <= self.offset < start + length

    def _keyword(self, item: nodes.Line) -> Hover | None:
        keyword = item.type.lower()
        return Hover(item.start, item.start + len(keyword), describe_keyword(keyword))

    def _over(self, start: int, end: int, text: str) -> Hover | None:
        """Say something of a stretch, without the white space around it; None where the cursor is outside."""
        start, end = trimmed(self.text, start, end)
        return Hover(start, end, text) if start <= self.offset <= end and start < end else None

    def _character(self, start: int, end: int) -> Hover | None:
        name = self.text[start:end].strip()
        character = self.view.story.names.characters.get(fold(name))
        if character is None:
            return None
        return self._over(start, end, describe_character(self.view, character, self.file))

    def _picture(self, start: int, end: int, text: str) -> Hover | None:
        """The picture that a stretch names, above a text, where it is a file of this machine."""
        path = self.text[start:end].strip()
        if self.uri_named is None or not path.lower().endswith(PICTURES):
            return None
        # An address is not shown: to look at a text would then tell its owner.
        uri = self.uri_named(path)
        return None if uri is None else self._over(start, end, f"{picture(path, uri)}\n\n{text}".rstrip())

    def _sign(self, start: int, end: int, *, mentions: bool = True) -> Hover | None:
        """What the sign of a text inserts that the cursor is on."""
        for sign in signs(self.text, start, end, mentions=mentions):
            if sign.start <= self.offset < sign.end:
                told = self._inserted(sign)
                return None if told is None else Hover(sign.start, sign.end, told)
        return None

    def _inserted(self, sign: Sign) -> str | None:
        names = self.view.story.names
        key = fold(self.text[sign.inner_start : sign.inner_end])
        if sign.kind is Kind.MENTION and key in names.characters:
            return describe_character(self.view, names.characters[key], self.file)
        if sign.kind is Kind.VARIABLE and key in names.all_variables:
            return describe_variable(names.all_variables[key], self.file)
        return _LITERAL if sign.kind is Kind.LITERAL else None
