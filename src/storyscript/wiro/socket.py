"""News of tasks over the service's WebSocket: a hint that something happened, never more.

What a socket says is not relied on: it may come late, twice or not at all, and what it says of an end is asked of
`/Task/Detail` once more. So whatever goes wrong here costs time and nothing else, and nothing of it is an error.

Source: API page, "WebSocket".
"""

from __future__ import annotations

import asyncio
import json
import random as random_numbers
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx

from storyscript import protocol
from storyscript.hidden import Hidden
from storyscript.loopback import is_loopback
from storyscript.wiro import pacing, strict_json
from storyscript.wiro.addresses import socket_address
from storyscript.wiro.censor import one_line

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

    from websockets.asyncio.client import ClientConnection

_ASK: Final = "task_info"
_PROGRESS: Final = "progressGenerate"
_LONGEST_BACKOFF: Final = 7
"""The failure in a row after which pauses grow no more: half a minute."""
_WHOLE: Final = 100
_PERCENTAGE: Final = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class News:
    """Something that the service says of a task.

    Attributes:
        token: which task: its `socketaccesstoken`.
        status: where it stands, as the service says, on one line.
        terminal: it is one of the two statuses that end a task.
        percentage: how far its drawing is, from 0 to 100, or None where that is not said.
    """

    token: str = field(repr=False)
    status: str
    terminal: bool
    percentage: int | None


class Watcher:
    """One socket for many tasks. No credentials go over it, only the tokens of the tasks that are followed.

    Args:
        url: the socket's address: `wss`, or `ws` on this machine.
        hear: takes the news of tasks that are followed, one after another.
        redact: makes a status fit to be shown.
        sleep: waits for a number of seconds between connections.
        random: numbers from 0 to 1, for the jitter of these waits.
        tls: how the server is verified; by default by the system's certificates.

    Raises:
        ConfigurationError: the address is not usable.
    """

    def __init__(
        self,
        url: str,
        hear: Callable[[News], None],
        *,
        redact: Callable[[str], str] = one_line,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = random_numbers.random,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = socket_address(url)
        self._tls = tls
        self._hear = hear
        self._redact = redact
        self._sleep = sleep
        self._random = random
        self._followed: set[Hidden] = set()
        self._asked: set[Hidden] = set()
        self._changed = asyncio.Event()
        self._stands = False
        self._heard = False

    def follow(self, token: str) -> None:
        """Hear of a task from now on, or as soon as the socket stands."""
        self._followed.add(Hidden(token))
        self._changed.set()

    def forget(self, token: str) -> None:
        """Hear no more of a task."""
        self._followed.discard(Hidden(token))
        self._asked.discard(Hidden(token))
        self._changed.set()

    @property
    def alive(self) -> bool:
        """The socket stands, and every task that is followed was asked for on it."""
        return self._stands and self._followed <= self._asked

    async def run(self) -> None:
        """Watch until cancelled; connect while there is something to follow, and again whenever that breaks.

        Raises only what `hear` raises, and never for what the network does.
        """
        from storyscript.wiro import dialling  # noqa: PLC0415 - who watches nothing need not load it

        local = is_loopback(httpx.URL(self._url).host)
        failures = 0
        while True:
            while not self._followed:
                self._changed.clear()
                await self._changed.wait()
            self._heard = False
            try:
                async with dialling.dial(self._url, tls=self._tls, local=local) as socket:
                    await self._watch(socket)
            except dialling.FAILURES:
                pass  # `alive` says it
            if not self._followed:
                continue
            # A server that lets everybody in and says nothing is no better than one that refuses.
            failures = 1 if self._heard else min(failures + 1, _LONGEST_BACKOFF)
            await self._sleep(pacing.pause(failures, None, self._random))

    async def _watch(self, socket: ClientConnection) -> None:
        """Ask and listen until the socket is closed, by whichever side."""
        self._asked.clear()
        self._stands = True
        asking = asyncio.create_task(self._ask(socket))
        try:
            async for frame in socket:
                self._take(frame)
        finally:
            self._stands = False
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _ask(self, socket: ClientConnection) -> None:
        """Ask for each task once, as they come; hang up when there are none left."""
        while self._followed:
            self._changed.clear()
            for token in self._followed - self._asked:
                request = {"type": _ASK, protocol.FIELD_TASK_TOKEN: token.reveal()}
                await socket.send(json.dumps(request))
                if token in self._followed:
                    self._asked.add(token)
            await self._changed.wait()
        await socket.close()

    def _take(self, frame: str | bytes) -> None:
        # Frames of bytes are not the API's.
        news = _read(frame, self._redact) if isinstance(frame, str) else None
        if news is not None and Hidden(news.token) in self._followed:
            self._heard = True
            self._hear(news)


def _read(frame: str, redact: Callable[[str], str]) -> News | None:
    """The news in a frame, or None where it holds none that can be understood."""
    try:
        fields: Any = strict_json.parse(frame)
    except ValueError:
        return None
    match fields:
        case {"result": False}:
            return None  # it refuses what was asked
        case {"type": str(status), "tasktoken": str(token)} if status and token:
            message = fields.get("message")
            return News(token, redact(status), status in protocol.TERMINAL_STATUSES, _percentage(message))
        case _:
            return None


def _percentage(message: object) -> int | None:
    match message:
        case {"type": str(kind), "percentage": str() | int() as stated} if kind == _PROGRESS:
            digits = str(stated)
            return min(int(digits), _WHOLE) if _PERCENTAGE.fullmatch(digits) else None
        case _:
            return None
