"""Warnings silenced where they are: the comment that does it, or one more code in a comment that is there."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics import catalog
from storyscript.diagnostics.ignores import room_for_code
from storyscript.diagnostics.model import Edit, Severity

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.diagnostics.model import Problem
    from storyscript.syntax import nodes

_COMMENT: Final = "// storyscript: ignore"
_UNUSED: Final = "SS400"
"""That a comment silences nothing, is mended by deleting it."""


def ignoring(file: File, problem: Problem) -> Edit | None:
    """The edit that silences a warning, and all of its code on its line; None where nothing is to be silenced.

    Args:
        file: where the problem is.
        problem: any; errors cannot be silenced, and of those that are only counted nobody knows where they are.
    """
    if catalog.severity(problem.code) is not Severity.WARNING or problem.code == _UNUSED or problem.more:
        return None
    source, text = file.source, file.source.readable
    line = source.position(problem.span.start).line
    start = source.line_starts[line - 1]
    end = source.line_starts[line] - 1 if line < len(source.line_starts) else len(text)
    above = source.line_starts[line - 2] if line > 1 else 0
    occupied = False
    for comment in _comments(file.tree, above, end):
        if (comment.start >= start) == comment.alone:
            continue  # it speaks of the line below, or of the one above
        room = room_for_code(text[comment.start : comment.end])
        if room is not None:
            at = comment.start + room
            return Edit(file.span(at, at), f" {problem.code}")
        occupied = occupied or not comment.alone
    if not occupied:
        at = start + len(text[start:end].rstrip())
        return Edit(file.span(at, at), f" {_COMMENT} {problem.code}")
    # A line has room for one comment, and what it says there is no `ignore`.
    indentation = text[start : start + len(text[start:end]) - len(text[start:end].lstrip(" \t"))]
    line_end = "\r\n" if source.text.startswith("\r", end - 1) and end > start else "\n"
    return Edit(file.span(start, start), f"{indentation}{_COMMENT} {problem.code}{line_end}")


def _comments(tree: nodes.Tree, start: int, end: int) -> list[nodes.Comment]:
    first = bisect_left(tree.comments, start, key=_start)
    return tree.comments[first : bisect_left(tree.comments, end, key=_start)]


def _start(comment: nodes.Comment) -> int:
    return comment.start
