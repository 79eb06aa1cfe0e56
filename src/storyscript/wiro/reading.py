"""From what became of a request that is no Run to the objects in its answer, or the error that it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript import protocol
from storyscript.errors import MalformedAnswerError, RefusedError, UnreachableError
from storyscript.wiro import answers
from storyscript.wiro.attempts import may_pass
from storyscript.wiro.exchange import NoReply, Reply
from storyscript.wiro.models import Task, read_object
from storyscript.wiro.tools import ToolDetail

if TYPE_CHECKING:
    from storyscript.wiro.answers import Answer
    from storyscript.wiro.censor import Censor

_GOOD = range(200, 300)


def read_yes(reply: Reply | NoReply, endpoint: str, censor: Censor, *, unsure: str = "") -> Answer:
    """The answer, if it is a yes.

    Args:
        reply: what became of the request.
        endpoint: whose answer it is.
        censor: makes the service's words fit to be shown.
        unsure: what to say where no answer came, before what to do.

    Raises:
        UnreachableError: there is none, or the service is out of order.
        MalformedAnswerError: it cannot be understood.
        RefusedError, CredentialsError, LimitError: it is a no.
    """
    if isinstance(reply, NoReply):
        raise UnreachableError(
            f"{endpoint}: {reply.trouble.reason}; {unsure}{reply.trouble.advice}", lasting=reply.trouble.lasting
        )
    answers.check_status(reply, endpoint, censor)
    if may_pass(reply):
        raise UnreachableError(
            f"{endpoint}: the service is out of order (HTTP {reply.status}); {unsure}try again later"
        )
    answer = answers.read_answer(reply, endpoint)
    if not answer.result:
        raise answers.refusal(answer, reply, endpoint, censor)
    if reply.status not in _GOOD:
        raise MalformedAnswerError(
            f"{endpoint}: the answer (HTTP {reply.status}) contradicts itself; check the base URL"
        )
    return answer


def read_task(answer: Answer, endpoint: str, censor: Censor, *, task_id: str) -> Task:
    """The one task that was asked about.

    Raises:
        RefusedError: there is none.
        MalformedAnswerError: it cannot be understood, or is another one.
    """
    if not _number_of_tasks(answer, endpoint):
        raise RefusedError(
            f"{endpoint}: the service knows no such task of these credentials", code=protocol.CODE_NOT_FOUND
        )
    task = read_object(Task, answer.first("tasklist"), endpoint=endpoint)
    censor.learn(task.socketaccesstoken)
    if task.id != task_id:
        raise MalformedAnswerError(f"{endpoint}: the service answered about another task; try again later")
    return task


def read_tasks(answer: Answer, endpoint: str, censor: Censor) -> tuple[Task, ...]:
    """All tasks of a list.

    Whoever asks for one looks for a task whose submission got lost. A list from which an entry was left out could say
    that there is none, and the job would be paid for twice: so one entry that cannot be read spoils all.

    Raises:
        MalformedAnswerError: one of them cannot be understood.
    """
    _number_of_tasks(answer, endpoint)
    tasks = tuple(read_object(Task, value, endpoint=endpoint) for value in answer.all("tasklist"))
    for task in tasks:
        censor.learn(task.socketaccesstoken)
    return tasks


def read_tool(answer: Answer, endpoint: str, *, owner: str, project: str) -> ToolDetail:
    """The one tool that was asked about.

    Raises:
        MalformedAnswerError: there is none, it cannot be understood, or is another one.
    """
    if not answer.lists("tool"):
        raise MalformedAnswerError(f"{endpoint}: the service's answer has no `tool`; try again later")
    tool = read_object(ToolDetail, answer.first("tool"), endpoint=endpoint)
    if (tool.slugowner or owner, tool.slugproject or project) != (owner, project):
        raise MalformedAnswerError(f"{endpoint}: the service answered about another tool; try again later")
    return tool


def _number_of_tasks(answer: Answer, endpoint: str) -> int:
    number = answer.lists("tasklist")
    if number is None:
        raise MalformedAnswerError(f"{endpoint}: the service's answer has no `tasklist`; try again later")
    return number
