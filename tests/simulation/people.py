"""What users do: run, see it break, resume, edit, decide, until everything is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation import judging
from simulation.commands import Flaws, resume_all, run_stories
from simulation.troubles import Trouble, draw_trouble
from simulation.worlds import World

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

ROUNDS: Final = 5
"""Processes while things go wrong; the trouble dies down from one to the next."""
_MOST_RESUMES: Final = 30
"""When nothing goes wrong any more: one, and one for each job of which somebody has to decide."""
_MOST_RUNS: Final = 3
"""After all that: one that draws what is new, one that draws anew what failed, one that finds everything there."""


def live_through(seed: int, root: Path, flaws: Flaws | None = None) -> Counter[str]:
    """Live through a world, from the first run until all is there, and judge it after each process.

    Args:
        seed: which world.
        root: an empty folder for its files.
        flaws: of storyscript; by default it is as it is.

    Returns:
        Counts of what happened.

    Raises:
        AssertionError: something does not hold.
    """
    world, flaws = World(seed, root), flaws or Flaws()
    for number in range(ROUNDS):
        level = 1 - number / ROUNDS
        _act(world, draw_trouble(world.random, level, world.rate), flaws, is_first=number == 0)
        pass_time(world, level)
    _finish(world, flaws)
    world.count()
    world.tally["lost"] += len(judging.lost(world, judging.entries_of(world)))
    return world.tally


def pass_time(world: World, level: float) -> None:
    """Some time goes by; a clock may be set, and somebody may pay into the account.

    Args:
        world: where.
        level: how wild things are, from 0 to 1.
    """
    world.clock.time += world.random.choice([0.0, 1.0, 10.0, 300.0])
    if world.random.random() < 0.2 * level:
        world.clock.skew += world.random.choice([-3600.0, -300.0, -30.0, -1.0, 1.0, 300.0])
        world.tally["clock steps"] += 1
    if world.random.random() < 0.3:
        world.add_funds()


def stop_stuck_tasks(world: World) -> None:
    """Somebody stops the tasks that never end."""
    for task in world.machine.tasks():
        if task.fate.stuck and task.stopped is None:
            world.machine.kill(task)


def _act(world: World, trouble: Trouble, flaws: Flaws, *, is_first: bool) -> None:
    """What somebody does next."""
    chance = 1.0 if is_first else world.random.random()
    if chance < 0.7:
        _resume(world, trouble, flaws, _truth(world) if world.random.random() < 0.3 else {})
        return
    if 0.8 < chance < 0.9:
        world.edit(world.random.choice(list(world.tales)))
    _run(world, trouble, flaws, force=0.9 < chance < 0.95, detach=world.random.random() < 0.1)


def _run(world: World, trouble: Trouble, flaws: Flaws, *, force: bool = False, detach: bool = False) -> None:
    tales = list(world.tales.values())
    world.tally["runs"] += 1
    world.agree(tales, force=force)
    judging.check(world, run_stories(world, tales, trouble, flaws, force=force, detach=detach))


def _resume(world: World, trouble: Trouble, flaws: Flaws, decision: dict[str, str]) -> None:
    world.tally["resumes"] += 1
    lost = [(folder, entry.number) for folder, entry in judging.entries_of(world) if entry.state == "intended"]
    judging.check(world, resume_all(world, trouble, flaws, decision))
    found = [(folder, entry) for folder, entry in judging.entries_of(world) if (folder, entry.number) in lost]
    with_task = sum(entry.task is not None for _, entry in found)
    without = sum(entry.state == "given up" for _, entry in found)
    by_person = min(with_task, int("adopt" in decision))
    world.tally["unknown: adopted by a person"] += by_person
    world.tally["unknown: found by the list"] += with_task - by_person
    world.tally["unknown: resubmitted by a person"] += without


def _finish(world: World, flaws: Flaws) -> None:
    """Nothing goes wrong any more: resume, decide, and at last run again, until everything is there."""
    world.add_funds()
    for _ in range(_MOST_RESUMES):
        stop_stuck_tasks(world)
        _resume(world, Trouble(), flaws, {})
        decision = _truth(world) or _hopeless(world)
        if not decision:
            break
        _resume(world, Trouble(), flaws, decision)
    else:
        raise AssertionError("resume comes to no end")
    judging.check_resumed(world)
    for _ in range(_MOST_RUNS):
        before = len(world.machine.tasks())
        _run(world, Trouble(), flaws)
        if len(world.machine.tasks()) == before:
            break
    else:
        raise AssertionError("all was there, and something was submitted")
    judging.check_finished(world)


def _truth(world: World) -> dict[str, str]:
    """What somebody who looks at the service says of a job of unknown fate; nothing where there is none."""
    entries = judging.entries_of(world)
    claimed = {entry.task for _, entry in entries}
    for folder, entry in entries:
        if entry.state == "intended":
            name = f"{folder.name}:{entry.number}"
            for task in world.machine.tasks():
                if str(task.number) not in claimed and dict(task.sent) == entry.parameters:
                    return {"adopt": str(task.number), "job": name}
            return {"resubmit": name}
    return {}


def _hopeless(world: World) -> dict[str, str]:
    """What somebody says of a task that ended well and has nothing that can be fetched: it is to be paid once more."""
    tasks = {str(task.number): task for task in world.machine.tasks()}
    for folder, entry in judging.entries_of(world):
        if entry.state in ("accepted", "ended") and entry.task is not None:
            task = tasks[entry.task]
            if task.succeeded(world.machine.now()) and (not task.files or task.fate.size_error):
                world.agreed[folder.name, world.key(task.sent)] += 1
                return {"resubmit": f"{folder.name}:{entry.number}"}
    return {}
