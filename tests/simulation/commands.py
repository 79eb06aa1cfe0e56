"""`storyscript run` and `storyscript resume`, as processes of a world."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - a dataclass has it
from typing import TYPE_CHECKING, Final, TypeVar

from simulation.gossip import gossip
from simulation.processes import live
from simulation.worlds import KEY, SECRET
from storyscript.cli.deciding import decide
from storyscript.errors import StoryscriptError
from storyscript.rendering import plan as plans
from storyscript.rendering.files import parts_in
from storyscript.rendering.ledger import LEDGER, peek
from storyscript.rendering.manifest import shows_all
from storyscript.rendering.matching import match
from storyscript.rendering.plan import plan_of
from storyscript.rendering.render import Options, carry_out
from storyscript.rendering.workplace import Workplace
from storyscript.rendering.world import World as Outside
from storyscript.rendering.world import in_place
from storyscript.sessions import Session
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx

    from simulation.processes import Surroundings
    from simulation.tales import Tale
    from simulation.troubles import Trouble
    from simulation.worlds import World
    from storyscript.rendering.plan import Plan
    from storyscript.rendering.progress import Progress

    Opener = Callable[[Session], Workplace]

_Part = TypeVar("_Part")

DEADLINE: Final = 120.0
"""Seconds that a task may take; less than a user allows, so that a world is soon over."""


def _as_it_is(part: _Part) -> _Part:
    return part


@dataclass(frozen=True, slots=True)
class Flaws:
    """How storyscript is made worse than it is, to see whether that shows; the default is: not at all.

    Attributes:
        wire: what stands between the client and the network.
        place: what is done to each folder that was opened.
        syncs: whether the disk does what it is asked to.
    """

    wire: Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport] = _as_it_is
    place: Callable[[Workplace], object] = _as_it_is
    syncs: bool = True


@dataclass(slots=True)
class Outcome:
    """How a process ended.

    Attributes:
        killed: it did not end by itself.
        errors: what it complained of.
        said: all that it said.
        opened: the folders that it worked in.
        disk_failed: the disk did not do all that it was asked to.
    """

    killed: bool = False
    errors: list[StoryscriptError] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    opened: list[Path] = field(default_factory=list)
    disk_failed: bool = False

    @property
    def is_clean(self) -> bool:
        """It ended by itself, and its disk did what it was asked to."""
        return not self.killed and not self.disk_failed


@dataclass(frozen=True, slots=True)
class _Command:
    """What is done.

    Attributes:
        openers: each takes one story's folder and makes it ready.
        flaws: of storyscript.
        outcome: is told of all.
        detach: tasks are left to themselves.
        decision: `adopt`, `resubmit` and `job`, as on the command line.
    """

    openers: Sequence[Opener]
    flaws: Flaws
    outcome: Outcome
    detach: bool
    decision: dict[str, str]


def run_stories(
    world: World, tales: Sequence[Tale], trouble: Trouble, flaws: Flaws, *, force: bool = False, detach: bool = False
) -> Outcome:
    """`storyscript run --yes`."""

    def opener(tale: Tale) -> Opener:
        story, folder = tale.compiled().story, world.out / tale.name
        assert story is not None
        return lambda session: _opened(
            folder,
            plan_of(story, service=session.client.base_url, home=world.home, folder=folder),
            session.world,
            force=force,
        )

    return _live(world, trouble, _Command([opener(tale) for tale in tales], flaws, Outcome(), detach, {}))


def resume_all(world: World, trouble: Trouble, flaws: Flaws, decision: dict[str, str] | None = None) -> Outcome:
    """`storyscript resume`.

    Args:
        world: where.
        trouble: what goes wrong.
        flaws: of storyscript.
        decision: `adopt`, `resubmit` and `job`, as on the command line.
    """

    def opener(folder: Path, plan: Plan) -> Opener:
        return lambda session: _opened(folder, plan, session.world, failed=True)

    openers, outcome = [], Outcome()
    for folder in sorted(ledger.parent for ledger in world.out.glob(f"*/{LEDGER}")):
        try:
            plan = plans.load(folder)
            if plan is not None and (decision or not _is_complete(folder, plan)):
                openers.append(opener(folder, plan))
        except StoryscriptError as error:
            outcome.errors.append(error)
    return _live(world, trouble, _Command(openers, flaws, outcome, detach=False, decision=decision or {}))


def _is_complete(folder: Path, plan: Plan) -> bool:
    found = match(plan, peek(folder), folder, failed=True)
    is_here = not found.leftovers and all(one.standing == "there" for one in found.jobs)
    return is_here and shows_all(folder, plan) and not parts_in(folder)


def _opened(folder: Path, plan: Plan, outside: Outside, *, force: bool = False, failed: bool = False) -> Workplace:
    with contextlib.ExitStack() as stack:
        place = Workplace.open(folder, plan, outside, lasting=True)
        stack.callback(place.close)
        place.match(force=force, failed=failed)
        place.prepare()
        stack.pop_all()
    return place


def _live(world: World, trouble: Trouble, command: _Command) -> Outcome:
    work = functools.partial(_perform, command)
    command.outcome.killed = live(world, trouble, work, syncs=command.flaws.syncs)
    command.outcome.disk_failed = trouble.disk != "short" and trouble.disk_hits > 0
    return command.outcome


async def _perform(command: _Command, around: Surroundings) -> None:
    clock = around.world.clock
    client = WiroClient(
        Credentials(KEY, SECRET),
        base_url=around.world.machine.base_url,
        transport=command.flaws.wire(around.wire),
        now=clock.wall,
        sleep=around.life.sleep,
        random=around.world.random.random,
    )
    outside = Outside(clock.now, clock.wall, around.life.sleep, in_place, around.disk)
    async with Session(client, outside, lasting=True) as session:
        with contextlib.ExitStack() as folders:
            places = []
            for opener in command.openers:
                try:
                    place = opener(session)
                except StoryscriptError as error:
                    command.outcome.errors.append(error)
                else:
                    folders.callback(place.close)
                    places.append(place)
            await _work(command, around, session, places)


async def _work(command: _Command, around: Surroundings, session: Session, places: Sequence[Workplace]) -> None:
    outcome, world = command.outcome, around.world
    outcome.opened += [place.folder for place in places]
    for place in places:
        command.flaws.place(place)
    if command.decision:
        words = argparse.Namespace(**{"adopt": None, "resubmit": None, "job": None, **command.decision})
        try:
            await decide(places, session, words)
        except StoryscriptError as error:
            outcome.errors.append(error)
            return
    interrupted = asyncio.Event()
    if around.trouble.interrupted_at is not None:
        asyncio.get_running_loop().call_later(around.trouble.interrupted_at, interrupted.set)

    def hear(_place: int, news: Progress) -> None:
        outcome.said.append(f"{news.task} {news.status} {news.error or ''}")

    async with gossip(world, session.world) as hints:
        options = Options(world.random.choice([1, 2, 16]), DEADLINE, command.detach, hints, interrupted)
        renderings = await carry_out(places, session.client, session.world, options=options, on_progress=hear)
    world.tally["interrupted"] += interrupted.is_set()
    for rendering in renderings:
        outcome.errors += rendering.errors
