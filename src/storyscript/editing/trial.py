"""What comes of a change of a name, once a story was analysed with it: nothing but that, or a fault.

With the change made, a story must say the same names in the same places, the new one for the old, and have no error
that it did not have. Warnings may come and go: none means that the story means something else.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.diagnostics.fixes import apply
from storyscript.diagnostics.model import Severity
from storyscript.editing.occurrences import occurrences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.diagnostics.model import Edit, Problem
    from storyscript.editing.occurrences import Occurrence
    from storyscript.editing.view import View
    from storyscript.source import SourceFile


class Change(NamedTuple):
    """Edits of a story that give something another name.

    Attributes:
        edits: by file, each in the order of its text, and each of a whole name.
        key: the new name in NFC.
    """

    edits: dict[SourceFile, list[Edit]]
    key: str

    def texts(self) -> dict[SourceFile, str]:
        """The texts of the files with the edits made."""
        return {source: apply(source.text, edits) for source, edits in self.edits.items()}


def first_fault(before: View, after: View, change: Change) -> str | None:
    """What a change brings beside the new name, in words that go on behind a comma; None where nothing.

    Args:
        before: the story as it is.
        after: the story with the change made.
        change: what was changed.
    """
    old_files, new_files = before.story.files, after.story.files
    if [file.path for file in new_files] != [file.path for file in old_files]:
        return "the story would be of other files, or they have changed meanwhile"
    moves = [_Move(change.edits.get(file.source, [])) for file in old_files]
    for old, new, move in zip(old_files, new_files, moves, strict=True):
        if occurrences(new) != [move.renamed(name, change.key) for name in occurrences(old)]:
            return f"other names would be read in {old.source.name}, or it has changed meanwhile"
    error = _new_error(_Errors(before, moves), _Errors(after, [_Move([])] * len(moves)))
    if error is None:
        return None
    source = error.span.source
    if after.file_of(source) is None:  # what a project says of its stories: the line is none that anybody sees
        project = posixpath.basename(source.name)
        key = source.text[source.line_starts[error.span.first.line - 1] :].partition(":")[0]
        return f"there would be an error in {project}: {error.message}; change `{key}` there first, or take it out"
    return f"there would be an error in {source.name}, line {error.span.first.line}: {error.message}"


class _Move:
    """Where the edits of one file move what stands in it."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._starts: Final = [span.start for span, _ in edits]
        self._ends: Final = [span.end for span, _ in edits]
        self._moved: Final = [0]
        for span, text in edits:
            self._moved.append(self._moved[-1] + len(text) - (span.end - span.start))

    def place(self, offset: int) -> int:
        """Where an offset is once the edits are made; what stands inside an edit is anywhere near."""
        return offset + self._moved[bisect_right(self._ends, offset)]

    def renamed(self, name: Occurrence, key: str) -> Occurrence:
        """What a name must be once the edits are made."""
        at = bisect_right(self._starts, name.start)
        if at and self._starts[at - 1] == name.start:
            name = name._replace(key=key)
        return name._replace(start=self.place(name.start), end=self.place(name.end))


_Kind = tuple[int | str, str]
"""The number of a file in its story, or the name of another one; and the code of an error."""
_Place = tuple[int | str, str, int]
"""The same, and where the error begins."""


class _Errors:
    """The errors of a story, each with its place.

    Attributes:
        placed: in order.
        numbers: how many there are of a code in a file.
        counted: the codes and files of which some are only counted.
    """

    def __init__(self, view: View, moves: Sequence[_Move]) -> None:
        self.placed: Final[list[tuple[_Place, Problem]]] = []
        self.numbers: Final[Counter[_Kind]] = Counter()
        self.counted: Final[set[_Kind]] = set()
        numbers = {file.source: number for number, file in enumerate(view.story.files)}
        for problem in view.problems:
            if problem.severity is Severity.WARNING:
                continue
            source, at, _ = problem.span
            number = numbers.get(source)
            kind = (source.name if number is None else number, problem.code)
            self.placed.append(((*kind, at if number is None else moves[number].place(at)), problem))
            self.numbers[kind] += problem.more or 1
            if problem.more:
                self.counted.add(kind)


def _new_error(before: _Errors, after: _Errors) -> Problem | None:
    """The first error that was not there before.

    An error is the same where file and code are, and it begins in the same place; its message may hold the name. One
    that takes the place of another is not new either: what is defined twice is not asked what else is wrong with it.
    Of a code with so many problems in a file that some are only counted, the number is all that is asked for.
    """
    counted = before.counted | after.counted
    gone = Counter(place for place, _ in before.placed)
    come = []
    for place, problem in after.placed:
        if place[:2] in counted:
            if after.numbers[place[:2]] > before.numbers[place[:2]]:
                return problem
        elif gone[place]:
            gone[place] -= 1
        else:
            come.append((place, problem))
    return next((problem for place, problem in come if not _takes_a_place(place, problem, gone)), None)


def _takes_a_place(place: _Place, problem: Problem, gone: Counter[_Place]) -> bool:
    """Whether an error stands where one stood that is gone."""
    start, end = problem.span[1:]
    return any(left and file == place[0] and start <= at < end for (file, _, at), left in gone.items())
