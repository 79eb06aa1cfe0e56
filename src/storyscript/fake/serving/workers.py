"""Threads for what would hold up the event loop.

Not a pool of `concurrent.futures`: Python waits for its threads before it ends, however long they work.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")


class Workers:
    """So many threads at once, each made for one piece of work; who finds none free waits.

    Args:
        most: how many.
        name: what the threads are called.
    """

    def __init__(self, most: int, name: str) -> None:
        self._room = asyncio.Semaphore(most)
        self._name = name
        self._busy: set[threading.Thread] = set()

    async def run(self, work: Callable[..., _Result], *given: object) -> _Result:
        """What a function gives for arguments, in a thread; to be awaited in the server's event loop.

        Raises:
            BaseException: whatever the function raises.
        """
        await self._room.acquire()
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[_Result] = loop.create_future()

        def settle(result: _Result | None, error: BaseException | None) -> None:
            # The place is free now and not when the caller went: the thread worked on.
            self._room.release()
            if outcome.cancelled():
                return
            if error is None:
                outcome.set_result(result)  # type: ignore[arg-type]  # without an error it is one
            else:
                outcome.set_exception(error)

        def do() -> None:
            result, error = None, None
            try:
                result = work(*given)
            except BaseException as raised:  # noqa: BLE001 - it is raised where the result is awaited
                error = raised
            # The loop may have ended before the work did.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, result, error)
            self._busy.discard(thread)

        thread = threading.Thread(target=do, name=self._name, daemon=True)
        self._busy.add(thread)
        try:
            thread.start()
        except RuntimeError:  # no more threads are to be had
            self._busy.discard(thread)
            self._room.release()
            raise
        return await outcome

    def wait(self, seconds: float) -> None:
        """Wait for the threads that still work, but no longer than this."""
        end = time.monotonic() + seconds
        for thread in tuple(self._busy):
            thread.join(max(end - time.monotonic(), 0))
