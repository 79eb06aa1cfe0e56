"""One process in a world, whatever it does: born with its own connections, and buried by the system."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.clocks import run_process
from simulation.disks import WorldDisk
from simulation.lives import KilledError, Life
from simulation.networks import Wire
from storyscript.rendering.lock import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from simulation.troubles import Trouble
    from simulation.worlds import World


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a process has of the world.

    Attributes:
        world: all of it.
        trouble: what goes wrong.
        life: how far it is.
        disk: where it writes to.
        wire: leads to the service.
    """

    world: World
    trouble: Trouble
    life: Life
    disk: WorldDisk
    wire: Wire


def live(
    world: World,
    trouble: Trouble,
    work: Callable[[Surroundings], Coroutine[Any, Any, None]],
    *,
    syncs: bool = True,
) -> bool:
    """Let a process live.

    Args:
        world: where.
        trouble: what goes wrong.
        work: what it does.
        syncs: whether the disk does what it is asked to.

    Returns:
        Whether it was killed.
    """
    life = Life(trouble.ends_at)
    disk = WorldDisk(world.platter, life, trouble, syncs=syncs)
    wire = Wire(world.machine, life, trouble, world.random, world.tally)
    with _held(world, trouble):
        try:
            run_process(work(Surroundings(world, trouble, life, disk, wire)), world.clock)
        except KilledError:
            life.is_over = True
        finally:
            disk.bury()
    wire.arrive()
    world.tally["processes"] += 1
    world.tally["requests"] += wire.requests
    world.tally["killed"] += life.is_over
    world.tally[f"disk {trouble.disk}"] += trouble.disk_hits
    if life.is_over and trouble.cut:
        world.tally["power cuts"] += 1
        world.platter.cut(world.random)
    return life.is_over


@contextlib.contextmanager
def _held(world: World, trouble: Trouble) -> Iterator[None]:
    """Another process may be at work in a story's folder."""
    folder = world.out / next(iter(world.tales))
    if not trouble.locked or not folder.exists():
        yield
        return
    handle = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    world.tally["locked out"] += 1
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
