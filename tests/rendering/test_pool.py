"""How many tasks run at once."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import pytest

from storyscript.errors import LimitError, SubmissionUnknownError
from storyscript.rendering.pool import Pool, StoppedError
from storyscript.rendering.world import World, in_place
from storyscript.sessions import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = LimitError("full", code=96)
BUSY = LimitError("busy", retry_after=40.0)
BROKE = LimitError("broke", code=97)


def pool(most: int, clock: VirtualClock | None = None, deadline: float = 1000.0) -> Pool:
    clock = clock or VirtualClock()
    return Pool(World(clock.now, clock.now, clock.sleep, in_place), most=most, deadline=deadline)


def test_no_more_than_so_many_at_once_and_first_come_first_served() -> None:
    async def go() -> tuple[list[int], int]:
        places, order, most = pool(3), [], 0

        async def one(number: int) -> None:
            nonlocal most
            async with places.place():
                order.append(number)
                most = max(most, places.running)
                for _ in range(5):
                    await asyncio.sleep(0)

        await asyncio.gather(*map(one, range(10)))
        assert places.running == 0
        return order, most

    assert asyncio.run(go()) == (list(range(10)), 3)


def test_a_refusal_lowers_the_limit_to_what_runs_and_ends_raise_it_again() -> None:
    async def go() -> list[int]:
        places, limits = pool(8), []
        async with contextual(places, 4):
            async with places.place():
                places.refused(FULL)
            limits.append(int(places.limit))
        for _ in range(40):
            places.ended()
            limits.append(int(places.limit))
        return limits

    limits = asyncio.run(go())
    assert limits[0] == 4
    assert sorted(limits) == limits
    assert limits[-1] == 8
    # Slowly: each limit is kept for about as many ends as it lets run.
    assert limits.count(5) >= 4


class contextual:  # noqa: N801 - reads as a statement
    """So many tasks under way."""

    def __init__(self, places: Pool, number: int) -> None:
        self.held = [places.held() for _ in range(number)]

    async def __aenter__(self) -> None:
        for one in self.held:
            one.__enter__()

    async def __aexit__(self, *error: object) -> None:
        for one in self.held:
            one.__exit__(None, None, None)


def test_where_nothing_of_ours_runs_it_waits_longer_each_time_and_gives_up_at_last() -> None:
    clock = VirtualClock()

    async def go() -> list[float]:
        places, times = pool(4, clock, deadline=300.0), []
        while True:
            async with places.place(), places.turn():
                times.append(clock.time)
                try:
                    places.refused(FULL)
                except LimitError:
                    break
        with pytest.raises(StoppedError):
            async with places.place():
                pass
        assert places.why is FULL
        return [after - before for before, after in itertools.pairwise(times)]

    gaps = asyncio.run(go())
    assert gaps[:5] == [1, 2, 4, 8, 16]
    assert max(gaps) == 30


def test_fewer_requests_means_that_nobody_sends_before_that_time() -> None:
    clock = VirtualClock()

    async def go() -> float:
        places = pool(4, clock)
        async with places.place():
            places.refused(BUSY)
        start = clock.time
        async with places.place(), places.turn():
            return clock.time - start

    assert asyncio.run(go()) == 40


def test_without_money_all_who_wait_are_let_go_at_once() -> None:
    async def go() -> int:
        places, stopped = pool(1), 0

        async def one() -> None:
            nonlocal stopped
            try:
                async with places.place():
                    pytest.fail("it got a place")
            except StoppedError:
                stopped += 1

        async with places.place():
            waiting = [asyncio.ensure_future(one()) for _ in range(5)]
            await asyncio.sleep(0)
            with pytest.raises(LimitError):
                places.refused(BROKE)
        await asyncio.gather(*waiting)
        assert places.why is BROKE
        return stopped

    assert asyncio.run(go()) == 5


def test_a_stop_ends_a_wait_for_fewer_requests() -> None:
    async def go() -> None:
        async def forever(_seconds: float) -> None:
            await asyncio.Event().wait()

        places = Pool(World(sleep=forever, offload=in_place), most=4, deadline=1000.0)
        async with places.place():
            places.refused(BUSY)

        async def one() -> None:
            async with places.place(), places.turn():
                pytest.fail("it got a place")

        waiting = asyncio.ensure_future(one())
        await asyncio.sleep(0)
        places.stop()
        with pytest.raises(StoppedError):
            await asyncio.wait_for(waiting, 60)

    asyncio.run(go())


def test_who_is_cancelled_in_the_queue_takes_no_place() -> None:
    async def go() -> int:
        places = pool(1)

        async def one() -> None:
            async with places.place():
                await asyncio.sleep(0)

        async with places.place():
            gone, stays = asyncio.ensure_future(one()), asyncio.ensure_future(one())
            await asyncio.sleep(0)
            gone.cancel()
        # Cancelled in the very moment in which it is let in.
        await asyncio.sleep(0)
        await asyncio.gather(gone, stays, return_exceptions=True)
        return places.running

    assert asyncio.run(go()) == 0


def test_tasks_left_to_themselves_keep_their_places() -> None:
    async def go() -> int:
        places, sent = pool(2), 0
        try:
            while True:
                async with places.place():
                    sent += 1
                    places.keep()
        except StoppedError:
            pass
        assert "2 tasks are under way" in str(places.why)
        return sent

    assert asyncio.run(go()) == 2


def test_after_a_few_lost_answers_in_a_row_nothing_more_is_submitted() -> None:
    places, error = pool(4), SubmissionUnknownError("lost")
    places.lost(error)
    places.lost(error)
    places.accepted()
    places.lost(error)
    places.lost(error)
    stopped = [places.is_stopped]
    places.lost(error)
    assert [*stopped, places.is_stopped] == [False, True]
    assert places.why is error


def test_who_was_refused_goes_before_those_who_had_no_place_yet() -> None:
    async def go() -> list[str]:
        places, order = pool(1), []

        async def one(name: str, *, again: bool) -> None:
            async with places.place(again=again):
                order.append(name)

        async with places.place():
            waiting = [asyncio.ensure_future(one(name, again=name == "refused")) for name in ("a", "b", "refused")]
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)
        return order

    assert asyncio.run(go()) == ["refused", "a", "b"]


def test_a_task_that_was_under_way_makes_room_when_it_has_ended() -> None:
    async def go() -> list[int]:
        places, seen = pool(1), []
        with places.held():
            waiting = asyncio.ensure_future(enter(places))
            await asyncio.sleep(0)
            seen.append(places.running)
        await asyncio.wait_for(waiting, 60)
        return [*seen, places.running]

    assert asyncio.run(go()) == [1, 0]


async def enter(places: Pool) -> None:
    async with places.place():
        pass


def test_a_place_that_is_kept_is_one_less_for_the_others() -> None:
    async def go() -> list[int]:
        places, taken = pool(3), []
        for _ in range(2):
            async with places.place():
                places.keep()
            taken.append(places.running)
        assert not places.is_stopped
        return taken

    assert asyncio.run(go()) == [1, 2]


def test_the_first_end_after_the_lowest_limit_makes_room_for_two() -> None:
    async def go() -> list[float]:
        places = pool(8)
        async with places.place():
            places.refused(FULL)
        limits = [places.limit]
        for _ in range(3):
            places.ended()
            limits.append(places.limit)
        return limits

    assert asyncio.run(go()) == [1.0, 2.0, 2.5, 2.9]


@pytest.mark.parametrize(("others", "limit"), [(0, 1), (1, 1), (2, 2), (7, 7)])
def test_a_refusal_leaves_places_for_what_runs_beside_it_and_for_one_at_least(others: int, limit: int) -> None:
    async def go() -> float:
        places = pool(8)
        async with contextual(places, others), places.place():
            places.refused(FULL)
        return places.limit

    assert asyncio.run(go()) == limit


def test_a_wish_for_fewer_requests_is_no_word_on_how_many_tasks_there_may_be() -> None:
    async def go() -> float:
        places = pool(8)
        async with contextual(places, 3), places.place():
            places.refused(BUSY)
        return places.limit

    assert asyncio.run(go()) == 8


def test_while_something_of_ours_runs_a_refused_one_need_not_wait_by_the_clock() -> None:
    clock = VirtualClock()

    async def go() -> float:
        places, start = pool(8, clock), clock.time
        async with contextual(places, 2):
            async with places.place():
                places.refused(FULL)
            for _ in range(3):  # so many make room for one more than the two
                places.ended()
            async with places.place(), places.turn():
                return clock.time - start

    assert asyncio.run(go()) == 0


@pytest.mark.parametrize(("seconds", "gives_up"), [(299.0, False), (300.0, True)])
@pytest.mark.parametrize("moved", [Pool.ended, Pool.accepted])
def test_it_gives_up_after_the_deadline_since_something_moved(
    seconds: float, moved: Callable[[Pool], None], *, gives_up: bool
) -> None:
    clock = VirtualClock()

    async def go() -> bool:
        places = pool(4, clock, deadline=300.0)
        await clock.sleep(1000.0)
        moved(places)
        await clock.sleep(seconds)
        async with places.place():
            try:
                places.refused(FULL)
            except LimitError:
                return True
        return False

    assert asyncio.run(go()) is gives_up


def test_where_tasks_were_left_to_themselves_nobody_waits_for_their_end() -> None:
    async def go() -> Pool:
        places = pool(4)
        async with places.place():
            places.keep()
        async with places.place():
            with pytest.raises(LimitError):
                places.refused(FULL)
        return places

    assert asyncio.run(go()).is_stopped


def test_the_first_reason_for_a_stop_counts() -> None:
    places = pool(4)
    places.stop(FULL)
    places.stop(BROKE)
    assert places.why is FULL


def test_a_wait_that_is_over_leaves_nothing_behind() -> None:
    async def go() -> int:
        async def forever(_seconds: float) -> None:
            await asyncio.Event().wait()

        places = Pool(World(sleep=forever, offload=in_place), most=4, deadline=1000.0)
        async with places.place():
            places.refused(BUSY)

        async def one() -> None:
            async with places.turn():
                pytest.fail("it got a turn")

        waiting = asyncio.ensure_future(one())
        await asyncio.sleep(0)
        places.stop()
        await asyncio.gather(waiting, return_exceptions=True)
        for _ in range(3):
            await asyncio.sleep(0)
        return len(asyncio.all_tasks()) - 1

    assert asyncio.run(go()) == 0
