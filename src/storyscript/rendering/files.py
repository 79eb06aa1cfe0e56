"""Files that are whole or not there: written under a temporary name, synced, renamed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from typing import TYPE_CHECKING, NoReturn, Self

from storyscript.errors import DiskError
from storyscript.rendering.disk import DISK, PART

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from storyscript.rendering.disk import Disk

_SETTING = threading.Lock()
_HEAD = 32
_READABLE = 0o666
_EXECUTABLE = 0o777
MOST_BYTES = 256 << 20
"""A longer file is none that tells of a story."""
_BLOCK = 1 << 20
"""Bytes that are read at a time."""
_GATHERED = 4 << 20
"""Bytes that wait to be written together: most pictures are smaller, so that a thread writes and hashes all of them."""
_PIECE = 64
"""Bytes for which each piece counts at least: that is what a short one takes in memory."""


def write_file(
    path: Path, data: bytes, *, executable: bool = False, mode: int | None = None, disk: Disk = DISK
) -> None:
    """Write a file, making the folders above it; `executable` and `mode` as in `NewFile.commit`.

    Raises:
        DiskError: it could not be written; what stood there before still does.
    """
    with NewFile(path.parent, disk) as file:
        file.write(data)
        file.commit(path, executable=executable, mode=mode)


def renew_file(path: Path, data: bytes, *, mode: int | None = None, disk: Disk = DISK) -> None:
    """Write a file, unless it holds just that: whoever gave it its name had synced its bytes before.

    Raises:
        DiskError: it could not be written; what stood there before still does.
    """
    if sha256_of(path) != hashlib.sha256(data).hexdigest():
        write_file(path, data, mode=mode, disk=disk)


class NewFile:
    """A file without a name until `commit`; when the `with` block ends without one, nothing is left of it.

    What is added is gathered, and written in large pieces: `flush` is what takes long, and can be left to a thread.

    Attributes:
        head: its first bytes, which tell what it is.
        size: in bytes.
        path: the temporary name, for who wants to read what was flushed before it gets its own.

    Args:
        folder: where it will stand; made where it is missing.
        disk: where it is written to.
        late: make it when it is first flushed, which a thread may do: on a busy disk making a file takes as long as
            writing it.

    Raises:
        DiskError: the folder or the file could not be made.
    """

    def __init__(self, folder: Path, disk: Disk = DISK, *, late: bool = False) -> None:
        self.head = b""
        self.size = 0
        self._hash = hashlib.sha256()
        self._gathered: list[bytes] = []
        self._waiting = 0
        self._folder = folder
        self._disk = disk
        self._handle: int | None = None
        self.path: str | None = None
        if not late:
            self._make()

    def _make(self) -> int:
        """Make the file; its handle."""
        try:
            self._disk.make_folder(self._folder)
            self._handle, self.path = self._disk.temporary(self._folder)
        except OSError as error:
            _fail(self._folder, error)
        return self._handle

    @property
    def sha256(self) -> str:
        """Of what was added so far, in hexadecimal."""
        whole = self._hash.copy()
        whole.update(b"".join(self._gathered))
        return whole.hexdigest()

    def write(self, data: bytes) -> None:
        """Add bytes.

        Raises:
            DiskError: what was gathered could not be written.
        """
        self._gathered.append(data)
        self._waiting += max(len(data), _PIECE)
        self.size += len(data)
        if len(self.head) < _HEAD:
            self.head += data[: _HEAD - len(self.head)]
        if self._waiting >= _GATHERED:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered, so that others can read it; it need not be on the disk yet.

        Raises:
            DiskError: it could not be written.
        """
        handle = self._make() if self._handle is None else self._handle
        gathered = b"".join(self._gathered)
        self._gathered.clear()
        self._waiting = 0
        try:
            write_all(self._disk, handle, gathered)
        except OSError as error:
            _fail(self._folder, error)
        self._hash.update(gathered)

    def sync(self) -> None:
        """Have the bytes on the disk.

        Raises:
            DiskError: they are not, for sure.
        """
        self.flush()
        assert self._handle is not None  # noqa: S101 - for the type checker: it was made by now
        try:
            self._disk.sync(self._handle)
        except OSError as error:
            _fail(self._folder, error)

    def commit(self, path: Path, *, executable: bool = False, mode: int | None = None) -> None:
        """Have the bytes on the disk, then give the file its name, in place of what had it before.

        Args:
            path: its name.
            executable: whether a new file may be run as a program.
            mode: who may do what with it; by default what a new file allows.

        Raises:
            DiskError: one of these failed.
        """
        self.sync()
        assert self.path is not None  # noqa: S101 - for the type checker: it was made by now
        try:
            self._close()
            if mode is None:
                mode = (_EXECUTABLE if executable else _READABLE) & ~_umask()
            self._disk.set_mode(self.path, mode)
            self._disk.rename(self.path, path)
            self.path = None
            self._disk.sync_folder(path.parent)
        except OSError as error:
            _fail(path, error)

    def _close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            self._disk.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._close()
        if self.path is not None:
            with contextlib.suppress(OSError):
                self._disk.remove(self.path)


def write_all(disk: Disk, handle: int, data: bytes) -> None:
    """Write all of it: a disk may take less than it was given.

    Raises:
        OSError: it takes no more.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[disk.write(handle, rest) :]


def read_file(path: Path, most: int = MOST_BYTES) -> bytes:
    """What a file holds, as far as that is no more than so many bytes; of a pipe nothing, and it is not waited for.

    Raises:
        OSError: it is missing, a folder, or cannot be read.
        ValueError: no file can have that name.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        return file.read(most) or b""


def sha256_of(path: Path) -> str | None:
    """Of a plain file, in hexadecimal; None where there is none to be read."""
    digest = hashlib.sha256()
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except (OSError, ValueError):
        return None
    return digest.hexdigest()


def remove_parts(folder: Path, disk: Disk = DISK) -> None:
    """Take away what a process that was killed had begun to write, in a folder and those in it.

    Only for who holds the folder's lock: nobody else may be writing there.
    """
    for part in parts_in(folder):
        with contextlib.suppress(OSError):
            disk.remove(str(part))


def parts_in(folder: Path) -> list[Path]:
    """What is not whole yet, or never will be, in a folder and those in it; what a link leads to is not in it."""
    parts = [part for depth in ("", "*/", "*/*/") for part in folder.glob(f"{depth}.*{PART}")]
    return [part for part in parts if part.parent.resolve().is_relative_to(folder.resolve())]


def _umask() -> int:
    # There is no way to read it without setting it, which threads must not do side by side.
    with _SETTING:
        mask = os.umask(0o022)
        os.umask(mask)
    return mask


def _fail(path: Path, error: OSError) -> NoReturn:
    raise DiskError(f"cannot write `{path}`: {error.strerror or error}; nothing was left half-written") from error
