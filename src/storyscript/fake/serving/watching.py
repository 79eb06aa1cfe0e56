"""The WebSocket: tells whoever asks how tasks get on.

Source: API page, "WebSocket". Where it is silent: an unknown token and what is no request are answered with
`result: false` and change nothing; a token asked for again is told again where its task stands; the socket stays open
until the client closes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Final

from starlette.websockets import WebSocketDisconnect

from storyscript import protocol
from storyscript.fake.refusals import INVALID, Refusal
from storyscript.fake.serving.connections import CONNECTION
from storyscript.fake.studio import StudioClosedError
from storyscript.fake.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.websockets import WebSocket

    from storyscript.fake.machine import Machine
    from storyscript.fake.serving.workers import Workers
    from storyscript.fake.tasks import TaskRecord
    from storyscript.fake.telling import Moment
    from storyscript.fake.trouble import SocketTrouble

MOST_BYTES: Final = 16 * 1024
"""The size of a frame that is read; a larger one ends its socket."""

_GREETING: Final = {"type": "connected", "version": "1.0"}
_SHORTEST: Final = 0.001
"""Seconds of a pause: clocks that disagree by less must not make a watcher spin."""


class Watching:
    """All sockets of one server; lives in its event loop.

    Args:
        machine: whose tasks are told of.
        workers: what waits for frames to be drawn.
    """

    def __init__(self, machine: Machine, workers: Workers) -> None:
        self._machine = machine
        self._workers = workers
        self._woken: set[asyncio.Event] = set()
        """One for each watcher; set when a task was stopped since the watcher last looked."""

    def listen(self) -> Callable[[], None]:
        """Hear of stopped tasks, from whatever thread; to be called in the event loop.

        Returns:
            What ends that.
        """
        loop = asyncio.get_running_loop()

        def hear() -> None:
            loop.call_soon_threadsafe(self._wake)

        return self._machine.listen(hear)

    async def serve(self, socket: WebSocket, trouble: SocketTrouble | None = None) -> None:
        """Talk to one client until it goes.

        Args:
            socket: the client's.
            trouble: what is wrong with it, if something is.
        """
        how = None if trouble is None else trouble.how
        await socket.accept()
        watchers: dict[str, asyncio.Task[None]] = {}
        try:
            await _send(socket, _GREETING)
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                # Frames of bytes are not the API's.
                if message.get("text") is None or how == "silent":
                    continue
                if how == "nonsense":
                    await _talk_nonsense(socket, message["text"])
                else:
                    await self._answer(socket, message["text"], watchers, is_dropped=how == "dropped")
        except WebSocketDisconnect:
            return
        finally:
            for watcher in watchers.values():
                watcher.cancel()
            await asyncio.gather(*watchers.values(), return_exceptions=True)

    async def _answer(
        self, socket: WebSocket, text: str, watchers: dict[str, asyncio.Task[None]], *, is_dropped: bool
    ) -> None:
        token = _token(text)
        if token is None:
            await _send(socket, _frame("error", "", "", INVALID.message, result=False))
            return
        task = self._machine.find({protocol.FIELD_TASK_TOKEN: token}, (protocol.FIELD_TASK_TOKEN,))
        if isinstance(task, Refusal):
            await _send(socket, _frame("task_info", "", token, task.message, result=False))
            return
        earlier = watchers.pop(token, None)
        if earlier is not None:
            earlier.cancel()
        if is_dropped:
            await _send(socket, _frame(task.status(self._machine.now()), str(task.number), token, "", result=True))
            socket.scope[CONNECTION].transport.abort()
            return
        watchers[token] = asyncio.create_task(self._watch(socket, task))

    async def _watch(self, socket: WebSocket, task: TaskRecord) -> None:
        telling = Telling(task, self._machine.now())
        woken = asyncio.Event()
        self._woken.add(woken)
        try:
            await self._tell(socket, task, telling, woken)
        except (WebSocketDisconnect, StudioClosedError):
            return  # a client that has gone is noticed where its socket is read
        finally:
            self._woken.discard(woken)

    async def _tell(self, socket: WebSocket, task: TaskRecord, telling: Telling, woken: asyncio.Event) -> None:
        while True:
            # Before it looks: a stop while it sends, which may take long, is then heard of in the pause.
            woken.clear()
            for moment in telling.news(self._machine.now()):
                message = await self._message(task, moment)
                await _send(socket, _frame(moment.status, str(task.number), task.token, message, result=True))
            following = telling.next()
            if following is None:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(following - self._machine.now(), _SHORTEST)):
                    await woken.wait()

    async def _message(self, task: TaskRecord, moment: Moment) -> object:
        if moment.status != protocol.STATUS_POSTPROCESS_END:
            return moment.message
        return await self._workers.run(self._machine.outputs, task, moment.when)

    def _wake(self) -> None:
        for woken in self._woken:
            woken.set()


async def _send(socket: WebSocket, frame: Mapping[str, object]) -> None:
    # In ASCII: a token comes back as it was sent, and JSON can name what UTF-8 cannot write.
    await socket.send_text(json.dumps(frame, separators=(",", ":")))


async def _talk_nonsense(socket: WebSocket, text: str) -> None:
    """Frames that cannot be understood, or that say what is not so: that the task has ended, for one."""
    token = _token(text) or ""
    await socket.send_text("<p>Bad gateway")
    await socket.send_bytes(b"\x00\xff")
    lies: tuple[object, ...] = (
        [],
        {"type": 7, "tasktoken": token},
        {"type": protocol.STATUS_END},
        _frame("task_dreaming", "0", token, {"percentage": "many"}, result=True),
        _frame(protocol.STATUS_OUTPUT, "0", token, {"type": "progressGenerate", "percentage": "-1"}, result=True),
        _frame(protocol.STATUS_POSTPROCESS_END, "0", token[::-1], [], result=True),
        _frame(protocol.STATUS_POSTPROCESS_END, "0", token, "nothing", result=True),
    )
    for lie in lies:
        await socket.send_text(json.dumps(lie))


def _token(text: str) -> str | None:
    """The token that a client asks for, or None where it asks for nothing that can be understood."""
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match asked:
        case {"type": "task_info", "tasktoken": str() as token} if token:
            return token
        case _:
            return None


def _frame(kind: str, number: str, token: str, message: object, *, result: bool) -> dict[str, object]:
    return {"type": kind, "id": number, "tasktoken": token, "message": message, "result": result}
