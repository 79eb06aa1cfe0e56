"""The problems of several stories as one list: each once, though a file may be a part of many of them."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.model import Edit, Label, Severity
from storyscript.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from storyscript.diagnostics.model import Problem


class Merging:
    """Problems that are put together.

    Each check has texts of its own for the files that it read, and names for them as they are seen from its story. Here
    a file is one text again, with one name.

    Args:
        names: what messages call files, by their identities; others keep the name that they came with.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names: Final = names
        self._sources: Final[dict[tuple[str, str], SourceFile]] = {}
        self._found: Final[dict[tuple[str, Span, str], Problem]] = {}

    @property
    def problems(self) -> list[Problem]:
        """All of them, in the order in which they came first."""
        return list(self._found.values())

    def add(self, problems: Iterable[Problem], files: Mapping[str, str]) -> None:
        """Take the problems of a story: of one that is known, whether it is an error for some story, and has a fix.

        Args:
            problems: as its check gave them.
            files: the identities of the files that it is made of, by what the problems call them.
        """
        for problem in problems:
            moved = self._moved(problem, files)
            known = self._found.setdefault((moved.code, moved.span, moved.message), moved)
            if _weight(moved) > _weight(known):
                self._found[moved.code, moved.span, moved.message] = moved

    def _moved(self, problem: Problem, files: Mapping[str, str]) -> Problem:
        """A problem that points into the texts of here."""

        def moved(span: Span) -> Span:
            return Span(self._source(span.source, files), span.start, span.end)

        fix = problem.fix
        if fix is not None:
            fix = fix._replace(edits=tuple(Edit(moved(edit.span), edit.text) for edit in fix.edits))
        labels = tuple(Label(moved(label.span), label.message) for label in problem.labels)
        return problem._replace(span=moved(problem.span), fix=fix, labels=labels)

    def _source(self, source: SourceFile, files: Mapping[str, str]) -> SourceFile:
        identity = files.get(source.name)
        if identity is None:  # no story's file: an option, or a project file, which is the same for all already
            return source
        # A file that was changed between two checks is two.
        known = self._sources.get((identity, source.text))
        if known is None:
            name = self._names.get(identity, source.name)
            known = copy(source)
            known.name = name
            self._sources[identity, source.text] = known
        return known


def _weight(problem: Problem) -> tuple[bool, bool]:
    return problem.severity is Severity.ERROR, problem.sure_fix is not None
