"""Parsing a text once more after a stretch of it has changed: only the statements near the change are read again.

A statement that begins at column 0 with a head of its own reads the same whatever stands above it, so what lies between
two of them can be parsed by itself, and the others are moved to where they now stand.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from storyscript.syntax import nodes
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

_JOINS_WHAT_IS_ABOVE: Final = frozenset({nodes.Setting, nodes.Stray})
"""A setting may be a line of the block above it, and stray lines are one statement however many there are."""


def reparse(tree: nodes.Tree, old: str, new: str, start: int, old_end: int, new_end: int) -> nodes.Tree:
    """Parse a text that differs in one stretch from one that was parsed; the result is `parse(new)`.

    Args:
        tree: of the old text. It is used up: what stays of it is moved, and becomes a part of the result.
        old: the text that it is of, fit for `parse`.
        new: the text to parse.
        start: where the stretch begins, in both.
        old_end: where it ends in the old text.
        new_end: where it ends in the new one.
    """
    items, by = tree.items, new_end - old_end
    line = old.rfind("\n", 0, start) + 1
    first = bisect_left(items, line, key=_start) - 1
    while first >= 0 and items[first].__class__ in _JOINS_WHAT_IS_ABOVE:
        first -= 1
    last = bisect_left(items, old_end + 1, key=_start)  # the line end before it is behind the stretch, and stays
    while last < len(items) and items[last].__class__ in _JOINS_WHAT_IS_ABOVE:
        last += 1
    begin = items[first].start if first >= 0 else 0
    end = items[last].start if last < len(items) else len(old)
    part = parse(new[begin : end + by])
    first = max(first, 0)
    _move_items(part.items, begin)
    _move_items(items[last:] if by else (), by)
    items[first:last] = part.items
    comments = tree.comments
    first = bisect_left(comments, begin, key=_start)
    last = bisect_left(comments, end, first, key=_start) if end < len(old) else len(comments)
    _move(part.comments, begin)
    _move(comments[last:] if by else (), by)
    comments[first:last] = part.comments
    return tree


def _start(line: nodes.Line | nodes.Comment) -> int:
    return line.start


def _move(lines: Iterable[nodes.Line | nodes.Comment], by: int) -> None:
    for line in lines:
        line.start += by
        line.end += by


def _move_items(items: Iterable[nodes.Item], by: int) -> None:
    for item in items:
        item.start += by
        item.end += by
        if isinstance(item, nodes.Block):
            for line in item.lines:
                line.start += by
                line.end += by
                if line.__class__ is not nodes.Prose:
                    line.value_start += by  # type: ignore[union-attr]  # all lines of a block but prose have one
                    if line.__class__ is nodes.Property:
                        _move(line.lines, by)
            if isinstance(item, nodes.Character | nodes.Scene | nodes.Event) and item.name is not None:
                item.name_start += by
        else:
            item.value_start += by
            if item.__class__ is nodes.Let:
                item.name_start += by
