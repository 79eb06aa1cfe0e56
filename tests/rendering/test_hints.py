"""Word that a task may have ended: it shortens a wait, and does nothing else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from storyscript.rendering.hints import Hints
from storyscript.rendering.world import World, in_place

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Heard = list[tuple[str, int | None]]


def nothing(_status: str, _percent: int | None) -> None:
    """Hear, and say nothing."""


def waited(do: Callable[[Hints], Awaitable[None]]) -> list[float]:
    """The sleeps that came to their end while something was done; each takes ten turns of the loop."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        for _ in range(10):
            await asyncio.sleep(0)
        slept.append(seconds)

    async def go() -> None:
        hints = Hints(World(sleep=sleep, offload=in_place))
        hints.is_expected = True
        await do(hints)
        for _ in range(20):
            await asyncio.sleep(0)

    asyncio.run(go())
    return slept


def test_word_of_the_end_ends_a_wait_and_its_sleep() -> None:
    async def do(hints: Hints) -> None:
        hints.expect("7", "token", hear=nothing)
        waiting = asyncio.ensure_future(hints.wait("7", 30.0))
        await asyncio.sleep(0)
        hints.tell("token", status="task_postprocess_end", ended=True)
        await waiting

    assert waited(do) == []


def test_word_that_came_before_the_wait_counts_once() -> None:
    async def do(hints: Hints) -> None:
        hints.expect("7", hear=nothing)
        hints.tell("7", ended=True)
        await hints.wait("7", 1.0)
        await hints.wait("7", 2.0)

    assert waited(do) == [2.0]


def test_other_word_ends_no_wait() -> None:
    async def do(hints: Hints) -> None:
        hints.expect("7", hear=nothing)
        hints.expect("8", hear=nothing)
        waiting = asyncio.ensure_future(hints.wait("7", 1.0))
        await asyncio.sleep(0)
        hints.tell("7", status="task_start", percent=50)
        hints.tell("8", ended=True)
        hints.tell("9", ended=True)
        await waiting

    assert waited(do) == [1.0]


def test_a_task_that_nobody_expects_or_tells_of_is_waited_for_all_the_same() -> None:
    async def do(hints: Hints) -> None:
        await hints.wait("unknown", 1.0)
        hints.is_expected = False
        hints.expect("7", hear=nothing)
        hints.tell("7", ended=True)
        await hints.wait("7", 2.0)

    assert waited(do) == [1.0, 2.0]


def test_who_is_cancelled_leaves_no_sleep_behind() -> None:
    async def do(hints: Hints) -> None:
        hints.expect("7", hear=nothing)
        waiting = asyncio.ensure_future(hints.wait("7", 1.0))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    assert waited(do) == []


def test_a_wait_that_is_over_leaves_nothing_behind() -> None:
    left: list[int] = []

    async def do(hints: Hints) -> None:
        hints.expect("7", hear=nothing)
        await hints.wait("7", 1.0)
        await asyncio.sleep(0)
        left.append(len(asyncio.all_tasks()) - 1)

    assert waited(do) == [1.0]
    assert left == [0]


def test_news_are_heard_by_id_and_token_until_nobody_waits_any_more() -> None:
    heard: Heard = []
    hints = Hints(World())
    hints.expect("7", "token", None, hear=lambda status, percent: heard.append((status, percent)))
    hints.tell("7", status="task_start")
    hints.tell("token", percent=0)
    hints.tell("token")  # a frame that says nothing
    hints.tell("8", status="task_start")
    hints.release("7", "token", None)
    hints.tell("7", status="task_end", ended=True)
    hints.tell("token", status="task_end", ended=True)
    assert heard == [("task_start", None), ("", 0)]
    hints.release("7")  # twice does no harm


def test_without_a_socket_nothing_is_live_and_following_does_nothing() -> None:
    hints = Hints(World())
    hints.follow("token")
    hints.forget("token")
    assert not hints.is_live()
    assert not hints.is_expected
