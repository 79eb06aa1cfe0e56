"""The service as an ASGI application: requests in, answers out, and no more of either than can be borne."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from storyscript import protocol
from storyscript.fake.faults import JSON, Broken
from storyscript.fake.machine import API_PREFIX
from storyscript.fake.refusals import INVALID, UNKNOWN_PATH, Refusal
from storyscript.fake.service import handle
from storyscript.fake.serving.connections import TRANSPORT
from storyscript.fake.studio import StudioClosedError
from storyscript.fake.uploads import MAX_BYTES

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from starlette.types import Receive, Scope, Send

    from storyscript.fake.machine import Machine
    from storyscript.fake.serving.watching import Watching

MOST_BYTES: Final = 16 * 1024 * 1024
"""The size of a body that is read: as much as the largest story makes."""

MOST_BYTES_WITH_FILES: Final = MAX_BYTES + 1024 * 1024
"""The same where a form may bring files, with what a form adds to them."""

_TOO_LARGE: Final = Refusal(INVALID.code, INVALID.message, 413)
_OUT_OF_ORDER: Final = Refusal(protocol.CODE_GENERAL, "Internal error.", 500)
_CLOSING: Final = Refusal(protocol.CODE_GENERAL, "The server is stopping.", 503)
_WITH_FILES: Final = (f"{API_PREFIX}{protocol.RUN}/", f"{API_PREFIX}{protocol.FILE_UPLOAD}")

_log = logging.getLogger("storyscript.fake")


class App:
    """The application.

    The machine answers in worker threads, so that nobody waits while frames are drawn for somebody else.

    Args:
        machine: who answers.
        watching: who talks to WebSockets.
        workers: the threads.
    """

    def __init__(self, machine: Machine, watching: Watching, workers: Executor) -> None:
        self._machine = machine
        self._watching = watching
        self._workers = workers

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
        if socket.scope["path"] == API_PREFIX:
            await self._watching.serve(socket)
        else:
            await socket.send_denial_response(_refused(UNKNOWN_PATH))

    async def _answer(self, request: Request) -> Response | None:
        """The answer, or None for a connection that breaks instead."""
        path = request.scope["path"]
        # What GET gives, HEAD describes: the connection leaves the body out.
        method = "GET" if request.method == "HEAD" else request.method
        body = b"" if method == "GET" else await _read(request, path)
        if body is None:
            return _refused(_TOO_LARGE)
        loop = asyncio.get_running_loop()
        try:
            result = await loop.run_in_executor(
                self._workers, handle, self._machine, method, path, dict(request.headers), body
            )
        except StudioClosedError:
            return _refused(_CLOSING)
        except Exception:  # noqa: BLE001 - our own mistake, which must not take the server down
            _log.exception("%s %s", method, path)
            return _refused(_OUT_OF_ORDER)
        if isinstance(result, Broken):
            if result.how != "timeout":
                request.scope[TRANSPORT].abort()
            return None
        return Response(result.body, result.status, {"content-type": result.content_type, **dict(result.headers)})


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
