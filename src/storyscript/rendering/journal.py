"""A file that only grows: one JSON object a line, each on the disk before the next thing is done.

A line that was being written when the process or the machine died has no end, and counts as not written: what it
would have told of had not begun. Any other line that cannot be read is damage, and stops everything: it may tell of
money.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any, Final

from storyscript.errors import DiskError
from storyscript.rendering.disk import DISK
from storyscript.rendering.files import write_all

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.rendering.disk import Disk

Line = dict[str, Any]

_MODE: Final = 0o600
"""It holds the tokens that open tasks, and what was sent."""

_MOST_BYTES: Final = 1 << 30

_FOLDERS_ABOVE: Final = 2
"""The story's folder has its name in `out`, and that in another: both may have been made by a process that died before
it could sync them."""


def read_lines(path: Path) -> list[Line]:
    """The lines of a journal; none where there is no file.

    Raises:
        DiskError: it cannot be read, or is damaged.
    """
    return _parse(path, _read(path))


def _read(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except (OSError, ValueError) as error:
        raise DiskError(f"cannot read `{path}`: {getattr(error, 'strerror', None) or 'it is no plain file'}") from error
    if len(data) > _MOST_BYTES:
        raise DiskError(f"`{path}` is too large to be what storyscript wrote: look at it, then move it away")
    return data


def _parse(path: Path, data: bytes) -> list[Line]:
    lines = []
    for number, text in enumerate(data[: _whole(data)].split(b"\n")[:-1], start=1):
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            line = None
        if not isinstance(line, dict):
            raise DiskError(
                f"`{path}` is damaged in line {number}, and may tell of tasks that are paid for, so nothing is "
                "submitted: look at it, then mend the line or move the file away"
            )
        lines.append(line)
    return lines


def _whole(data: bytes) -> int:
    """How many bytes are whole lines."""
    end = data.rfind(b"\n") + 1
    last = data.rfind(b"\n", 0, max(end - 1, 0)) + 1
    # Of a line that was not synced, a machine that dies may keep the end and lose what is before: zeros, which JSON
    # never holds. Lines before it were synced.
    return last if b"\0" in data[last:end] else end


class Journal:
    """A journal that is written to; whoever opens it holds the folder's lock.

    Args:
        path: the file; made where it is missing.
        disk: where it is written to.

    Attributes:
        lines: what was in it when it was opened; whoever has read them may let go of them.

    Raises:
        DiskError: it cannot be opened, or is damaged.
    """

    def __init__(self, path: Path, disk: Disk = DISK) -> None:
        self._path: Final = path
        self._disk: Final = disk
        data = _read(path)
        self.lines: Final = _parse(path, data)
        self._size = _whole(data)
        self._flaw: str | None = None
        self._is_open = True
        try:
            self._handle = disk.open_to_append(path, _MODE)
            try:
                if len(data) > self._size:
                    disk.truncate(self._handle, self._size)
                # Also what an earlier process wrote and did not live to sync: what is read here is acted upon.
                disk.sync(self._handle)
                disk.sync_folder(path.parent)
                for above in path.parent.parents[:_FOLDERS_ABOVE]:
                    with contextlib.suppress(PermissionError):  # who may not read a folder cannot sync it
                        disk.sync_folder(above)
            except OSError:
                disk.close(self._handle)
                raise
        except OSError as error:
            raise DiskError(f"cannot write `{path}`: {error.strerror or error}") from error

    def append(self, line: Line) -> None:
        """Add a line; it is on the disk when this returns.

        After a failure nobody knows what is on the disk (a failed sync may have dropped what it could not write), so
        nothing is added any more; the next process reads what there is.

        Raises:
            DiskError: it is not there, for sure.
        """
        if not self._is_open:
            raise DiskError(f"cannot write `{self._path}`: it was closed before")
        if self._flaw is not None:
            raise DiskError(f"cannot write `{self._path}`: {self._flaw} before, so nothing more is written to it")
        data = json.dumps(line, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        try:
            write_all(self._disk, self._handle, data)
            self._disk.sync(self._handle)
        except OSError as error:
            self._flaw = error.strerror or str(error)
            # What is half a line now must not become a whole one by what a later process adds.
            with contextlib.suppress(OSError):
                self._disk.truncate(self._handle, self._size)
                self._disk.sync(self._handle)
            raise DiskError(f"cannot write `{self._path}`: {self._flaw}") from error
        self._size += len(data)

    def require_named(self) -> None:
        """See that the file still has its name: what is written to one that was taken away, nobody will read.

        Raises:
            DiskError: it was moved or deleted since it was opened, or another file has its name.
        """
        try:
            is_named = os.path.samestat(os.fstat(self._handle), self._path.lstat())
        except OSError:
            is_named = False
        if self._is_open and not is_named:
            raise DiskError(
                f"`{self._path}` was taken away while a run is at work, so nothing more is submitted: put it back; "
                "what it told of is paid for again otherwise"
            )

    def close(self) -> None:
        """Let go of the file; nothing is added any more, for the system may give its handle to another file."""
        if self._is_open:
            self._is_open = False
            with contextlib.suppress(OSError):
                self._disk.close(self._handle)
