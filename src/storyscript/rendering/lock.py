"""One run at a time in a story's folder."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from storyscript.errors import DiskError, UnfinishedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME = ".lock"


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Keep other processes out of a folder; the system lets go of the lock when this process ends, however it ends.

    Raises:
        UnfinishedError: another process is at work there.
        DiskError: the folder cannot be used.
    """
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise DiskError(f"cannot write `{folder}`: {error.strerror or error}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnfinishedError(
                f"another run is at work in `{folder}`: wait for it, or give another folder with `--out`; nothing was "
                "submitted"
            ) from None
        except OSError as error:
            raise DiskError(
                f"cannot keep other runs out of `{folder}`: {error.strerror or error}: give a folder on another disk "
                "with `--out`; nothing was submitted"
            ) from error
        yield
    finally:
        os.close(handle)
