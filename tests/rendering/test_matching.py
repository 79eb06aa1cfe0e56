"""Which entry of a ledger is which job of a plan: what is there, what is under way, what nobody knows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from storyscript.rendering.ledger import Entry, Kept, State
from storyscript.rendering.matching import Matches, match
from storyscript.rendering.plan import Plan, PlannedJob

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HERE = "https://x/v1"


def plan(*jobs: str) -> Plan:
    """A plan of jobs by their hashes."""
    planned = tuple(PlannedJob(None, 1, (1,), {"prompt": job}, job, job) for job in jobs)
    return Plan("a.story", "", "", "none", "a/b", HERE, planned, (), {})


def entry(
    number: int, state: State, job: str = "j", *, service: str = HERE, tool: str = "a/b", stale: bool = True
) -> Entry:
    return Entry(number, job, service, tool, None, {}, 1, 12.5, state, str(number), stale=stale)


def saved(number: int, folder: Path, job: str = "j", *, lost: bool = False) -> Entry:
    """An entry whose file is there, or is not any more."""
    data = f"picture {number}".encode()
    name = f"outputs/{number:04}/001.png"
    if not lost:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    found = entry(number, "saved", job)
    found.files = (Kept(name, hashlib.sha256(data).hexdigest(), len(data)),)
    return found


def standings(matches: Matches) -> list[tuple[str, int | None, int | None]]:
    """For each job: where it stands, its entry's number, and that of the entry that is shown."""

    def number(one: Entry | None) -> int | None:
        return None if one is None else one.number

    return [(found.standing, number(found.entry), number(found.shown)) for found in matches.jobs]


@pytest.mark.parametrize(
    ("state", "stale", "failed", "expected"),
    [
        ("intended", True, False, ("unknown", 1, None)),
        ("intended", False, False, ("new", None, None)),
        ("accepted", True, False, ("under way", 1, None)),
        ("ended", True, False, ("under way", 1, None)),
        ("refused", True, True, ("new", None, None)),
        ("given up", True, True, ("new", None, None)),
        ("failed", True, False, ("new", None, None)),
        ("failed", True, True, ("failed", 1, None)),
    ],
)
def test_what_an_entry_says_of_its_job(
    tmp_path: Path, state: State, *, stale: bool, failed: bool, expected: tuple[str, int | None, int | None]
) -> None:
    matches = match(plan("j"), [entry(1, state, stale=stale)], tmp_path, failed=failed)
    assert standings(matches) == [expected]
    assert (list(matches.leftovers), list(matches.elsewhere)) == ([], [])


def test_what_is_saved_is_there_and_with_force_it_is_drawn_anew_and_shown_until_then(tmp_path: Path) -> None:
    entries = [saved(1, tmp_path)]
    assert standings(match(plan("j"), entries, tmp_path)) == [("there", 1, 1)]
    assert standings(match(plan("j"), entries, tmp_path, force=True)) == [("new", None, 1)]


def test_force_pays_for_nothing_that_is_under_way(tmp_path: Path) -> None:
    entries = [saved(1, tmp_path), entry(2, "accepted")]
    assert standings(match(plan("j"), entries, tmp_path, force=True)) == [("under way", 2, 1)]


def test_what_was_saved_and_is_lost_is_fetched_again(tmp_path: Path) -> None:
    assert standings(match(plan("j"), [saved(1, tmp_path, lost=True)], tmp_path)) == [("under way", 1, None)]


def test_while_a_lost_one_is_fetched_an_older_one_is_shown(tmp_path: Path) -> None:
    entries = [saved(1, tmp_path), saved(2, tmp_path, lost=True)]
    assert standings(match(plan("j"), entries, tmp_path)) == [("under way", 2, 1)]


def test_the_newest_counts(tmp_path: Path) -> None:
    entries = [saved(1, tmp_path), saved(2, tmp_path), entry(3, "failed")]
    assert standings(match(plan("j"), entries, tmp_path)) == [("there", 2, 2)]
    assert standings(match(plan("j"), entries, tmp_path, failed=True)) == [("failed", 3, 2)]


@pytest.mark.parametrize("state", ["refused", "given up"])
def test_a_failed_job_that_was_agreed_to_anew_and_came_to_no_task_is_new(tmp_path: Path, state: State) -> None:
    entries = [entry(1, "failed"), entry(2, state)]
    assert standings(match(plan("j"), entries, tmp_path, failed=True)) == [("new", None, None)]
    # Not so the other way round; and it was agreed to once, not for each job that is equal.
    assert standings(match(plan("j"), [*entries, entry(3, "failed")], tmp_path, failed=True)) == [("failed", 3, None)]
    assert standings(match(plan("j", "j"), entries, tmp_path, failed=True)) == [
        ("new", None, None),
        ("failed", 1, None),
    ]


def test_equal_jobs_have_an_entry_each(tmp_path: Path) -> None:
    entries = [saved(1, tmp_path), entry(2, "accepted"), saved(3, tmp_path)]
    assert standings(match(plan("j", "j", "j", "j"), entries, tmp_path)) == [
        ("there", 3, 3),
        ("under way", 2, 1),
        ("there", 1, 1),
        ("new", None, None),
    ]


def numbers(entries: Sequence[Entry]) -> list[int]:
    return [one.number for one in entries]


def test_what_another_service_or_tool_has_is_not_taken_for_it(tmp_path: Path) -> None:
    entries = [entry(1, "accepted", service="https://y/v1"), entry(2, "accepted", tool="a/c")]
    matches = match(plan("j"), entries, tmp_path)
    assert standings(matches) == [("new", None, None)]
    assert (numbers(matches.leftovers), numbers(matches.elsewhere)) == ([2], [1])


def test_of_jobs_that_the_story_has_no_more_what_may_still_come_is_left_over(tmp_path: Path) -> None:
    entries = [
        entry(1, "accepted", "old"),
        entry(2, "ended", "old"),
        entry(3, "intended", "old"),
        entry(4, "intended", "old", stale=False),
        entry(5, "failed", "old"),
        entry(6, "refused", "old"),
        entry(7, "given up", "old"),
        saved(8, tmp_path, "old"),
        saved(9, tmp_path, "old", lost=True),
        entry(10, "accepted"),
    ]
    matches = match(plan("j"), entries, tmp_path)
    assert standings(matches) == [("under way", 10, None)]
    assert numbers(matches.leftovers) == [1, 2, 3]
    assert list(matches.elsewhere) == []
