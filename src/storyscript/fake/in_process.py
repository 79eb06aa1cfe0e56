"""The fake service in process: a respx router, and a transport for an `httpx.AsyncClient` or `httpx.Client`.

Nothing is patched: whoever holds the transport talks to the fake, and nobody else does.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NoReturn

import httpx
import respx

from storyscript import protocol
from storyscript.fake.control import LEDGER
from storyscript.fake.cut_streams import cut_response
from storyscript.fake.machine import API_PREFIX
from storyscript.fake.service import handle
from storyscript.fake.trouble import FILES, Broken
from storyscript.fake.uploads import UPLOADS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from storyscript.fake.machine import Machine

_ROUTES = {
    "run": ("POST", f"{API_PREFIX}{protocol.RUN}/"),
    "detail": ("POST", f"{API_PREFIX}{protocol.TASK_DETAIL}"),
    "cancel": ("POST", f"{API_PREFIX}{protocol.TASK_CANCEL}"),
    "kill": ("POST", f"{API_PREFIX}{protocol.TASK_KILL}"),
    "list": ("POST", f"{API_PREFIX}{protocol.TASK_LIST}"),
    "delete": ("POST", f"{API_PREFIX}{protocol.TASK_DELETE_FILES}"),
    "tool": ("POST", f"{API_PREFIX}{protocol.TOOL_DETAIL}"),
    "upload": ("POST", f"{API_PREFIX}{protocol.FILE_UPLOAD}"),
    "files": ("GET", f"{FILES}/"),
    "uploads": ("GET", f"{UPLOADS}/"),
    "ledger": ("GET", LEDGER),
}
"""Each route's name, method and path, or how its path begins where that ends with a slash."""


_DELAY = "storyscript.delay"
"""Under this name an answer's extensions have the seconds after which it comes."""


def router(machine: Machine) -> respx.Router:
    """A router for a machine, whatever the host: its routes are named, so that a test can replace one.

    It keeps each request and answer (`calls`), as respx does; `transport` forgets them.
    """
    routes = respx.Router(assert_all_called=False)

    def answer(request: httpx.Request) -> httpx.Response:
        result = handle(machine, request.method, request.url.path, dict(request.headers), request.content)
        if isinstance(result, Broken):
            _break(result, request)
        if result.delay > _patience(request):
            raise httpx.ReadTimeout("nothing came in time", request=request)
        if result.delivery != "whole":
            return cut_response(result, request)
        headers = {"Content-Type": result.content_type, **dict(result.headers)}
        extensions = {_DELAY: result.delay} if result.delay else {}
        return httpx.Response(result.status, content=result.body, headers=headers, extensions=extensions)

    for name, (method, path) in _ROUTES.items():
        pattern = f"^{re.escape(path)}{'' if path.endswith('/') else '$'}"
        routes.route(method=method, path__regex=pattern, name=name).mock(side_effect=answer)
    routes.route(name="unknown").mock(side_effect=answer)
    return routes


def transport(machine: Machine, *, sleep: Callable[[float], Awaitable[None]] | None = None) -> httpx.MockTransport:
    """A transport whose every request a machine answers.

    Args:
        machine: who answers.
        sleep: waits for a number of seconds, for answers that are slow; by default they come at once.
    """
    routes = router(machine)

    async def answer(request: httpx.Request) -> httpx.Response:
        try:
            response = await routes.async_handler(request)
        finally:
            # A long render would otherwise keep every picture that it ever fetched.
            routes.reset()
        delay = response.extensions.get(_DELAY)
        if delay and sleep is not None:
            await sleep(delay)
        return response

    return httpx.MockTransport(answer)


def _break(broken: Broken, request: httpx.Request) -> NoReturn:
    match broken.how:
        case "unreachable":
            raise httpx.ConnectError("nobody listens", request=request)
        case "reset":
            raise httpx.ReadError("the connection was reset", request=request)
        case "hangup":
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        case _:
            raise httpx.ReadTimeout("nothing came", request=request)


def _patience(request: httpx.Request) -> float:
    """Seconds that a client waits for an answer."""
    seconds = request.extensions.get("timeout", {}).get("read")
    return math.inf if seconds is None else float(seconds)
