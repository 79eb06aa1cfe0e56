"""Colours for stories in whatever Pygments prints: pages, terminals, notebooks.

The tokens are read off the language's own tree, so what is coloured as a property, a comment or a mention is one.
What the tree alone shows to be wrong is an `Error`: lines of no known form, unknown settings, properties and mentions
where none can be, wrong braces, control characters. What a story means, nobody asks here.
"""

from __future__ import annotations

import re
from functools import cache
from heapq import merge
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from pygments.lexer import Lexer
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
)

from storyscript.diagnostics.ignores import read_ignore
from storyscript.source import SourceFile
from storyscript.syntax import nodes
from storyscript.syntax.names import is_name
from storyscript.syntax.parser import parse
from storyscript.syntax.signs import Kind, signs
from storyscript.vocabulary import SETTING_MEANINGS, choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pygments.token import _TokenType

TEXT_SETTINGS: Final = ("title", "author", "negative")
"""The settings whose value is a text, into which variables may be inserted."""
CHARACTER_SETTINGS: Final = ("main",)
"""The settings whose value names a character."""
ADDRESS_SETTINGS: Final = ("pad-image", "callback")
"""The settings whose value is a URL or a file."""
PLAIN_SETTINGS: Final = ("private-model",)
"""The settings whose value is a text in which nothing has a meaning."""

_WHOLE: Final = re.compile(r"-?[0-9]+(?:[ \t]*[xX][ \t]*[0-9]+)?")
_DECIMAL: Final = re.compile(r"[0-9]*\.?[0-9]+|[0-9]+\.")
_FIRST_WORD: Final = re.compile(r"\S+")
_MOST_GUESSED_AT: Final = 10_000
"""Characters of a text by which it is guessed whether it is a story."""


class _Mark(NamedTuple):
    """A stretch of the text, and what it is."""

    start: int
    end: int
    token: _TokenType


