"""The base protocol: JSON in frames, each behind its length."""

from __future__ import annotations

import json
from typing import IO, Any


class BrokenFrameError(Exception):
    """A server wrote what is no frame."""


def frame(message: object, *, headers: str = "Content-Length: {size}\r\n") -> bytes:
    """A message as it is sent.

    Args:
        message: what is sent as JSON; bytes as they are.
        headers: what stands before it, with `{size}` for its length.
    """
    body = message if isinstance(message, bytes) else json.dumps(message, ensure_ascii=False).encode()
    return headers.format(size=len(body)).encode() + b"\r\n" + body


def read_frame(stream: IO[bytes]) -> dict[str, Any] | None:
    """The next message of a server; None where its output ends.

    Raises:
        BrokenFrameError: it is no frame, or what is in it no message of JSON-RPC 2.0.
    """
    size = _read_headers(stream)
    if size is None:
        return None
    body = stream.read(size)
    if len(body) < size:
        raise BrokenFrameError(f"the output ends inside a frame: {body!r}")
    try:
        message = json.loads(body.decode("utf-8"))
    except ValueError as error:
        raise BrokenFrameError(f"{error}: {body!r}") from error
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise BrokenFrameError(f"no message: {body!r}")
    if "method" not in message and not ("id" in message and ("result" in message) != ("error" in message)):
        raise BrokenFrameError(f"neither a request nor an answer: {body!r}")
    return message


def _read_headers(stream: IO[bytes]) -> int | None:
    """The size that the headers of a frame tell; None where the output ends."""
    size, first = None, True
    while (line := stream.readline()) != b"\r\n":
        if not line and first:
            return None
        name, colon, value = line.removesuffix(b"\r\n").partition(b": ")
        if not colon or not line.endswith(b"\r\n") or name not in (b"Content-Length", b"Content-Type"):
            raise BrokenFrameError(f"no header: {line!r}")
        if name == b"Content-Length":
            size = int(value)
        first = False
    if size is None:
        raise BrokenFrameError("a frame without its length")
    return size
