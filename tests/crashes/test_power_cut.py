"""A machine that dies: what was not synced is gone, or there in part.

Each sync is left out in turn, too: the sweep must notice, or the sync is named here with why it need not.
`python -m benchmarks.crash_sweep` loses everything at every step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crashes import sweeping
from crashes.power import LOSSES

if TYPE_CHECKING:
    from pathlib import Path

    from crashes.disks import Step
    from crashes.power import Loss

_SHARE = 7
_OF_A_STORYS_FOLDER = {
    "Journal.__init__ of the story's folder",
    "Workplace.agree of the story's folder",
    "Workplace.show of the story's folder",
}
NEEDED: list[set[str]] = [
    {"Disk.make_folder of the working folder", "Journal.__init__ of the working folder"},
    {"Disk.make_folder of out", "Journal.__init__ of out"},
    {"Disk.make_folder of the story's folder"},
    {"Disk.make_folder of the folder of outputs"},
    {"Journal.append of the ledger"},
    {"Workplace.agree of a file of the story's folder"},
    {"_keep of an output"},
    {"_keep of a job's folder"},
    {"Placement._copy of a panel"},
    _OF_A_STORYS_FOLDER,
]
"""Without these a power cut loses a panel that was paid for, has it paid twice, or leaves what `resume` cannot read. Of
several, each does for the others."""

UNNEEDED = {
    "Journal.__init__ of the ledger": "what an earlier process left unsynced is synced with the next line",
    "Workplace.show of a file of the story's folder": "a manifest that is not whole is made anew from the ledger",
    "Placement._copy of the folder of panels": "panels without their names are named anew from the store",
}
"""Syncs for the sake of the one who looks at the folder, or of two troubles in a row."""


@pytest.fixture(scope="session")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    return sweeping.steps_of_a_run(tmp_path_factory.mktemp("whole"))


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_nothing_is_paid_twice_and_nothing_lost(tmp_path: Path, steps: list[Step], loss: Loss) -> None:
    for number in range(LOSSES.index(loss) % _SHARE, len(steps) + 1, _SHARE):
        home = tmp_path / str(number)
        home.mkdir()
        sweeping.with_power_cut(home, number, loss, lists=number % 2 == 0)


def test_folders_of_a_run_that_died_before_it_could_sync_them(tmp_path: Path, steps: list[Step]) -> None:
    made = [number for number, step in enumerate(steps) if step.what == "mkdir" and step.path.name in ("out", "a")]
    for number in made:
        for then in range(40, 70, 5):
            home = tmp_path / f"{number}-{then}"
            home.mkdir()
            sweeping.with_kill_and_power_cut(home, number + 1, then, "all")


def test_each_sync_is_needed_or_explained(steps: list[Step]) -> None:
    sites = {step.site for step in steps if step.what in ("sync", "sync folder")}
    assert sites == set().union(*NEEDED, UNNEEDED)


@pytest.mark.parametrize("unsynced", NEEDED, ids=min)
def test_a_sync_that_is_left_out_is_missed(tmp_path: Path, steps: list[Step], unsynced: set[str]) -> None:
    """Looked for where it may show: behind what the ledger says, behind the plan, and behind the panels' names."""
    said = [n for n, step in enumerate(steps) if step.what == "sync" and step.path.name == "ledger.jsonl"]
    renamed = [n for n, step in enumerate(steps) if step.what == "rename"]
    named = [n for n, step in enumerate(steps) if step.what == "sync folder" and step.path.name == "panels"]
    for number in [*said[-3:], *said[:-3], *renamed, *named]:
        for loss in ("all", "names", "bytes"):
            home = tmp_path / f"{number}-{loss}"
            home.mkdir()
            try:
                sweeping.with_power_cut(home, number + 1, loss, lists=True, unsynced=unsynced)
            except (AssertionError, ValueError):  # the latter of a picture that is none any more
                return
    pytest.fail("nothing went wrong without these")


def test_a_jobs_folder_of_a_run_that_died_before_it_could_sync_it(tmp_path: Path, steps: list[Step]) -> None:
    """The next process fetches into it and says that all is saved: it must not go with the store."""
    made = [number for number, step in enumerate(steps) if step.what == "mkdir" and step.path.parent.name == "outputs"]
    assert len(made) == 3
    for number in made:
        for then in (88, 95, 102):
            home = tmp_path / f"{number}-{then}"
            home.mkdir()
            sweeping.with_kill_and_power_cut(home, number + 1, then, "all")
