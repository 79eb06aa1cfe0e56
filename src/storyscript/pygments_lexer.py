"""Colours for stories in whatever Pygments prints: pages, terminals, notebooks.

The tokens are those that editors colour (`storyscript.editing.tokens`). What the tree alone shows to be wrong is an
`Error`: lines of no known form, unknown settings, properties and mentions where none can be, wrong braces, control
characters.
"""

from __future__ import annotations

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

from storyscript.editing.tokens import Kind, tokens
from storyscript.source import SourceFile
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse
from storyscript.vocabulary import SETTING_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pygments.token import _TokenType

TOKENS: Final = {
    Kind.KEYWORD: Keyword,
    Kind.SETTING: Name.Attribute,
    Kind.PROPERTY: Name.Attribute,
    Kind.COLON: Punctuation,
    Kind.EQUALS: Operator,
    Kind.CHARACTER: Name.Class,
    Kind.PANEL: Name.Function,
    Kind.VARIABLE: Name.Variable,
    Kind.TITLE: Generic.Subheading,
    Kind.MARK: Name.Decorator,
    Kind.MENTION: Name.Class,
    Kind.BRACE: String.Interpol,
    Kind.INSERTED: Name.Variable,
    Kind.QUOTE: String.Escape,
    Kind.LITERAL: String,
    Kind.PROSE: Text,
    Kind.STRING: String,
    Kind.ADDRESS: String.Other,
    Kind.WHOLE: Number.Integer,
    Kind.DECIMAL: Number.Float,
    Kind.CONSTANT: Keyword.Constant,
    Kind.VALUE: Text,
    Kind.COMMENT: Comment.Single,
    Kind.IGNORE: Comment.Special,
    Kind.WRONG: Error,
}
"""What Pygments calls each kind of token."""

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


def _filled(source: SourceFile) -> Iterator[_Mark]:
    """The whole text in order, with the white space between the nodes of its tree."""
    text = source.readable
    at = 0
    for start, end, kind in tokens(text, parse(text)):
        if at < start:
            yield _Mark(at, start, Whitespace)
        yield _Mark(start, end, TOKENS[kind])
        at = end
    if at < len(text):
        yield _Mark(at, len(text), Whitespace)


def _damaged(source: SourceFile, marks: Iterator[_Mark]) -> Iterator[_Mark]:
    """The same with what no story may hold taken out of the marks, as errors of their own."""
    damage = source.damage()
    wrong, wrong_end = next(damage, (len(source.text), 0))
    for start, end, token in marks:
        at = start
        while wrong < end:
            if at < wrong:
                yield _Mark(at, wrong, token)
            yield _Mark(wrong, wrong_end, Error)  # no token ends inside of it: all of it counts as letters, or as space
            at = wrong_end
            wrong, wrong_end = next(damage, (len(source.text), 0))
        if at < end:
            yield _Mark(at, end, token)
