"""Servers on a real socket, each of which breaks connections in a way of its own."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    Behaviour = Callable[["Exchange"], Awaitable[None]]


@dataclass(slots=True)
class Exchange:
    """One request, and the way back.

    Attributes:
        head: its first line and headers.
        body: what came of its body.
        writer: the way back.
    """

    head: bytes
    body: bytes
    writer: asyncio.StreamWriter

    async def send(self, *pieces: bytes, pause: float = 0) -> None:
        """Send pieces, one after another."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(pause)

    def reset(self) -> None:
        """Break the connection so that the other side notices."""
        self.writer.transport.abort()


@dataclass(slots=True)
class Server:
    """A server that runs.

    Attributes:
        origin: its scheme, host and port.
        requests: the first line of each request that came whole.
    """

    origin: str
    requests: list[bytes] = field(default_factory=list)


@contextlib.asynccontextmanager
async def serving(
    behave: Behaviour, *, tls: ssl.SSLContext | None = None, name: str = "127.0.0.1"
) -> AsyncIterator[Server]:
    """Serve on a free port, each request as `behave` does, one a connection."""
    handlers: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: ([0-9]+)", head)
            body = await reader.readexactly(int(length[1]) if length else 0)
            server.requests.append(head.partition(b"\r\n")[0])
            await behave(Exchange(head, body, writer))
            writer.close()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has gone, or asked for nothing, or all is over
        finally:
            handlers.discard(task)
            if not writer.is_closing():
                writer.transport.abort()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    server = Server(f"{'http' if tls is None else 'https'}://{name}:{port}")
    try:
        yield server
    finally:
        listening.close()
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        await asyncio.sleep(0)  # transports close in the loop's next turn


async def deaf_port() -> int:
    """A port on which nobody listens."""
    listening = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    return port


def certificate(folder: Path, *, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate that a host made for itself, and its key."""
    paths = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", "2"]
    subprocess.run(
        [*command, *subject, "-out", str(paths[0]), "-keyout", str(paths[1])], check=True, capture_output=True
    )
    return paths


def server_tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """What a server needs to show a certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate)
    return tls
