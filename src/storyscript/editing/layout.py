"""How far each statement of a file reaches, as people see it on the page."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator


class Stretch(NamedTuple):
    """A statement with the lines that belong to it.

    Attributes:
        item: the statement.
        lines: of a block, its lines up to the last that is indented.
        start: where it begins.
        end: where its last line ends, with the comment there; indented comments below a block are its own.
    """

    item: nodes.Item
    lines: list[nodes.BlockLine]
    start: int
    end: int


def stretches(text: str, tree: nodes.Tree) -> Iterator[Stretch]:
    """Every statement in order, none of which reaches into another.

    To the language, a setting below a block stands in it, since more lines of the block may follow. Where none do,
    people see a setting behind a block, and so it is here.

    Args:
        text: what was parsed.
        tree: what it parsed to.
    """
    items = tree.items
    for number, item in enumerate(items):
        limit = items[number + 1].start if number + 1 < len(items) else len(text)
        if not isinstance(item, nodes.Block):
            yield Stretch(item, [], item.start, _line_end(text, item.end))
            continue
        count = len(item.lines)
        while count and isinstance(item.lines[count - 1], nodes.Setting):
            count -= 1
        lines, behind = item.lines[:count], item.lines[count:]
        end = _line_end(text, _last(item, lines))
        end = _with_comments(text, tree.comments, end, behind[0].start if behind else limit)
        yield Stretch(item, lines, item.start, end)
        for line in behind:
            assert isinstance(line, nodes.Setting)  # noqa: S101 - for the type checker: that is what was counted
            yield Stretch(line, [], line.start, _line_end(text, line.end))


def last_line(line: nodes.BlockLine) -> nodes.Line:
    """The last line that a line of a block goes on in."""
    return line.lines[-1] if isinstance(line, nodes.Property) and line.lines else line


def block_end(block: nodes.Block) -> int:
    """Where the last line of a block ends, be it a setting that people see behind it."""
    return _last(block, block.lines)


def _last(block: nodes.Block, lines: list[nodes.BlockLine]) -> int:
    return last_line(lines[-1]).end if lines else block.end


def _line_end(text: str, offset: int) -> int:
    """Where the line of an offset ends, without white space there, but with what is a comment."""
    stop = text.find("\n", offset)
    stop = len(text) if stop < 0 else stop
    return offset + len(text[offset:stop].rstrip())


def _with_comments(text: str, comments: list[nodes.Comment], end: int, limit: int) -> int:
    """Where a block ends when the indented comments between it and the next statement are counted in."""
    at = bisect_left(comments, end, key=lambda comment: comment.start)
    while at < len(comments) and comments[at].start < limit:
        comment = comments[at]
        if comment.alone and (comment.start == 0 or text[comment.start - 1] == "\n"):
            break
        end = max(end, comment.start + len(text[comment.start : comment.end].rstrip()))
        at += 1
    return end
