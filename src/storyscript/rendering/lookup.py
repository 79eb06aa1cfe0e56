"""Looking for tasks whose Run was sent and whose answer was lost.

A task is taken for a lost one when it has the same tool, the same parameters, is newer than the intent, and is nobody
else's, and when there are no more such tasks than jobs that lost theirs. In every other case a person decides.

Source: API page, `/Task/List`; whether the service has it, and gives the parameters back as they were sent, is not
known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storyscript.errors import MalformedAnswerError, RefusedError
from storyscript.rendering.ledger import LEDGER, peek

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from storyscript.rendering.ledger import Entry
    from storyscript.wiro import Task, WiroClient

SLACK: Final = 120.0
"""Seconds that the service's clock may be behind ours."""
PAGE: Final = 20
"""Tasks that are asked for at once: as many as in Wiro's own code, for a service may give no more."""
MOST: Final = 2000
"""Tasks that are looked through at most; an account with more newer ones has too much going on to be sure."""


async def find_lost(client: WiroClient, entries: Sequence[Entry], known: Collection[str]) -> dict[int, Task]:
    """The tasks of entries of unknown fate.

    Args:
        client: talks to the service.
        entries: those, all of this service.
        known: ids of tasks that are others'.

    Returns:
        The task for each entry (by `id(entry)`) that has exactly one.

    Raises:
        CredentialsError, LimitError, UnreachableError: the service cannot be asked for now.
    """
    found: dict[int, Task] = {}
    for tool in sorted({entry.tool for entry in entries}):
        of_tool = [entry for entry in entries if entry.tool == tool]
        try:
            tasks = await _newer(client, tool, min(entry.at for entry in of_tool) - SLACK)
        except (RefusedError, MalformedAnswerError):
            continue
        if tasks is not None:
            found |= _assign(of_tool, [task for task in tasks if task.id not in known])
    return found


def tasks_at(service: str, entries: Iterable[Entry]) -> set[str]:
    """The ids of all tasks of a service that entries have; another service may give the same ids to others."""
    return {entry.task for entry in entries if entry.task is not None and entry.service == service}


def known_beside(folders: Collection[Path], service: str) -> set[str]:
    """The ids of all tasks that are those of stories whose folders stand beside some.

    `resume` opens no folder that is complete, and `run` only those of its stories; the task of an equal job there is
    not the lost one.

    Args:
        folders: stories'.
        service: the API's address.

    Raises:
        DiskError: a ledger there cannot be read, and so may have the task that is looked for.
    """
    beside = {ledger.parent for folder in folders for ledger in folder.absolute().parent.glob(f"*/{LEDGER}")}
    return tasks_at(service, (entry for folder in sorted(beside) for entry in peek(folder)))


async def _newer(client: WiroClient, tool: str, since: float) -> list[Task] | None:
    """All tasks of a tool since a moment; None where there are too many to be sure."""
    tasks: dict[str, Task] = {}
    start = 0
    while start < MOST:
        page = await client.task_list(tool=tool, start=start, limit=PAGE)
        if not page or all((created := created_at(task)) is not None and created < since for task in page):
            return list((tasks | {task.id: task for task in page}).values())
        if all(task.id in tasks for task in page):
            return None  # a server that pages in another way: what else there is, nobody knows
        tasks |= {task.id: task for task in page}
        start += len(page)
    return None


def _assign(entries: Sequence[Entry], tasks: Sequence[Task]) -> dict[int, Task]:
    found: dict[int, Task] = {}
    left = list(entries)
    while left:
        group = [entry for entry in left if entry.parameters == left[0].parameters]
        left = [entry for entry in left if entry not in group]
        same = [task for task in tasks if same_parameters(group[0].parameters, task.parameters)]
        # One whose age is not told may be the lost one or an old one.
        if any(created_at(task) is None for task in same):
            continue
        new = [task for task in same if (created_at(task) or 0.0) >= min(entry.at for entry in group) - SLACK]
        if 0 < len(new) <= len(group):
            new.sort(key=lambda task: (created_at(task) or 0.0, task.id))
            found |= {id(entry): task for entry, task in zip(sorted(group, key=_age), new, strict=False)}
    return found


def _age(entry: Entry) -> float:
    return entry.at


def created_at(task: Task) -> float | None:
    """When a task was made, unix time in seconds by the service's clock; None where that is not told."""
    text = (task.createtime or "").strip()
    try:
        moment = float(text)
    except ValueError:
        return None
    return moment if 0 < moment < float("inf") else None


def same_parameters(sent: Mapping[str, object], told: Mapping[str, object]) -> bool:
    """Whether a task's parameters are what was sent: each of them, numbers and their texts being the same."""
    return bool(sent) and all(name in told and _plain(told[name]) == _plain(value) for name, value in sent.items())


def _plain(value: object) -> object:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else value
