"""What a person says of jobs whose fate nobody else knows: `resume --adopt`, `resume --resubmit`."""

from __future__ import annotations

import asyncio
import shlex
from typing import TYPE_CHECKING

from storyscript import protocol
from storyscript.errors import ConfigurationError, RefusedError, StoryscriptError
from storyscript.rendering.fetching import AT_ONCE, Fetcher
from storyscript.rendering.ledger import UNDER_WAY
from storyscript.rendering.lookup import same_parameters, tasks_at

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from storyscript.rendering.ledger import Entry
    from storyscript.rendering.workplace import Workplace
    from storyscript.sessions import Session
    from storyscript.wiro import Task


async def decide(places: Sequence[Workplace], session: Session, arguments: argparse.Namespace) -> None:
    """Write down in the ledger what the command line says.

    Raises:
        ConfigurationError: it makes no sense.
        StoryscriptError: the service could not be asked about the task.
    """
    if arguments.adopt is not None:
        await _adopt(places, session, arguments.adopt, arguments.job)
    if arguments.resubmit is not None:
        await _resubmit(places, session, arguments.resubmit)


async def _adopt(places: Sequence[Workplace], session: Session, task_id: str, job: str | None) -> None:
    service = session.client.base_url
    if any(task_id in tasks_at(service, place.ledger.entries) for place in places):
        raise ConfigurationError(f"resume: task {task_id} is that of another job already")
    unknown = [(place, entry) for place in places for entry in place.ledger.entries if entry.is_unknown]
    lost = [(place, entry) for place, entry in unknown if entry.service == service]
    if job is not None:
        place, entry = _named(places, job)
        if not entry.is_unknown:
            raise ConfigurationError(f"resume: job {job} is {entry.state}: there is no task to adopt for it")
        lost = [(place, entry)]
    if not lost:
        raise ConfigurationError("resume: no job has lost its answer, so there is nothing to adopt a task for")
    task = await session.client.task_detail(task_id)
    if task.parameters:
        fitting = [(place, entry) for place, entry in lost if same_parameters(entry.parameters, task.parameters)]
        if not fitting:
            names = ", ".join(_name(place, entry) for place, entry in lost)
            raise ConfigurationError(f"resume: task {task_id} was submitted with other parameters than {names}")
        lost = fitting[:1]  # those with equal parameters are as good as each other
    if len(lost) > 1:
        names = ", ".join(_name(place, entry) for place, entry in lost)
        raise ConfigurationError(
            f"resume: the service does not tell what task {task_id} was submitted with: say whose it is with `--job` "
            f"({names})"
        )
    [(place, entry)] = lost
    place.ledger.accepted(entry, task.id, task.socketaccesstoken)
    place.match(failed=True)


async def _resubmit(places: Sequence[Workplace], session: Session, job: str) -> None:
    place, entry = _named(places, job)
    if place.only_fetches:
        raise ConfigurationError(
            f"resume: `{place.folder}` and a folder beside it are copies of each other, so job {job} is not submitted "
            "again: move away the one that is not to go on"
        )
    if entry.is_unknown:
        pass
    elif entry.state in UNDER_WAY and entry.task is not None:
        try:
            task = await session.client.task_detail(entry.task)
        except RefusedError as error:
            if error.code != protocol.CODE_NOT_FOUND:
                raise
        else:
            if not task.is_terminal:
                raise ConfigurationError(
                    f"resume: task {task.id} of job {job} is at work: wait for it, or stop it with `storyscript task "
                    f"kill {shlex.quote(task.id)}`"
                )
            await _refuse_what_can_be_fetched(place, session, task, entry)
    else:
        raise ConfigurationError(f"resume: job {job} is {entry.state}: there is nothing to submit again")
    place.ledger.given_up(entry, "resubmit")
    place.match(failed=True)
    if not any(one.standing == "new" and one.job is not None and one.job.hash == entry.job for one in place.renderings):
        raise ConfigurationError(
            f"resume: job {job} is given up, and nothing is submitted for it: the story has it no more, or shows what "
            "an earlier run drew (to have that drawn anew, `storyscript run --force`)"
        )
    place.prepare()


async def _refuse_what_can_be_fetched(place: Workplace, session: Session, task: Task, entry: Entry) -> None:
    """See whether a task that has ended well still has its outputs: they are paid for.

    Raises:
        ConfigurationError: it has.
    """
    if not task.succeeded or not task.outputs:
        return
    fetcher = Fetcher(session.client, session.world, asyncio.Semaphore(AT_ONCE))
    try:
        await fetcher.fetch(
            task,
            entry.number,
            place.folder,
            before=entry.files,
            ask_again=lambda: session.client.task_detail(task.id),
            tell=_nobody,
        )
    except StoryscriptError:
        return
    raise ConfigurationError(
        f"resume: task {task.id} of job {_name(place, entry)} has ended well, and its pictures are to be had: "
        "`storyscript resume` fetches them, without `--resubmit`"
    )


def _nobody(_done: int) -> None:
    """Tell nobody."""


def _named(places: Sequence[Workplace], job: str) -> tuple[Workplace, Entry]:
    """The entry that is called `lamp:3`."""
    name, _, number = job.rpartition(":")
    for place in places:
        for entry in place.ledger.entries:
            if str(entry.number) == number and place.folder.name == name:
                return place, entry
    known = [_name(place, entry) for place in places for entry in place.ledger.entries if entry.is_unknown]
    more = f"; those that lost their answers: {', '.join(known)}" if known else ""
    raise ConfigurationError(f"resume: there is no job `{job}` here{more}")


def _name(place: Workplace, entry: Entry) -> str:
    return f"{place.folder.name}:{entry.number}"
