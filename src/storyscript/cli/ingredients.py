"""What the check of a story depended on: the files that it read or looked for, and how they were then."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.folder import PROJECT_FILE, FolderReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.source import Located

_YOUNG: Final = 2.5
"""Seconds: a file this young may be written again and have the same times (FAT counts in steps of two seconds)."""


class _Look(NamedTuple):
    """How a file was found.

    Attributes:
        status: what tells one state of a file from another; None where there is none.
        digest: of its content, where the status alone may not tell.
    """

    status: tuple[int, ...] | None
    digest: bytes | None


class Ingredients:
    """The files that one story's check depends on. Each is looked at before it is read, so that no change is missed.

    Args:
        story: the story's own file, as an absolute path.
        name: what messages call it.

    Attributes:
        names: what messages call the files that the story is made of, its own first.
        project: the project file that counted, if there was one.
    """

    def __init__(self, story: Path, name: str) -> None:
        self._looks: Final[dict[Path, _Look]] = {}
        self.names: Final = {name: None}
        self.look_at(story, reads=True)
        # The nearest one above a story says how far up it may read, also one that appears only later.
        folder = Path(os.path.realpath(story.parent))
        self.project: Path | None = None
        for place in (folder, *folder.parents):
            path = place / PROJECT_FILE
            self.look_at(path, reads=True)
            if self.project is None and os.path.isfile(path):  # noqa: PTH113 - False where it is forbidden
                self.project = path

    def open_folder(self, folder: Path) -> _NotingReader:
        """A reader over the story's folder that notes what it is asked for."""
        return _NotingReader(folder, self)

    def look_at(self, path: Path, *, reads: bool) -> None:
        """Note a file, and how it is.

        Args:
            path: where it is, or would be; absolute.
            reads: whether its content counts.

        Raises:
            ValueError: no file can have that name.
        """
        look = _look(path, reads=reads)
        before = self._looks.setdefault(path, look)
        if before.digest is None and before.status == look.status:
            self._looks[path] = look

    def changed(self) -> list[Path]:
        """The files that are not as they were."""
        return [path for path, look in self._looks.items() if not _is_still(path, look)]

    def folders(self) -> set[str]:
        """All folders in which something could happen to one of the files, without symbolic links.

        That is the folder of each and all above it: one of them may be moved away, or come back.
        """
        found: set[str] = set()
        for path in self._looks:
            for place in _ways(path):
                found.update(str(folder) for folder in place.parents)
        return {folder for folder in found if os.path.isdir(folder)}  # noqa: PTH112 - False where it is forbidden


class _NotingReader(FolderReader):
    """A `FolderReader` that tells `Ingredients` what it is asked for."""

    def __init__(self, folder: Path, notes: Ingredients) -> None:
        super().__init__(folder)
        self._notes: Final = notes
        self._shown: Final = folder

    def locate(self, path: str, base: str) -> Located:
        """Find a file, as any `FolderReader`; it is noted also where it is not to be had, since it may come."""
        with contextlib.suppress(ValueError):  # of a name that no file can have
            self._notes.look_at(self.folder / os.path.dirname(base) / path, reads=False)  # noqa: PTH120 - a story's path
        located = super().locate(path, base)
        self._notes.names[str(self._shown / located.path)] = None
        return located

    def read(self, located: Located) -> bytes:
        """The bytes of a file, as any `FolderReader`."""
        self._notes.look_at(Path(located.identity), reads=True)
        return super().read(located)


def _look(path: Path, *, reads: bool) -> _Look:
    try:
        found = path.stat()
    except OSError:
        return _Look(None, None)
    status = (found.st_dev, found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    if not stat.S_ISREG(found.st_mode):
        # What happens in a folder changes its times, and nothing about it for a story.
        return _Look(status[:3], None)
    young = abs(time.time() - max(found.st_mtime, found.st_ctime)) < _YOUNG
    return _Look(status, _digest(path) if reads and young else None)


def _is_still(path: Path, before: _Look) -> bool:
    now = _look(path, reads=False)
    return now.status == before.status and (before.digest is None or _digest(path) == before.digest)


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""


def _ways(path: Path) -> Iterator[Path]:
    """The path without symbolic links before its last part, and the same for each link that leads on from there."""
    seen: set[Path] = set()
    waiting = [path]
    while waiting:
        way = waiting.pop()
        for place in (way, *way.parents):
            real = Path(os.path.realpath(place.parent)) / place.name
            if real in seen:
                continue
            seen.add(real)
            with contextlib.suppress(OSError):  # no link
                waiting.append(real.parent / os.readlink(real))  # noqa: PTH115 - as it is written
            yield real
