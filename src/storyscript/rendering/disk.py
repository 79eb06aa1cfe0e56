"""The one door to the disk: every step that a power cut or a full disk can come between.

What is written goes through here, so that a test can stand in for the disk and fail any one step, or forget what was
not synced. Reading does not: what cannot be read harms nobody.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from typing import TYPE_CHECKING, Final

try:
    import fcntl
except ImportError:  # not on every system
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from pathlib import Path

PART: Final = ".part"
"""How the names of files end that are not whole yet."""

_OWN: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
"""A symbolic link in the place of a file of ours is somebody else's doing, and would be written through."""


_NO_SUCH_THING: Final = frozenset({errno.EINVAL, errno.ENOTSUP})
"""What file systems over a network, and some in user space, say of syncing a folder: they have no such thing."""


class Disk:
    """The real one. Each method raises the `OSError` of the system."""

    def make_folder(self, path: Path) -> None:
        """Make a folder and those above it; what is made is on the disk when this returns.

        Raises:
            OSError: it cannot be made, or a file, or a symbolic link that leads to no folder, has its place.
        """
        missing = []
        above = path
        while not above.exists():
            missing.append(above)
            above = above.parent
        for folder in reversed(missing):
            with contextlib.suppress(FileExistsError):
                self.add_folder(folder)
            self.sync_folder(folder.parent)
        if not path.is_dir():
            raise NotADirectoryError(None, "it is no folder")

    def add_folder(self, path: Path) -> None:
        """Make a folder in one that is there; nothing is synced."""
        path.mkdir()

    def temporary(self, folder: Path) -> tuple[int, str]:
        """A new file under a name of its own; its handle and its path."""
        return tempfile.mkstemp(dir=folder, prefix=".", suffix=PART)

    def open_to_append(self, path: Path, mode: int) -> int:
        """A file that grows, made where it is missing; its handle. Whoever makes it syncs the folder."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _OWN, mode)

    def write(self, handle: int, data: bytes | memoryview) -> int:
        """Write to a file's end; how many bytes it took."""
        return os.write(handle, data)

    def truncate(self, handle: int, size: int) -> None:
        """Cut a file off."""
        os.ftruncate(handle, size)

    def sync(self, handle: int) -> None:
        """Have a file's bytes on the disk."""
        full = getattr(fcntl, "F_FULLFSYNC", None)
        if full is not None:
            # On macOS `fsync` leaves them in the drive's own memory.
            with contextlib.suppress(OSError):  # not every disk knows it
                fcntl.fcntl(handle, full)
                return
        os.fsync(handle)

    def close(self, handle: int) -> None:
        """Let go of a file."""
        os.close(handle)

    def set_mode(self, path: str, mode: int) -> None:
        """Say who may do what with a file."""
        os.chmod(path, mode)  # noqa: PTH101 - a string, as tempfile gave it

    def rename(self, old: str, new: Path) -> None:
        """Give a file its name, in place of what had it before."""
        os.replace(old, new)  # noqa: PTH105 - a string, as tempfile gave it

    def remove(self, path: str) -> None:
        """Take a file away."""
        os.unlink(path)  # noqa: PTH108 - a string, as tempfile gave it

    def sync_folder(self, folder: Path) -> None:
        """Have a folder's entries on the disk, where the system can."""
        if os.name != "posix":
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in _NO_SUCH_THING:
                raise
        finally:
            os.close(handle)

    def free(self, folder: Path) -> int:
        """Bytes that are free where a folder is, or will be."""
        while not folder.exists():
            folder = folder.parent
        found = os.statvfs(folder) if hasattr(os, "statvfs") else None
        return found.f_bavail * found.f_frsize if found is not None else _PLENTY


_PLENTY: Final = 1 << 62
"""What a system has that does not say."""

DISK: Final = Disk()


def is_own_folder(path: Path) -> bool:
    """Whether a folder inside a story's folder is one, and no link that leads out of it; a missing one will be."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
