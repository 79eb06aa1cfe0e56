"""One connection: what uvicorn leaves to us, which is how it ends.

A request that is cut short is refused, and the refusal can be read: a client may close its side of a connection and
still listen. So can the refusal of what is not read to its end. A client that closed its side after a whole request
gets its answer.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from storyscript.fake.refusals import INVALID, Refusal

if TYPE_CHECKING:
    import asyncio

    from starlette.types import ASGIApp, Receive, Scope, Send

CONNECTION: Final = "storyscript.connection"
"""Under this name a request's scope has its connection, for an answer that is to break or to end it."""

SECONDS_FOR_THE_REST: Final = 30.0
"""How long a client may send nothing in the middle of a request, or before its first."""

_BAD_REQUEST: Final = Refusal(INVALID.code, INVALID.message, HTTPStatus.BAD_REQUEST)
_TOO_SLOW: Final = Refusal(INVALID.code, INVALID.message, HTTPStatus.REQUEST_TIMEOUT)
_SECONDS_TO_READ: Final = 1.0
"""How long after a client's last byte a refusal may be read, while the client has not closed its side."""

_MOST_SECONDS_TO_READ: Final = 30.0
"""The same for a client that sends on and on."""


class Connection(H11Protocol):
    """An HTTP connection. Takes what uvicorn gives."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **options)
        self._refused_at: float | None = None
        self._clock: asyncio.TimerHandle | None = None
        """Of the two waits of a connection: for the rest of a request, and for a refusal to be read."""
        self.app = _with_connection(self, self.app)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A client is there; its request should be, soon."""
        super().connection_made(transport)
        self._wait(SECONDS_FOR_THE_REST)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """More of a request; what follows a refusal is nobody's."""
        if self._refused_at is None:
            super().data_received(data)
        elif self.loop.time() < self._refused_at + _MOST_SECONDS_TO_READ:
            self._wait(_SECONDS_TO_READ)

    def handle_events(self) -> None:
        """What came, is taken."""
        super().handle_events()
        if self._refused_at is None:
            self._stop_waiting()
            if self._is_amid_a_request():
                self._wait(SECONDS_FOR_THE_REST)

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn never keeps the connection
        """The client sends no more.

        Returns:
            The connection stays open, for an answer that is not written yet.
        """
        if self._refused_at is not None:
            return False
        if self._is_amid_a_request():
            self.refuse(_BAD_REQUEST)
            return False
        begun, _ = self.conn.trailing_data
        answering = self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]  # it may
        if answering and not begun:
            self.cycle.keep_alive = False
        return answering

    def shutdown(self) -> None:
        """The server stops."""
        if self._refused_at is None:
            super().shutdown()
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's reason; the service has words of its own
        """Refuse what is no request."""
        self.refuse(_BAD_REQUEST)

    def refuse(self, refusal: Refusal) -> None:
        """Refuse a request, read whole or not, in the service's form, and close; after an answer only close."""
        if self._refused_at is not None:
            return
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = json.dumps(refusal.fields()).encode()
            headers = {"content-type": "application/json", "content-length": str(len(body)), "connection": "close"}
            is_described = self.conn.our_state is h11.SEND_RESPONSE and self.scope["method"] == "HEAD"
            for event in (
                h11.Response(
                    status_code=refusal.status,
                    headers=list(headers.items()),
                    reason=HTTPStatus(refusal.status).phrase.encode(),
                ),
                h11.Data(data=b"" if is_described else body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        # A socket that is closed with something unread in it is reset, and the client would lose the refusal.
        self._refused_at = self.loop.time()
        if self.cycle is not None:
            self.cycle.waiting_for_100_continue = False
        self.flow.resume_reading()
        self.transport.write_eof()
        self._wait(_SECONDS_TO_READ)

    def _is_amid_a_request(self) -> bool:
        begun, _ = self.conn.trailing_data
        return self.conn.their_state is h11.SEND_BODY or (self.conn.their_state is h11.IDLE and bool(begun))

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._clock = self.loop.call_later(seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _give_up(self) -> None:
        if self.transport.get_protocol() is not self:
            return  # it has become a WebSocket
        if self._refused_at is None and self._is_amid_a_request():
            self.refuse(_TOO_SLOW)
        else:
            self.transport.close()


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket connection. One that sends pings and reads no pongs is not read on. Takes what uvicorn gives."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **options)
        self.app = _with_connection(self, self.app)

    def handle_ping(self) -> None:
        """Answer a ping."""
        super().handle_ping()
        if not self.writable.is_set():
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        """The client has read."""
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()


def _with_connection(connection: Connection | SocketConnection, inner: ASGIApp) -> ASGIApp:
    """The application, told in each request's scope which connection it is on."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope[CONNECTION] = connection
        await inner(scope, receive, send)

    return app
