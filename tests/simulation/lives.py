"""The life of one process: a count of steps, at one of which it may end."""

from __future__ import annotations

import asyncio
from typing import Final


class KilledError(BaseException):
    """The process has ended here; nothing that it would have done happens any more."""


class Life:
    """How far a process is.

    Args:
        ends_at: the number of the step at which it is killed, from 1; None for never.

    Attributes:
        steps: how many it has taken.
        is_over: it was killed.
    """

    def __init__(self, ends_at: int | None = None) -> None:
        self._ends_at: Final = ends_at
        self.steps = 0
        self.is_over = False

    def step(self) -> None:
        """Take a step: one of the disk, of the network, or of waiting.

        Raises:
            KilledError: it was the last, or is beyond it.
        """
        if self.is_over:
            raise KilledError
        self.steps += 1
        if self.steps == self._ends_at:
            self.end()

    def end(self) -> None:
        """Be killed.

        Raises:
            KilledError: always.
        """
        self.is_over = True
        asyncio.get_running_loop().stop()
        raise KilledError

    async def sleep(self, seconds: float) -> None:
        """Wait, by the world's clock."""
        self.step()
        await asyncio.sleep(seconds)
        self.step()
