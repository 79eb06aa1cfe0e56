"""How many tasks are under way at once, over all stories: one limit, which follows what the service takes.

The service takes so many tasks at once of an account and refuses more (code 96), without saying in advance how many.
Where it refuses, the limit falls to what is under way; as tasks end it is raised again, a little each time, up to
what the user allows. Source: API page, "Limits, retries, price".
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Final

from storyscript import protocol
from storyscript.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from storyscript.errors import StoryscriptError
    from storyscript.rendering.world import World

JOBS: Final = 16
"""Tasks at once, where nobody says otherwise."""
SENT_AT_ONCE: Final = 16
"""Runs whose answers are waited for at once: as many may be lost in one moment. The client takes more at once, so that
no Run waits there with its intent written down."""
MOST_LOST: Final = 3
"""Runs in a row that may have no answer before nothing more is submitted."""
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
"""Seconds between two tries to submit while nothing of ours is under way; they grow from the first to the longest."""


class StoppedError(Exception):
    """Nothing more is submitted; `Pool.why` says why."""


class Pool:
    """Places for tasks.

    Args:
        world: its clocks.
        most: how many tasks at once.
        deadline: seconds for which the service may take nothing while nothing of ours ends.

    Attributes:
        limit: how many at once for now; a fraction counts towards the next whole one.
        running: how many places are taken.
        why: why nothing more is submitted, or None.
    """

    def __init__(self, world: World, *, most: int = JOBS, deadline: float) -> None:
        self._world: Final = world
        self._most: Final = most
        self._deadline: Final = deadline
        self.limit = float(most)
        self.running = 0
        self.why: StoryscriptError | None = None
        self._stopping: Final = asyncio.Event()
        self._queue: Final[deque[asyncio.Future[None]]] = deque()
        self._turns: Final = asyncio.Semaphore(SENT_AT_ONCE)
        self._not_before = 0.0
        self._tries = 0
        self._lost = 0
        self._kept = 0
        self._moved = world.now()

    @property
    def is_stopped(self) -> bool:
        """Nothing more is submitted."""
        return self._stopping.is_set()

    def stop(self, why: StoryscriptError | None = None) -> None:
        """Submit nothing more; what is under way goes on. The first reason counts."""
        if not self.is_stopped:
            self._stopping.set()
            self.why = why
        self._let_in()

    @contextlib.asynccontextmanager
    async def place(self, *, again: bool = False) -> AsyncIterator[None]:
        """Wait for a place, first come, first served, and hold it until the task has ended.

        Args:
            again: it had one, and the service refused: it goes before those that had none yet.

        Raises:
            StoppedError: nothing more is submitted.
        """
        if self.is_stopped:
            raise StoppedError
        if self._queue or self.running >= int(self.limit):
            turn = asyncio.get_running_loop().create_future()
            if again:
                self._queue.appendleft(turn)
            else:
                self._queue.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._leave()
                raise
        else:
            self.running += 1
        try:
            if self.is_stopped:
                raise StoppedError
            yield
        finally:
            self._leave()

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until a Run may be sent; few are at once, however many places there are.

        Raises:
            StoppedError: nothing more is submitted.
        """
        async with self._turns:
            await self._moment()
            yield

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold a place for a task that is under way already, whatever the limit."""
        self.running += 1
        try:
            yield
        finally:
            self._leave()

    def lost(self, error: StoryscriptError) -> None:
        """A Run had no answer, or did not leave; after a few in a row nothing more is submitted.

        Each may be paid for, and where there is no network a thousand jobs would try it for an hour.
        """
        self._lost += 1
        if self._lost >= MOST_LOST:
            self.stop(error)

    def accepted(self) -> None:
        """A Run was accepted."""
        self._tries = self._lost = 0
        self._moved = self._world.now()

    def keep(self) -> None:
        """A task is left to itself: its place stays taken as long as this process lives."""
        self.running += 1
        self._kept += 1
        if self._kept >= int(self.limit):
            self.stop(
                LimitError(
                    f"{self._kept} tasks are under way, as many as `--jobs` allows; `storyscript resume` goes on"
                )
            )

    def ended(self) -> None:
        """A task has ended: there may be room for one more than before."""
        self._moved = self._world.now()
        self.limit = min(float(self._most), self.limit + 1 / max(self.limit, 1.0))

    def refused(self, error: LimitError) -> None:
        """A Run was refused; its sender leaves its place and waits for another.

        Raises:
            LimitError: there is nothing to wait for, or it has taken too long; nothing more is submitted.
        """
        now = self._world.now()
        if error.code not in (None, protocol.CODE_CONCURRENCY) or now - self._moved >= self._deadline:
            # Without money there is no task, however long one waits.
            self.stop(error)
            raise error
        others = self.running - 1
        if self._kept and error.code is not None:
            # Nobody waits here for a task to end.
            self.stop(error)
            raise error
        if error.code == protocol.CODE_CONCURRENCY and self.limit > max(1, others):
            self.limit = float(max(1, others))
        if error.code is None or not others:
            # No task of ours will tell when there is room, or the service asks for fewer requests.
            self._tries += 1
            pause = min(FIRST_PAUSE * 2.0 ** min(self._tries - 1, 10), LONGEST_PAUSE)
            self._not_before = max(self._not_before, now + max(error.retry_after or 0.0, pause))

    async def _moment(self) -> None:
        """Wait until a Run may be sent."""
        while not self.is_stopped and (wait := self._not_before - self._world.now()) > 0:
            sleeping = asyncio.ensure_future(self._world.sleep(wait))
            stopping = asyncio.ensure_future(self._stopping.wait())
            try:
                await asyncio.wait({sleeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                sleeping.cancel()
                stopping.cancel()
        if self.is_stopped:
            raise StoppedError

    def _leave(self) -> None:
        self.running -= 1
        self._let_in()

    def _let_in(self) -> None:
        while self._queue and (self.is_stopped or self.running < int(self.limit)):
            turn = self._queue.popleft()
            if not turn.done():
                self.running += 1
                turn.set_result(None)
