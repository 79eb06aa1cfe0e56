"""The syntax tree of one file, as JSON: what stands where, of any text, with nothing judged and nothing put in.

The form is kept stable: docs/json.md, docs/schemas/ast.schema.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from storyscript.source import Span, trimmed
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse
from storyscript.targets.spans import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.source import SourceFile

VERSION: Final = 1
KINDS: Final[dict[type, str]] = {
    nodes.Setting: "setting",
    nodes.Section: "section",
    nodes.Include: "include",
    nodes.Let: "let",
    nodes.Character: "character",
    nodes.Scene: "scene",
    nodes.Event: "event",
    nodes.BadHead: "badHead",
    nodes.Bad: "bad",
    nodes.Stray: "stray",
    nodes.Prose: "prose",
    nodes.Property: "property",
    nodes.Continuation: "continuation",
    nodes.Comment: "comment",
}
"""What the JSON calls each class of node."""


def syntax_tree(source: SourceFile) -> dict[str, Any]:
    """What `build --emit ast` prints. Every text has a tree; of what is indented, each line is a node."""
    tree = parse(source.readable)
    writer = _Writer(source)
    return {
        "version": VERSION,
        "file": source.name,
        "items": [writer.node(item) for item in tree.items],
        "comments": [writer.comment(comment) for comment in tree.comments],
    }


class _Writer:
    """Writes the nodes of one file."""

    def __init__(self, source: SourceFile) -> None:
        self._source: Final = source
        self._text: Final = source.readable  # what was parsed: a carriage return is white space in it

    def node(self, node: nodes.Line) -> dict[str, Any]:
        """A node with its kind, its place, its parts, and the lines below it."""
        lines: Sequence[nodes.Line] | None = None
        if isinstance(node, nodes.Block | nodes.Property):
            lines = node.lines
        written: dict[str, Any] = {"kind": KINDS[type(node)], "span": self._span(node.start, _end(node))}
        if lines is not None and not isinstance(node, nodes.Stray):
            written["head"] = self._span(node.start, node.end)
        written |= self._parts(node)
        if lines is not None:
            written["lines"] = [self.node(line) for line in lines]
        return written

    def comment(self, comment: nodes.Comment) -> dict[str, Any]:
        """A comment, from its `//`."""
        kind = KINDS[nodes.Comment]
        return {"kind": kind, **self._piece(comment.start, comment.end), "alone": comment.alone}

    def _parts(self, node: nodes.Line) -> dict[str, Any]:
        """What a node's own line is made of."""
        match node:
            case nodes.Setting():
                key = self._piece(node.start, node.start + len(node.key))
                return {"key": key, "value": self._piece(node.value_start, node.end)}
            case nodes.Include():  # before Section, which it is one of
                return {"path": self._piece(node.value_start, node.end)}
            case nodes.Section():
                return {"title": self._piece(node.value_start, node.end)}
            case nodes.Let():
                return {"name": self._name(node), "value": self._piece(node.value_start, node.end)}
            case nodes.Scene():
                return {"name": self._name(node), "noCharacter": node.no_character}
            case nodes.Character() | nodes.Event():
                return {"name": self._name(node)}
            case nodes.Property():
                return {"word": node.word, "value": self._piece(node.value_start, node.end)}
            case nodes.BadHead():
                return {"keyword": node.keyword, "text": self._piece(node.start, node.end)["text"]}
            case nodes.Stray():
                return {}
            case _:
                return {"text": self._piece(node.start, node.end)["text"]}

    def _name(self, node: nodes.Let | nodes.Character | nodes.Scene | nodes.Event) -> dict[str, Any] | None:
        return None if node.name is None else self._piece(node.name_start, node.name_start + len(node.name))

    def _piece(self, start: int, end: int) -> dict[str, Any]:
        """A stretch of text as it stands there, without the white space around it."""
        start, end = trimmed(self._text, start, end)
        return {"text": self._source.text[start:end], "span": self._span(start, end)}

    def _span(self, start: int, end: int) -> dict[str, int]:
        return place(Span(self._source, *trimmed(self._text, start, end)))


def _end(node: nodes.Line) -> int:
    """Where the last of a node's lines ends."""
    while isinstance(node, nodes.Block | nodes.Property) and node.lines:
        node = node.lines[-1]
    return node.end
