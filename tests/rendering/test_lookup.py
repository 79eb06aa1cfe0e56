"""Looking for tasks whose Run's answer was lost: exactly one that can be it, or none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.errors import CredentialsError, MalformedAnswerError, RefusedError, UnreachableError
from storyscript.rendering.ledger import Entry
from storyscript.rendering.lookup import MOST, PAGE, SLACK, created_at, find_lost, same_parameters, tasks_at
from storyscript.wiro import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

SENT = {"prompt": "a girl", "steps": 30, "scale": "2.0"}
AT = 1_700_000_000.0


def lost(number: int = 1, at: float = AT, **more: object) -> Entry:
    return Entry(number, "j", "https://x/v1", "a/b", None, {**SENT, **more}, 2, at, stale=True)


def task(number: int, created: float | None = AT, **parameters: object) -> Task:
    return Task.model_validate(
        {
            "id": str(number),
            "status": "task_queue",
            "createtime": None if created is None else str(int(created)),
            "parameters": {**SENT, **parameters},
        }
    )


class Listing:
    """A service that lists tasks, newest first."""

    def __init__(self, tasks: Sequence[Task], error: Exception | None = None) -> None:
        self.tasks = tasks
        self.error = error
        self.asked = 0

    async def task_list(self, *, tool: str, start: int = 0, limit: int = 20) -> tuple[Task, ...]:
        assert tool == "a/b"
        self.asked += 1
        if self.error is not None:
            raise self.error
        return tuple(self.tasks[start : start + limit])


def found(entries: Sequence[Entry], listing: Listing, known: Sequence[str] = ()) -> list[str | None]:
    client: Any = listing
    tasks = asyncio.run(find_lost(client, entries, known))
    return [tasks[id(entry)].id if id(entry) in tasks else None for entry in entries]


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ([task(7)], "7"),
        ([task(7, steps="30")], "7"),
        ([task(7), task(6, AT - SLACK - 1)], "7"),
        ([task(7, AT - SLACK + 1)], "7"),
        ([], None),
        ([task(7), task(6)], None),
        ([task(7, AT - SLACK - 1)], None),
        ([task(7, None)], None),
        ([task(7), task(6, None)], None),
        ([task(7, prompt="a boy")], None),
        ([Task.model_validate({"id": "7", "status": "x", "createtime": str(int(AT))})], None),
        ([task(7, extra="x")], "7"),
    ],
    ids=[
        "the one",
        "a number as text",
        "an older one beside it",
        "a clock a little behind",
        "none",
        "two",
        "only an older one",
        "no time told",
        "another whose time is not told",
        "other parameters",
        "no parameters told",
        "more parameters than were sent",
    ],
)
def test_a_task_is_adopted_only_where_it_can_be_no_other(tasks: list[Task], expected: str | None) -> None:
    assert found([lost()], Listing(tasks)) == [expected]


def test_a_task_that_some_ledger_has_is_not_another_jobs() -> None:
    assert found([lost()], Listing([task(7), task(6)]), known=["7"]) == ["6"]


def test_equal_jobs_share_out_what_there_is_and_never_more() -> None:
    two = [lost(1, AT), lost(2, AT + 1)]
    assert found(two, Listing([task(8), task(7)])) == ["7", "8"]
    assert found(two, Listing([task(7)])) == ["7", None]
    assert found(two, Listing([task(9), task(8), task(7)])) == [None, None]


def test_jobs_that_differ_do_not_disturb_each_other() -> None:
    entries = [lost(1), lost(2, prompt="a boy")]
    assert found(entries, Listing([task(8, prompt="a boy"), task(7), task(6)])) == [None, "8"]


def test_the_list_is_read_until_it_is_older_than_the_intent() -> None:
    old = [task(number, AT - SLACK - 1000) for number in range(1000)]
    listing = Listing([task(5000), *(task(number, AT + 5, prompt="x") for number in range(2000, 2000 + PAGE)), *old])
    assert found([lost()], listing) == ["5000"]
    assert listing.asked == 3


def test_a_list_that_shows_the_same_page_for_ever_tells_nobody_what_else_there_is() -> None:
    class Stuck(Listing):
        async def task_list(self, *, tool: str, start: int = 0, limit: int = 20) -> tuple[Task, ...]:
            return await super().task_list(tool=tool, start=0 * start, limit=limit)

    assert found([lost()], Stuck([task(5000), task(4999, prompt="x")])) == [None]


def test_pages_shorter_than_was_asked_for_are_read_on() -> None:
    class Short(Listing):
        async def task_list(self, *, tool: str, start: int = 0, limit: int = 20) -> tuple[Task, ...]:
            return await super().task_list(tool=tool, start=start, limit=min(limit, 1))

    assert found([lost()], Short([task(8, prompt="x"), task(7)])) == ["7"]
    assert found([lost()], Short([task(8), task(7)])) == [None]


def test_where_there_is_too_much_going_on_nobody_is_sure() -> None:
    busy = [task(number, AT + 5, prompt="x") for number in range(MOST)]
    assert found([lost()], Listing([task(9999), *busy])) == [None]


@pytest.mark.parametrize("error", [RefusedError("no such path"), MalformedAnswerError("HTML")])
def test_a_service_without_a_list_finds_nothing(error: Exception) -> None:
    assert found([lost()], Listing([], error)) == [None]


@pytest.mark.parametrize("error", [UnreachableError("x"), CredentialsError("x")])
def test_a_service_that_cannot_be_asked_is_an_error_and_no_answer(error: Exception) -> None:
    with pytest.raises(type(error)):
        found([lost()], Listing([], error))


def test_another_services_tasks_are_nobodys_here() -> None:
    entries = [lost(1), lost(2), lost(3)]
    entries[0].task, entries[1].task = "7", "8"
    entries[1].service = "https://y/v1"
    assert tasks_at("https://x/v1", entries) == {"7"}


@pytest.mark.parametrize("value", [None, True, [1], {"a": 1}])
def test_what_is_no_text_and_no_number_is_the_same_as_itself_only(value: object) -> None:
    assert same_parameters({"a": value}, {"a": value})
    assert not same_parameters({"a": value}, {"a": str(value)})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1700000000", 1_700_000_000.0),
        (" 1700000000.5 ", 1_700_000_000.5),
        ("1", 1.0),
        ("0", None),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        (None, None),
        ("yesterday", None),
    ],
)
def test_when_a_task_was_made(text: str | None, moment: float | None) -> None:
    assert created_at(Task.model_validate({"id": "7", "status": "x", "createtime": text})) == moment


@pytest.mark.parametrize(("ages", "expected"), [((AT - SLACK,), "7"), ((AT - SLACK, AT - SLACK), None)])
def test_a_clock_that_is_just_as_much_behind_as_is_allowed(ages: tuple[float, ...], expected: str | None) -> None:
    tasks = [task(7 - index, age) for index, age in enumerate(ages)]
    assert found([lost()], Listing([*tasks, task(1, AT - SLACK - 1)])) == [expected]


VALUES = st.integers() | st.text(max_size=3) | st.booleans() | st.none() | st.floats(allow_nan=False)
PARAMETERS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


@given(PARAMETERS, PARAMETERS)
def test_parameters_are_the_same_where_all_that_was_sent_came_back(sent: dict[str, Any], more: dict[str, Any]) -> None:
    told = {**more, **{name: str(value) if isinstance(value, int) else value for name, value in sent.items()}}
    flags = any(isinstance(value, bool) for value in sent.values())
    assert same_parameters(sent, told) is (bool(sent) and not flags)
    for name in sent:
        assert not same_parameters(sent, {key: value for key, value in told.items() if key != name})
        assert not same_parameters(sent, {**told, name: "something else"})
