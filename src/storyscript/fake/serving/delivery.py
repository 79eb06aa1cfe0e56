"""Answers that do not get to the client as they should, written to the connection by hand.

An answer that is delivered like this ends its connection.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storyscript.fake.trouble import Response

_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""For `SO_LINGER`: do not wait until what was written is read, but reset."""

_SINGLE_BYTES: Final = 1000
"""So many bytes come one at a time; what is beyond them comes in as many pieces, or a picture would take an hour."""

_SECONDS_BETWEEN: Final = 0.001
_SECONDS_TO_READ: Final = 0.05
"""How long the first half of an answer may be read before a reset takes what is unread."""


def reset(transport: asyncio.Transport) -> None:
    """End a connection by a reset, and not in good order."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()


async def deliver(transport: asyncio.Transport, response: Response) -> None:
    """Write an answer as its `delivery` says.

    Args:
        transport: the connection's.
        response: one whose delivery is not `whole`.
    """
    transport.write(_head(response))
    half = response.body[: len(response.body) // 2]
    match response.delivery:
        case "dribble":
            for piece in _pieces(response.body):
                if transport.is_closing():
                    return
                transport.write(piece)
                await asyncio.sleep(_SECONDS_BETWEEN)
            transport.close()
        case "unended":
            transport.write(b"%x\r\n%b\r\n" % (len(half), half) if half else b"")
            transport.close()
        case "stalled":
            transport.write(half)
        case "reset":
            transport.write(half)
            await asyncio.sleep(_SECONDS_TO_READ)
            reset(transport)
        case _:
            transport.write(half)
            transport.close()


def _pieces(body: bytes) -> list[bytes]:
    first = [body[at : at + 1] for at in range(min(len(body), _SINGLE_BYTES))]
    rest = body[_SINGLE_BYTES:]
    size = -(-len(rest) // _SINGLE_BYTES)
    return first + [rest[at : at + size] for at in range(0, len(rest), size or 1)]


def _head(response: Response) -> bytes:
    headers = [("Content-Type", response.content_type), *response.headers, ("Connection", "close")]
    if response.delivery == "unended":
        headers.append(("Transfer-Encoding", "chunked"))
    elif response.delivery != "unseen":
        headers.append(("Content-Length", str(len(response.body))))
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
