"""Fixes as edits of a text: which go together, what they make of it, and whether they only mend.

Source: language page, "Fixes".
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.diagnostics.catalog import severity
from storyscript.diagnostics.model import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from storyscript.diagnostics.model import Edit, Fix, Problem
    from storyscript.source import SourceFile

_OF_A_STATEMENT: Final = frozenset({"SS403", "SS405", "SS406", "SS409", "SS410", "SS411", "SS413", "SS414"})
"""Warnings of what a statement says by itself. The others are of what it does to a job, or of a setting."""
_BELOW: Final = (" ", "\t", "\n", "\r")
"""What a line begins with that belongs to a statement above it."""
_STATEMENT: Final = re.compile(r"[^\W\d_]\w*(?![\w-]*[ \t]*[:：])")
"""The beginning of a line at column 0 that is no setting."""


class Search(NamedTuple):
    """Which fixes are asked for.

    Attributes:
        effort: how many characters may be analysed to try fixes; problems that come after that get none.
        unsure: whether a fix that is not sure will do where there is no other: there is somebody who chooses.
        wanted: whether a fix of a problem is asked for; the others stay as they are.
    """

    effort: int
    unsure: bool = False
    wanted: Callable[[Problem], bool] | None = None


def choose(fixes: Iterable[Fix]) -> list[Fix]:
    """Those fixes that can be made together: the earlier one wins, and each is made whole or not at all.

    An edit that two fixes share, such as the same `[NC]` on the same head, does not keep them apart.
    """
    chosen: list[Fix] = []
    taken: dict[SourceFile, _Taken] = {}
    for fix in fixes:
        if all(taken.setdefault(edit.span.source, _Taken()).has_room(edit) for edit in fix.edits):
            chosen.append(fix)
            for edit in fix.edits:
                taken[edit.span.source].add(edit)
    return chosen


def make_most(fixes: Sequence[Fix], make: Callable[[Sequence[Fix]], bool]) -> bool:
    """Make fixes together: all, or else the first half of them, and so on.

    Args:
        fixes: in the order of the text; at least one.
        make: makes them, if together they only mend, and says whether they did.

    Returns:
        False where not even the first does alone.
    """
    number = len(fixes)
    while not make(fixes[:number]):
        if number == 1:
            return False
        number //= 2
    return True


def edits_in(source: SourceFile, fixes: Iterable[Fix]) -> list[Edit]:
    """The edits that fixes make in a file, each once, in the order of the text."""
    edits = {edit for fix in fixes for edit in fix.edits if edit.span.source is source}
    return sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))


def apply(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits made in it.

    Args:
        text: what the edits' offsets count in.
        edits: in the order of the text; none overlaps another.
    """
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    parts.append(text[at:])
    return "".join(parts)


def only_mends(before: Sequence[Problem], after: Sequence[Problem], fix: Fix, mended: Problem) -> bool:
    """Whether a fix takes its problem away, leaves less that is wrong, and makes nothing worse (`is_no_worse`).

    Args:
        before: all problems of the story.
        after: all that are left.
        fix: what was changed between the two.
        mended: the problem that it is for.
    """
    if weight_of(after) >= weight_of(before) or not is_no_worse(before, after, fix.edits):
        return False
    name, code = mended.span.source.name, mended.code
    if any(p.more and (p.span.source.name, p.code) == (name, code) for p in (*before, *after)):
        return number_of(after, name, code) < number_of(before, name, code)
    was, left = _keys(before, after, fix.edits)
    (key,) = _keys([mended], (), fix.edits)[0]
    return left[key] < was[key]


def is_no_worse(before: Sequence[Problem], after: Sequence[Problem], edits: Sequence[Edit]) -> bool:
    """Whether no problem is there that was not there before, but for warnings of what could not be seen before.

    A problem is the same where file, code and message are, and it begins in the same place, the shift that edits
    make taken into account. Of a code with so many problems in a file that some are only counted, the number is
    all that is asked for.

    A warning may come where it is about the text of the very statement that was mended, or its name: of a head that
    was none, nobody could know that its name is never used. It says nothing that the mending has made worse.

    Args:
        before: all problems of the story.
        after: all that are left.
        edits: what was changed between the two, in the order of the text; of several files, file by file.
    """
    counted = {(p.span.source.name, p.code) for p in (*before, *after) if p.more}
    was, left = _keys(before, after, edits)
    came = {key for key in left - was if key[:2] not in counted}
    if came:
        places = _places(edits)
        if not all(_is_of_mended(problem, places) for problem in after if _key(problem, places) in came):
            return False
    return all(number_of(after, name, code) <= number_of(before, name, code) for name, code in counted)


