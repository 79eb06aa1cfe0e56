"""Standard output of work that is paid for: it goes on though nobody reads, and the exit code still tells."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO


class Results:
    """A stream whose failure ends nothing.

    Args:
        stream: where results go.

    Attributes:
        lost: why something could not be written; None where all was, or where whoever read had enough (a closed pipe).
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream: Final = stream
        self.lost: OSError | None = None

    def write(self, text: str) -> None:
        """Write, at once."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError as error:
            if self.lost is None and not isinstance(error, BrokenPipeError):
                self.lost = error
            leave(self._stream)


def leave(stream: TextIO) -> None:
    """Have what a broken stream still holds go nowhere: Python would try again as it closes it, and fail anew."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
