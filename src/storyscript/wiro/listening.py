"""An HTTP server for strangers, inside an event loop that has other things to do.

It takes one kind of request and gives away nothing: not in answers, not in a log. What a sender can make it hold is
bounded in bytes, in connections and in seconds. It installs no signal handlers: the loop's owner has its own.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

MOST_BYTES: Final = 1024 * 1024
"""The size of a body that is kept; of a larger one nothing is."""

MOST_CONNECTIONS: Final = 16
"""Connections at once; a further one is closed."""

SECONDS_FOR_A_BODY: Final = 5.0
"""How long a sender may take for a body, before it is answered without."""

SECONDS_FOR_A_REQUEST: Final = 10.0
"""How long a connection lives at most, whatever it is busy with."""

_log = logging.getLogger("storyscript.webhook")
# uvicorn warns of what strangers send. Our own mistakes are to be seen.
_log.setLevel(logging.ERROR)


class Listener:
    """A server that takes POST requests to known paths.

    Each request to a known path is answered with 200, every other with 404, without a word in either.

    Args:
        knows: whether a path is known.
        take: takes a request's content type and its body, an empty one where it was too large or too slow.
    """

    def __init__(self, knows: Callable[[str], bool], take: Callable[[str, bytes], None]) -> None:
        self._knows = knows
        self._take = take
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen.

        Args:
            host: where.
            port: the same; 0 for whichever is free.

        Returns:
            The port.

        Raises:
            ConfigurationError: nothing can listen there.
        """
        config = uvicorn.Config(self._answer, ws="none", lifespan="off", interface="asgi3", log_config=None)
        config.load()
        # At its finest level of logging, uvicorn wraps an application in one that logs each request's path.
        config.loaded_app = self._answer
        try:
            self._server = await asyncio.get_running_loop().create_server(
                lambda: _Connection(config, self._state, {}), host, port, backlog=MOST_CONNECTIONS
            )
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else "ports go from 0 to 65535"
            raise ConfigurationError(
                f"cannot listen for callbacks on port {port}: {reason or error}; take another port"
            ) from None
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop at once: whoever is not answered yet will not be."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self._state.connections):
            connection.transport.abort()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        known = self._knows(scope["path"]) and request.method == "POST"
        if known:
            try:
                body = await _read(request)
            except ClientDisconnect:
                return  # half a request is none
            self._take(request.headers.get("content-type", ""), body)
        await Response(status_code=200 if known else 404, headers={"connection": "close"})(scope, receive, send)


class _Connection(H11Protocol):
    """A connection for one request. Takes what uvicorn gives."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **options)
        self.logger = _log
        self.access_log = False
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A sender is there."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._end = self.loop.call_later(SECONDS_FOR_A_REQUEST, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn never keeps the connection
        """The sender sends no more, and may still wait for its answer.

        Returns:
            The connection stays open.
        """
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]  # it may

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's reason
        """What is no HTTP gets no answer."""
        self.transport.close()


async def _read(request: Request) -> bytes:
    """A request's body.

    Raises:
        ClientDisconnect: it does not come whole.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS_FOR_A_BODY):
            async for part in request.stream():
                # What is too much is read nevertheless: a connection that is closed with something unread in it is
                # reset, and the sender, without its answer, would send all of it again.
                if len(body) <= MOST_BYTES:
                    body += part
    except TimeoutError:
        return b""
    return bytes(body) if len(body) <= MOST_BYTES else b""
