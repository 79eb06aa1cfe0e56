"""The progress of all tasks of a run: one display, kept up to date on a terminal; elsewhere a line for each end."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from storyscript import protocol
from storyscript.diagnostics.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from rich.progress import TaskID

    from storyscript.rendering.progress import Progress as News
    from storyscript.rendering.workplace import Workplace

MOST_ROWS: Final = 16
"""Jobs that are shown at once: those that something happens to. A line above them has the sum of all."""

_STAGES: Final = {
    "submitting": "submitting",
    "saving": "fetching",
    "failed": "failed",
    "done": "done",
    "left": "left to itself",
}
_TURN: Final = "waiting for its turn"
_ENDS: Final = frozenset({"failed", "done", "left"})
_STATUSES: Final = {
    protocol.STATUS_QUEUE: "waiting in the service's queue",
    protocol.STATUS_ACCEPT: "accepted by the service",
    protocol.STATUS_PREPROCESS_START: "being prepared",
    protocol.STATUS_PREPROCESS_END: "prepared",
    protocol.STATUS_ASSIGN: "given to a machine",
    protocol.STATUS_START: "starting",
    protocol.STATUS_OUTPUT: "being drawn",
    protocol.STATUS_OUTPUT_FULL: "drawn",
    protocol.STATUS_ERROR: "being drawn, with an error reported",
    protocol.STATUS_ERROR_FULL: "drawn, with errors reported",
    protocol.STATUS_END: "drawn",
    protocol.STATUS_POSTPROCESS_START: "being made ready to fetch",
    protocol.STATUS_POSTPROCESS_END: "ended",
    protocol.STATUS_CANCEL: "cancelled",
}
"""Where a task stands, in words. A status that is not known here is shown as it is."""


class Display:
    """Shows the jobs of stories; a context manager.

    Args:
        places: the stories' folders, ready to be worked in.
        stream: where to; without a terminal, a job's line is printed when it ends.
        redact: makes the service's words fit to be shown.
    """

    def __init__(self, places: Sequence[Workplace], stream: TextIO, *, redact: Callable[[str], str] = visible) -> None:
        self._places: Final = places
        self._redact: Final = redact
        self._console: Final = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._live: Final = self._console.is_terminal
        self._progress: Final = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[news]}", markup=False),
            console=self._console,
            disable=not self._live,
        )
        jobs = [(place, job) for place, folder in enumerate(places) for job in range(_jobs(folder))]
        self._sum: TaskID | None = None
        if len(jobs) > MOST_ROWS:
            panels = sum(len(place.plan.panels) for place in places)
            self._sum = self._progress.add_task("all panels", total=panels, news=f"{len(jobs)} tasks to do")
        self._rows: Final[dict[tuple[int, int], TaskID]] = {}
        self._saved: Final[dict[tuple[int, int], int]] = {}
        self._left = len(jobs)
        if self._sum is None:
            for job in jobs:
                self._row(job)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(OSError, ValueError, SystemExit):
            self._progress.stop()

    def hear(self, place: int, news: News) -> None:
        """Show a step. A stream that takes nothing more must not end a job that is paid for."""
        with contextlib.suppress(OSError, ValueError, SystemExit):  # Rich exits where a pipe is closed
            self._show((place, news.job), news)

    def _show(self, job: tuple[int, int], news: News) -> None:
        # What the service may have made up is made fit to be shown; that takes long where many tokens are known.
        status = _STATUSES.get(news.status) or self._redact(news.status)
        words = _STAGES.get(news.stage, status) if news.task else status or _STAGES.get(news.stage, _TURN)
        percent = "" if news.percent is None or news.stage != "waiting" else f", {news.percent} %"
        line = visible(f"{f'task {news.task}: ' if news.task else ''}{words}{percent}")
        self._saved[job] = max(news.saved, self._saved.get(job, 0))
        if self._live:
            self._progress.update(self._row(job), completed=self._saved[job], news=line)
        elif news.stage in _ENDS:
            self._console.print(Text(f"{self._name(job)}: {line}"), soft_wrap=True)
        if news.stage in _ENDS:
            self._end(job)

    def _end(self, job: tuple[int, int]) -> None:
        self._left -= 1
        if self._sum is not None:
            done = sum(self._saved.values())
            self._progress.update(self._sum, completed=done, news=f"{self._left} tasks to do")
            row = self._rows.pop(job, None)
            if row is not None:
                self._progress.remove_task(row)

    def _row(self, job: tuple[int, int]) -> TaskID:
        if job not in self._rows:
            total = self._panels(job)
            visible_ = self._sum is None or len(self._rows) < MOST_ROWS
            self._rows[job] = self._progress.add_task(self._name(job), total=total, news=_TURN, visible=visible_)
        return self._rows[job]

    def _panels(self, job: tuple[int, int]) -> int | None:
        place, number = self._places[job[0]], job[1]
        return len(place.plan.jobs[number].order) if number < len(place.plan.jobs) else None

    def _name(self, job: tuple[int, int]) -> str:
        place, number = self._places[job[0]], job[1]
        if number >= len(place.plan.jobs):
            return visible(f"{place.plan.title}, earlier version")
        lead = place.plan.jobs[number].lead or place.plan.title
        return visible(lead if len(self._places) == 1 else f"{place.plan.title}, {lead}")


def _jobs(place: Workplace) -> int:
    return len(place.renderings) + len(place.leftovers)
