"""What an editor offers where something is wrong: the fix, and the comment that silences a warning."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.editing.excerpts import excerpt
from storyscript.editing.ignoring import ignoring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storyscript.analysis.files import File
    from storyscript.diagnostics.model import Edit, Problem

_SHOWN: Final = 40


class Kind(Enum):
    """What an action does."""

    FIX = auto()
    IGNORE = auto()


class Action(NamedTuple):
    """An offer.

    Attributes:
        kind: what it does.
        title: what it is called.
        problem: what it is for.
        edits: what it does, all of it in the problem's file.
    """

    kind: Kind
    title: str
    problem: Problem
    edits: tuple[Edit, ...]


def problems_in(problems: Iterable[Problem], file: File, start: int, end: int) -> list[Problem]:
    """The problems of a file that reach into a stretch of it, or touch it.

    Args:
        problems: of a story.
        file: one of its files.
        start: where the stretch begins.
        end: where it ends.
    """
    return [p for p in problems if p.span.source is file.source and p.span.start <= end and p.span.end >= start]


def actions(file: File, problems: Sequence[Problem]) -> Iterator[Action]:
    """What can be done about problems: first all fixes, then what silences a warning.

    Args:
        file: where they are.
        problems: with their fixes, as far as they have any.
    """
    for problem in problems:
        if problem.fix is not None:
            yield Action(Kind.FIX, fix_title(problem), problem, problem.fix.edits)
    silenced = set()
    for problem in problems:
        edit = ignoring(file, problem)
        if edit is not None and edit not in silenced:
            silenced.add(edit)  # two warnings of one code on a line
            yield Action(Kind.IGNORE, f"Ignore {problem.code} here", problem, (edit,))


def fix_title(problem: Problem) -> str:
    """What a problem's fix does, in a few words."""
    edits = problem.fix.edits if problem.fix is not None else ()
    if edits and all(map(_indents, edits)):
        return "Indent this line" if len(edits) == 1 else "Indent these lines"
    if len(edits) == 1:
        title = _edit_title(edits[0])
        if title is not None:
            return title
    return f"Fix: {excerpt(problem.hint or problem.message, 2 * _SHOWN)}"


def _edit_title(edit: Edit) -> str | None:
    """What an edit does; None where that takes more than a few words."""
    old, new = _old(edit), edit.text
    if not old.strip() and not new.strip():
        return None
    old, new = excerpt(old, _SHOWN), excerpt(new, _SHOWN)
    if not new:
        return f"Delete `{old}`"
    if not old:
        return f"Insert `{new}`"
    return f"Replace `{old}` with `{new}`"


def _indents(edit: Edit) -> bool:
    """Whether an edit only moves a line to the right."""
    source = edit.span.source
    before = source.text[source.line_starts[edit.span.first.line - 1] : edit.span.start]
    return len(edit.text) > len(_old(edit)) and not (before + _old(edit) + edit.text).strip(" \t")


def _old(edit: Edit) -> str:
    return edit.span.source.text[edit.span.start : edit.span.end]
