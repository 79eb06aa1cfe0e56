"""`storyscript task`."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from typing import TYPE_CHECKING, Final

from storyscript import protocol
from storyscript.cli import exits
from storyscript.cli.task_report import TaskReport
from storyscript.errors import (
    ConfigurationError,
    MalformedAnswerError,
    RefusedError,
    UnfinishedError,
    UnreachableError,
)
from storyscript.sessions import online_session

if TYPE_CHECKING:
    from storyscript.wiro import WiroClient

EXAMPLES: Final = {
    "storyscript task show 2221": "where a task stands",
    "storyscript task cancel 2221": "take it out of the queue",
    "storyscript task delete 2221 --yes": "delete its files at the service without being asked",
}

_ID: Final = re.compile(r"[!-~]{1,200}")


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "action",
        choices=("show", "cancel", "kill", "delete"),
        metavar="ACTION",
        help="what to do: show it; cancel it, while it is in the queue; kill it, once it is at work; delete its files",
    )
    parser.add_argument("id", type=_identifier, metavar="ID", help="the task's id, as the service gave it")
    parser.add_argument("--yes", action="store_true", help="delete files without asking")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people (default) or for programs"
    )


def run(arguments: argparse.Namespace) -> int:
    """Look at a task of the service, or put an end to it or to its files."""
    if arguments.action == "delete":
        if arguments.format == "json":
            raise ConfigurationError("task: `--format json` shows a task, and `delete` shows none; leave it out")
        _delete(arguments.id, yes=arguments.yes)
        return exits.DONE
    report = asyncio.run(_show(arguments.id) if arguments.action == "show" else _stop(arguments.action, arguments.id))
    if arguments.format == "json":
        sys.stdout.write(report.json())
    elif arguments.action == "show":
        sys.stdout.write(report.text())
    elif report.task.is_terminal:
        sys.stdout.write(f"{report.line}\n")
    else:
        sys.stdout.write(f"{report.line}; the service took the request to {arguments.action} it\n")
    return exits.DONE


def _identifier(text: str) -> str:
    if not _ID.fullmatch(text):
        raise argparse.ArgumentTypeError("a task's id is one word of plain letters, digits and signs, such as 2221")
    return text


async def _show(task_id: str) -> TaskReport:
    async with online_session() as session:
        return await _look(session.client, task_id)


async def _look(client: WiroClient, task_id: str) -> TaskReport:
    try:
        return TaskReport(await client.task_detail(task_id), client)
    except RefusedError as error:
        if error.code != protocol.CODE_NOT_FOUND:
            raise
        raise RefusedError(
            f"task {task_id}: the service knows no such task of these credentials; check the id and the account",
            code=error.code,
        ) from None


async def _stop(action: str, task_id: str) -> TaskReport:
    """Cancel or kill a task, by one request that is never repeated.

    Raises:
        RefusedError: the service did not; the message says what would work.
        UnreachableError, MalformedAnswerError: its answer was lost, and the task goes on.
    """
    async with online_session() as session:
        client = session.client
        try:
            task = await (client.cancel if action == "cancel" else client.kill)(task_id)
        except (UnreachableError, MalformedAnswerError) as lost:
            try:
                report = await _look(client, task_id)
            except UnfinishedError:
                raise UnreachableError(
                    f"task {task_id}: the answer was lost, so nobody knows whether the service did it: "
                    f"`storyscript task show {task_id}` tells, once it can be reached"
                ) from None
            if report.task.is_terminal:
                return _stopped(action, report)
            raise type(lost)(
                f"task {task_id}: the answer was lost, and the task is {report.standing}; look again, and if it stays "
                f"so, {action} it again"
            ) from None
        except RefusedError as refused:
            try:
                report = await _look(client, task_id)
            except UnfinishedError:
                raise refused from None
            if report.task.is_terminal:
                return _stopped(action, report)
            advice = _advice(action, report)
            raise RefusedError(advice, code=refused.code) if advice else refused from None
        return _stopped(action, TaskReport(task, client))


def _stopped(action: str, report: TaskReport) -> TaskReport:
    """The report, unless the task had ended by itself.

    Raises:
        RefusedError: it had.
    """
    if report.task.is_terminal and report.state != "cancelled":
        raise RefusedError(f"task {report.task.id} has ended ({report.standing}): there is nothing to {action}")
    return report


def _advice(action: str, report: TaskReport) -> str | None:
    """What works for a task that goes on, where another action does."""
    task_id = report.task.id
    if action == "kill" and report.state == "queued":
        return (
            f"task {task_id} is still in the queue, where nothing runs that could be killed: "
            f"`storyscript task cancel {task_id}` takes it out"
        )
    if action == "cancel" and report.state == "working":
        return (
            f"task {task_id} is {report.standing} and no longer in the queue, so it cannot be cancelled: "
            f"`storyscript task kill {task_id}` stops it"
        )
    return None


def _delete(task_id: str, *, yes: bool) -> None:
    """Delete a task's files at the service.

    Raises:
        ConfigurationError: nobody is there to ask, or the answer was no.
        RefusedError: the task has not ended.
        MalformedAnswerError: the service does not say what opens the task.
    """
    if not yes and (sys.stdin is None or not sys.stdin.isatty()):
        raise ConfigurationError(
            "task: this deletes what was paid for, and there is no terminal to ask at: give `--yes` to agree"
        )
    # Asked between two runs of an event loop, for one that waits for a key would not hear of an interruption.
    report = asyncio.run(_show(task_id))
    if not report.task.is_terminal:
        raise RefusedError(f"task {task_id} is {report.standing}: its files can be deleted once it has ended")
    token = report.task.socketaccesstoken
    if not token:
        raise MalformedAnswerError(
            f"task {task_id}: the service does not give the token that deleting needs; delete the files at Wiro"
        )
    if not yes:
        sys.stderr.write(
            f"{report.text()}This deletes its files at the service, what went in and what came out. What came out was "
            "paid for and cannot be fetched again. Files on this disk stay.\nDelete them? [y/N] "
        )
        sys.stderr.flush()
        if sys.stdin is None or sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise ConfigurationError("task: nothing was deleted")
    asyncio.run(_send_delete(token))
    count = len(report.task.outputs)
    sys.stdout.write(
        f"task {task_id}: its files are deleted at the service ({count} output{'' if count == 1 else 's'})\n"
    )


async def _send_delete(token: str) -> None:
    async with online_session() as session:
        await session.client.delete_files(token)
