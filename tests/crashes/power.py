"""What a power cut leaves of what was written: a model of a file system that promises what POSIX does and no more.

A file's bytes are safe once it is synced, a name once its folder is. Of the rest, anything may be there or not: bytes
without the name, a name without bytes, a length without bytes (zeros), some steps of a folder and not the later ones.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

    from crashes.disks import Step

Loss = Literal["all", "names", "bytes", "zeros", "holes", "some"]
"""What is lost of that which was not synced: all of it; names alone; bytes alone; bytes, but not the file's length; the
same, but its last block came through; a part that chance chooses."""

LOSSES: Final[tuple[Loss, ...]] = ("all", "names", "bytes", "zeros", "holes", "some")


@dataclass(eq=False)
class _File:
    now: bytes = b""
    safe: bytes = b""


@dataclass(eq=False)
class _Folder:
    now: dict[str, _File | _Folder] = field(default_factory=dict)
    safe: list[dict[str, _File | _Folder]] = field(default_factory=lambda: [{}])
    """What it held when it was synced last, and after each step since."""


class PowerCut:
    """A tree of files and folders, as far as steps have come.

    Args:
        root: the folder that everything is in; it is safe.
        steps: what was done there.
    """

    def __init__(self, root: Path, steps: Sequence[Step]) -> None:
        self._root: Final = root
        self._tree: Final = _Folder()
        for step in steps:
            self._take(step)

    def rebuild(self, loss: Loss, random: Random) -> None:
        """Have in the real folder what a machine finds that starts again.

        Args:
            loss: what is lost.
            random: chooses, where chance does.
        """
        shutil.rmtree(self._root / "out", ignore_errors=True)
        self._write(self._root, self._tree, loss, random)

    def _take(self, step: Step) -> None:
        if step.what in ("close", "mode") or not step.is_done:
            return
        if step.what == "sync folder":
            folder = self._find(step.path)
            assert isinstance(folder, _Folder)
            folder.safe = [dict(folder.now)]
            return
        parent = self._find(step.path.parent)
        assert isinstance(parent, _Folder)
        name = step.path.name
        match step.what:
            case "mkdir":
                parent.now[name] = _Folder()
            case "create":
                parent.now[name] = _File()
            case "open" if name not in parent.now:
                parent.now[name] = _File()
            case "rename":
                assert step.old is not None
                before = self._find(step.old.parent)
                assert isinstance(before, _Folder)
                parent.now[name] = before.now[step.old.name]
                del before.now[step.old.name]
                before.safe.append(dict(before.now))
            case "remove":
                del parent.now[name]
            case _:
                self._take_bytes(step, parent.now[name])
                return
        parent.safe.append(dict(parent.now))

    def _take_bytes(self, step: Step, file: _File | _Folder) -> None:
        assert isinstance(file, _File) or step.what == "open"
        if not isinstance(file, _File):
            return
        match step.what:
            case "write":
                file.now += step.data
            case "truncate":
                file.now = file.now[: step.size]
            case "sync":
                file.safe = file.now
            case _:
                pass

    def _find(self, path: Path) -> _File | _Folder:
        found: _File | _Folder = self._tree
        for name in path.relative_to(self._root).parts:
            assert isinstance(found, _Folder)
            found = found.now[name]
        return found

    def _write(self, path: Path, folder: _Folder, loss: Loss, random: Random) -> None:
        for name, entry in _names(folder, loss, random).items():
            if isinstance(entry, _Folder):
                (path / name).mkdir()
                self._write(path / name, entry, loss, random)
            else:
                (path / name).write_bytes(_bytes(entry, loss, random))


def _names(folder: _Folder, loss: Loss, random: Random) -> dict[str, _File | _Folder]:
    match loss:
        case "all" | "names":
            return folder.safe[0]
        case "some":
            return random.choice(folder.safe)
        case _:
            return folder.now


def _bytes(file: _File, loss: Loss, random: Random) -> bytes:
    added = file.now[len(file.safe) :] if file.now.startswith(file.safe) else b""
    match loss:
        case "all" | "bytes":
            return file.safe
        case "zeros":
            return file.safe + bytes(len(added))
        case "holes":
            return file.safe + bytes(len(added) // 2) + added[len(added) // 2 :]
        case "some":
            return file.safe + added[: random.randint(0, len(added))]
        case _:
            return file.now
