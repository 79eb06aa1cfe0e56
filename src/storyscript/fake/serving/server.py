"""The server: a socket of the loopback, and a thread that answers on it."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from typing import TYPE_CHECKING, Final, Self

import uvicorn

from storyscript.errors import ConfigurationError
from storyscript.fake.machine import API_PREFIX, Machine
from storyscript.fake.serving.answering import plainly
from storyscript.fake.serving.app import App
from storyscript.fake.serving.connections import Connection, SocketConnection
from storyscript.fake.serving.watching import MOST_BYTES, Watching
from storyscript.fake.serving.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.fake.serving.answering import Answering

HOST: Final = "127.0.0.1"

_MOST_WAITING: Final = 128
"""Requests that may wait for frames at once."""

_MOST_QUICK: Final = 32
"""Other requests that are answered at once."""

_BACKLOG: Final = 64
"""Connections that may wait to be accepted. Without file descriptors asyncio fails as often a second, and says so."""

_SECONDS_TO_STOP: Final = 1
"""How long a client may take for the rest of its answer, or of its request, once the server is stopped."""

_SECONDS_TO_FINISH: Final = 0.5
"""How long after that the server waits for each kind of work that goes on for nobody."""


class FakeServer:
    """A machine on a socket; a context manager that serves inside.

    Args:
        machine: who answers; one with a secret salt, since other programs reach it. It learns its address from here.
        port: where; 0 for whichever is free.
        answering: who answers in the end; by default the machine.

    Raises:
        ConfigurationError: nothing can listen there.
    """

    def __init__(self, machine: Machine, *, port: int = 0, answering: Answering = plainly) -> None:
        self.machine = machine
        self._socket = _listening(port)
        self.address = f"{HOST}:{self._socket.getsockname()[1]}"
        machine.origin = f"http://{self.address}"
        self._quick = Workers(_MOST_QUICK, "storyscript-fake-quick")
        self._drawing = Workers(_MOST_WAITING, "storyscript-fake-drawing")
        self._server = _Server(machine, self._quick, self._drawing, answering)
        self._thread = threading.Thread(target=self._serve, name="storyscript-fake-server")
        self._error: BaseException | None = None
        self._when_ended: Callable[[], None] = _nothing

    @property
    def base_url(self) -> str:
        """The address of the API."""
        return self.machine.base_url

    @property
    def socket_url(self) -> str:
        """The address of the WebSocket."""
        return f"ws://{self.address}{API_PREFIX}"

    def when_ended(self, hear: Callable[[], None]) -> None:
        """Have something called, in another thread, once it serves no more, for whatever reason."""
        self._when_ended = hear

    def __enter__(self) -> Self:
        """Serve; when this returns, it does.

        Raises:
            BaseException: whatever kept it from that.
        """
        self._thread.start()
        self._server.ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop: answers that are being written are finished, if that does not take long."""
        self._server.should_exit = True
        self._thread.join()

    def _serve(self) -> None:
        try:
            asyncio.run(self._server.serve(sockets=[self._socket]))
        except BaseException as error:
            if self._server.ready.is_set():
                raise
            self._error = error  # raised where somebody waits for the start
        finally:
            self._socket.close()
            self._quick.wait(_SECONDS_TO_FINISH)
            self._drawing.wait(_SECONDS_TO_FINISH)
            self._server.ready.set()
            self._when_ended()


class _Server(uvicorn.Server):
    """uvicorn's server, and what begins and ends with it."""

    def __init__(self, machine: Machine, quick: Workers, drawing: Workers, answering: Answering) -> None:
        self._machine = machine
        self._watching = Watching(machine, drawing)
        self.ready = threading.Event()
        self._on_shutdown: Callable[[], None] = _nothing
        super().__init__(
            uvicorn.Config(
                App(machine, self._watching, quick, drawing, answering),
                loop="asyncio",
                http=Connection,
                ws=SocketConnection,
                ws_max_size=MOST_BYTES,
                ws_per_message_deflate=False,
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                workers=1,
                backlog=_BACKLOG,
                timeout_graceful_shutdown=_SECONDS_TO_STOP,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_shutdown = self._watching.listen()
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_shutdown()
        self._machine.close()
        await super().shutdown(sockets)


def _nothing() -> None:
    pass


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port), backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"port {port} is taken: stop what listens there, or take another (0 for whichever is free)"
            ) from None
        raise ConfigurationError(f"cannot listen on port {port}: {error.strerror or error}") from None