def weight_of(problems: Sequence[Problem]) -> tuple[int, int]:
    """How much is wrong: how many errors, then how many problems. What a project says of a code is no matter here."""
    errors = sum(problem.more or 1 for problem in problems if severity(problem.code) is Severity.ERROR)
    return errors, number_of(problems)


def number_of(problems: Sequence[Problem], name: str | None = None, code: str | None = None) -> int:
    """How many problems there are, those that are only counted too; by default, in any file and of any code."""
    return sum(
        problem.more or 1
        for problem in problems
        if name is None or (problem.span.source.name == name and problem.code == code)
    )


class _Taken:
    """Where in a file edits are made already."""

    def __init__(self) -> None:
        self._edits: list[tuple[int, int, str]] = []

    def add(self, edit: Edit) -> None:
        entry = (edit.span.start, edit.span.end, edit.text)
        if entry not in self._neighbours(entry):
            insort(self._edits, entry)

    def has_room(self, edit: Edit) -> bool:
        entry = (edit.span.start, edit.span.end, edit.text)
        return all(other == entry or _is_apart(other, entry) for other in self._neighbours(entry))

    def _neighbours(self, entry: tuple[int, int, str]) -> list[tuple[int, int, str]]:
        # What is taken does not overlap, so no other can be in the way.
        at = bisect_left(self._edits, entry)
        return self._edits[max(at - 1, 0) : at + 1]


def _is_apart(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    (first_start, first_end, _), (second_start, second_end, _) = sorted((one, other))
    # Where an insertion touches another edit, the order of the two would matter.
    touching = first_start == first_end or second_start == second_end
    return first_end < second_start or (first_end == second_start and not touching)


class _Places(NamedTuple):
    """Stretches of a file, each to be seen as one place: start and end, and what they are counted as."""

    ranges: list[tuple[int, int, int, int]]

    def place(self, offset: int) -> int:
        shift = 0
        for start, end, old_start, old_end in self.ranges:
            if offset < start:
                break
            if offset <= end:
                return old_start
            shift = old_end - end
        return offset + shift

    def touches(self, first: int, last: int) -> bool:
        """Whether one of them is in a line, and not only at its beginning."""
        return any(start <= last and end > first for start, end, _, _ in self.ranges)


def _is_of_mended(problem: Problem, places: dict[str, _Places]) -> bool:
    """Whether it is a warning of a statement that edits have mended, or of a line below it.

    Args:
        problem: as it is after the edits.
        places: where these are.
    """
    name, text = problem.span.source.name, problem.span.source.text
    if name not in places or problem.code not in _OF_A_STATEMENT:
        return False
    start = text.rfind("\n", 0, problem.span.start) + 1
    while start and text[start : start + 1] in _BELOW:
        start = text.rfind("\n", 0, start - 1) + 1
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    # Of a setting, all was seen before.
    return _STATEMENT.match(text, start, end) is not None and places[name].touches(start, end)


def _places(edits: Sequence[Edit]) -> dict[str, _Places]:
    """Where the edits' own texts stand once they are made, by the name of the file."""
    places: dict[str, _Places] = {}
    shifts: Counter[str] = Counter()
    for edit in edits:
        name, start, end = edit.span.source.name, edit.span.start, edit.span.end
        begin = start + shifts[name]
        places.setdefault(name, _Places([])).ranges.append((begin, begin + len(edit.text), start, end))
        shifts[name] += len(edit.text) - (end - start)
    return places


_Key = tuple[str, str, str, int]


def _keys(
    before: Sequence[Problem], after: Sequence[Problem], edits: Sequence[Edit]
) -> tuple[Counter[_Key], Counter[_Key]]:
    """What makes a problem the same one, counted before and after edits; places are those before."""
    moved = _places(edits)
    unmoved = {name: _Places([(start, end, start, end) for _, _, start, end in p.ranges]) for name, p in moved.items()}
    return Counter(_key(problem, unmoved) for problem in before), Counter(_key(problem, moved) for problem in after)


def _key(problem: Problem, places: dict[str, _Places]) -> _Key:
    name, at = problem.span.source.name, problem.span.start
    return name, problem.code, problem.message, places[name].place(at) if name in places else at
