"""Time that passes only when everybody waits: an event loop that jumps from timer to timer; a clock that may step."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Any, Final, TypeVar

from simulation.lives import KilledError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

_T = TypeVar("_T")

EPOCH: Final = 1_700_000_000.0
"""Unix time in seconds at which each world begins."""

_BURIALS: Final = 20
"""Turns of the loop in which what was cancelled ends: some clean up, and are cancelled in that once more."""


class StandstillError(AssertionError):
    """Everybody waits, and for nothing that will ever happen."""


class Clock:
    """The time of one world.

    Attributes:
        time: seconds since the world began, by which all waiting goes.
        skew: seconds by which this machine's own clock is ahead of the service's; it may step.
    """

    def __init__(self) -> None:
        self.time = 0.0
        self.skew = 0.0

    def now(self) -> float:
        """Seconds by a clock that never steps."""
        return self.time

    def service(self) -> float:
        """Unix time at the service."""
        return EPOCH + self.time

    def wall(self) -> float:
        """Unix time by this machine's clock."""
        return EPOCH + self.time + self.skew


class _Selector(selectors.BaseSelector):
    """Waits for no file: there is nothing in a world but timers, and waiting for them takes no time."""

    def __init__(self, clock: Clock) -> None:
        self._clock: Final = clock
        self._keys: Final[dict[Any, selectors.SelectorKey]] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:  # noqa: ANN401 - as the class above has it
        key = selectors.SelectorKey(fileobj, fileobj if isinstance(fileobj, int) else fileobj.fileno(), events, data)
        self._keys[fileobj] = key
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:  # noqa: ANN401 - as the class above has it
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise StandstillError("everybody waits, and no timer is set")
        self._clock.time += max(timeout, 0.0)
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys


class _Loop(asyncio.SelectorEventLoop):
    """An event loop that lives by a world's clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(_Selector(clock))
        self._world_clock: Final = clock

    def time(self) -> float:
        return self._world_clock.time


def run_process(main: Coroutine[Any, Any, _T], clock: Clock) -> _T:
    """Run what one process does, until it ends or somebody stops the loop.

    Args:
        main: what it does.
        clock: the world's.

    Raises:
        KilledError: the loop was stopped: that was the process's end.
        BaseException: what comes out of `main`.
    """
    loop = _Loop(clock)
    # What a process that was killed leaves unfetched is nobody's mistake.
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        doing = loop.create_task(main)
        doing.add_done_callback(lambda _: loop.stop())
        loop.run_forever()
        if not doing.done():
            raise KilledError
        return doing.result()
    finally:
        _bury(loop)
        loop.close()


def _bury(loop: asyncio.AbstractEventLoop) -> None:
    """Take away what a process left in its middle; no time passes for it."""
    for _ in range(_BURIALS):
        left = asyncio.all_tasks(loop)
        if not left:
            break
        for task in left:
            task.cancel()
        loop.call_soon(loop.stop)
        loop.run_forever()
