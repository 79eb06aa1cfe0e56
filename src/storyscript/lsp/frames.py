"""Messages in a stream of bytes: headers, an empty line, and a body of as many bytes as a header says.

Reading is total: lines that are no header are passed over, as are headers that nobody knows. Source: Language Server
Protocol, "Base Protocol".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES: Final = 256 * 1024 * 1024
"""No message is larger: a length beyond it is passed over like any line that is no header."""
_LENGTH: Final = re.compile(rb"content-length[ \t]*:[ \t]*([0-9]{1,12})[ \t]*", re.IGNORECASE)
_MOST_OF_A_LINE: Final = 64 * 1024


class FrameReader:
    """Takes bytes as they come, and gives the bodies that are whole."""

    def __init__(self) -> None:
        self._buffer: Final = bytearray()
        self._length: int | None = None  # as the last header says
        self._body: int | None = None  # how long the body is that has begun

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take more bytes; gives each body that they complete."""
        self._buffer.extend(data)
        while True:
            if self._body is not None:
                if len(self._buffer) < self._body:
                    return
                body = bytes(self._buffer[: self._body])
                del self._buffer[: self._body]
                self._body = None
                yield body
            elif not self._read_line():
                return

    def _read_line(self) -> bool:
        """Read one line before a body; whether there was one."""
        end = self._buffer.find(b"\n")
        if end < 0:
            if len(self._buffer) > _MOST_OF_A_LINE:
                self._buffer.clear()  # nobody writes such a header
            return False
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        match = _LENGTH.fullmatch(line)
        if match is not None and int(match[1]) <= MOST_BYTES:
            self._length = int(match[1])
        elif not line.strip() and self._length is not None:
            self._body, self._length = self._length, None
        return True
