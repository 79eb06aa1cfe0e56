"""Right answers made wrong: the changes that `Altered` makes to bytes and headers."""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.fake.trouble import Delivery, Response

BOMB_SIDE: Final = 50_000
"""Pixels of each side that the decompression bomb claims: 7.5 GB once they are decoded."""

GARBAGE: Final = b"\x1f~ upstream said: ok ~\x00"
"""What is neither JSON nor anything else."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CHUNK_OVERHEAD: Final = 12
_TEXT: Final = b"This is no picture. "


def half(response: Response) -> Response:
    """The first half of the body, as if that were all of it."""
    return replace(response, body=response.body[: len(response.body) // 2])


def wrong_bytes(response: Response) -> Response:
    """Bytes that are no UTF-8 in the middle of the body."""
    middle = len(response.body) // 2
    return replace(response, body=response.body[:middle] + b"\xff\x00\xc3\x28" + response.body[middle:])


def twice(response: Response) -> Response:
    """A JSON object that has its `result` twice, and says two things by it."""
    return replace(response, body=response.body.rstrip().removesuffix(b"}") + b', "result": "perhaps"}')


def garbage(response: Response) -> Response:
    """Bytes that mean nothing, of the same media type."""
    return replace(response, body=GARBAGE)


def zipped(response: Response) -> Response:
    """The body compressed, whatever the client asked for."""
    headers = (*response.headers, ("Content-Encoding", "gzip"))
    return replace(response, body=gzip.compress(response.body, mtime=0), headers=headers)


def typed(content_type: str) -> Callable[[Response], Response]:
    """The same bytes under another media type."""
    return lambda response: replace(response, content_type=content_type)


def delivered(delivery: Delivery) -> Callable[[Response], Response]:
    """The right answer, delivered in another way."""
    return lambda response: replace(response, delivery=delivery)


def delayed(seconds: float) -> Callable[[Response], Response]:
    """The right answer, after a time."""
    return lambda response: replace(response, delay=seconds)


def no_picture(response: Response) -> Response:
    """As many bytes as the picture has, of plain text; still called a picture."""
    size = len(response.body)
    return replace(response, body=(_TEXT * (size // len(_TEXT) + 1))[:size])


def broken_picture(response: Response) -> Response:
    """As many bytes as the picture has, of which the last half is nothing: it begins well and does not decode."""
    kept = len(response.body) // 2
    return replace(response, body=response.body[:kept] + bytes(len(response.body) - kept))


def bomb(response: Response) -> Response:
    """As many bytes as the picture has, if they are enough for it: a PNG that claims to be enormous."""
    header = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 8, 2, 0, 0, 0)
    start = _PNG + _chunk(b"IHDR", header)
    end = _chunk(b"IDAT", zlib.compress(bytes(64))) + _chunk(b"IEND", b"")
    room = len(response.body) - len(start) - len(end) - _CHUNK_OVERHEAD
    filling = _chunk(b"fiLl", bytes(room)) if room >= 0 else b""
    return replace(response, body=start + filling + end)


def without_parameters(answer: dict[str, object]) -> object:
    """`/Task/List` as if it did not give back what tasks were run with."""
    return _each_task(answer, lambda task: {name: value for name, value in task.items() if name != "parameters"})


def parameters_as_text(answer: dict[str, object]) -> object:
    """`/Task/List` with each task's parameters as a JSON string."""
    return _each_task(answer, lambda task: {**task, "parameters": json.dumps(task.get("parameters"))})


def _each_task(answer: dict[str, object], change: Callable[[dict[str, object]], object]) -> object:
    match answer.get("tasklist"):
        case list() as tasks:
            return {**answer, "tasklist": [change(task) if isinstance(task, dict) else task for task in tasks]}
        case _:
            return answer


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
