"""Where the checks put what they find: it silences, bounds and sorts."""

from __future__ import annotations

from bisect import bisect_left, insort
from heapq import heappush, heappushpop
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.diagnostics import catalog
from storyscript.diagnostics.model import Fix, Label, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyscript.diagnostics.ignores import Ignores
    from storyscript.source import SourceFile, Span

MOST_OF_ONE_CODE: Final = 100
"""After this many of one code in a file, the rest are counted (language page, "Diagnostics")."""


_GUESSES: Final = frozenset({"SS101", "SS102", "SS201", "SS202", "SS205", "SS206"})
"""Errors that follow when a word is damaged: SS105 says it all."""


class _Bounded:
    """The problems of one code in one file: the first by position, and a count of the others."""

    __slots__ = ("_heap", "_serial", "dropped")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, Problem]] = []  # the last by position on top
        self._serial = 0
        self.dropped = 0

    def add(self, problem: Problem) -> None:
        self._serial += 1
        entry = (-problem.span.start, -problem.span.end, -self._serial, problem)
        if len(self._heap) < MOST_OF_ONE_CODE:
            heappush(self._heap, entry)
        else:
            heappushpop(self._heap, entry)
            self.dropped += 1

    def problems(self) -> Iterable[Problem]:
        return (entry[-1] for entry in self._heap)

    def last(self) -> Problem:
        return self._heap[0][-1]


class Report(NamedTuple):
    """What was reported."""

    code: str
    span: Span
    message: str
    hint: str | None
    labels: tuple[Label, ...]


class Sink:
    """Collects the problems of one compilation.

    Files are sorted in the order in which they were announced to `add_file`.

    Attributes:
        overflows: there are more than `MOST_OF_ONE_CODE` problems of some code in some file.
        trace: takes down what is reported, silenced or not, while somebody wants to know.
    """

    def __init__(self) -> None:
        self._files: dict[SourceFile, Ignores | None] = {}
        self._damaged: dict[SourceFile, list[int]] = {}  # lines, in order
        self._found: dict[tuple[SourceFile, str], _Bounded] = {}
        self.overflows = False
        self.trace: list[Report] | None = None

    def add_file(self, source: SourceFile, ignores: Ignores | None = None) -> None:
        """Announce a file, with the `ignore` comments that stand in it."""
        self._files[source] = ignores

    def add_damage(self, source: SourceFile, line: int) -> None:
        """Announce a line that holds what no story may: what its words are is then anybody's guess."""
        insort(self._damaged.setdefault(source, []), line)

    def is_damaged(self, source: SourceFile, first: int = 1, last: int | None = None) -> bool:
        """Whether any of these lines of a file holds what no story may; by default, any at all."""
        lines = self._damaged.get(source, ())
        at = bisect_left(lines, first)
        return at < len(lines) and (last is None or lines[at] <= last)

    def ignores(self, source: SourceFile) -> Ignores | None:
        """The `ignore` comments of a file."""
        return self._files.get(source)

    def report(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        hint: str | None = None,
        fix: Fix | None = None,
        labels: tuple[Label, ...] = (),
    ) -> None:
        """Add a problem, unless it is a warning that an `ignore` comment silences."""
        if self.trace is not None:
            self.trace.append(Report(code, span, message, hint, labels))
        severity = catalog.severity(code)
        if severity is Severity.WARNING:
            ignores = self._files.get(span.source)
            if ignores is not None and ignores.silences(code, span.first.line):
                return
        if self._damaged and code in _GUESSES:
            line = span.first.line
            if self.is_damaged(span.source, line, line):
                return
        bounded = self._found.get((span.source, code))
        if bounded is None:
            bounded = self._found[span.source, code] = _Bounded()
        bounded.add(Problem(code, severity, message, span, hint, fix, labels))
        self.overflows = self.overflows or bounded.dropped > 0

    def count_more(self, code: str, source: SourceFile, number: int) -> None:
        """Count problems that lie behind `MOST_OF_ONE_CODE` others of the code in the file without building them."""
        self._found[source, code].dropped += number

    def is_full(self, code: str, source: SourceFile) -> bool:
        """Whether a further problem of this code in this file may only be counted."""
        bounded = self._found.get((source, code))
        return bounded is not None and bounded.dropped > 0

    @property
    def has_errors(self) -> bool:
        """Whether any error was reported so far."""
        return any(catalog.severity(code) is Severity.ERROR for _, code in self._found)

    def problems(self) -> tuple[Problem, ...]:
        """Everything reported so far, sorted by file and position."""
        order = {source: number for number, source in enumerate(self._files)}
        found: list[Problem] = []
        for (_, code), bounded in self._found.items():
            found += bounded.problems()
            if bounded.dropped:
                last = bounded.last()
                message = f"and {bounded.dropped} more of {code} ({catalog.TITLES[code]}) in this file"
                found.append(Problem(code, last.severity, message, last.span, more=bounded.dropped))
        found.sort(key=lambda p: (order.get(p.span.source, len(order)), p.span.start, p.span.end, p.code))
        return tuple(found)
