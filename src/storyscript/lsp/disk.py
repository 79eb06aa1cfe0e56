"""What lies on disk: plain files, read without ever waiting for them, and the stories below folders.

Nothing here trusts a name: what is called `x.story` may be a folder, a pipe that nobody writes into, or a link to
itself.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIX: Final = ".story"
MOST_FILES: Final = 20_000
"""So many stories of a project are looked at."""
MOST_FOLDERS: Final = 20_000
"""So many folders are looked into."""
MOST_ENTRIES: Final = 200_000
"""So many names in them are looked at."""
_LEFT_OUT: Final = frozenset({"node_modules", "out", "build", "dist", "__pycache__"})
"""Folders in which no writer keeps stories."""
_SYSTEM: Final = frozenset({"/dev", "/proc", "/sys"})
"""Folders whose files are none: who opens `/` does not mean them."""


def read_plain(path: str, most: int) -> bytes:
    """The bytes of a file, no more than `most`.

    Raises:
        OSError: it cannot be read, or is no plain file.
        ValueError: no file can have that name.
    """
    with open(path, "rb", opener=_open_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(None, "it is no plain file")
        return file.read(most)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; of a pipe, do not wait until somebody writes into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def stories(folders: Iterable[str]) -> list[str]:
    """The stories below folders, hidden ones left out, in order; what is near the folders first where there are many.

    Args:
        folders: symbolic links resolved, as are the stories; folders that link to each other are looked into once.
    """
    waiting = deque(folders)
    known: set[str] = set()
    found: set[str] = set()
    entries = 0
    while waiting and len(known) < MOST_FOLDERS and len(found) < MOST_FILES and entries < MOST_ENTRIES:
        folder = waiting.popleft()
        if folder in known or folder in _SYSTEM:
            continue
        known.add(folder)
        for entry in _entries(folder):
            entries += 1
            try:
                if entry.is_dir():
                    if entry.name not in _LEFT_OUT:
                        waiting.append(_real(entry))
                elif entry.name.endswith(SUFFIX) and entry.is_file():
                    found.add(_real(entry))
            except OSError:  # a link to itself, or to where nobody may look
                continue
    return sorted(found)[:MOST_FILES]


def _real(entry: os.DirEntry[str]) -> str:
    """The path of an entry of a folder that has no links in its own."""
    return os.path.realpath(entry.path) if entry.is_symlink() else entry.path


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    yield entry
    except OSError:
        return
