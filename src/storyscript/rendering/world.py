"""What rendering needs of the world: clocks, sleep, the disk, and whether work may go to a thread."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from storyscript.rendering.disk import DISK, Disk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_Result = TypeVar("_Result")


class Offload(Protocol):
    """Runs a function where it holds nobody up, and gives its result."""

    async def __call__(self, work: Callable[..., _Result], /, *given: Any) -> _Result: ...  # noqa: ANN401, D102 - as the class says


async def in_place(work: Callable[..., _Result], /, *given: Any) -> _Result:  # noqa: ANN401 - the function's own
    """Run a function here and now: where time is virtual, a thread would work while hours pass."""
    return work(*given)


async def to_its_end(work: Awaitable[_Result]) -> _Result:
    """Do something that must not be left in its middle: when cancelled, however often, wait for its end first."""
    doing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        while not doing.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({doing})
        if not doing.cancelled():
            doing.exception()  # there is nobody to tell
        raise


@dataclass(frozen=True, slots=True)
class World:
    """The outside, as rendering sees it; a test gives its own.

    Attributes:
        now: seconds by a clock that never steps, for deadlines.
        wall: unix time in seconds, for what is compared with the service's times; this clock may step.
        sleep: waits for a number of seconds.
        offload: runs what takes long (decoding a picture, syncing a file).
        disk: where files are written.
    """

    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    offload: Offload = asyncio.to_thread
    disk: Disk = DISK