class StoryLexer(Lexer):
    """Stories of storyscript (`.story`)."""

    name: ClassVar[str] = "Story"
    aliases: ClassVar[Sequence[str]] = ["story", "storyscript"]
    filenames: ClassVar[Sequence[str]] = ["*.story"]
    mimetypes: ClassVar[Sequence[str]] = ["text/x-storyscript"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """Yield the tokens of a text; together they are the text. Total, and linear in its length."""
        source = SourceFile("", text)
        before = len(text) - len(source.text)
        if before:
            yield 0, Whitespace, text[:before]  # the byte order mark
        for start, end, token in _damaged(source, _filled(source)):
            yield before + start, token, source.text[start:end]

    @staticmethod
    def analyse_text(text: str) -> float:
        """How much a text looks like a story, from 0 to 1: the share of its lines at column 0 that are statements."""
        tree = parse(SourceFile("", text[:_MOST_GUESSED_AT]).readable)
        if not any(isinstance(item, nodes.Scene | nodes.Event | nodes.Character) and item.lines for item in tree.items):
            return 0
        return sum(_is_statement(item) for item in tree.items) / len(tree.items)


def _is_statement(item: nodes.Item) -> bool:
    if isinstance(item, nodes.Setting):
        return item.key.lower() in SETTING_MEANINGS
    return not isinstance(item, nodes.Bad | nodes.BadHead | nodes.Stray)


# ---- from marks to tokens ----------------------------------------------------------------------------------------


def _filled(source: SourceFile) -> Iterator[_Mark]:
    """The whole text in order, with the white space between the nodes of its tree."""
    reader = _Reader(source.readable)
    at = 0
    for mark in merge(reader.lines(), reader.comments()):
        if at < mark.start:
            yield _Mark(at, mark.start, Whitespace)
        if mark.start < mark.end:
            yield mark
        at = mark.end
    if at < len(source.text):
        yield _Mark(at, len(source.text), Whitespace)


def _damaged(source: SourceFile, marks: Iterator[_Mark]) -> Iterator[_Mark]:
    """The same with what no story may hold taken out of the marks, as errors of their own."""
    damage = source.damage()
    wrong, wrong_end = next(damage, (len(source.text), 0))
    for start, end, token in marks:
        at = start
        while wrong < end:
            if at < wrong:
                yield _Mark(at, wrong, token)
            at = min(end, wrong_end)
            yield _Mark(wrong, at, Error)
            if wrong_end > end:  # the rest of it is the next mark's
                wrong = end
                break
            wrong, wrong_end = next(damage, (len(source.text), 0))
        if at < end:
            yield _Mark(at, end, token)


# ---- from the tree to marks --------------------------------------------------------------------------------------


class _Reader:
    """Reads the marks off a story's tree."""

    def __init__(self, text: str) -> None:
        self._text: Final = text
        self._tree: Final = parse(text)

    def comments(self) -> Iterator[_Mark]:
        """The comments, in order."""
        for comment in self._tree.comments:
            told = read_ignore(self._text[comment.start : comment.end], comment.start)
            yield _Mark(comment.start, comment.end, Comment.Single if told is None else Comment.Special)

    def lines(self) -> Iterator[_Mark]:
        """All else but white space between lines, in order."""
        for item in self._tree.items:
            if isinstance(item, nodes.Setting):
                yield from self._setting(item)
            elif isinstance(item, nodes.Block):
                yield from self._head(item)
                for line in item.lines:
                    yield from self._block_line(line, item)
            else:
                yield from self._statement(item)

    def _statement(self, item: nodes.Section | nodes.Let) -> Iterator[_Mark]:
        yield self._keyword(item)
        if isinstance(item, nodes.Let):
            name_end = item.name_start + len(item.name)
            yield _Mark(item.name_start, name_end, Name.Variable)
            yield from self._sign("=", name_end, Operator)
            yield from self._signs(item.value_start, item.end, String)
            return
        token = String.Other if isinstance(item, nodes.Include) else Generic.Subheading
        yield self._trimmed(item.value_start, item.end, token)

    def _head(self, block: nodes.Block) -> Iterator[_Mark]:
        if isinstance(block, nodes.Character | nodes.Scene | nodes.Event):
            yield self._keyword(block)
            name_end = block.name_start + len(block.name or "")
            if block.name:
                token = Name.Class if isinstance(block, nodes.Character) else Name.Function
                yield _Mark(block.name_start, name_end, token)
            if isinstance(block, nodes.Scene) and block.no_character:
                start = self._text.rindex("[", block.start, block.end)
                yield self._trimmed(start, block.end, Name.Decorator)
        elif isinstance(block, nodes.BadHead):
            start = block.start + len(block.keyword)
            rest = self._trimmed(start, block.end, Error)
            alone = rest.start == rest.end  # a keyword that lacks what belongs after it is itself what is wrong
            yield _Mark(block.start, start, Error if alone else Keyword)
            yield rest
        elif isinstance(block, nodes.Bad):
            word = _FIRST_WORD.search(self._text, block.start, block.end)
            end = block.end if word is None else word.end()
            yield _Mark(block.start, end, Error)
            yield self._trimmed(end, block.end, Text)

    def _block_line(self, line: nodes.BlockLine, block: nodes.Block) -> Iterator[_Mark]:
        if isinstance(line, nodes.Setting):
            yield from self._setting(line)
        elif isinstance(line, nodes.Property):
            yield from self._property(line, block)
        else:
            yield from self._signs(line.start, line.end, Text, block)

    def _property(self, line: nodes.Property, block: nodes.Block) -> Iterator[_Mark]:
        foreign = line.word not in nodes.PROPERTIES.get(type(block).__name__.lower(), nodes.PROPERTY_WORDS)
        word_end = line.start + len(line.word)
        yield _Mark(line.start, word_end, Error if foreign else Name.Attribute)
        yield from self._sign(":", word_end, Punctuation)
        if line.word == "image":
            yield self._trimmed(line.value_start, line.end, String.Other)
        elif line.word == "lead":
            yield self._character(line.value_start, line.end)
        else:
            stretches = [(line.value_start, line.end), *((more.start, more.end) for more in line.lines)]
            whole = " ".join(self._text[start:end] for start, end in stretches)
            none = line.word == "caption" and whole.strip().lower() == "none"
            for start, end in stretches:
                yield from self._signs(start, end, Keyword.Constant if none else String, block)

    def _setting(self, setting: nodes.Setting) -> Iterator[_Mark]:
        key = setting.key.lower()
        key_end = setting.start + len(setting.key)
        yield _Mark(setting.start, key_end, Name.Attribute if key in SETTING_MEANINGS else Error)
        yield from self._sign(":", key_end, Punctuation)
        start, end = setting.value_start, setting.end
        value = " ".join(self._text[start:end].split())
        if value.lower() in _known_values(key):
            yield self._trimmed(start, end, Keyword.Constant)
        elif key in TEXT_SETTINGS:
            yield from self._signs(start, end, String, mentions=False)
        elif key in CHARACTER_SETTINGS:
            yield self._character(start, end)
        elif key in ADDRESS_SETTINGS:
            yield self._trimmed(start, end, String.Other)
        elif key in PLAIN_SETTINGS:
            yield self._trimmed(start, end, String)
        elif key in SETTING_MEANINGS and _WHOLE.fullmatch(value):
            yield self._trimmed(start, end, Number.Integer)
        elif key in SETTING_MEANINGS and _DECIMAL.fullmatch(value):
            yield self._trimmed(start, end, Number.Float)
        else:
            yield self._trimmed(start, end, Text)

    # ---- parts of a line -----------------------------------------------------------------------------------------

    def _keyword(self, line: nodes.Line) -> _Mark:
        return _Mark(line.start, line.start + len(line.type), Keyword)

    def _sign(self, sign: str, start: int, token: _TokenType) -> Iterator[_Mark]:
        at = self._text.index(sign, start)
        yield _Mark(at, at + 1, token)

    def _trimmed(self, start: int, end: int, token: _TokenType) -> _Mark:
        """A stretch without the white space around it."""
        text = self._text[start:end]
        start += len(text) - len(text.lstrip())
        return _Mark(start, start + len(text.strip()), token)

    def _character(self, start: int, end: int) -> _Mark:
        mark = self._trimmed(start, end, Text)
        return mark._replace(token=Name.Class) if is_name(self._text[mark.start : mark.end]) else mark

    def _signs(
        self, start: int, end: int, token: _TokenType, block: nodes.Block | None = None, *, mentions: bool = True
    ) -> Iterator[_Mark]:
        """A line of text, in which mentions are errors where `block` is a character."""
        start, end, _ = self._trimmed(start, end, token)
        at = start
        for sign in signs(self._text, start, end, mentions=mentions):
            yield _Mark(at, sign.start, token)
            at = sign.end
            if sign.kind is Kind.WRONG:
                yield _Mark(sign.start, sign.end, Error)
            elif sign.kind is Kind.MENTION:
                yield _Mark(sign.start, sign.end, Error if isinstance(block, nodes.Character) else Name.Class)
            else:
                variable = sign.kind is Kind.VARIABLE
                yield _Mark(sign.start, sign.inner_start, String.Interpol if variable else String.Escape)
                yield _Mark(sign.inner_start, sign.inner_end, Name.Variable if variable else String)
                yield _Mark(sign.inner_end, sign.end, String.Interpol if variable else String.Escape)
        yield _Mark(at, end, token)


@cache
def _known_values(key: str) -> frozenset[str]:
    """What a setting's value may be chosen from, in lower case, in every form that it may be written in."""
    forms = {form.lower() for choice in choices(key) for form in (choice.value, choice.label)}
    if key == "model":  # a label is `owner/name`, of which the name will do
        forms |= {form.partition("/")[2] for form in forms if "/" in form}
    return frozenset(forms)
