"""A language server as a process, and what is said over its pipes.

It knows nothing of the server's libraries, so that what both get wrong alike is still seen: whatever the server writes
must be a frame, each request has one answer, and what it asks is answered. It waits as long as a machine that pauses
may need.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import json
import os
import queue
import subprocess
import tempfile
import termios
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Self

from end_to_end.processes import environment
from lsp.wire import BrokenFrameError, frame, read_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

PATIENCE: Final = 60.0
"""Seconds that a message or an end is waited for; nothing that works takes nearly as long."""
METHOD_NOT_FOUND: Final = -32601
_MOST_SHOWN: Final = 4000
"""Characters that a failure shows of each message, and of what the server complained."""


class ServerError(AssertionError):
    """The server did not do what was waited for."""


class ResponseError(Exception):
    """The server answered a request with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: object = error.get("data")


class Connection:
    """Starts a server and speaks with it; as a context manager it leaves none behind.

    Args:
        root: the working folder of the server.
        command: the server.
        variables: more of its environment.

    Attributes:
        messages: all notifications and requests of the server, in the order of their arrival.
        refusals: the errors that answer what has no id, in the order of their arrival.
        answers: what the server's requests are answered with, by method: from their params to a result.
    """

    def __init__(self, root: Path, command: Sequence[str], variables: Mapping[str, str] | None = None) -> None:
        self.messages: list[dict[str, Any]] = []
        self.refusals: list[dict[str, Any]] = []
        self.answers: dict[str, Callable[[Any], object]] = {}
        self._responses: dict[object, dict[str, Any]] = {}
        self._asked = 0
        self._broken: Exception | None = None
        self._ended = False
        self._news = threading.Condition()
        self._outbox: queue.Queue[bytes | None] = queue.Queue()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the server
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            cwd=root,
            env=environment(root, **(variables or {})),
        )
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._receive, self._send)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, ServerError):
            error.add_note(self._state())
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._outbox.put(None)
        for thread in self._threads:
            thread.join(PATIENCE)
        self._stderr.close()
        assert self.process.stdout is not None
        self.process.stdout.close()

    # ---- the pipes -----------------------------------------------------------------------------------------------

    def _receive(self) -> None:
        assert self.process.stdout is not None
        try:
            while (message := read_frame(self.process.stdout)) is not None:
                self._take(message)
        except Exception as error:  # noqa: BLE001 - whoever waits raises it
            self._broken = error
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            with self._news:
                if message["id"] is None:
                    self.refusals.append(message["error"])
                elif message["id"] in self._responses:
                    raise BrokenFrameError(f"a second answer: {message}")
                else:
                    self._responses[message["id"]] = message
                self._news.notify_all()
            return
        if "id" in message:
            answer = self.answers.get(message["method"])
            if answer is None:
                self._reply(message, error={"code": METHOD_NOT_FOUND, "message": message["method"]})
            else:
                self._reply(message, result=answer(message.get("params")))
        with self._news:
            self.messages.append(message)
            self._news.notify_all()

    def _reply(self, message: dict[str, Any], **outcome: object) -> None:
        self.write(frame({"jsonrpc": "2.0", "id": message["id"], **outcome}))

    def _send(self) -> None:
        # A thread of its own: whoever wrote while the server writes, too, could wait for it as it waits for them.
        pipe = self.process.stdin
        assert pipe is not None
        with contextlib.suppress(BrokenPipeError):
            while (data := self._outbox.get()) is not None:
                pipe.write(data)
                pipe.flush()
                self._outbox.task_done()
        with contextlib.suppress(BrokenPipeError):
            pipe.close()

    def write(self, data: bytes) -> None:
        """Send bytes as they are, in one write; what the server does not read any more is lost."""
        self._outbox.put(data)

    def wait_until_read(self) -> None:
        """Wait until the server has taken all that was written out of its pipe: what comes next comes apart from it.

        Raises:
            ServerError: it does not read.
        """
        assert self.process.stdin is not None
        until = time.monotonic() + PATIENCE
        waiting = array.array("i", [0])
        while self._outbox.unfinished_tasks or fcntl.ioctl(self.process.stdin, termios.FIONREAD, waiting) or waiting[0]:
            if self._ended or time.monotonic() > until:
                raise ServerError(f"the server does not read\n{self._state()}")
            time.sleep(0.001)

    def close_input(self) -> None:
        """Close the server's input, once all is written."""
        self._outbox.put(None)

    # ---- messages ------------------------------------------------------------------------------------------------

    def notify(self, method: str, params: object = None) -> None:
        """Send a notification."""
        self.write(frame({"jsonrpc": "2.0", "method": method, "params": {} if params is None else params}))

    def ask(self, method: str, params: object = None) -> int:
        """Send a request, to which `answer` has the answer; gives its id."""
        self._asked += 1
        message = {"jsonrpc": "2.0", "id": self._asked, "method": method}
        self.write(frame(message if params is None else {**message, "params": params}))
        return self._asked

    def answer(self, number: object) -> Any:  # noqa: ANN401 - whatever the method gives
        """The result of a request, given its id.

        Raises:
            ResponseError: it is answered with an error.
            ServerError: it is not answered.
        """
        self._wait(lambda: number in self._responses, f"an answer to request {number}")
        response = self._responses[number]
        if "error" in response:
            raise ResponseError(response["error"])
        return response["result"]

    def request(self, method: str, params: object = None) -> Any:  # noqa: ANN401 - whatever the method gives
        """Send a request and wait for its result; raises as `answer` does."""
        return self.answer(self.ask(method, params))

    def mark(self) -> int:
        """How many messages have come: what a later wait may begin behind."""
        with self._news:
            return len(self.messages)

    def wait_for(self, predicate: Callable[[dict[str, Any]], bool], what: str, since: int = 0) -> dict[str, Any]:
        """The first notification or request, from the mark `since` on, that a predicate holds for.

        Raises:
            ServerError: none has come; it says `what` was waited for.
        """
        found: list[dict[str, Any]] = []

        def look() -> bool:
            found.extend(message for message in self.messages[since:] if predicate(message))
            return bool(found)

        self._wait(look, what)
        return found[0]

    def refusal(self) -> int:
        """The code of the first error that answers what has no id; waited for, and taken away.

        Raises:
            ServerError: none has come.
        """
        self._wait(lambda: bool(self.refusals), "an error without an id")
        code: int = self.refusals.pop(0)["code"]
        return code

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        with self._news:
            until = time.monotonic() + PATIENCE
            while not done():
                left = until - time.monotonic()
                if self._ended or left <= 0:
                    raise ServerError(f"{what} has not come\n{self._state()}")
                self._news.wait(left)

    # ---- its end -------------------------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        """Whether nothing more can come: the server ended, or broke the protocol."""
        return self._ended or self.process.poll() is not None

    def exit_code(self) -> int:
        """How the server ended.

        Raises:
            ServerError: it does not end, or what it wrote was not the protocol.
        """
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise ServerError(f"the server does not end\n{self._state()}") from None
        self._threads[0].join(PATIENCE)  # it may still read what was written before
        if self._broken is not None:
            raise ServerError(self._state())
        return code

    def complaints(self) -> str:
        """What the server wrote on its standard error so far."""
        # Not by reading on from a place: that would be the place at which the server writes on, too.
        number = self._stderr.fileno()
        return os.pread(number, os.fstat(number).st_size, 0).decode("utf-8", "replace")

    def _state(self) -> str:
        """For a failure: how the server is, and what it said last."""
        code = self.process.poll()
        if self._ended and self._broken is None and code is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self.process.wait(5)
        state = "the server runs" if code is None else f"the server ended with code {code}"
        if self._broken is not None:
            state += f"\nit broke the protocol: {self._broken}"
        elif self._ended and code is None:
            state += ", and closed its output"
        last = "".join(f"\n  {json.dumps(message)[:_MOST_SHOWN]}" for message in self.messages[-5:])
        return f"{state}\nits last messages:{last or ' none'}\nits errors:\n{self.complaints()[-_MOST_SHOWN:]}"
