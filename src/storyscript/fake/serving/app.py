"""The service as an ASGI application: requests in, answers out, and no more of either than can be borne."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from storyscript import protocol
from storyscript.fake.machine import API_PREFIX
from storyscript.fake.refusals import INVALID, UNKNOWN_PATH, Refusal
from storyscript.fake.service import waits_for_frames
from storyscript.fake.serving.connections import CONNECTION
from storyscript.fake.serving.delivery import deliver, reset
from storyscript.fake.studio import StudioClosedError
from storyscript.fake.trouble import JSON, Broken
from storyscript.fake.trouble import Response as Answer
from storyscript.fake.uploads import MAX_BYTES

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.types import Receive, Scope, Send

    from storyscript.fake.machine import Machine
    from storyscript.fake.serving.answering import Answering
    from storyscript.fake.serving.watching import Watching
    from storyscript.fake.serving.workers import Workers

MOST_BYTES: Final = 16 * 1024 * 1024
"""The size of a body that is read: as much as the largest story makes."""

MOST_BYTES_WITH_FILES: Final = MAX_BYTES + 1024 * 1024
"""The same where a form may bring files, with what a form adds to them."""

_LITTLE_BYTES: Final = 64 * 1024
"""The size of a body that is read in no time."""

_OUR_NAMES: Final = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]*)?", re.IGNORECASE)
"""What a request may call us. Any other name that leads here is that of a web page that wants to read along, by having
its own name lead to the loopback (DNS rebinding)."""

_NOT_OURS: Final = Refusal(INVALID.code, INVALID.message, 400)
_TOO_LARGE: Final = Refusal(INVALID.code, INVALID.message, 413)
_OUT_OF_ORDER: Final = Refusal(protocol.CODE_GENERAL, "Internal error.", 500)
_NOT_LET_IN: Final = Refusal(protocol.CODE_GENERAL, "The service takes no WebSocket now.", 503)
_CLOSING: Final = Refusal(protocol.CODE_GENERAL, "The server is stopping.", 503)
_WITH_FILES: Final = (f"{API_PREFIX}{protocol.RUN}/", f"{API_PREFIX}{protocol.FILE_UPLOAD}")

_log = logging.getLogger("storyscript.fake")


class App:
    """The application.

    The machine answers in worker threads, so that nobody waits while frames are drawn for somebody else. What waits
    for frames has threads of its own: however many wait, the others are answered. What is done in no time is done at
    once, for to change threads takes longer.

    Args:
        machine: who answers.
        watching: who talks to WebSockets.
        quick: the threads for what draws nothing.
        drawing: the threads for what waits for frames.
        answering: who answers in the end.
    """

    def __init__(
        self, machine: Machine, watching: Watching, quick: Workers, drawing: Workers, answering: Answering
    ) -> None:
        self._machine = machine
        self._watching = watching
        self._quick = quick
        self._drawing = drawing
        self._answering = answering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or serve one WebSocket."""
        if scope["type"] == "websocket":
            await self._serve_socket(WebSocket(scope, receive, send))
            return
        try:
            answer = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return  # the request never came whole, so it is none
        if answer is None:
            await _wait_for_the_end(receive)
            return
        await answer(scope, receive, send)

    async def _serve_socket(self, socket: WebSocket) -> None:
        if not _is_for_us(socket):
            await socket.send_denial_response(_refused(_NOT_OURS))
        elif socket.scope["path"] != API_PREFIX:
            await socket.send_denial_response(_refused(UNKNOWN_PATH))
        else:
            trouble = self._machine.faults.take_socket()
            if trouble is not None and trouble.how == "refused":
                await socket.send_denial_response(_refused(_NOT_LET_IN))
            else:
                await self._watching.serve(socket, trouble)

    async def _answer(self, request: Request) -> Response | None:
        """The answer, or None where the connection ends in another way."""
        path = request.scope["path"]
        if not _is_for_us(request):
            request.scope[CONNECTION].refuse(_NOT_OURS)
            return None
        # What GET gives, HEAD describes: the connection leaves the body out.
        method = "GET" if request.method == "HEAD" else request.method
        body = b"" if method == "GET" else await _read(request, path)
        if body is None:
            request.scope[CONNECTION].refuse(_TOO_LARGE)
            return None
        try:
            result = await self._ask(request, method, path, body)
        except StudioClosedError:
            return _refused(_CLOSING)
        except Exception:  # noqa: BLE001 - our own mistake, which must not take the server down
            _log.exception("%s %s", method, path)
            return _refused(_OUT_OF_ORDER)
        transport = request.scope[CONNECTION].transport
        if isinstance(result, Broken):
            if result.how == "hangup":
                transport.close()
            elif result.how != "timeout":
                reset(transport)
            return None
        await asyncio.sleep(result.delay)
        if result.delivery != "whole" and request.method != "HEAD":
            await deliver(transport, result)
            return None
        return Response(result.body, result.status, {"content-type": result.content_type, **dict(result.headers)})

    async def _ask(self, request: Request, method: str, path: str, body: bytes) -> Answer | Broken:
        """What the machine answers, in a thread if that may take time."""
        headers = dict(request.headers)
        query = request.scope["query_string"].decode("latin-1")
        asked = (self._machine, method, path, query, headers, body)
        if len(body) <= _LITTLE_BYTES and path != f"{API_PREFIX}{protocol.TASK_LIST}":
            if not waits_for_frames(self._machine, method, path, headers, body):
                return self._answering(*asked)
            return await self._drawing.run(self._answering, *asked)
        waits = await self._quick.run(waits_for_frames, self._machine, method, path, headers, body)
        return await (self._drawing if waits else self._quick).run(self._answering, *asked)


def _is_for_us(asked: HTTPConnection) -> bool:
    return _OUR_NAMES.fullmatch(asked.headers.get("host", "")) is not None


async def _read(request: Request, path: str) -> bytes | None:
    """The request's body; None for one that is too large.

    Raises:
        ClientDisconnect: it does not come whole.
    """
    most = MOST_BYTES_WITH_FILES if path.startswith(_WITH_FILES) else MOST_BYTES
    if int(request.headers.get("content-length", "0")) > most:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            return None
    return bytes(body)


async def _wait_for_the_end(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _refused(refusal: Refusal) -> Response:
    return Response(json.dumps(refusal.fields()), refusal.status, media_type=JSON)
