"""What an editor offers where something is wrong: fixes, and the comment that silences a warning."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from storyscript.editing.fix_titles import fix_title
from storyscript.editing.ignoring import ignoring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storyscript.analysis.files import File
    from storyscript.diagnostics.model import Edit, Problem


class Kind(Enum):
    """What an action does; `MAYBE` is a fix that is not sure."""

    FIX = auto()
    MAYBE = auto()
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
    """What can be done about problems: first the sure fixes, then the others, then what silences a warning.

    Args:
        file: where they are.
        problems: with their fixes, as far as they have any.
    """
    for kind in (Kind.FIX, Kind.MAYBE):
        for problem in problems:
            if problem.fix is not None and problem.fix.sure is (kind is Kind.FIX):
                yield Action(kind, fix_title(problem), problem, problem.fix.edits)
    silenced = set()
    for problem in problems:
        edit = ignoring(file, problem)
        if edit is not None and edit not in silenced:
            silenced.add(edit)  # two warnings of one code on a line
            yield Action(Kind.IGNORE, f"Ignore {problem.code} here", problem, (edit,))
