"""One HTTP connection: what uvicorn leaves to us, which is how it ends.

A request that is cut short is refused, and the refusal can be read: a client may close its side of a connection and
still listen. A client that closed its side after a whole request gets its answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from storyscript.fake.refusals import INVALID

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

TRANSPORT: Final = "storyscript.transport"
"""Under this name a request's scope has its connection, for an answer that is to break."""

_BAD_REQUEST: Final = 400
_SECONDS_TO_READ: Final = 1.0
"""How long a client may take to read a refusal while it is still sending."""


class Connection(H11Protocol):
    """A connection. Takes what uvicorn gives."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **options)
        self._refused = False
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = self.transport
            await inner(scope, receive, send)

        self.app = app

    def data_received(self, data: bytes) -> None:
        """More of a request; what follows a refusal is nobody's."""
        if not self._refused:
            super().data_received(data)

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn never keeps the connection
        """The client sends no more.

        Returns:
            The connection stays open, for an answer that is not written yet.
        """
        if self._refused:
            return False
        begun, _ = self.conn.trailing_data
        if self.conn.their_state is h11.SEND_BODY or (self.conn.their_state is h11.IDLE and begun):
            self.send_400_response("")
            return False
        answering = self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]  # it may
        if answering and not begun:
            self.cycle.keep_alive = False
        return answering

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's reason; the service has words of its own
        """Refuse what is no request, in the service's form, and close; after an answer only close."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = json.dumps(INVALID.fields()).encode()
            headers = {"content-type": "application/json", "content-length": str(len(body)), "connection": "close"}
            for event in (
                h11.Response(status_code=_BAD_REQUEST, headers=list(headers.items()), reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        # A socket that is closed with something unread in it is reset, and the client would lose the refusal.
        self._refused = True
        self.flow.resume_reading()
        self.transport.write_eof()
        self.loop.call_later(_SECONDS_TO_READ, self.transport.close)
