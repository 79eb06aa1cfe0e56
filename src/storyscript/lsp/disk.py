"""What lies on disk: plain files, read without ever waiting for them, and the stories below folders.

Nothing here trusts a name: what is called `x.story` may be a folder, a pipe that nobody writes into, or a link to
itself.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final

from storyscript.folder import LEFT_OUT, MOST_ENTRIES, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_FILES: Final = 20_000
"""So many stories of a project are looked at."""
MOST_FOLDERS: Final = 20_000
"""So many folders are looked into."""
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


def stories(deep: Iterable[str], alone: Iterable[str] = ()) -> list[str]:
    """The stories in folders, hidden ones left out, in order; of very many, those that are least far below.

    Args:
        deep: folders that are looked at with all that is below them; symbolic links resolved, as in the stories'
            paths. Folders that link to each other are looked into once.
        alone: folders that are looked at without.
    """
    waiting = deque((folder, True) for folder in deep)
    waiting.extend((folder, False) for folder in alone)
    known: set[tuple[str, bool]] = set()
    found: dict[str, None] = {}  # in the order in which they were found
    entries = 0
    while waiting and len(known) < MOST_FOLDERS and len(found) < MOST_FILES and entries < MOST_ENTRIES:
        folder, down = waiting.popleft()
        if (folder, down) in known or folder in _SYSTEM:
            continue
        known.add((folder, down))
        for entry in _entries(folder):
            entries += 1
            try:
                if entry.is_dir():
                    if down and entry.name not in LEFT_OUT:
                        waiting.append((_real(entry), True))
                elif entry.name.endswith(SUFFIX) and entry.is_file():
                    found[_real(entry)] = None
            except OSError:  # a link to itself, or to where nobody may look
                continue
    return sorted(islice(found, MOST_FILES))


def is_below(path: str, deep: Iterable[str]) -> bool:
    """Whether a story is where `stories` looks for it, by its path."""
    for folder in deep:
        if path.startswith(os.path.join(folder, "")):  # noqa: PTH118 - as strings, for there may be thousands
            *folders, name = path[len(folder) :].strip(os.sep).split(os.sep)  # noqa: PTH206 - as above
            if not any(one.startswith(".") for one in (*folders, name)) and LEFT_OUT.isdisjoint(folders):
                return True
    return False


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
