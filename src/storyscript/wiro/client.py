"""The client: requests to the API, answers as checked objects, failures as errors of one tree."""

from __future__ import annotations

import asyncio
import random as random_numbers
import time
from typing import TYPE_CHECKING, Self

from storyscript import protocol
from storyscript.errors import MalformedAnswerError, RefusedError
from storyscript.wiro import addresses, pacing, reading, uploads
from storyscript.wiro.attempts import Attempts
from storyscript.wiro.censor import SHOWN, Censor
from storyscript.wiro.connection import Connection
from storyscript.wiro.downloads import Downloader
from storyscript.wiro.exchange import NoReply
from storyscript.wiro.submissions import read_submission

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    import httpx

    from storyscript.wiro.answers import Answer
    from storyscript.wiro.models import Submission, Task
    from storyscript.wiro.signing import Credentials
    from storyscript.wiro.tools import ToolDetail

TIMEOUT = 30.0
"""Seconds for each step of an exchange: sending, waiting for the next bytes of an answer."""

_NOBODYS_TASK = "0"


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
            self._connection,
            now=now,
            sleep=sleep,
            random=random,
        )
        self._censor = Censor(*credentials.values)
        self._attempts = Attempts(sleep, random)

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

        The request costs money, and nothing in it would make a repetition harmless. So it is sent again, a few times,
        only while it is certain that nothing of it has left this machine; after that never. A Run that is cancelled
        while it waits may have been accepted, too.

        Args:
            parameters: the tool's parameters by name.
            tool: the tool's slug, `owner/model`.

        Raises:
            ConfigurationError: the parameters are no JSON, or the slug is none.
            UnreachableError: no connection, even after some attempts; nothing was sent.
            SubmissionUnknownError: the task may or may not have been accepted.
            CredentialsError: the service refused them; no task was made.
            LimitError: the service takes no more for now; no task was made.
            RefusedError: the service refused; no task was made.
            MalformedAnswerError: the address redirects, so there is no API.
        """
        endpoint = f"{protocol.RUN}/{addresses.checked_tool(tool)}"
        reply = await self._attempts.until_it_left(lambda: self._connection.post(endpoint, parameters, submits=True))
        submission = read_submission(reply, endpoint, self._censor)
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

    async def task_list(self, *, tool: str = protocol.TOOL, start: int = 0, limit: int = 20) -> tuple[Task, ...]:
        """The account's latest tasks with a tool, the newest first.

        All or nothing: who looks for a task whose submission got lost must not take a list with a gap for a no.

        Args:
            tool: the tool's slug, `owner/model`.
            start: how many of the newest to leave out.
            limit: how many at most.

        Raises:
            ConfigurationError: the slug is none.
            MalformedAnswerError: the answer, or one of its tasks, cannot be understood.
            RefusedError: the service has no such list.
            CredentialsError, LimitError, UnreachableError: as for `task_detail`.
        """
        endpoint = protocol.TASK_LIST
        fields = {
            "type": "model",
            "sort": "id",
            "order": "DESC",
            "start": str(start),
            "limit": str(limit),
            "modelName": addresses.checked_tool(tool).partition("/")[2],
        }
        answer = await self._ask(endpoint, fields, attempts=pacing.ATTEMPTS)
        return reading.read_tasks(answer, endpoint, self._censor)

    async def upload(self, path: Path, *, name: str, content_type: str) -> str:
        """Give the service a file, to be named in a Run by its address; it is read from the disk as it is sent.

        Sent again only while nothing of it can have left this machine.

        Args:
            path: the file.
            name: what it is called there: a plain name, never a path of this machine.
            content_type: its media type, such as `image/png`.

        Returns:
            Its address.

        Raises:
            ConfigurationError: the file cannot be read or is too large, or name or type are not in form; nothing
                was sent.
            UnreachableError: no answer; the file may have arrived, which costs nothing.
            MalformedAnswerError: the answer cannot be understood, or names no usable address.
            RefusedError, CredentialsError, LimitError: the service refused.
        """
        endpoint = protocol.FILE_UPLOAD
        size = uploads.checked_size(path, name=name, content_type=content_type)
        try:
            file = path.open("rb")
        except OSError as error:
            raise uploads.unreadable(path, error) from None
        with file:
            reply = await self._attempts.until_it_left(
                lambda: self._connection.post_file(endpoint, file, size=size, name=name, content_type=content_type)
            )
        left = not isinstance(reply, NoReply) or reply.may_have_left
        unsure = "the upload may have arrived, which costs nothing" if left else "nothing was sent"
        answer = reading.read_yes(reply, endpoint, self._censor, unsure=f"{unsure}: ")
        return uploads.uploaded_address(answer, size=size, any_scheme=self._connection.any_scheme)

    async def delete_files(self, token: str) -> None:
        """Have the files of a finished task deleted; doing it twice does no harm, so it is asked like a read.

        Args:
            token: the task's `socketaccesstoken`.

        Raises:
            RefusedError: there is no such task, or it has not ended.
            MalformedAnswerError, CredentialsError, LimitError, UnreachableError: as for `task_detail`.
        """
        self._censor.learn(token)
        fields = {protocol.FIELD_TASK_TOKEN: token}
        await self._ask(protocol.TASK_DELETE_FILES, fields, attempts=pacing.ATTEMPTS)

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
        return reading.read_tool(answer, endpoint, owner=owner, project=project)

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

        Sent without credentials; over https only, and from public addresses only, unless the service is on this
        machine or behind a transport. Asked again, a few times, while nothing of the file has come. A transfer may
        take two minutes, and longer for all that has come at 4 KiB a second.

        Args:
            url: the output's `url`.
            write: takes each piece, for example a binary file's `write`; what it raises is passed on.
            limit: bytes; a larger file is refused.

        Returns:
            The number of bytes that came. Compare it with the size that the API gave: a transfer can end
            early without a sign.

        Raises:
            MalformedAnswerError: the address is not usable, the file is too large, or it came compressed.
            ExpiredError: the file is gone, or no longer at this address.
            RefusedError: the server refused in another way.
            UnreachableError: it did not come, or not whole; `write` may have taken a part of it.
        """
        return await self._downloader.fetch(url, write, limit=limit)

    async def _task(self, endpoint: str, task_id: str, *, attempts: int) -> Task:
        answer = await self._ask(endpoint, {protocol.FIELD_TASK_ID: task_id}, attempts=attempts)
        return reading.read_task(answer, endpoint, self._censor, task_id=task_id)

    async def _ask(self, endpoint: str, fields: Mapping[str, object], *, attempts: int) -> Answer:
        """Send a request that is not a Run, up to `attempts` times, and read the answer."""
        reply = await self._attempts.until_answered(
            lambda: self._connection.post(endpoint, fields, submits=False), most=attempts
        )
        return reading.read_yes(reply, endpoint, self._censor)
