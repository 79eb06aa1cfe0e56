"""Which test comes by which line, and how long it takes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import coverage
from benchmarks.children import answer_of_a_child, run_tests

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

_MOST_SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True)
class Touches:
    """What the tests do as they are.

    Attributes:
        lines: the ids of the tests that come by a line, by file and line.
        seconds: processor time of each test that passes.
    """

    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def of(self, file: str, line: int) -> set[str]:
        """The tests that come by a line; for one that runs when the module is loaded, all that come by any."""
        lines = self.lines.get(file, {})
        there = {name for name in lines.get(line, []) if name}
        if not there:
            there = {name for names in lines.values() for name in names if name}
        return there & self.seconds.keys()


def touched(items: Sequence[pytest.Item], files: list[str]) -> Touches:
    """Run all tests, in a child, and see.

    Raises:
        RuntimeError: they did not come to an end.
    """

    def work() -> Touches:
        watching = coverage.Coverage(data_file=None, include=files, config_file=False)
        found, current, since = Touches(), "", 0.0

        def each(name: str) -> None:
            nonlocal current, since
            now = time.process_time()
            if current:
                found.seconds[current] = now - since
            current, since = name, now
            if name:
                watching.switch_context(name)

        watching.start()
        failed = run_tests(items, each=each, go_on=True)
        each("")
        watching.stop()
        for name in failed:
            found.seconds.pop(name, None)
        data = watching.get_data()
        for file in files:
            found.lines[file] = data.contexts_by_lineno(file)
        return found

    answer = answer_of_a_child(work, seconds=_MOST_SECONDS, busy=int(_MOST_SECONDS))
    if not isinstance(answer, Touches):
        raise RuntimeError("the tests do not come to an end as they are")  # noqa: TRY004 - no argument's type
    return answer
