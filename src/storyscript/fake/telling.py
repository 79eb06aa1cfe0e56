"""What a WebSocket is told about a task, and when: a function of the task and of time alone.

Source: API page, "Task life cycle" and "WebSocket". Where it is silent: who asks late hears where the task stands, not
what went before; a failing task says why (`task_error`) before its process ends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyscript import protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.fake.tasks import TaskRecord

_MOST_STEPS = 10
"""How often a task tells of its progress, however many steps it takes."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that a task tells.

    Attributes:
        when: unix time in seconds.
        status: the status that is reached, or that goes on.
        message: what it says of it.
    """

    when: float
    status: str
    message: object = ""


class Telling:
    """One listener's way through a task.

    Args:
        task: which.
        now: unix time in seconds, when the listener came.
    """

    def __init__(self, task: TaskRecord, now: float) -> None:
        self._task = task
        self._moments = tuple(_life(task))
        reached = sum(moment.when <= now for moment in self._moments)
        self._told = max(reached - 1, 0)
        self._began = False
        self._ended = False

    def news(self, now: float) -> list[Moment]:
        """What has happened since the last call; the first time, where the task stands."""
        if self._ended:
            return []
        stopped = self._task.stopped
        until = now if stopped is None else min(now, stopped)
        start = self._told
        while self._told < len(self._moments) and self._moments[self._told].when <= until:
            self._told += 1
        news = list(self._moments[start : self._told])
        if stopped is not None:
            # Who comes after the end hears of the end only.
            news = [*(news if self._began else ()), Moment(stopped, protocol.STATUS_CANCEL)]
        self._began = True
        self._ended = stopped is not None or (self._told == len(self._moments) and not self._task.timeline.stuck)
        return news

    def next(self) -> float | None:
        """When the next thing happens if nobody stops the task, unix time in seconds; None after its end.

        Infinite for a task that is stuck.
        """
        if self._ended:
            return None
        return self._moments[self._told].when if self._told < len(self._moments) else math.inf


def _life(task: TaskRecord) -> Iterator[Moment]:
    for status in protocol.LIFE_CYCLE:
        begins = task.timeline.begin(status)
        if math.isinf(begins):
            return
        if status == protocol.STATUS_OUTPUT_FULL:
            yield from _progress(task)
        if status == protocol.STATUS_END and task.failure is not None:
            yield Moment(begins, protocol.STATUS_ERROR, task.failure)
            yield Moment(begins, protocol.STATUS_ERROR_FULL, task.failure)
        yield Moment(begins, status)


def _progress(task: TaskRecord) -> Iterator[Moment]:
    begins, ends = (task.timeline.begin(status) for status in (protocol.STATUS_OUTPUT, protocol.STATUS_OUTPUT_FULL))
    steps = max(int(task.values["steps"]), 1)
    parts = min(steps, _MOST_STEPS)
    for part in range(1, parts + 1):
        seconds = (ends - begins) * part / parts
        done = steps * part // parts
        yield Moment(
            begins + seconds,
            protocol.STATUS_OUTPUT,
            {
                "type": "progressGenerate",
                "task": "Generate",
                "percentage": str(100 * part // parts),
                "stepCurrent": str(done),
                "stepTotal": str(steps),
                "speed": f"{done / seconds if seconds else 0:.1f}",
                "speedType": "it/s",
                "elapsedTime": f"{seconds:.0f}s",
                "remainingTime": f"{ends - begins - seconds:.0f}s",
            },
        )
