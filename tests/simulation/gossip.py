"""What is heard of tasks beside the service's answers: late, never, or a lie. It must never count as an end."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from storyscript import protocol
from storyscript.rendering.hints import Hints

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulation.worlds import World
    from storyscript.rendering.world import World as Outside

_PAUSE: Final = 2.0


@contextlib.asynccontextmanager
async def gossip(world: World, outside: Outside) -> AsyncIterator[Hints]:
    """Word of tasks, as long as the block lasts; in half of all processes there is none."""
    hints = Hints(outside)
    if world.random.random() < 0.5:
        yield hints
        return
    hints.is_expected = True
    live = world.random.random() < 0.5
    hints.is_live = lambda: live
    talking = asyncio.ensure_future(_talk(world, hints))
    try:
        yield hints
    finally:
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)


async def _talk(world: World, hints: Hints) -> None:
    random = world.random
    while True:
        await asyncio.sleep(random.random() * _PAUSE)
        if tasks := world.machine.tasks():
            task = random.choice(tasks)
            ended = task.is_terminal(world.machine.now()) if random.random() < 0.5 else random.random() < 0.5
            name = random.choice([str(task.number), task.token, "nobody"])
            hints.tell(name, status=random.choice(protocol.LIFE_CYCLE), percent=random.randrange(200), ended=ended)
