"""A fake on a socket, for tests, and bytes to throw at it."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from typing import TYPE_CHECKING, Any

from storyscript.fake import Account, Machine
from storyscript.fake.serving.server import FakeServer
from wiro.standins import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storyscript.fake.frames import Frame

RUN = "/v1/Run/wiro/story-diffusion-advanced"
PATIENCE = 20.0
"""Seconds after which a test gives up."""


@contextlib.contextmanager
def served(
    *,
    account: Account | None = None,
    speed: float = 0,
    balance: float | None = None,
    draw: Callable[[Frame], bytes] = draw,
) -> Iterator[FakeServer]:
    machine = Machine(account=account, speed=speed, balance=balance, draw=draw)
    with FakeServer(machine) as server:
        yield server


def connection(server: FakeServer) -> socket.socket:
    host, _, port = server.address.partition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def request(path: str, body: bytes = b"", *headers: str, method: str = "POST", length: int | None = None) -> bytes:
    """A request, with a `Content-Length` that may lie; -1 for none."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
    if length != -1:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def answers(server: FakeServer, sent: bytes, *, half_close: bool = True) -> bytes:
    """Everything that comes back over one connection until the server closes it."""
    with connection(server) as client:
        client.sendall(sent)
        if half_close:
            client.shutdown(socket.SHUT_WR)
        parts = []
        while part := client.recv(65536):
            parts.append(part)
        return b"".join(parts)


def next_answer(client: socket.socket) -> bytes:
    """One answer of a connection that stays."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = client.recv(1)
        assert part
        answer += part
    length = int(parsed(answer)[1].get("content-length", "0"))
    while length:
        part = client.recv(length)
        assert part
        answer += part
        length -= len(part)
    return answer


def parsed(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and the rest."""
    head, _, rest = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]), headers, rest


def told(answer: bytes) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of a single answer."""
    status, headers, body = parsed(answer)
    assert headers["content-type"] == "application/json"
    assert int(headers["content-length"]) == len(body)
    found = json.loads(body)
    assert isinstance(found, dict)
    return status, found


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)
