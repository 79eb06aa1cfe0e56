"""The client: requests to the API, answers as checked objects, failures as errors of one tree."""

from __future__ import annotations

import asyncio
import random as random_numbers
import time
from typing import TYPE_CHECKING, Self

from storyscript import protocol
from storyscript.errors import (
    MalformedAnswerError,
    RefusedError,
    SubmissionUnknownError,
    UnreachableError,
)
from storyscript.wiro import addresses, answers, pacing
from storyscript.wiro.censor import SHOWN, Censor
from storyscript.wiro.connection import Connection
from storyscript.wiro.downloads import Downloader
from storyscript.wiro.exchange import NoReply, Reply
from storyscript.wiro.models import Submission, Task, read_object
from storyscript.wiro.tools import ToolDetail

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType

    import httpx

    from storyscript.wiro.signing import Credentials

TIMEOUT = 30.0
"""Seconds for each step of an exchange: sending, waiting for the next bytes of an answer."""

_NOBODYS_TASK = "0"
_GOOD = range(200, 300)
_SERVER_ERRORS = 500
_TOOK_NOTHING = frozenset({400, 404, 405, 411, 413, 414, 415, 422, 431})
"""HTTP statuses that say that the request itself was not taken, whatever the body says."""


class WiroClient:
    """Talks to Wiro, or to what `transport` leads to. Use it as an async context manager.

    Args:
        credentials: signed or key-only.
        base_url: the API's address; plain `http` only on this machine.
        transport: carries the requests instead of the network.
        download_transport: the same for files; by default `transport`, so that a fake never reaches out.
        now: the clock, unix time in seconds.
        sleep: waits for a number of seconds between attempts.
        random: numbers from 0 to 1, for the jitter of the waits.
        timeout: seconds for each step of an exchange.

    Raises:
        ConfigurationError: the base URL is not usable.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        base_url: str = protocol.BASE_URL,
        transport: httpx.AsyncBaseTransport | None = None,
        download_transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = random_numbers.random,
        timeout: float = TIMEOUT,
    ) -> None:
        self._connection = Connection(
            credentials,
            base_url=base_url,
            transport=transport,
            download_transport=download_transport,
            now=now,
            timeout=timeout,
        )
        self._downloader = Downloader(
            self._connection.files,
            any_scheme=self._connection.any_scheme,
            now=now,
            sleep=sleep,
            random=random,
        )
        self._censor = Censor(*credentials.values)
        self._sleep = sleep
        self._random = random

    @property
    def base_url(self) -> str:
        """The API's address, without a slash at its end."""
        return self._connection.base_url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._connection.aclose()

    def redact(self, text: str, *, limit: int = SHOWN) -> str:
        """The service's words as one short line, with `***` for our credentials and for every token it gave us."""
        return self._censor.show(text, limit=limit)

    async def run(self, parameters: Mapping[str, object], *, tool: str = protocol.TOOL) -> Submission:
        """Submit a task.

        The request is sent once and never again: it costs money, and nothing in it would make a repetition
        harmless. A Run that is cancelled while it waits may have been accepted, too.

        Args:
            parameters: the tool's parameters by name.
            tool: the tool's slug, `owner/model`.

        Raises:
            ConfigurationError: the parameters are no JSON, or the slug is none.
            UnreachableError: no connection; nothing was sent.
            SubmissionUnknownError: the task may or may not have been accepted.
            CredentialsError: the service refused them; no task was made.
            LimitError: the service takes no more for now; no task was made.
            RefusedError: the service refused; no task was made.
            MalformedAnswerError: the address redirects, so there is no API.
        """
        endpoint = f"{protocol.RUN}/{addresses.checked_tool(tool)}"
        reply = await self._connection.post(endpoint, parameters, submits=True)
        if isinstance(reply, NoReply):
            if reply.may_have_left:
                raise _unknown(endpoint, reply.reason)
            raise UnreachableError(f"{endpoint}: {reply.reason}; nothing was submitted, so try again later")
        answers.check_status(reply, endpoint, self._censor)
        try:
            answer = answers.read_answer(reply, endpoint)
        except MalformedAnswerError:
            if reply.status in _TOOK_NOTHING:
                raise RefusedError(
                    f"{endpoint}: the service did not take the request (HTTP {reply.status}); check the base URL"
                ) from None
            raise _unknown(endpoint, f"the answer (HTTP {reply.status}) cannot be understood") from None
        return self._submission(answer, reply, endpoint)

    def _submission(self, answer: answers.Answer, reply: Reply, endpoint: str) -> Submission:
        """The accepted task, or the error that the answer to a Run means."""
        says_no = not answer.result and "taskid" not in answer.fields
        # A bare "no" beside a server error may come from a gateway that does not know.
        if says_no and (answer.complaints or reply.status < _SERVER_ERRORS):
            raise answers.refusal(answer, reply, endpoint, self._censor)
        if not answer.result or reply.status not in _GOOD:
            raise _unknown(endpoint, f"the answer (HTTP {reply.status}) contradicts itself")
        try:
            submission = read_object(Submission, answer.fields, endpoint=endpoint)
        except MalformedAnswerError:
            raise _unknown(endpoint, "it was accepted, but the answer names no task") from None
        self._censor.learn(submission.socketaccesstoken)
        return submission

    async def task_detail(self, task_id: str) -> Task:
        """Where a task stands. Asked again, a few times, while the service cannot be reached.

        Raises:
            RefusedError: there is no such task.
            MalformedAnswerError: the answer cannot be understood, or is about another task.
            CredentialsError: the service refused them.
            LimitError: too many requests, even after some waiting.
            UnreachableError: no answer, even after some attempts.
        """
        return await self._task(protocol.TASK_DETAIL, task_id, attempts=pacing.ATTEMPTS)

    async def tool_detail(self, owner: str, project: str, *, attempts: int = pacing.ATTEMPTS) -> ToolDetail:
        """What the service says of a tool: its parameters, its price.

        Args:
            owner: the first part of the tool's slug.
            project: the second.
            attempts: how often to ask at most while the service cannot be reached.

        Raises:
            RefusedError: there is no such tool.
            MalformedAnswerError: the answer cannot be understood, or is about another tool.
            CredentialsError, LimitError, UnreachableError: as for `task_detail`.
        """
        endpoint = protocol.TOOL_DETAIL
        fields = {protocol.FIELD_OWNER: owner, protocol.FIELD_PROJECT: project}
        answer = await self._ask(endpoint, fields, attempts=attempts)
        if not answer.lists("tool"):
            raise MalformedAnswerError(f"{endpoint}: the service's answer has no `tool`; try again later")
        tool = read_object(ToolDetail, answer.first("tool"), endpoint=endpoint)
        if (tool.slugowner or owner, tool.slugproject or project) != (owner, project):
            raise MalformedAnswerError(f"{endpoint}: the service answered about another tool; try again later")
        return tool

    async def verify(self, *, attempts: int = pacing.ATTEMPTS) -> None:
        """See whether the service accepts the credentials; costs nothing.

        It is asked for a task that nobody has. Tasks belong to accounts, so it looks at the credentials first; of a
        tool it may tell anybody.

        Args:
            attempts: how often to ask at most while the service cannot be reached.

        Raises:
            CredentialsError: it does not.
            MalformedAnswerError, LimitError, UnreachableError: as for `task_detail`.
        """
        endpoint = protocol.TASK_DETAIL
        try:
            await self._ask(endpoint, {protocol.FIELD_TASK_ID: _NOBODYS_TASK}, attempts=attempts)
        except RefusedError as error:
            # That there is no such task, or that it is somebody else's, only an account is told.
            if error.code != protocol.CODE_NOT_FOUND and protocol.MESSAGE_NOT_PERMITTED not in str(error):
                raise MalformedAnswerError(
                    f"{endpoint}: the service's answer says nothing of the credentials ({error}); check the base URL"
                ) from None

    async def cancel(self, task_id: str) -> Task:
        """Take a task out of the queue. Sent once: after an `UnreachableError` look at the task's details.

        Raises:
            RefusedError: the task is not in the queue.
            ServiceError, CredentialsError, UnfinishedError: as for `task_detail`.
        """
        return await self._task(protocol.TASK_CANCEL, task_id, attempts=1)

    async def kill(self, task_id: str) -> Task:
        """Stop a task that a worker has. Sent once: after an `UnreachableError` look at the task's details.

        Raises:
            RefusedError: no worker has the task.
            ServiceError, CredentialsError, UnfinishedError: as for `task_detail`.
        """
        return await self._task(protocol.TASK_KILL, task_id, attempts=1)

    async def download(self, url: str, write: Callable[[bytes], object], *, limit: int) -> int:
        """Stream a file; at no time is it in memory as a whole.

        Sent without credentials, and over https only unless the service is on this machine or behind a
        transport. Asked again, a few times, while nothing of the file has come.

        Args:
            url: the output's `url`.
            write: takes each piece, for example a binary file's `write`; what it raises is passed on.
            limit: bytes; a larger file is refused.

        Returns:
            The number of bytes that came. Compare it with the size that the API gave: a transfer can end
            early without a sign.

        Raises:
            MalformedAnswerError: the address is not usable, the file is too large, or it came compressed.
            RefusedError: the file is gone.
            UnreachableError: it did not come, or not whole; `write` may have taken a part of it.
        """
        return await self._downloader.fetch(url, write, limit=limit)

    async def _task(self, endpoint: str, task_id: str, *, attempts: int) -> Task:
        answer = await self._ask(endpoint, {protocol.FIELD_TASK_ID: task_id}, attempts=attempts)
        number = answer.lists("tasklist")
        if number is None:
            raise MalformedAnswerError(f"{endpoint}: the service's answer has no `tasklist`; try again later")
        if not number:
            raise RefusedError(
                f"{endpoint}: the service knows no such task of these credentials",
                code=protocol.CODE_NOT_FOUND,
            )
        task = read_object(Task, answer.first("tasklist"), endpoint=endpoint)
        self._censor.learn(task.socketaccesstoken)
        if task.id != task_id:
            raise MalformedAnswerError(f"{endpoint}: the service answered about another task; try again later")
        return task

    async def _ask(self, endpoint: str, fields: Mapping[str, object], *, attempts: int) -> answers.Answer:
        """Send a request that is not a Run, up to `attempts` times, and read the answer."""
        attempt = 1
        while True:
            reply = await self._connection.post(endpoint, fields, submits=False)
            passing = isinstance(reply, NoReply) or pacing.is_passing(reply.status)
            if not passing or attempt >= attempts:
                break
            asked = None if isinstance(reply, NoReply) else reply.retry_after
            await self._sleep(pacing.pause(attempt, asked, self._random))
            attempt += 1
        if isinstance(reply, NoReply):
            raise UnreachableError(f"{endpoint}: {reply.reason}; try again later")
        answers.check_status(reply, endpoint, self._censor)
        if passing:
            raise UnreachableError(f"{endpoint}: the service is out of order (HTTP {reply.status}); try again later")
        answer = answers.read_answer(reply, endpoint)
        if not answer.result:
            raise answers.refusal(answer, reply, endpoint, self._censor)
        if reply.status not in _GOOD:
            raise MalformedAnswerError(
                f"{endpoint}: the answer (HTTP {reply.status}) contradicts itself; check the base URL"
            )
        return answer


def _unknown(endpoint: str, what: str) -> SubmissionUnknownError:
    return SubmissionUnknownError(
        f"{endpoint}: {what}; the task may have been accepted, so it is not sent again: look for it at Wiro"
    )
