"""The control: a client as most scripts are, in the same worlds.

It repeats each request that failed up to three times, a Run like any other; it keeps no ledger; and when it dies, or a
request fails for good, its user starts it anew, from the first story on.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx

from simulation.people import ROUNDS, pass_time, stop_stuck_tasks
from simulation.processes import live
from simulation.troubles import Trouble, draw_trouble
from simulation.worlds import KEY, SECRET, World
from storyscript import protocol
from storyscript.wiro.signing import sign

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from simulation.processes import Surroundings

_TRIES: Final = 3
_PATIENCE: Final = 60.0
_LOOKS: Final = 60
_PAUSE: Final = 2.0
_MOST_STARTS: Final = 10
"""Once nothing goes wrong any more."""


class _FailedError(Exception):
    """The script ends here, with a traceback."""


@dataclass(slots=True)
class _Script:
    """The script, and what its user sees of it.

    Attributes:
        is_done: it came to its end.
        fetched: the tasks whose files it has.
    """

    is_done: bool = False
    fetched: set[str] = field(default_factory=set)

    async def work(self, around: Surroundings) -> None:
        """Have all stories drawn, one job after the other."""
        try:
            for tale in around.world.tales.values():
                for number, parameters in enumerate(tale.payloads()):
                    await self._draw(around, f"{tale.name}-{number}", parameters)
        except (_FailedError, OSError):
            return
        self.is_done = True

    async def _draw(self, around: Surroundings, name: str, parameters: dict[str, Any]) -> None:
        sent = {key: await _sendable(around, value) for key, value in parameters.items()}
        task = (await _post(around, f"{protocol.RUN}/{protocol.TOOL}", sent))["taskid"]
        for _ in range(_LOOKS):
            [detail] = (await _post(around, protocol.TASK_DETAIL, {protocol.FIELD_TASK_ID: task}))["tasklist"]
            if detail["status"] in protocol.TERMINAL_STATUSES:
                break
            await around.life.sleep(_PAUSE)
        for index, output in enumerate(detail["outputs"]):
            data = await _request(around, lambda url=output["url"]: httpx.Request("GET", url))
            _write(around, around.world.out / f"{name}-{index}.png", data)
        self.fetched.add(task)


def live_naively(seed: int, root: Path) -> Counter[str]:
    """Live through a world with such a script.

    Args:
        seed: which world.
        root: an empty folder for its files.

    Returns:
        Counts: `double charges`, and `lost`: tasks that were paid for and never fetched.
    """
    world, script = World(seed, root), _Script()
    world.agree(list(world.tales.values()), force=False)
    for number in range(ROUNDS + _MOST_STARTS):
        level = max(0.0, 1 - number / ROUNDS)
        trouble = draw_trouble(world.random, level, world.rate) if level else Trouble()
        live(world, trouble, functools.partial(_Script.work, script))
        if script.is_done:
            break
        pass_time(world, level)
        if not level:
            world.add_funds()
            stop_stuck_tasks(world)
    world.clock.time += _PATIENCE  # for what is under way
    world.count()
    world.tally["lost"] += sum(str(task.number) not in script.fetched for task in world.paid())
    return world.tally


async def _post(around: Surroundings, endpoint: str, fields: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    def request() -> httpx.Request:
        return httpx.Request("POST", f"{around.world.machine.base_url}{endpoint}", json=fields, headers=_headers())

    return json.loads(await _request(around, request, is_good=_says_yes))


async def _request(around: Surroundings, make: Any, *, is_good: Any = bool) -> bytes:  # noqa: ANN401 - functions
    """Send, and send again: what everybody does."""
    for _ in range(_TRIES):
        try:
            async with asyncio.timeout(_PATIENCE):
                response = await around.wire.handle_async_request(make())
                data = await response.aread()
        except (httpx.HTTPError, TimeoutError):
            pass
        else:
            if response.status_code == httpx.codes.OK and is_good(data):
                return data
        await around.life.sleep(_PAUSE)
    raise _FailedError


def _says_yes(data: bytes) -> bool:
    try:
        return json.loads(data)["result"] is True
    except (ValueError, KeyError, TypeError):
        return False


async def _sendable(around: Surroundings, value: object) -> object:
    if not (isinstance(value, str) and value.startswith("file:")):
        return value
    image = (around.world.home / value.removeprefix("file:")).read_bytes()
    url = f"{around.world.machine.base_url}{protocol.FILE_UPLOAD}"

    def request() -> httpx.Request:
        return httpx.Request("POST", url, files={"file": ("image.png", image, "image/png")}, headers=_headers())

    return json.loads(await _request(around, request, is_good=_says_yes))["list"][0]["url"]


def _headers() -> dict[str, str]:
    headers = (protocol.HEADER_KEY, protocol.HEADER_NONCE, protocol.HEADER_SIGNATURE)
    return dict(zip(headers, (KEY, "1", sign(KEY, SECRET, "1")), strict=True))


def _write(around: Surroundings, path: Path, data: bytes) -> None:
    around.life.step()
    if not path.exists() or hashlib.sha256(path.read_bytes()).digest() != hashlib.sha256(data).digest():
        path.write_bytes(data)
