"""Files that are whole or not there: written under a temporary name, synced, renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from storyscript.errors import DiskError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


def write_file(path: Path, data: bytes) -> None:
    """Write a file, making the folders above it.

    Raises:
        DiskError: it could not be written; what stood there before still does.
    """
    with new_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name only when all of it is on the disk; after an error, nothing is left of it.

    Raises:
        DiskError: it could not be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    except OSError as error:
        _fail(path, error)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            try:
                file.flush()
                os.fsync(file.fileno())
            except OSError as error:
                _fail(path, error)
        try:
            os.chmod(temporary, 0o666 & ~_umask())  # noqa: PTH101 - a string, as tempfile gave it
            os.replace(temporary, path)  # noqa: PTH105 - a string, as tempfile gave it
            sync_folder(path.parent)
        except OSError as error:
            _fail(path, error)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)  # noqa: PTH108 - a string, as tempfile gave it
        raise


def sync_folder(folder: Path) -> None:
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
