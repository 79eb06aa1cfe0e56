"""Sending again: what may be, after which failures, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.wiro import pacing
from storyscript.wiro.exchange import NoReply, Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Send = Callable[[], Awaitable[Reply | NoReply]]
    """Sends a request once, signed anew each time."""


class Attempts:
    """Sends requests, and sends them again where that can do no harm.

    Args:
        sleep: waits for a number of seconds.
        random: numbers from 0 to 1, for the jitter of the waits.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]], random: Callable[[], float]) -> None:
        self._sleep = sleep
        self._random = random

    async def until_answered(self, send: Send, *, most: int = pacing.ATTEMPTS) -> Reply | NoReply:
        """Send what changes nothing, or nothing the second time: again while no answer comes, or one that may pass.

        Args:
            send: sends it.
            most: how often at most.
        """
        return await self._repeat(send, may_pass, most)

    async def until_it_left(self, send: Send) -> Reply | NoReply:
        """Send what must arrive once at most: again only if nothing of it can have left this machine."""
        return await self._repeat(send, _never_left, pacing.ATTEMPTS)

    async def _repeat(self, send: Send, again: Callable[[Reply | NoReply], bool], most: int) -> Reply | NoReply:
        attempt = 1
        while True:
            reply = await send()
            if attempt >= most or not again(reply):
                return reply
            asked = reply.retry_after if isinstance(reply, Reply) else None
            await self._sleep(pacing.pause(attempt, asked, self._random))
            attempt += 1


def may_pass(reply: Reply | NoReply) -> bool:
    """The same read may well succeed when it is sent again."""
    return not reply.trouble.lasting if isinstance(reply, NoReply) else pacing.is_passing(reply.status)


def _never_left(reply: Reply | NoReply) -> bool:
    return isinstance(reply, NoReply) and not reply.may_have_left and not reply.trouble.lasting
