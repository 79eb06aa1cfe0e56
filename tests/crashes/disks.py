"""A disk that numbers its steps, keeps what each did, and fails at one of them as a test wants."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from storyscript.rendering import disk as port
from storyscript.rendering import files
from storyscript.rendering.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import FrameType

_T = TypeVar("_T")

What = Literal[
    "create", "open", "write", "truncate", "sync", "close", "mode", "rename", "remove", "mkdir", "sync folder"
]

Trouble = Literal["killed before", "killed after", "killed amid", "ENOSPC", "full", "EIO", "short write", "short, full"]
"""What happens at one step. *Amid*: half of a write is done. *Full*: no space from then on. *Short*: half is taken."""

TROUBLES: Final[tuple[Trouble, ...]] = (
    "killed before",
    "killed after",
    "killed amid",
    "ENOSPC",
    "full",
    "EIO",
    "short write",
    "short, full",
)
_TAKES_SPACE: Final = frozenset({"create", "open", "write", "rename", "mkdir"})
_ONLY_OF_WRITES: Final = frozenset({"killed amid", "short write", "short, full"})


class KilledError(BaseException):
    """The process has ended here; nothing that it would have done happens any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was done.

    Attributes:
        what: its kind.
        path: of what.
        old: for a rename, what there was before.
        data: what was written.
        size: what a file was cut to.
        site: which function asked for it, and for what kind of file: `Journal.append of the ledger`.
        is_done: it took effect; false for a sync that a test leaves out.
    """

    what: What
    path: Path
    old: Path | None = None
    data: bytes = b""
    size: int = 0
    site: str = ""
    is_done: bool = True


class WatchedDisk(Disk):
    """The real disk, watched.

    Args:
        at: the number of the step at which there is trouble, from 0; None for none.
        trouble: what happens there.
        unsynced: the sites whose syncs do nothing.

    Attributes:
        steps: what was done.
        is_dead: the process has ended.
    """

    def __init__(
        self, at: int | None = None, trouble: Trouble = "killed before", unsynced: Collection[str] = ()
    ) -> None:
        self.steps: list[Step] = []
        self.is_dead = False
        self._at: Final = at
        self._trouble: Final = trouble
        self._unsynced: Final = frozenset(unsynced)
        self._full_from: int | None = None
        self._paths: dict[int, Path] = {}
        self._count = 0

    def add_folder(self, path: Path) -> None:
        self._step(Step("mkdir", path), lambda: super(WatchedDisk, self).add_folder(path))

    def temporary(self, folder: Path) -> tuple[int, str]:
        def make() -> tuple[int, str]:
            handle, name = super(WatchedDisk, self).temporary(folder)
            self._paths[handle] = Path(name)
            return handle, name

        # Its name is chosen at random, so the step is told of it when it has one.
        return self._step(Step("create", folder / "?"), make, lambda made: Step("create", Path(made[1])))

    def open_to_append(self, path: Path, mode: int) -> int:
        def make() -> int:
            handle = super(WatchedDisk, self).open_to_append(path, mode)
            self._paths[handle] = path
            return handle

        return self._step(Step("open", path), make)

    def write(self, handle: int, data: bytes | memoryview) -> int:
        path, data = self._paths[handle], bytes(data)

        def put(data: bytes) -> int:
            return super(WatchedDisk, self).write(handle, data)

        step = Step("write", path, data=data)
        if self._is_now() and self._trouble in _ONLY_OF_WRITES and not self.is_dead:
            half = data[: len(data) // 2]
            taken = self._step(Step("write", path, data=half), lambda: put(half) if half else 0)
            if self._trouble == "killed amid":
                self._die()
            if self._trouble == "short, full":
                self._full_from = self._count
            return taken
        return self._step(step, lambda: put(data))

    def truncate(self, handle: int, size: int) -> None:
        step = Step("truncate", self._paths[handle], size=size)
        self._step(step, lambda: super(WatchedDisk, self).truncate(handle, size))

    def sync(self, handle: int) -> None:
        self._step(Step("sync", self._paths[handle]), lambda: None)

    def close(self, handle: int) -> None:
        # Whatever else happens, the test's own process lets go of it, as the system would for a dead one.
        path = self._paths.pop(handle)
        super().close(handle)
        self._step(Step("close", path), lambda: None)

    def set_mode(self, path: str, mode: int) -> None:
        self._step(Step("mode", Path(path)), lambda: super(WatchedDisk, self).set_mode(path, mode))

    def rename(self, old: str, new: Path) -> None:
        self._step(Step("rename", new, old=Path(old)), lambda: super(WatchedDisk, self).rename(old, new))

    def remove(self, path: str) -> None:
        self._step(Step("remove", Path(path)), lambda: super(WatchedDisk, self).remove(path))

    def sync_folder(self, folder: Path) -> None:
        self._step(Step("sync folder", folder), lambda: None)

    def close_all(self) -> None:
        """Let go of what a killed process had open."""
        for handle in self._paths:
            os.close(handle)
        self._paths.clear()

    def _is_now(self) -> bool:
        return self._count == self._at

    def _die(self) -> None:
        self.is_dead = True
        raise KilledError

    def _step(self, step: Step, act: Callable[[], _T], after: Callable[[_T], Step] | None = None) -> _T:
        """Do a step, or what is to happen in its place."""
        if self.is_dead:
            raise KilledError
        is_now = self._is_now()
        self._count += 1
        if self._full_from is not None and self._count > self._full_from and step.what in _TAKES_SPACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if is_now:
            self._before()
        site = f"{_site()} of {kind_of(step.path)}"
        try:
            result = act()
        except OSError:
            self.steps.append(Step(step.what, step.path, step.old, site=site, is_done=False))
            raise
        done = after(result) if after is not None else step
        is_left_out = step.what in ("sync", "sync folder") and site in self._unsynced
        self.steps.append(Step(done.what, done.path, done.old, done.data, done.size, site, not is_left_out))
        if is_now and self._trouble == "killed after":
            self._die()
        return result

    def _before(self) -> None:
        match self._trouble:
            case "killed before":
                self._die()
            case "ENOSPC" | "full":
                self._full_from = self._count if self._trouble == "full" else None
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            case "EIO":
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            case _:
                pass


def applies(trouble: Trouble, step: Step) -> bool:
    """Whether a trouble can befall a step of this kind."""
    if trouble in _ONLY_OF_WRITES:
        return step.what == "write"
    return trouble not in ("ENOSPC", "full") or step.what in {*_TAKES_SPACE, "sync", "close", "sync folder"}


def kind_of(path: Path) -> str:
    """What a path is to a story: `the ledger`, `an output`, `the folder of panels`."""
    parts = path.parts[path.parts.index("out") + 1 :] if "out" in path.parts else None
    match parts:
        case None:
            return "the working folder"
        case ():
            return "out"
        case (_,):
            return "the story's folder"
        case (_, "ledger.jsonl"):
            return "the ledger"
        case (_, "outputs" | "panels" as name):
            return f"the folder of {name}"
        case (_, "outputs", _):
            return "a job's folder"
        case (_, "outputs", _, _):
            return "an output"
        case (_, "panels", _):
            return "a panel"
        case _:
            return "a file of the story's folder"


def _site() -> str:
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename in _OWN:
        if frame.f_code.co_name == "make_folder":
            return "Disk.make_folder"
        frame = frame.f_back
    return "" if frame is None else frame.f_code.co_qualname


_OWN: Final = (__file__, port.__file__, files.__file__)
"""What any writing goes through: who wanted it stands above."""
