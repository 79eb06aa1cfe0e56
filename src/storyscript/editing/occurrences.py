"""Where a file says a name: in the heads that define it, and wherever a line or a text speaks of it.

This is read off the tree alone, so it works while a story is being written. A line that is wrong where it stands (a
property of another block, a setting nobody knows, text below a wrong head) still means what it says: whoever renames
a character means that line too, and has not to mend it first.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.source import trimmed
from storyscript.syntax import nodes
from storyscript.syntax.names import fold, is_name
from storyscript.syntax.signs import Kind, signs
from storyscript.vocabulary import CHARACTER_SETTINGS, SETTINGS, TEXT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.analysis.files import File
    from storyscript.syntax.signs import Sign


class Space(Enum):
    """Among which names a name is one (language page, "Lines, white space, names")."""

    CHARACTER = "character"
    VARIABLE = "variable"
    PANEL = "scene or event"


class Form(Enum):
    """How a name is written."""

    PLAIN = auto()
    """By itself: in a head, behind `lead:` and `main:`."""
    MENTION = auto()
    """`@Name`."""
    BRACED = auto()
    """`@{Name}`."""
    VARIABLE = auto()
    """`{name}`."""


_BEFORE: Final = {Form.PLAIN: 0, Form.MENTION: 1, Form.BRACED: 2, Form.VARIABLE: 1}
_BEHIND: Final = {Form.PLAIN: 0, Form.MENTION: 0, Form.BRACED: 1, Form.VARIABLE: 1}


class Occurrence(NamedTuple):
    """A name in a file.

    Attributes:
        space: what it is the name of.
        key: the name in NFC, by which names are compared.
        start, end: offsets of the name itself, without the signs around it.
        form: how it is written.
        defines: whether this is where something gets the name; else something is meant by it.
    """

    space: Space
    key: str
    start: int
    end: int
    form: Form
    defines: bool = False

    @property
    def sign_start(self) -> int:
        """Where the name begins with the signs that belong to it."""
        return self.start - _BEFORE[self.form]

    @property
    def sign_end(self) -> int:
        """Where it ends with them."""
        return self.end + _BEHIND[self.form]


def occurrences(file: File) -> list[Occurrence]:
    """Every name in a file, in the order of the text. A mention counts also where none may stand (SS214)."""
    return list(_Walk(file.source.readable).items(file.tree.items))


def occurrence_at(names: Sequence[Occurrence], offset: int) -> Occurrence | None:
    """The name that a cursor stands in, or directly before or behind.

    Args:
        names: of the file, as `occurrences` gives them.
        offset: of the cursor; between two signs, as in `{a}{b}`, it stands in the second.
    """
    at = bisect_right(names, offset, key=lambda name: name.sign_start)
    if not at or offset > names[at - 1].sign_end:
        return None
    return names[at - 1]


class _Walk:
    def __init__(self, text: str) -> None:
        self._text: Final = text

    def items(self, items: Sequence[nodes.Item]) -> Iterator[Occurrence]:
        for item in items:
            if isinstance(item, nodes.Block):
                yield from self._head(item)
                for line in item.lines:
                    yield from self._line(line)
            elif isinstance(item, nodes.Let):
                yield self._defined(Space.VARIABLE, item.name, item.name_start)
                yield from self._signs(item.value_start, item.end)
            elif isinstance(item, nodes.Setting):
                yield from self._setting(item)

    def _head(self, block: nodes.Block) -> Iterator[Occurrence]:
        if isinstance(block, nodes.Character):
            yield self._defined(Space.CHARACTER, block.name, block.name_start)
        elif isinstance(block, nodes.Scene | nodes.Event):
            if block.name is not None:
                yield self._defined(Space.PANEL, block.name, block.name_start)
        elif isinstance(block, nodes.Bad | nodes.BadHead):
            yield from self._signs(block.start, block.end)

    def _line(self, line: nodes.BlockLine) -> Iterator[Occurrence]:
        if isinstance(line, nodes.Setting):
            yield from self._setting(line)
        elif isinstance(line, nodes.Property):
            yield from self._value(line.word, line)
            for more in line.lines:
                yield from self._signs(more.start, more.end)
        else:
            yield from self._signs(line.start, line.end)

    def _setting(self, setting: nodes.Setting) -> Iterator[Occurrence]:
        key = setting.key.lower()
        if key in CHARACTER_SETTINGS:
            yield from self._character(setting.value_start, setting.end)
        elif key in TEXT_SETTINGS:
            yield from self._signs(setting.value_start, setting.end, mentions=False)
        elif key not in SETTINGS:  # a property that lacks its indentation, or somebody's speech
            yield from self._value(key, setting)

    def _value(self, word: str, line: nodes.Property | nodes.Setting) -> Iterator[Occurrence]:
        if word == "lead":
            yield from self._character(line.value_start, line.end)
        elif word != "image":
            yield from self._signs(line.value_start, line.end)

    def _character(self, start: int, end: int) -> Iterator[Occurrence]:
        start, end = trimmed(self._text, start, end)
        name = self._text[start:end]
        if is_name(name):
            yield Occurrence(Space.CHARACTER, fold(name), start, end, Form.PLAIN)

    def _signs(self, start: int, end: int, *, mentions: bool = True) -> Iterator[Occurrence]:
        for sign in signs(self._text, start, end, mentions=mentions):
            if sign.kind is Kind.MENTION:
                yield self._meant(
                    Space.CHARACTER, sign, Form.BRACED if self._text[sign.end - 1] == "}" else Form.MENTION
                )
            elif sign.kind is Kind.VARIABLE:
                yield self._meant(Space.VARIABLE, sign, Form.VARIABLE)

    def _meant(self, space: Space, sign: Sign, form: Form) -> Occurrence:
        key = fold(self._text[sign.inner_start : sign.inner_end])
        return Occurrence(space, key, sign.inner_start, sign.inner_end, form)

    @staticmethod
    def _defined(space: Space, name: str, start: int) -> Occurrence:
        return Occurrence(space, fold(name), start, start + len(name), Form.PLAIN, defines=True)
