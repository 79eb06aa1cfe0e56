"""The plan of a run, before money is spent: what would be drawn, what is there, and the price with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.text import visible
from storyscript.errors import LimitError, StoryscriptError
from storyscript.rendering.ledger import peek
from storyscript.rendering.matching import match
from storyscript.rendering.plan import plan_of
from storyscript.rendering.price import Estimate, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path

    from storyscript.ir import Story
    from storyscript.rendering.matching import Match, Matches
    from storyscript.rendering.plan import Plan, PlannedJob
    from storyscript.rendering.workplace import Workplace
    from storyscript.wiro import WiroClient

_OFFLINE: Final = "nothing is paid: placeholders, drawn in this process"


@dataclass(frozen=True, slots=True)
class Survey:
    """A story before anything is done.

    Attributes:
        folder: where its panels go.
        plan: its jobs.
        matches: where they stand.
    """

    folder: Path
    plan: Plan
    matches: Matches

    @property
    def new(self) -> list[PlannedJob]:
        """What is to be submitted."""
        return [one.job for one in self.matches.jobs if one.standing == "new"]


def survey(story: Story, folder: Path, home: Path, *, service: str, force: bool, lasting: bool) -> Survey:
    """Look at a story and its folder; nothing is made or changed.

    Raises:
        ConfigurationError: a local image cannot be read.
        DiskError: the folder's ledger cannot be read.
    """
    plan = plan_of(story, service=service, home=home, folder=folder)
    entries = peek(folder) if lasting else []
    return Survey(folder, plan, match(plan, entries, folder, force=force))


async def ask_price(client: WiroClient, jobs: Sequence[PlannedJob], *, tool: str) -> Estimate:
    """What the service would take for jobs; unknown where it cannot be asked."""
    owner, _, project = tool.partition("/")
    try:
        detail = await client.tool_detail(owner, project, attempts=2)
    except StoryscriptError as error:
        return Estimate(None, f"the service could not be asked: {error}")
    return estimate(detail, [job.parameters for job in jobs], [len(job.order) for job in jobs])


def new_jobs(places: Sequence[Workplace]) -> list[PlannedJob]:
    """What is to be submitted of stories that are ready."""
    renderings = [rendering for place in places for rendering in place.renderings]
    return [one.job for one in renderings if one.job is not None and one.standing == "new"]


def require_at_most(most: Decimal, price: Estimate) -> None:
    """Refuse what costs more, or nobody knows what.

    Raises:
        LimitError: it does.
    """
    if price.amount is None:
        raise LimitError(
            f"the price is {price.words}, and `--max-cost` allows ${most}: nothing was submitted; without "
            "`--max-cost` it would be"
        )
    if price.amount > most:
        raise LimitError(f"the price is {price.words}, more than `--max-cost` allows (${most}): nothing was submitted")


def written(surveys: Sequence[Survey], price: str | None, *, offline: bool) -> str:
    """The plan for people.

    Args:
        surveys: the stories.
        price: what is said of the price.
        offline: it is for placeholders.
    """
    lines = []
    for one in surveys:
        panels, tasks = count(len(one.plan.panels), "panel"), count(len(one.plan.jobs), "task")
        lines.append(f"{visible(one.plan.title)}: {panels} in {tasks}, to {visible(str(one.folder))}/")
        lines += [f"  {_job(found)}" + ("" if offline else f": {_standing(found)}") for found in one.matches.jobs]
        if one.matches.elsewhere:
            services = ", ".join(sorted({visible(entry.service) for entry in one.matches.elsewhere}))
            lines.append(f"  {count(len(one.matches.elsewhere), 'task')} at {services}, which this run does not ask")
        if one.matches.leftovers:
            tasks = count(len(one.matches.leftovers), "task")
            lines.append(f"  {tasks} of an earlier version of the story, to be fetched")
    lines.append(f"price: {_OFFLINE if offline else price}")
    return "\n".join(lines) + "\n"


def _job(found: Match) -> str:
    job = found.job
    who = job.lead or "without a character"
    return f"{visible(who)}: {count(job.scenes, 'scene')}, {count(len(job.order) - job.scenes, 'event')}"


def _standing(found: Match) -> str:
    task = found.entry.task if found.entry is not None else None
    match found.standing:
        case "there":
            return "there already"
        case "under way":
            return f"task {task}, to be fetched"
        case "unknown":
            return "submitted, and the answer was lost: to be looked for"
        case "failed":
            return f"task {task} failed"
        case _:
            return "to be submitted"


def count(number: int, what: str) -> str:
    """A number of things: `1 panel`, `2 panels`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
