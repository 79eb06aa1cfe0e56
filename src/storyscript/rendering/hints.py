"""Word that a task may have ended, from whoever brings it: the service's WebSocket, a webhook.

Never more than a reason to look now: the last word is always the task's details.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.rendering.world import World


class Hints:
    """All that is heard of the tasks of one run.

    Args:
        world: its sleep.

    Attributes:
        is_live: whether news come by themselves for now, so that there is less reason to ask.
        is_expected: whether any news can come at all.
    """

    def __init__(self, world: World) -> None:
        self._world: Final = world
        self._events: Final[dict[str, asyncio.Event]] = {}
        self._percent: Final[dict[str, int]] = {}
        self._hear: Final[dict[str, Callable[[str, int | None], None]]] = {}
        self.is_live: Callable[[], bool] = _never
        self.is_expected = False
        self.follow: Callable[[str], None] = _nobody
        self.forget: Callable[[str], None] = _nobody

    def expect(self, *names: str | None, hear: Callable[[str, int | None], None]) -> None:
        """From now on a task is waited for, by its id and its token.

        Args:
            names: those.
            hear: is told of each status, and of how far the work is in percent, where that is known.
        """
        event = asyncio.Event()
        for name in filter(None, names):
            self._events[name] = event
            self._hear[name] = hear

    def release(self, *names: str | None) -> None:
        """Nobody waits for a task any more."""
        for name in filter(None, names):
            self._events.pop(name, None)
            self._hear.pop(name, None)

    def tell(self, name: str, *, status: str = "", percent: int | None = None, ended: bool = False) -> None:
        """Something was heard of a task."""
        hear = self._hear.get(name)
        if hear is not None and (status or percent is not None):
            hear(status, percent)
        if ended and name in self._events:
            self._events[name].set()

    async def wait(self, name: str, seconds: float) -> None:
        """Wait so long, or until it is said that a task has ended."""
        event = self._events.get(name)
        if event is None or not self.is_expected:
            await self._world.sleep(seconds)
            return
        sleeping = asyncio.ensure_future(self._world.sleep(seconds))
        hearing = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait({sleeping, hearing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            hearing.cancel()
        event.clear()


def _never() -> bool:
    return False


def _nobody(_name: str) -> None:
    """Tell nobody."""
