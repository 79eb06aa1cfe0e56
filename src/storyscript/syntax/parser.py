"""The parser: Lark's LALR tables for `grammar/story.lark`, and what each of its rules builds."""

from __future__ import annotations

import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

from lark import Lark

from storyscript.syntax import nodes, tables
from storyscript.syntax.lexer import LineInput, LineLexer

if TYPE_CHECKING:
    from collections.abc import Sequence


def parse(text: str) -> nodes.Tree:
    """Parse a story's text. Total: any string gives a tree, and equal strings equal trees.

    Args:
        text: without carriage returns and control characters other than tab and line feed (see
            `SourceFile.readable`); they would do no harm, but count as text.
    """
    source: Any = LineInput(text)
    tree: Any = _lark().parse(source)
    tree.comments = source.comments
    return tree  # type: ignore[no-any-return]  # Lark's types know only its own trees


def grammar_text() -> str:
    """The grammar, as it is in the package."""
    # Not `importlib.resources`, which costs a fifth of an empty Python's start; Lark has `pkgutil` already.
    return (pkgutil.get_data(__package__, "story.lark") or b"").decode()


@cache
def _lark() -> Lark:
    return tables.load(grammar_text(), lexer=LineLexer, transformer=_Builder()) or build_parser()


def build_parser() -> Lark:
    """A parser made from the grammar itself."""
    lark = Lark(grammar_text(), parser="lalr", lexer=LineLexer, transformer=_Builder())
    for rule in lark.rules:
        # The tables are keyed by plain strings. Looked up by a Lark `Token`, each key is compared in Python.
        rule.origin.name = str(rule.origin.name)
    return lark


class _Builder:
    """One method for each alias of the grammar; Lark calls it as the rule is reduced."""

    def story(self, _children: Sequence[object]) -> nodes.Tree:
        return nodes.Tree()

    def item(self, children: list[Any]) -> nodes.Tree:
        tree: nodes.Tree = children[0]
        tree.add(children[1])
        return tree

    def line(self, children: list[Any]) -> nodes.Block | nodes.Property:
        owner: nodes.Block | nodes.Property = children[0]
        owner.add(children[1])
        return owner

    def stray(self, children: list[Any]) -> nodes.Stray:
        first: nodes.Prose | nodes.Property = children[0]
        stray = nodes.Stray(first.start, first.end)
        stray.add(first)
        return stray
