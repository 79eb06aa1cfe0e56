"""When a task gets where: its status as a function of time alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from storyscript import protocol

WORK_SECONDS = 6.0
"""How long a task takes at speed 1."""

_BEGINS = {
    protocol.STATUS_QUEUE: 0.0,
    protocol.STATUS_ACCEPT: 0.6,
    protocol.STATUS_PREPROCESS_START: 0.8,
    protocol.STATUS_PREPROCESS_END: 1.2,
    protocol.STATUS_ASSIGN: 1.4,
    protocol.STATUS_START: 1.6,
    protocol.STATUS_OUTPUT: 2.0,
    protocol.STATUS_OUTPUT_FULL: 5.0,
    protocol.STATUS_END: 5.2,
    protocol.STATUS_POSTPROCESS_START: 5.4,
    protocol.STATUS_POSTPROCESS_END: WORK_SECONDS,
}
"""Each status and the seconds after Run at which it begins, at speed 1."""

_BEYOND_STUCK = frozenset(protocol.LIFE_CYCLE[protocol.LIFE_CYCLE.index(protocol.STATUS_OUTPUT_FULL) :])
"""What a task that is stuck never reaches."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The life of a task that nobody stops.

    Attributes:
        created: unix time in seconds.
        speed: 0 finishes at once, 1 takes `WORK_SECONDS`, anything else scales.
        queue: seconds, at speed 1, in the queue beyond the usual.
        stuck: it runs and never ends.
    """

    created: float
    speed: float
    queue: float = 0.0
    stuck: bool = False

    def status(self, now: float) -> str:
        """The status at a moment, unix time in seconds."""
        # By `begin`, so that a status is reached at the very moment that is given for it.
        reached = (status for status in reversed(protocol.LIFE_CYCLE) if now >= self.begin(status))
        return next(reached, protocol.STATUS_QUEUE)

    def begin(self, status: str) -> float:
        """When a status of the life cycle begins, unix time in seconds; infinite where it never does."""
        if self.stuck and status in _BEYOND_STUCK:
            return math.inf
        waited = 0.0 if status == protocol.STATUS_QUEUE else self.queue
        return self.created + (_BEGINS[status] + waited) * self.speed
