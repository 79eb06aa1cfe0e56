"""What each stretch of a file is, for whoever colours it: editors and Pygments.

It is read off the language's own tree, so what is coloured as a property, a comment or a mention is one. What the tree
alone shows to be wrong is told as such. What a story means, nobody asks here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from enum import Enum, auto
from functools import cache
from operator import itemgetter
from typing import Final

from storyscript.diagnostics.ignores import read_ignore
from storyscript.source import trimmed
from storyscript.syntax import nodes, signs
from storyscript.syntax.names import is_name
from storyscript.vocabulary import (
    ADDRESS_SETTINGS,
    CHARACTER_SETTINGS,
    PLAIN_SETTINGS,
    SETTING_MEANINGS,
    TEXT_SETTINGS,
    choices,
)

_WHOLE: Final = re.compile(r"-?[0-9]+(?:[ \t]*[xX][ \t]*[0-9]+)?")
_DECIMAL: Final = re.compile(r"[0-9]*\.?[0-9]+|[0-9]+\.")
_FIRST_WORD: Final = re.compile(r"\S+")
_SIGN: Final = re.compile(r"[{}@]")


class Kind(Enum):
    """What a token is."""

    KEYWORD = auto()
    SETTING = auto()
    """A known setting's key."""
    PROPERTY = auto()
    """A property's word."""
    COLON = auto()
    EQUALS = auto()
    CHARACTER = auto()
    """A character's name, where it is defined."""
    PANEL = auto()
    """A scene's or an event's name."""
    VARIABLE = auto()
    """A variable's name, where it is defined."""
    TITLE = auto()
    """A section's."""
    MARK = auto()
    """`[NC]` on a head."""
    MENTION = auto()
    """`@Name`, the sign with it, or a character's name as a value."""
    BRACE = auto()
    """What stands around the name of a variable that is inserted."""
    INSERTED = auto()
    """The name of a variable that is inserted."""
    QUOTE = auto()
    """`{"` and `"}`."""
    LITERAL = auto()
    """What stands between them."""
    PROSE = auto()
    """A block's text."""
    STRING = auto()
    """Any other text."""
    ADDRESS = auto()
    """A URL or a file."""
    WHOLE = auto()
    """A number, or two as in `768x768`."""
    DECIMAL = auto()
    CONSTANT = auto()
    """A word that a value may be chosen from."""
    VALUE = auto()
    """A setting's value of which nothing more is known, and the rest of a line that is wrong."""
    COMMENT = auto()
    IGNORE = auto()
    """A comment that silences warnings."""
    WRONG = auto()


Token = tuple[int, int, Kind]
"""Start and end, and what stands between them; never empty, and always on one line."""


