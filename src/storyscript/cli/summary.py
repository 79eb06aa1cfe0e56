"""What became of a story, in a line or a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.cli.planning import count
from storyscript.diagnostics.text import visible
from storyscript.errors import (
    CredentialsError,
    DiskError,
    MalformedAnswerError,
    SubmissionUnknownError,
    UnfinishedError,
)
from storyscript.rendering.ledger import UNDER_WAY
from storyscript.rendering.manifest import total

if TYPE_CHECKING:
    from storyscript.rendering.plan import Plan
    from storyscript.rendering.progress import JobRendering
    from storyscript.rendering.render import Rendering


def summary(plan: Plan, rendering: Rendering, *, offline: bool) -> str:
    """The lines for a story; for people.

    Args:
        plan: what was to be done.
        rendering: what was done.
        offline: the panels are placeholders.
    """
    done, wanted = len(rendering.panels), len(plan.panels)
    parts = [count(done, "panel") if done == wanted else f"{done} of {count(wanted, 'panel')}"]
    there = sum(len(job.files) for job in rendering.jobs if job.standing == "there")
    if there:
        parts.append(f"{there} of them there already")
    tasks = [job for job in (*rendering.jobs, *rendering.leftovers) if _may_have_task(job)]
    if tasks:
        seconds = total(None if job.entry is None else job.entry.seconds for job in tasks)
        cost = total(None if job.entry is None else job.entry.cost for job in tasks)
        paid = "unknown cost" if cost is None else f"cost {cost} as reported"
        parts.append("unknown seconds" if seconds is None else f"{seconds} seconds")
        parts.append("nothing paid (offline)" if offline else paid)
    else:
        parts.append("nothing submitted, nothing paid")
    lines = [f"{visible(plan.title)}: {', '.join(parts)}"]
    return "\n".join(lines + [f"  {line}" for line in _more(rendering)]) + "\n"


def _more(rendering: Rendering) -> list[str]:
    folder = visible(str(rendering.folder))
    lines = []
    if rendering.panels:
        lines.append(f"{folder}/panels/")
    if rendering.unplaced:
        pictures = count(len(rendering.unplaced), "picture")
        lines.append(f"{folder}/unplaced/: {pictures}, and the service does not say which panels they are")
    earlier = [job for job in rendering.leftovers if job.kept]
    if earlier:
        lines.append(f"{folder}/outputs/: {count(len(earlier), 'task')} of an earlier version of the story, fetched")
    retouched = [file.path for job in rendering.jobs for file in job.files if file.retouched]
    if retouched:
        names = ", ".join(map(visible, retouched))
        lines.append(f"{names}: changed by somebody since, and left so; delete it to have the drawn one back")
    lines += [f"{folder}/{visible(path)}: not ours, moved out of the way" for path in rendering.moved]
    under_way = sum(job.left and job.task_id is not None for job in (*rendering.jobs, *rendering.leftovers))
    unfetched = sum(_may_be_fetched(job) for job in (*rendering.jobs, *rendering.leftovers))
    left = sum((job.left and job.task_id is None) or _may_be_submitted(job) for job in rendering.jobs)
    resume = f"`storyscript resume {visible(str(rendering.folder.parent))}`"
    if under_way:
        makes = "it makes" if under_way == 1 else "they make"
        lines.append(f"{count(under_way, 'task')} under way at the service; {resume} fetches what {makes}")
    if unfetched:
        lines.append(f"{count(unfetched, 'task')} still to be fetched; {resume} goes on")
    if left:
        lines.append(f"{count(left, 'job')} not submitted; {resume} goes on")
    return lines


def _may_have_task(job: JobRendering) -> bool:
    """Whether a job has a task at the service that this run made or went on with, or may have one."""
    if job.standing in ("there", "failed"):
        return False
    # Where the disk failed, the service may have accepted the job that could not be recorded.
    return job.task_id is not None or job.is_new or isinstance(job.error, SubmissionUnknownError | DiskError)


def _may_be_fetched(job: JobRendering) -> bool:
    """Whether a job has a task that went wrong on the way, and may go well another time."""
    passes = isinstance(job.error, UnfinishedError | CredentialsError | MalformedAnswerError)
    return passes and job.entry is not None and job.entry.state in UNDER_WAY


def _may_be_submitted(job: JobRendering) -> bool:
    """Whether a job has no task for certain, for a reason that passes."""
    passes = isinstance(job.error, UnfinishedError | CredentialsError)
    return passes and (job.entry is None or job.entry.state == "refused")
