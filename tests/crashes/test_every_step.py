"""A run of two stories with trouble at one step of what it does to the disk: each step has some here.

`python -m benchmarks.crash_sweep` gives each step all of them.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from crashes import sweeping
from crashes.disks import TROUBLES, applies

if TYPE_CHECKING:
    from pathlib import Path

    from crashes.disks import Step, Trouble

_SHARE = 5
"""One step in so many has each trouble; which, differs from trouble to trouble."""


@pytest.fixture(scope="session")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    return sweeping.steps_of_a_run(tmp_path_factory.mktemp("whole"))


def test_every_kind_of_step_is_taken_and_seen(steps: list[Step]) -> None:
    kinds = {"create", "open", "write", "sync", "close", "mode", "rename", "mkdir", "sync folder"}
    assert {step.what for step in steps} == kinds
    assert len(steps) > 100
    assert all(applies("EIO", step) for step in steps)


@pytest.mark.slow
@pytest.mark.parametrize("trouble", TROUBLES)
def test_nothing_is_paid_twice_and_nothing_lost(tmp_path: Path, steps: list[Step], trouble: Trouble) -> None:
    cases = [number for number, step in enumerate(steps) if applies(trouble, step)]
    for number in cases[TROUBLES.index(trouble) % _SHARE :: _SHARE]:
        home = tmp_path / str(number)
        home.mkdir()
        sweeping.with_trouble(home, number, trouble, lists=number % 2 == 0)


@pytest.mark.parametrize("at", [44, 47, 63, 108])
def test_trouble_again_while_one_goes_on(tmp_path: Path, at: int) -> None:
    for then, trouble in zip(range(at % 5, 60, 6), itertools.cycle(TROUBLES), strict=False):
        home = tmp_path / str(then)
        home.mkdir()
        sweeping.with_two_troubles(home, at, then, trouble, lists=then % 2 == 0)


def test_without_a_list_of_tasks_a_person_decides(tmp_path: Path, steps: list[Step]) -> None:
    """Killed before the Run left, and after it was accepted: whoever looks at the service says which."""
    intents = [number for number, step in enumerate(steps) if b'"step":"intended"' in step.data]
    answers = [number for number, step in enumerate(steps) if b'"step":"accepted"' in step.data]
    assert len(intents) == len(answers) == 3
    for number in (*(number + 1 for number in intents), *answers):
        home = tmp_path / str(number)
        home.mkdir()
        assert sweeping.with_trouble(home, number, "killed before", lists=False) == [5, 0]
