"""Texts: variables, mentions and literals in them, and what comes out.

A text is read into pieces, and the pieces are put together into one string that still knows where each of its
characters comes from, so that a sign which may not stand there is reported where the writer can find it.
Source: language page, "Text".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum, auto
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.near import nearest
from storyscript.encoding import normalize
from storyscript.syntax.names import fold
from storyscript.syntax.signs import Kind, signs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storyscript.analysis.files import File
    from storyscript.analysis.story import Character, Names, Variable
    from storyscript.diagnostics.sink import Sink
    from storyscript.source import Span
    from storyscript.syntax.signs import Sign

MOST_INSERTED: Final = 1024 * 1024
"""How many bytes of UTF-8 variables and mentions may insert in a story."""

SPECIAL: Final = re.compile(r"[{}@|#\[]|\(\s*[nN]")
"""Where a text has none of these, it says what it says: nothing in it is inserted, and no sign is out of place."""

_NEAR: Final = 200


class Mentions(Enum):
    """What `@Name` is in a text."""

    ALLOWED = auto()
    KEPT = auto()
    """A variable holds it for where it is inserted."""
    FORBIDDEN = auto()
    TEXT = auto()


class Origin(Enum):
    """Where a piece comes from."""

    WRITTEN = auto()
    LITERAL = auto()
    VARIABLE = auto()
    MENTION = auto()


class Piece(NamedTuple):
    """A piece of a text.

    Attributes:
        origin: where it comes from.
        value: the text; of a mention, the name.
        start, end: offsets in the source: of the text itself where it is written there, else of what inserts it.
        written: of a mention, what was written.
    """

    origin: Origin
    value: str
    start: int
    end: int
    written: str = ""


@dataclass(slots=True, eq=False)
class Text:
    """A text that was read.

    Attributes:
        file: where it is.
        pieces: in order.
        mentions: whether a mention is among them.
        poisoned: something in it is unknown, and was reported.
    """

    file: File
    pieces: list[Piece]
    mentions: bool = False
    poisoned: bool = False


class Composed:
    """A text put together.

    Attributes:
        file: where it is.
        raw: before white space is collapsed; offsets count in it.
    """

    __slots__ = ("_by", "_pieces", "_starts", "file", "raw")

    def __init__(self, file: File, pieces: list[Piece]) -> None:
        """Put pieces together.

        Args:
            file: where the text is.
            pieces: in order, with the value of each mention put in.
        """
        self.file = file
        self.raw = "".join([piece.value for piece in pieces])
        self._pieces = pieces
        self._starts: list[int] | None = None
        self._by = 0

    def moved(self, file: File, by: int) -> Composed:
        """The same text, where it stands in a later form of its file."""
        moved = Composed.__new__(Composed)
        moved.file, moved.raw, moved._pieces = file, self.raw, self._pieces  # noqa: SLF001 - its own class
        moved._starts, moved._by = self._starts, self._by + by  # noqa: SLF001 - as above
        return moved

    @property
    def value(self) -> str:
        """The text as sent."""
        return normalize(self.raw)

    def _piece(self, offset: int) -> int:
        """The number of the piece that an offset lies in."""
        if self._starts is None:  # most texts have nothing to report, so nobody asks
            self._starts = [0, *accumulate(len(piece.value) for piece in self._pieces)]
        return bisect_right(self._starts, offset, 0, len(self._pieces)) - 1

    def origin(self, start: int, end: int) -> Origin:
        """Where a stretch comes from; what is written if any of it is, since that is where it can be mended."""
        first = self._piece(start)
        return self._pieces[first].origin if first == self._piece(end - 1) else Origin.WRITTEN

    def span(self, start: int, end: int) -> Span:
        """Where a stretch is written, or what inserts it."""
        first, last = self._piece(start), self._piece(end - 1)
        for piece in self._pieces[first : last + 1]:
            if piece.origin in (Origin.VARIABLE, Origin.MENTION):
                return self.file.span(piece.start + self._by, piece.end + self._by)
        assert self._starts is not None  # noqa: S101 - for the type checker: looking the pieces up made them
        head, tail = self._pieces[first], self._pieces[last]
        return self.file.span(
            min(head.start + start - self._starts[first], head.end) + self._by,
            min(tail.start + end - self._starts[last], tail.end) + self._by,
        )


class TextReader:
    """Reads and composes the texts of one story, and keeps count of what they insert.

    Attributes:
        inserted: so many bytes of UTF-8 were inserted so far.
    """

    def __init__(self, names: Names, sink: Sink) -> None:
        self.names: Final = names
        self.sink: Final = sink
        self.inserted = 0
        self._over = False

    # ---- reading ---------------------------------------------------------------------------------------------

    def read(self, file: File, lines: Sequence[tuple[int, int]], mentions: Mentions) -> Text:
        """Read lines, given by their offsets, that are joined by a space; reports SS104, SS205, SS209, SS214."""
        text = Text(file, [])
        for start, end in lines:
            if text.pieces:
                text.pieces.append(Piece(Origin.WRITTEN, " ", start, start))
            self._read_line(text, start, end, mentions)
        return text

    def _read_line(self, text: Text, start: int, end: int, mentions: Mentions) -> None:
        source = text.file.source.readable
        written = start  # from here on, nothing is in the pieces yet
        for sign in signs(source, start, end, mentions=mentions is not Mentions.TEXT):
            if sign.start > written:
                text.pieces.append(Piece(Origin.WRITTEN, source[written : sign.start], written, sign.start))
            written = sign.end
            inner = source[sign.inner_start : sign.inner_end]
            if sign.kind is Kind.MENTION:
                self._mention(text, inner, sign, mentions)
            elif sign.kind is Kind.VARIABLE:
                self._insert(text, inner, sign.start, sign.end, mentions)
            elif sign.kind is Kind.WRONG:
                self._wrong_brace(text, inner, sign, end)
            elif inner:
                text.pieces.append(Piece(Origin.LITERAL, inner, sign.inner_start, sign.inner_end))
        if end > written:
            text.pieces.append(Piece(Origin.WRITTEN, source[written:end], written, end))

    def _mention(self, text: Text, name: str, sign: Sign, mentions: Mentions) -> None:
        written = text.file.source.readable[sign.start : sign.end]
        if mentions is Mentions.FORBIDDEN:
            self._forbidden(text, written, sign.start, sign.end)
            return
        span = text.file.span(sign.inner_start, sign.inner_end)
        if find_character(self.names, self.sink, name, span, written=written) is None:
            text.poisoned = True
            return
        text.mentions = True
        text.pieces.append(Piece(Origin.MENTION, name, sign.start, sign.end, written))

    def _forbidden(self, text: Text, written: str, start: int, end: int) -> None:
        text.poisoned = True
        self.sink.report(
            "SS214",
            text.file.span(start, end),
            f"`{written}` mentions a character where none can be: only scenes, events and captions show others",
            hint=f'write the name without `@`, or `{{"{written}"}}` for the sign itself',
        )

    def _wrong_brace(self, text: Text, written: str, sign: Sign, end: int) -> None:
        text.poisoned = True
        if not self.sink.is_full("SS104", text.file.source):
            # A name beside the brace may be what was meant; of a very long line, only what is near.
            source = text.file.source.readable
            line_start = source.rfind("\n", 0, sign.start) + 1
            self.names.excuse_uses(source[max(line_start, sign.start - _NEAR) : min(end, sign.start + _NEAR)])
        if written == "}":
            message = "`}` without a `{` before it on the line"
        elif not written.endswith("}"):
            message = "`{` is not closed on its line"
        elif not written.strip("{}").strip():
            message = "`{}` names no variable"
        else:
            message = f"`{written}` is not a variable's name in braces"
        hint = 'write `{name}`, without spaces; a brace itself is `{"{"}` or `{"}"}`'
        self.sink.report("SS104", text.file.span(sign.start, sign.start + 1), message, hint=hint)

    def _insert(self, text: Text, name: str, start: int, end: int, mentions: Mentions) -> None:
        variable = self._variable(text.file, name, start + 1)
        if variable is None or variable.poisoned:
            text.poisoned = True
            return
        if not self.may_insert(variable.size, text.file, start, end):
            text.poisoned = True
            return
        for part in variable.parts:
            if isinstance(part, str):
                text.pieces.append(Piece(Origin.VARIABLE, part, start, end))
            elif mentions is Mentions.FORBIDDEN:
                self._forbidden(text, part[1], start, end)
            elif mentions is Mentions.TEXT:
                text.pieces.append(Piece(Origin.VARIABLE, part[1], start, end))
            else:
                text.mentions = True
                text.pieces.append(Piece(Origin.MENTION, part[0], start, end, part[1]))

    def _variable(self, file: File, name: str, start: int) -> Variable | None:
        names, key = self.names, fold(name)
        variable = names.variables.get(key)
        if variable is not None:
            names.use(variable)
            return variable
        later = names.all_variables.get(key)
        if later is not None:
            names.use(later)
            later_hint = "move this `let` below it, or write its text out"
            message = f"variable `{name}` is not defined yet here: a `let` uses those above it"
            self.sink.report("SS205", file.span(start, start + len(name)), message, hint=later_hint)
            return None
        if names.is_excused(key):
            return None
        hint = f'define it with `let {name} = …`, or write `{{"{{{name}}}"}}` for the text itself'
        near = None if self.sink.is_full("SS205", file.source) else nearest(name, names.all_variables)
        if names.is_indented(key):
            hint = _INDENTED
        elif near is not None:
            names.use(names.all_variables[near])
            hint = f"did you mean `{names.all_variables[near].name}`?"
        elif key in names.characters:
            names.use(names.characters[key])
            hint = f"`{name}` is a character: `@{name}` mentions it"
        self.sink.report("SS205", file.span(start, start + len(name)), f"unknown variable `{name}`", hint=hint)
        return None

    def may_insert(self, size: int, file: File, start: int, end: int) -> bool:
        """Count bytes that are inserted; reports SS209 once, at the insertion that passes the bound."""
        self.inserted += size
        if self.inserted <= MOST_INSERTED:
            return True
        if not self._over:
            self._over = True
            self.sink.report(
                "SS209",
                file.span(start, end),
                "variables and mentions insert more than 1 MiB of text into this story",
                hint="insert less, or shorter texts",
            )
        return False

    # ---- composing -------------------------------------------------------------------------------------------

    def compose(self, text: Text, speak: Callable[[str], str] | None = None, *, count: bool = True) -> Composed:
        """Put a text together.

        Args:
            text: what was read.
            speak: what stands for a mention, given its name in NFC; asked in the order of the text.
            count: whether mentions count as insertions; not where the same text is composed once more.
        """
        pieces = text.pieces
        if speak is not None and text.mentions:
            pieces = []
            for piece in text.pieces:
                if piece.origin is not Origin.MENTION:
                    pieces.append(piece)
                    continue
                value = speak(fold(piece.value))
                if count and not self.may_insert(byte_size(value), text.file, piece.start, piece.end):
                    text.poisoned = True
                    break
                pieces.append(Piece(Origin.MENTION, value, piece.start, piece.end))
        return Composed(text.file, pieces)


_INDENTED: Final = "the line that would define it is indented, and so is text: statements begin at column 0"


def find_character(names: Names, sink: Sink, name: str, span: Span, *, written: str = "") -> Character | None:
    """Look a character up; reports SS205 unless the name is excused.

    Args:
        names: the story's.
        sink: takes the problem.
        name: of the character.
        span: where it stands.
        written: in a text, the whole mention, which may have been meant as plain text.
    """
    key = fold(name)
    character = names.characters.get(key)
    if character is not None:
        names.use(character)
        return character
    if names.is_excused(key):
        return None
    hint = f"define it with `character {name}`"
    if written:
        hint += f', or write `{{"{written}"}}` for the text itself'
    near = None if sink.is_full("SS205", span.source) else nearest(name, names.characters)
    if names.is_indented(key):
        hint = _INDENTED
    elif near is not None:
        found = names.characters[near]
        names.use(found)
        hint = f"did you mean `{found.name}`?"
        if written and name.startswith(found.name):
            hint += f" Where text follows a name directly, write `@{{{found.name}}}`"
    elif key in names.all_variables:
        names.use(names.all_variables[key])
        hint = f"`{name}` is a variable: `{{{name}}}` inserts it"
    sink.report("SS205", span, f"unknown character `{name}`", hint=hint)
    return None


def byte_size(text: str) -> int:
    """Bytes of UTF-8 that a text takes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
