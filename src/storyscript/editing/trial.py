"""What comes of a change of a name, once a story was analysed with it: nothing but that, or a fault.

With the change made, a story must say the same names in the same places, the new one for the old, and have no error
that it did not have. Warnings may come and go: none means that the story means something else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.diagnostics.fixes import apply, number_of
from storyscript.diagnostics.model import Severity
from storyscript.editing.occurrences import occurrences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    if [file.source.name for file in new_files] != [file.source.name for file in old_files]:
        return "the story would be of other files, or they have changed meanwhile"
    moves = {}
    for old, new in zip(old_files, new_files, strict=True):
        move = moves[old.source.name] = _Move(change.edits.get(old.source, []))
        if occurrences(new) != [move.renamed(name, change.key) for name in occurrences(old)]:
            return f"other names would be read in {old.source.name}, or it has changed meanwhile"
    error = _new_error(before.problems, after.problems, moves)
    if error is None:
        return None
    return f"there would be an error in {error.span.source.name}, line {error.span.first.line}: {error.message}"


class _Move:
    """Where the edits of one file move what stands in it."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._starts: Final = [span.start for span, _ in edits]
        self._ends: Final = [span.end for span, _ in edits]
        self._moved: Final = [0]
        for span, text in edits:
            self._moved.append(self._moved[-1] + len(text) - (span.end - span.start))

    def place(self, offset: int) -> int:
        """Where an offset is once the edits are made; for one inside an edit, where that begins."""
        done = bisect_right(self._ends, offset)
        if done < len(self._starts):
            offset = min(offset, self._starts[done])
        return offset + self._moved[done]

    def renamed(self, name: Occurrence, key: str) -> Occurrence:
        """What a name must be once the edits are made."""
        at = bisect_right(self._starts, name.start)
        if at and self._starts[at - 1] == name.start:
            name = name._replace(key=key)
        return name._replace(start=self.place(name.start), end=self.place(name.end))


def _new_error(before: Sequence[Problem], after: Sequence[Problem], moves: Mapping[str, _Move]) -> Problem | None:
    """The first error that was not there before.

    An error is the same where file and code are, and it begins in the same place; its message may hold the name. Of a
    code with so many problems in a file that some are only counted, the number is all that is asked for.
    """
    counted = {(problem.span.source.name, problem.code) for problem in (*before, *after) if problem.more}
    was: Counter[tuple[str, str, int]] = Counter()
    for problem in before:
        name, move = problem.span.source.name, moves.get(problem.span.source.name)
        was[name, problem.code, problem.span.start if move is None else move.place(problem.span.start)] += 1
    for problem in after:
        name, code = problem.span.source.name, problem.code
        if problem.severity is Severity.WARNING:
            continue
        if (name, code) in counted:
            if number_of(after, name, code) > number_of(before, name, code):
                return problem
            continue
        was[name, code, problem.span.start] -= 1
        if was[name, code, problem.span.start] < 0:
            return problem
    return None
