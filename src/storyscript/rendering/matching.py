"""Which entries of a ledger are which jobs of a plan.

So: what is there already, what is under way, what is of unknown fate, and what is still to be submitted.

A job is known by the hash of what is sent, so that a story may be changed, reordered and renamed, and only what is
drawn differently is drawn again. Source: command-line page, `run`; API page, "Limits, retries, price".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from storyscript.rendering.ledger import UNDER_WAY, State
from storyscript.rendering.store import is_intact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storyscript.rendering.ledger import Entry
    from storyscript.rendering.plan import Plan, PlannedJob

Standing = Literal["new", "there", "under way", "unknown", "failed"]

_WITHOUT_TASK: Final = frozenset[State]({"refused", "given up"})


@dataclass(frozen=True, slots=True)
class Match:
    """Where a job stands before anything is done.

    Attributes:
        job: the job.
        standing: `new`: to be submitted. `there`: nothing to do. `under way`: there is a task, to be waited for and
            fetched. `unknown`: it may have been accepted. `failed`: its task failed (only where failed jobs are asked
            for).
        entry: the ledger's, but for `new`.
        shown: an entry of the same job whose files are here, to be shown until there are newer ones.
    """

    job: PlannedJob
    standing: Standing
    entry: Entry | None
    shown: Entry | None


@dataclass(frozen=True, slots=True)
class Matches:
    """Where a plan stands.

    Attributes:
        jobs: one for each of the plan's, in its order.
        leftovers: entries of no job of the plan that may still have something to fetch: the story was changed since.
        elsewhere: the same, of another service, which cannot be asked here.
    """

    jobs: Sequence[Match] = field(default=())
    leftovers: Sequence[Entry] = field(default=())
    elsewhere: Sequence[Entry] = field(default=())


def match(plan: Plan, entries: Sequence[Entry], folder: Path, *, force: bool = False, failed: bool = False) -> Matches:
    """Find each job's entry: the newest that is not another job's, where two are equal.

    Args:
        plan: the jobs.
        entries: the ledger's.
        folder: the story's, where the files are.
        force: what is saved counts for nothing; what is not saved yet still does.
        failed: a job whose task failed is not to be submitted anew.
    """
    wanted = {job.hash for job in plan.jobs}
    newest_first: dict[str, list[Entry]] = {name: [] for name in wanted}
    for entry in reversed(entries):
        if entry.job in wanted and entry.service == plan.service and entry.tool == plan.tool:
            newest_first[entry.job].append(entry)
    intact = {
        id(entry)
        for same in newest_first.values()
        for entry in same
        if entry.state == "saved" and is_intact(folder, entry)
    }
    claimed: set[int] = set()
    shown: set[int] = set()

    def claim(job: PlannedJob) -> Match:
        same = newest_first[job.hash]
        old = next((entry for entry in same if id(entry) in intact and id(entry) not in shown), None)
        if old is not None:
            shown.add(id(old))
        without_task = None
        for entry in same:
            if id(entry) in claimed:
                continue
            standing = _standing(entry, is_there=id(entry) in intact, force=force, failed=failed)
            if entry.state in _WITHOUT_TASK:
                without_task = without_task or entry
            elif standing == "failed" and without_task is not None:
                # Somebody has since agreed to have it drawn anew, and that came to no task.
                claimed.add(id(without_task))
                break
            elif standing is not None:
                claimed.add(id(entry))
                return Match(job, standing, entry, entry if standing == "there" else old)
        return Match(job, "new", None, old)

    jobs = [claim(job) for job in plan.jobs]
    rest = [entry for entry in entries if id(entry) not in claimed and (entry.state in UNDER_WAY or entry.is_unknown)]
    return Matches(
        jobs,
        [entry for entry in rest if entry.service == plan.service],
        [entry for entry in rest if entry.service != plan.service],
    )


def _standing(entry: Entry, *, is_there: bool, force: bool, failed: bool) -> Standing | None:
    """Where an entry's job stands; None where the entry says nothing of it."""
    if entry.state == "saved":
        # Files that are lost or damaged may still be at the service, where fetching them costs nothing.
        return None if force else "there" if is_there else "under way"
    if entry.state in UNDER_WAY:
        return "under way"
    if entry.is_unknown:
        return "unknown"
    return "failed" if failed and entry.state == "failed" else None
