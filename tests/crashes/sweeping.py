"""Single cases of a sweep: a run with one trouble, and everything that must hold afterwards.

Each is given an empty folder, and raises an `AssertionError` where something does not hold.
"""

from __future__ import annotations

import contextlib
import random
from typing import TYPE_CHECKING

from crashes.disks import KilledError, WatchedDisk
from crashes.judging import check_all, check_words, recover
from crashes.power import PowerCut
from crashes.stage import Stage
from storyscript.cli import exits
from storyscript.rendering.plan import PLAN

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from crashes.disks import Step, Trouble
    from crashes.power import Loss


def steps_of_a_run(home: Path) -> list[Step]:
    """What a run without trouble does to the disk, in order; the same each time."""
    stage, disk = Stage(home), WatchedDisk()
    assert stage.run(disk).code == exits.DONE
    check_all(stage)
    return disk.steps


def with_trouble(home: Path, at: int, trouble: Trouble, *, lists: bool) -> list[int]:
    """A run with trouble at one step.

    Returns:
        The exit codes of the resumes that were needed.
    """
    stage = Stage(home, lists)
    _run_into(stage, WatchedDisk(at, trouble))
    return [told.code for told in recover(stage)]


def with_two_troubles(home: Path, at: int, then: int, trouble: Trouble, *, lists: bool) -> list[int]:
    """A run that is killed before a step, and a resume (or a run, where there is no plan yet) with trouble at another.

    Returns:
        The exit codes of the resumes that were needed.
    """
    stage = Stage(home, lists)
    _run_into(stage, WatchedDisk(at))
    _go_on_into(stage, WatchedDisk(then, trouble))
    return [told.code for told in recover(stage)]


def with_power_cut(home: Path, at: int, loss: Loss, *, lists: bool, unsynced: Collection[str] = ()) -> list[int]:
    """A run on a machine that dies before a step.

    Args:
        home: the working folder.
        at: the step's number.
        loss: what is lost.
        lists: the service tells of its tasks.
        unsynced: the sites whose syncs are left out; see `Step.site`.

    Returns:
        The exit codes of the resumes that were needed.
    """
    stage, disk = Stage(home, lists), WatchedDisk(at, unsynced=unsynced)
    _run_into(stage, disk)
    PowerCut(home, disk.steps).rebuild(loss, random.Random(at))  # noqa: S311 - to be repeated, not to be secret
    return [told.code for told in recover(stage)]


def with_kill_and_power_cut(home: Path, at: int, then: int, loss: Loss, *, unsynced: Collection[str] = ()) -> list[int]:
    """A run that is killed before a step, and another process on a machine that dies before a step of that.

    Returns:
        The exit codes of the resumes that were needed.
    """
    stage, first, second = Stage(home), WatchedDisk(at, unsynced=unsynced), WatchedDisk(then, unsynced=unsynced)
    _run_into(stage, first)
    _go_on_into(stage, second)
    PowerCut(home, [*first.steps, *second.steps]).rebuild(loss, random.Random(then))  # noqa: S311 - as above
    return [told.code for told in recover(stage)]


def _run_into(stage: Stage, disk: WatchedDisk) -> None:
    """Run; where the process lives on, what it says must be true."""
    with contextlib.suppress(KilledError):
        told = stage.run(disk)
        check_words(told)
        assert told.code in (exits.DONE, exits.DISK), told
        assert (told.code == exits.DONE) == (not told.err), told
        if told.code == exits.DONE:
            check_all(stage)


def _go_on_into(stage: Stage, disk: WatchedDisk) -> None:
    is_planned = all((stage.folder(name) / PLAN).exists() for name in ("a", "b"))
    with contextlib.suppress(KilledError):
        check_words(stage.resume(disk) if is_planned else stage.run(disk))
