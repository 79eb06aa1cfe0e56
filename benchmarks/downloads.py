"""Fetching many files: as a run does it, with all its checks and syncs, and by bare calls that write what comes."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
from benchmarks.service import KEY, SECRET

from storyscript.rendering.fetching import AT_ONCE, Fetcher
from storyscript.rendering.world import World
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from storyscript.wiro import Task

_OUTPUTS: Final = 10
"""Files of a task."""


def measure(base_url: str, files: int, rounds: int, folder: str) -> dict[str, Any]:
    """Seconds on the wall to fetch so many files: by us, by bare calls one after another, and by as many at once.

    Args:
        base_url: of a service whose tasks end at once.
        files: a multiple of ten.
        rounds: how often, in turn.
        folder: where to; empty again afterwards.
    """
    return asyncio.run(_measure(base_url, files, rounds, Path(folder)))


async def _measure(base_url: str, files: int, rounds: int, folder: Path) -> dict[str, Any]:
    async with (
        WiroClient(Credentials(KEY, SECRET), base_url=base_url) as client,
        httpx.AsyncClient(timeout=30, trust_env=False) as bare,
    ):
        scenes = " | ".join(f"runs {number}" for number in range(_OUTPUTS))
        payload = {"prompt": "a fox", "generalPrompt": scenes, "extraEventPrompts": ""}
        ids = [(await client.run(payload)).taskid for _ in range(files // _OUTPUTS)]
        tasks = [await client.task_detail(task) for task in ids]
        urls = [output.url for task in tasks for output in task.outputs if output.url is not None]
        if len(urls) != files:
            raise AssertionError(f"the tasks made {len(urls)} files")

        async def one_by_one() -> None:
            for number, url in enumerate(urls):
                (folder / f"{number}.png").write_bytes((await bare.get(url)).content)

        async def at_once() -> None:
            room = asyncio.Semaphore(AT_ONCE)

            async def one(number: int, url: str) -> None:
                async with room:
                    (folder / f"{number}.png").write_bytes((await bare.get(url)).content)

            await asyncio.gather(*(one(number, url) for number, url in enumerate(urls)))

        sides = {"ours": lambda: _ours(client, tasks, folder), "one": one_by_one, "several": at_once}
        seconds: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(rounds):
            for name, side in sides.items():
                seconds[name].append(await _timed(side, folder, len(urls)))
    return seconds


async def _ours(client: WiroClient, tasks: list[Task], folder: Path) -> None:
    fetcher = Fetcher(client, World(), asyncio.Semaphore(AT_ONCE))

    async def one(number: int, task: Task) -> None:
        async def again() -> Task:
            return await client.task_detail(task.id)

        await fetcher.fetch(task, number, folder, ask_again=again, tell=lambda _done: None)

    await asyncio.gather(*(one(number, task) for number, task in enumerate(tasks, start=1)))


async def _timed(side: Callable[[], Awaitable[None]], folder: Path, files: int) -> float:
    folder.mkdir()  # noqa: ASYNC240 - nothing else goes on
    begun = time.perf_counter()
    await side()
    seconds = time.perf_counter() - begun
    if len(list(folder.glob("**/*.png"))) != files:  # noqa: ASYNC240 - as above
        raise AssertionError("not all files are there")
    shutil.rmtree(folder)
    return seconds
