"""A disk that may be full, fail, or lose what was not synced when the machine dies.

The files are real ones, because reading goes past the port. Beside them a model keeps what is safe: a file's bytes once
it is synced, a name once its folder is. Of the rest a machine that dies may keep anything: bytes without the name, a
name without bytes, a length without bytes, some steps of a folder and not the later ones.
"""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.rendering.disk import PART, Disk

if TYPE_CHECKING:
    from random import Random

    from simulation.lives import Life
    from simulation.troubles import Trouble


@dataclass(eq=False)
class _File:
    now: bytes = b""
    safe: bytes = b""


@dataclass(eq=False)
class _Folder:
    now: dict[str, _File | _Folder] = field(default_factory=dict)
    safe: list[dict[str, _File | _Folder]] = field(default_factory=lambda: [{}])
    """What it held when it was synced last, and after each step since."""


class Platter:
    """What a machine's disk holds, whatever process writes to it.

    Args:
        root: a real folder, which is empty and safe.
    """

    def __init__(self, root: Path) -> None:
        self.root: Final = root
        self._tree = _Folder()
        self.names = 0

    def folder(self, path: Path) -> _Folder:
        """The model of a folder."""
        found = self._tree
        for name in path.relative_to(self.root).parts:
            inner = found.now[name]
            assert isinstance(inner, _Folder)
            found = inner
        return found

    def file(self, path: Path) -> _File:
        """The model of a file."""
        found = self.folder(path.parent).now[path.name]
        assert isinstance(found, _File)
        return found

    def cut(self, random: Random) -> None:
        """Let the machine die and start again: chance chooses what is left of that which was not synced."""
        shutil.rmtree(self.root)
        self.root.mkdir()
        self._tree = _left(self._tree, random)
        _write(self.root, self._tree)


def _left(folder: _Folder, random: Random) -> _Folder:
    names = random.choice([folder.safe[0], folder.safe[-1], random.choice(folder.safe)])
    left: dict[str, _File | _Folder] = {}
    for name, entry in names.items():
        if isinstance(entry, _Folder):
            left[name] = _left(entry, random)
        else:
            data = _left_of(entry, random)
            left[name] = _File(data, data)
    return _Folder(left, [dict(left)])


def _left_of(file: _File, random: Random) -> bytes:
    if not file.now.startswith(file.safe):  # it was cut off, or written anew
        return random.choice([file.safe, file.now])
    added = file.now[len(file.safe) :]
    part = random.randint(0, len(added))
    return file.safe + random.choice([b"", added, bytes(len(added)), added[:part], bytes(part) + added[part:]])


def _write(path: Path, folder: _Folder) -> None:
    for name, entry in folder.now.items():
        if isinstance(entry, _Folder):
            (path / name).mkdir()
            _write(path / name, entry)
        else:
            (path / name).write_bytes(entry.now)


class WorldDisk(Disk):
    """The disk as one process sees it.

    Args:
        platter: what it holds.
        life: the process's.
        trouble: what goes wrong with it, and when.
        syncs: whether a sync does what it says; false for a machine that lies.
    """

    def __init__(self, platter: Platter, life: Life, trouble: Trouble, *, syncs: bool = True) -> None:
        self._platter: Final = platter
        self._life: Final = life
        self._trouble: Final = trouble
        self._syncs: Final = syncs
        self._open: Final[dict[int, _File]] = {}

    def bury(self) -> None:
        """Let go of what a killed process had open, as the system does."""
        for handle in self._open:
            os.close(handle)
        self._open.clear()

    def add_folder(self, path: Path) -> None:
        self._step()
        super().add_folder(path)
        self._enter(path, _Folder())

    def temporary(self, folder: Path) -> tuple[int, str]:
        self._step()
        self._platter.names += 1
        path = folder / f".{self._platter.names}{PART}"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._open[handle] = _File()
        self._enter(path, self._open[handle])
        return handle, str(path)

    def open_to_append(self, path: Path, mode: int) -> int:
        self._step()
        is_new = not path.exists()
        handle = super().open_to_append(path, mode)
        if is_new:
            self._enter(path, _File())
        self._open[handle] = self._platter.file(path)
        return handle

    def write(self, handle: int, data: bytes | memoryview) -> int:
        kind = self._step(writes=True)
        if kind in ("short", "amid") and len(data) > 1:
            data = data[: len(data) // 2]
        taken = super().write(handle, data)
        self._open[handle].now += bytes(data[:taken])
        if kind == "amid":
            self._life.end()
        return taken

    def truncate(self, handle: int, size: int) -> None:
        self._step()
        super().truncate(handle, size)
        self._open[handle].now = self._open[handle].now[:size]

    def sync(self, handle: int) -> None:
        self._step()
        if self._syncs:
            self._open[handle].safe = self._open[handle].now

    def close(self, handle: int) -> None:
        # Whatever else happens, the handle is gone.
        del self._open[handle]
        super().close(handle)
        self._step()

    def set_mode(self, path: str, mode: int) -> None:
        self._step()
        super().set_mode(path, mode)

    def rename(self, old: str, new: Path) -> None:
        self._step()
        super().rename(old, new)
        self._enter(new, self._leave(Path(old)))

    def remove(self, path: str) -> None:
        self._step()
        super().remove(path)
        self._leave(Path(path))

    def sync_folder(self, folder: Path) -> None:
        self._step()
        # Above the root everything is safe.
        if self._syncs and folder.is_relative_to(self._platter.root):
            model = self._platter.folder(folder)
            model.safe = [dict(model.now)]

    def free(self, folder: Path) -> int:  # noqa: ARG002 - the port's
        """Plenty, unless the trouble is that the disk is too full to begin."""
        return 0 if self._trouble.is_too_full() else 1 << 40

    def _enter(self, path: Path, entry: _File | _Folder) -> None:
        parent = self._platter.folder(path.parent)
        parent.now[path.name] = entry
        parent.safe.append(dict(parent.now))

    def _leave(self, path: Path) -> _File | _Folder:
        parent = self._platter.folder(path.parent)
        entry = parent.now.pop(path.name)
        parent.safe.append(dict(parent.now))
        return entry

    def _step(self, *, writes: bool = False) -> str | None:
        """Take a step, which may be the last; what else is wrong with it, if it is a write.

        Raises:
            OSError: the disk does not do it.
        """
        self._life.step()
        kind = self._trouble.disk_now()
        if kind in ("ENOSPC", "EIO"):
            raise OSError(getattr(errno, kind), os.strerror(getattr(errno, kind)))
        return kind if writes else None