def tokens(text: str, tree: nodes.Tree, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a file in order; none overlaps another, and between them is nothing but white space.

    Args:
        text: what was parsed.
        tree: what it parsed to.
        start: where a stretch of the text begins; statements that reach into the stretch are told whole.
        end: where it ends; by default with the text.
    """
    end = len(text) if end is None else end
    items, comments = tree.items, tree.comments
    first = max(bisect_right(items, start, key=_start) - 1, 0)
    reader = _Reader(text)
    for item in items[first : bisect_right(items, end, key=_start)]:
        reader.item(item)
    begin = text.rfind("\n", 0, start) + 1
    if first < len(items):
        begin = min(begin, items[first].start)
    for comment in comments[bisect_left(comments, begin, key=_start) : bisect_right(comments, end, key=_start)]:
        told = read_ignore(text[comment.start : comment.end], comment.start)
        reader.add(comment.start, comment.end, Kind.COMMENT if told is None else Kind.IGNORE)
    reader.found.sort(key=itemgetter(0))  # two runs, each of them in order
    return reader.found


def _start(node: nodes.Item | nodes.Comment) -> int:
    return node.start


class _Reader:
    """Reads tokens off items, one after the other.

    Attributes:
        found: the tokens so far.
    """

    def __init__(self, text: str) -> None:
        self._text: Final = text
        self.found: Final[list[Token]] = []

    def item(self, item: nodes.Item) -> None:
        if isinstance(item, nodes.Block):
            self._head(item)
            wrong = isinstance(item, nodes.Character)
            for line in item.lines:
                if line.__class__ is nodes.Prose:
                    self._signs(line.start, line.end, Kind.PROSE, Kind.WRONG if wrong else Kind.MENTION)
                elif isinstance(line, nodes.Property):
                    self._property(line, item)
                elif isinstance(line, nodes.Setting):
                    self._setting(line)
        elif isinstance(item, nodes.Setting):
            self._setting(item)
        elif isinstance(item, nodes.Let):
            self._keyword(item)
            self._name(item.name_start, item.name, Kind.VARIABLE)
            self._sign("=", item.name_start + len(item.name), Kind.EQUALS)
            self._signs(item.value_start, item.end, Kind.STRING, Kind.MENTION)
        else:
            self._keyword(item)
            self.add(item.value_start, item.end, Kind.ADDRESS if isinstance(item, nodes.Include) else Kind.TITLE)

    def _head(self, block: nodes.Block) -> None:
        if isinstance(block, nodes.Scene):
            self._keyword(block)
            self._name(block.name_start, block.name, Kind.PANEL)
            if block.no_character:
                self.add(self._text.rindex("[", block.start, block.end), block.end, Kind.MARK)
        elif isinstance(block, nodes.Character | nodes.Event):
            self._keyword(block)
            kind = Kind.CHARACTER if isinstance(block, nodes.Character) else Kind.PANEL
            self._name(block.name_start, block.name, kind)
        elif isinstance(block, nodes.BadHead):
            keyword_end = block.start + len(block.keyword)
            alone = not self._text[keyword_end : block.end].strip()
            # A keyword that lacks what belongs behind it is itself what is wrong.
            self.add(block.start, keyword_end, Kind.WRONG if alone else Kind.KEYWORD)
            self.add(keyword_end, block.end, Kind.WRONG)
        elif isinstance(block, nodes.Bad):
            word = _FIRST_WORD.search(self._text, block.start, block.end)
            word_end = block.end if word is None else word.end()
            self.add(block.start, word_end, Kind.WRONG)
            self.add(word_end, block.end, Kind.VALUE)

    def _property(self, line: nodes.Property, block: nodes.Block) -> None:
        foreign = line.word not in nodes.PROPERTIES.get(type(block).__name__.lower(), nodes.PROPERTY_WORDS)
        word_end = line.start + len(line.word)
        self.add(line.start, word_end, Kind.WRONG if foreign else Kind.PROPERTY)
        self._sign(":", word_end, Kind.COLON)
        if line.word == "image":
            self.add(line.value_start, line.end, Kind.ADDRESS)
        elif line.word == "lead":
            self._character(line.value_start, line.end)
        else:
            mention = Kind.WRONG if isinstance(block, nodes.Character) else Kind.MENTION
            kind = Kind.CONSTANT if line.word == "caption" and self._is_none(line) else Kind.STRING
            self._signs(line.value_start, line.end, kind, mention)
            for more in line.lines:
                self._signs(more.start, more.end, kind, mention)

    def _is_none(self, line: nodes.Property) -> bool:
        """Whether a caption is the word `none`, which may stand on a line below."""
        words = [self._text[line.value_start : line.end].strip()]
        words += [self._text[more.start : more.end].strip() for more in line.lines]
        return " ".join(words).strip().lower() == "none"

    def _setting(self, setting: nodes.Setting) -> None:
        key = setting.key.lower()
        key_end = setting.start + len(setting.key)
        known = key in SETTING_MEANINGS
        self.add(setting.start, key_end, Kind.SETTING if known else Kind.WRONG)
        self._sign(":", key_end, Kind.COLON)
        start, end = setting.value_start, setting.end
        value = " ".join(self._text[start:end].split())
        if known and value.lower() in _known_values(key):
            self.add(start, end, Kind.CONSTANT)
        elif key in TEXT_SETTINGS:
            self._signs(start, end, Kind.STRING, None)
        elif key in CHARACTER_SETTINGS:
            self._character(start, end)
        elif key in ADDRESS_SETTINGS:
            self.add(start, end, Kind.ADDRESS)
        elif key in PLAIN_SETTINGS:
            self.add(start, end, Kind.STRING)
        elif known and _WHOLE.fullmatch(value):
            self.add(start, end, Kind.WHOLE)
        elif known and _DECIMAL.fullmatch(value):
            self.add(start, end, Kind.DECIMAL)
        else:
            self.add(start, end, Kind.VALUE)

    # ---- parts of a line -----------------------------------------------------------------------------------------

    def add(self, start: int, end: int, kind: Kind) -> None:
        """Tell a stretch without the white space around it."""
        text = self._text
        if start < end and (text[start].isspace() or text[end - 1].isspace()):
            start, end = trimmed(text, start, end)
        if start < end:
            self.found.append((start, end, kind))

    def _keyword(self, line: nodes.Line) -> None:
        self.found.append((line.start, line.start + len(line.type), Kind.KEYWORD))

    def _name(self, start: int, name: str | None, kind: Kind) -> None:
        if name:
            self.found.append((start, start + len(name), kind))

    def _sign(self, sign: str, start: int, kind: Kind) -> None:
        at = self._text.index(sign, start)
        self.found.append((at, at + 1, kind))

    def _character(self, start: int, end: int) -> None:
        self.add(start, end, Kind.MENTION if is_name(self._text[start:end].strip() or "-") else Kind.VALUE)

    def _signs(self, start: int, end: int, kind: Kind, mention: Kind | None) -> None:
        """A line of text.

        Args:
            start: where it begins.
            end: where it ends.
            kind: what it is where it is nothing more.
            mention: what a mention in it is; None where there are none.
        """
        if _SIGN.search(self._text, start, end) is None:  # as most lines
            self.add(start, end, kind)
            return
        found = self.found
        start, end = trimmed(self._text, start, end)
        at = start
        for sign in signs.signs(self._text, start, end, mentions=mention is not None):
            if at < sign.start:
                found.append((at, sign.start, kind))
            at = sign.end
            if sign.kind is signs.Kind.MENTION:
                found.append((sign.start, sign.end, mention or kind))
            elif sign.kind is signs.Kind.VARIABLE:
                self._inside(sign, Kind.BRACE, Kind.INSERTED)
            elif sign.kind is signs.Kind.LITERAL:
                self._inside(sign, Kind.QUOTE, Kind.LITERAL)
            else:
                found.append((sign.start, sign.end, Kind.WRONG))
        if at < end:
            found.append((at, end, kind))

    def _inside(self, sign: signs.Sign, around: Kind, inner: Kind) -> None:
        self.found.append((sign.start, sign.inner_start, around))
        if sign.inner_start < sign.inner_end:
            self.found.append((sign.inner_start, sign.inner_end, inner))
        self.found.append((sign.inner_end, sign.end, around))


@cache
def _known_values(key: str) -> frozenset[str]:
    """What a setting's value may be chosen from, in lower case, in every form that it may be written in."""
    forms = {form.lower() for choice in choices(key) for form in (choice.value, choice.label)}
    if key == "model":  # a label is `owner/name`, of which the name will do
        forms |= {form.partition("/")[2] for form in forms if "/" in form}
    return frozenset(forms)
