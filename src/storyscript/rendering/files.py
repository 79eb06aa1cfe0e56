"""Files that are whole or not there: written under a temporary name, synced, renamed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from typing import TYPE_CHECKING, NoReturn, Self

from storyscript.errors import DiskError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_HEAD = 32
_READABLE = 0o666
_EXECUTABLE = 0o777


def write_file(path: Path, data: bytes, *, executable: bool = False) -> None:
    """Write a file, making the folders above it.

    Raises:
        DiskError: it could not be written; what stood there before still does.
    """
    with NewFile(path.parent) as file:
        file.write(data)
        file.commit(path, executable=executable)


class NewFile:
    """A file without a name until `commit`; when the `with` block ends without one, nothing is left of it.

    Attributes:
        head: its first bytes, which tell what it is.
        size: in bytes.

    Args:
        folder: where it will stand; made where it is missing.

    Raises:
        DiskError: the folder or the file could not be made.
    """

    def __init__(self, folder: Path) -> None:
        self.head = b""
        self.size = 0
        self._hash = hashlib.sha256()
        self._folder = folder
        self._temporary: str | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, self._temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        except OSError as error:
            _fail(folder, error)
        self._file = os.fdopen(handle, "wb")

    @property
    def sha256(self) -> str:
        """Of what was written so far, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Add bytes.

        Raises:
            DiskError: they could not be written.
        """
        try:
            self._file.write(data)
        except OSError as error:
            _fail(self._folder, error)
        self._hash.update(data)
        self.size += len(data)
        if len(self.head) < _HEAD:
            self.head += data[: _HEAD - len(self.head)]

    def commit(self, path: Path, *, executable: bool = False, mode: int | None = None) -> None:
        """Have the bytes on the disk, then give the file its name, in place of what had it before.

        Args:
            path: its name.
            executable: whether a new file may be run as a program.
            mode: who may do what with it; by default what a new file allows.

        Raises:
            DiskError: one of these failed.
        """
        assert self._temporary is not None  # noqa: S101 - for the type checker: the constructor made it
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if mode is None:
                mode = (_EXECUTABLE if executable else _READABLE) & ~_umask()
            os.chmod(self._temporary, mode)  # noqa: PTH101 - a string, as tempfile gave it
            os.replace(self._temporary, path)  # noqa: PTH105 - a string, as tempfile gave it
            self._temporary = None
            _sync_folder(path.parent)
        except OSError as error:
            _fail(path, error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Closing flushes, which may fail as writing did; that failure was reported then.
        with contextlib.suppress(OSError):
            self._file.close()
        if self._temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._temporary)  # noqa: PTH108 - a string, as tempfile gave it


def _sync_folder(folder: Path) -> None:
    """Have a folder's entries on the disk, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    # There is no way to read it without setting it.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _fail(path: Path, error: OSError) -> NoReturn:
    raise DiskError(f"cannot write `{path}`: {error.strerror or error}; nothing was left half-written") from error
