"""A clock that stands still until somebody moves it."""

from __future__ import annotations

import math
import threading
from typing import Final

EPOCH: Final = 1_700_000_000.0
"""Unix time in seconds at which it begins."""


class HeldClock:
    """Time that passes only by `advance`; called for the time, like `time.time`.

    Args:
        moment: unix time in seconds at which it begins.
    """

    def __init__(self, moment: float = EPOCH) -> None:
        self._moment = moment
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Unix time in seconds."""
        return self._moment

    def advance(self, seconds: float) -> None:
        """Move on.

        Raises:
            ValueError: that is no time, or it is back.
        """
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"time moves on by a number of seconds from 0 on, not by {seconds:g}")
        with self._lock:
            self._moment += seconds
