"""Never pay twice, never lose a paid panel: in worlds that one number each decides.

`python -m benchmarks.simulate --seed SEED --worlds 1` lives through one of them again, and through many more.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from simulation.flawed import FLAWS
from simulation.naive import live_naively
from simulation.people import live_through

if TYPE_CHECKING:
    from pathlib import Path

    from simulation.commands import Flaws

WORLDS: Final = 300
_SHARE: Final = 25


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, WORLDS, _SHARE))
def test_nobody_pays_twice_and_no_paid_panel_is_lost(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + _SHARE):
        live_through_told(seed, tmp_path / str(seed))


def test_a_world_is_the_same_each_time(tmp_path: Path) -> None:
    for seed in (3, 28):
        first = live_through_told(seed, tmp_path / f"first-{seed}")
        assert first == live_through_told(seed, tmp_path / f"second-{seed}")
        assert first["requests"]


@pytest.mark.parametrize("name", FLAWS)
def test_a_storyscript_that_is_made_worse_is_caught(name: str, tmp_path: Path) -> None:
    assert any(shows(FLAWS[name], seed, tmp_path / str(seed)) for seed in range(WORLDS))


def test_in_the_same_worlds_a_script_that_repeats_what_failed_pays_twice_and_loses_panels(tmp_path: Path) -> None:
    total = Counter[str]()
    for seed in range(_SHARE):
        (tmp_path / str(seed)).mkdir()
        total += live_naively(seed, tmp_path / str(seed))
    assert total["double charges"] > total["worlds"]
    assert total["lost"] > 0


def live_through_told(seed: int, root: Path) -> Counter[str]:
    """Live through a world; where something does not hold, say which it was."""
    root.mkdir()
    try:
        return live_through(seed, root)
    except BaseException as error:
        error.add_note(f"to see it again: python -m benchmarks.simulate --seed {seed} --worlds 1")
        raise


def shows(flaws: Flaws, seed: int, root: Path) -> bool:
    """Whether it shows in a world that storyscript is worse than it is."""
    root.mkdir()
    try:
        live_through(seed, root, flaws)
    except AssertionError:
        return True
    return False
