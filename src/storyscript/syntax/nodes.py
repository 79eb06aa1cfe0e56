"""The tree of a story: one node a line, blocks holding theirs.

All positions are offsets into the text that was parsed. Nodes are plain: what they mean is for the analysis.
A leaf is also the token that the lexer gives to Lark, which only asks for its `type`; that saves building
every line twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final


@dataclass(slots=True)
class Line:
    """A line, from its first to behind its last character that is neither indentation nor comment."""

    start: int
    end: int

    type: ClassVar[str]
    # Lark copies these from the last token of a file to the end token that it makes; nothing reads them.
    start_pos: ClassVar[None] = None
    line: ClassVar[None] = None
    column: ClassVar[None] = None
    end_line: ClassVar[None] = None
    end_column: ClassVar[None] = None
    end_pos: ClassVar[None] = None


class Prose(Line):
    """An indented line of a block's text."""

    __slots__ = ()
    type: ClassVar[str] = "PROSE"


class Continuation(Line):
    """A line indented deeper than the property above it, whose text it continues."""

    __slots__ = ()
    type: ClassVar[str] = "CONTINUATION"


@dataclass(slots=True)
class Property(Line):
    """`caption: text` and its like, with the lines that continue it.

    Attributes:
        word: in lower case.
        value_start: behind the colon and the white space after it; the value ends with the line.
        lines: what continues it.
    """

    word: str
    value_start: int
    lines: list[Continuation] | tuple[()] = ()

    type: ClassVar[str] = "PROPERTY"

    def add(self, line: Continuation) -> None:
        """Take a line that continues the value."""
        if self.lines:
            self.lines.append(line)
        else:
            self.lines = [line]


@dataclass(slots=True)
class Setting(Line):
    """`key: value` at column 0.

    Attributes:
        key: as written.
        value_start: behind the colon and the white space after it; the value ends with the line.
    """

    key: str
    value_start: int

    type: ClassVar[str] = "SETTING"


@dataclass(slots=True)
class Section(Line):
    """`section TITLE`; the title begins at `value_start` and ends with the line."""

    value_start: int

    type: ClassVar[str] = "SECTION"


class Include(Section):
    """`include PATH`; the path begins at `value_start` and ends with the line."""

    __slots__ = ()
    type: ClassVar[str] = "INCLUDE"


@dataclass(slots=True)
class Let(Line):
    """`let NAME = TEXT`; the text begins at `value_start` and ends with the line."""

    name: str
    name_start: int
    value_start: int

    type: ClassVar[str] = "LET"


BlockLine = Prose | Property | Setting


@dataclass(slots=True)
class Block(Line):
    """A head, and the lines indented below it with the settings between them."""

    lines: list[BlockLine] = field(default_factory=list, init=False)

    def add(self, line: BlockLine) -> None:
        """Take the next line of the block."""
        self.lines.append(line)


@dataclass(slots=True)
class Character(Block):
    """`character NAME`."""

    name: str
    name_start: int

    type: ClassVar[str] = "CHARACTER"


@dataclass(slots=True)
class Scene(Block):
    """`scene [NAME] [[NC]]`."""

    name: str | None
    name_start: int
    no_character: bool

    type: ClassVar[str] = "SCENE"


@dataclass(slots=True)
class Event(Block):
    """`event [NAME]`."""

    name: str | None
    name_start: int

    type: ClassVar[str] = "EVENT"


@dataclass(slots=True)
class BadHead(Block):
    """A line that begins with a keyword and is not that statement's form.

    Attributes:
        keyword: in lower case.
    """

    keyword: str

    type: ClassVar[str] = "BAD_HEAD"


class Bad(Block):
    """A line at column 0 of no known form."""

    __slots__ = ()
    type: ClassVar[str] = "BAD"


class Stray(Block):
    """Indented lines that belong to no block; it begins where its first line does."""

    __slots__ = ()


Item = Setting | Section | Include | Let | Block


@dataclass(slots=True)
class Comment:
    """From its `//` to the end of its line.

    Attributes:
        alone: nothing but indentation stands before it.
    """

    start: int
    end: int
    alone: bool


@dataclass(slots=True)
class Tree:
    """A whole file: its items in order, and apart from them its comments."""

    items: list[Item] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    def add(self, item: Item) -> None:
        """Take the next item of the file."""
        self.items.append(item)


KEYWORDS: Final = ("character", "scene", "event", "section", "let", "include")
"""The words that begin a statement."""
PROPERTIES: Final = {
    "character": ("image", "as"),
    "scene": ("caption", "lead"),
    "event": ("lead",),
}
"""The properties that each kind of block has."""
PROPERTY_WORDS: Final = ("image", "as", "caption", "lead")
CONTINUED_WORDS: Final = ("caption", "as")
"""The properties that deeper lines continue."""
