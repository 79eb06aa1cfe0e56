"""Which `.story` files there are below a project's folders, and which of them include which.

An editor opens a cast, and wants to know what it breaks in the stories that include it, which are not open. So every
file is looked at for its includes: only for them, and only again when it has changed.
"""

from __future__ import annotations

import os
import re
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.lsp.uris import identity_of, named_from
from storyscript.source import MAX_SOURCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIX: Final = ".story"
MOST_FILES: Final = 20_000
"""So many files of a project are looked at."""
MOST_FOLDERS: Final = 20_000
"""So many folders are looked into."""
_LEFT_OUT: Final = frozenset({"node_modules", "out", "build", "dist", "__pycache__"})
"""Folders in which no writer keeps stories."""
_INCLUDE: Final = re.compile(rb"^(?:\xef\xbb\xbf)?(?i:include)[ \t]+([^\r\n]+)", re.MULTILINE)
_COMMENT: Final = re.compile(rb"[ \t]//(?:[ \t].*)?$")


class _Seen(NamedTuple):
    """A file as it was when it was looked at."""

    stamp: tuple[int, int]
    includes: tuple[str, ...]


class Index:
    """The files below some folders, by their identities (`storyscript.lsp.uris.identity_of`)."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._folders: set[Path] = set()

    def look(self, folders: Iterable[Path]) -> None:
        """Look at all files below folders again; those that have not changed since cost little."""
        before, self._seen = self._seen, {}
        self._folders = set(folders)
        for path in _stories(self._folders):
            self._note(path, before.get(path))

    def look_at(self, path: Path) -> None:
        """Look at one file again, which may be new, or gone."""
        identity = identity_of(path)
        old = self._seen.pop(identity, None)
        if path.suffix == SUFFIX:
            self._note(identity, old)

    def includes(self, identity: str) -> tuple[str, ...]:
        """The files that a file includes, as far as it is known."""
        seen = self._seen.get(identity)
        return () if seen is None else seen.includes

    def __iter__(self) -> Iterator[str]:
        return iter(self._seen)

    def _note(self, identity: str, old: _Seen | None) -> None:
        try:
            status = Path(identity).stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if old is None or old.stamp != stamp:
                with Path(identity).open("rb") as file:
                    data = file.read(MAX_SOURCE_BYTES)
                old = _Seen(stamp, tuple(included(data, identity)))
        except (OSError, ValueError):
            return
        self._seen[identity] = old


def included(data: bytes, identity: str) -> Iterator[str]:
    """The identities of the files that a file's bytes include; those outside its project among them."""
    for match in _INCLUDE.finditer(data):
        found = named_from(identity, os.fsdecode(_COMMENT.sub(b"", match[1]).strip()))
        if found is not None:
            yield found


def _stories(folders: Iterable[Path]) -> Iterator[str]:
    """The stories below folders, hidden ones left out; folders that link to each other are looked into once."""
    waiting = deque(identity_of(folder) for folder in folders)
    known: set[str] = set()
    found: set[str] = set()
    while waiting and len(known) < MOST_FOLDERS and len(found) < MOST_FILES:
        folder = waiting.popleft()
        if folder in known:
            continue
        known.add(folder)
        for entry in _entries(folder):
            if entry.is_dir():
                if entry.name not in _LEFT_OUT:
                    waiting.append(os.path.realpath(entry.path))
            elif entry.name.endswith(SUFFIX) and entry.is_file():
                found.add(os.path.realpath(entry.path))
    yield from sorted(found)[:MOST_FILES]


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return []
