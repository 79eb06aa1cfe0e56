"""The progress of a story's tasks: a line each, kept up to date on a terminal, printed once elsewhere."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from storyscript import protocol
from storyscript.diagnostics.text import visible

if TYPE_CHECKING:
    from typing import TextIO

    from rich.progress import TaskID

    from storyscript.ir import Story
    from storyscript.rendering.render import Progress as News

_STAGES: Final = {"submitting": "submitting", "saving": "fetching", "failed": "failed", "done": "done"}
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
    """Shows the jobs of one story; a context manager.

    Args:
        story: its jobs are the lines.
        stream: where to; without a terminal, a job's line is printed when it ends.
    """

    def __init__(self, story: Story, stream: TextIO) -> None:
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
        self._names: Final = [visible(job.lead or story.title) for job in story.jobs]
        self._rows: Final[list[TaskID]] = [
            self._progress.add_task(name, total=len(job.panels), news="waiting for its turn")
            for name, job in zip(self._names, story.jobs, strict=True)
        ]

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(OSError, ValueError, SystemExit):
            self._progress.stop()

    def hear(self, news: News) -> None:
        """Show a step. A stream that takes nothing more must not end a job that is paid for."""
        with contextlib.suppress(OSError, ValueError, SystemExit):  # Rich exits where a pipe is closed
            self._show(news)

    def _show(self, news: News) -> None:
        status = _STATUSES.get(news.status, news.status)
        words = _STAGES.get(news.stage, status) if news.task else status or _STAGES[news.stage]
        task = f"task {news.task}: " if news.task else ""
        line = visible(f"{task}{words}")
        self._progress.update(self._rows[news.job], completed=news.saved, news=line)
        if not self._live and news.stage in ("failed", "done"):
            self._console.print(Text(f"{self._names[news.job]}: {line}"), soft_wrap=True)
