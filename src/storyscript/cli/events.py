"""`--json`: what happens, as one JSON object a line on standard output, for other programs.

Source: command-line page, `run`. No line holds a credential, a token or an address of a file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Self

from storyscript.cli import exits
from storyscript.wiro.censor import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storyscript.cli.results import Results
    from storyscript.errors import StoryscriptError
    from storyscript.rendering.progress import Progress
    from storyscript.rendering.render import Rendering
    from storyscript.rendering.workplace import Workplace


class Events:
    """Writes events; a context manager, as whatever shows progress is.

    Args:
        stream: where to.
        places: the stories' folders.
        redact: makes the service's words fit to be shown.
    """

    def __init__(
        self, stream: Results, places: Sequence[Workplace], *, redact: Callable[[str], str] = one_line
    ) -> None:
        self._stream: Final = stream
        self._redact: Final = redact
        self._places: Final = places

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing: each event is written at once."""

    def hear(self, place: int, news: Progress) -> None:
        """A step of a job."""
        where = self._places[place]
        jobs = [*where.renderings, *where.leftovers]
        entry, job = jobs[news.job].entry, jobs[news.job].job
        event: dict[str, Any] = {
            "event": "job",
            "story": str(where.folder),
            "job": news.job + 1,
            "lead": job.lead if job is not None else entry.lead if entry is not None else None,
            "stage": news.stage,
            "task": news.task,
        }
        if news.status:
            event["status"] = self._redact(news.status)
        if news.percent is not None:
            event["percent"] = news.percent
        if news.outputs:
            event |= {"saved": news.saved, "outputs": news.outputs}
        if news.error is not None:
            event["error"] = _error(news.error)
        self._write(event)

    def error(self, error: StoryscriptError, title: str) -> None:
        """Something went wrong."""
        self._write({"event": "error", "title": title or None, "error": _error(error)})

    def story(self, place: Workplace, rendering: Rendering) -> None:
        """What became of a story."""
        self._write(
            {
                "event": "story",
                "story": str(place.folder),
                "title": place.plan.title,
                "panels": len(rendering.panels),
                "wanted": len(place.plan.panels),
                "unplaced": len(rendering.unplaced),
                "left": rendering.left,
                "errors": [_error(error) for error in rendering.errors],
            }
        )

    def _write(self, event: dict[str, Any]) -> None:
        self._stream.write(json.dumps(event, separators=(",", ":")) + "\n")


def _error(error: StoryscriptError) -> dict[str, Any]:
    return {"kind": type(error).__name__, "message": one_line(str(error), limit=2000), "exit": exits.code_of(error)}
