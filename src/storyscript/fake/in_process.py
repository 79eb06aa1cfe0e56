"""The fake service in process: a respx router, and a transport for an `httpx.AsyncClient` or `httpx.Client`.

Nothing is patched: whoever holds the transport talks to the fake, and nobody else does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import respx

from storyscript import protocol
from storyscript.fake.control import LEDGER
from storyscript.fake.httpx_answers import DELAY, httpx_answer
from storyscript.fake.machine import API_PREFIX
from storyscript.fake.service import handle
from storyscript.fake.trouble import FILES
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


def router(machine: Machine) -> respx.Router:
    """A router for a machine, whatever the host: its routes are named, so that a test can replace one.

    It keeps each request and answer (`calls`), as respx does; `transport` forgets them.
    """
    routes = respx.Router(assert_all_called=False)

    def answer(request: httpx.Request) -> httpx.Response:
        result = handle(machine, request.method, request.url.path, dict(request.headers), request.content)
        return httpx_answer(result, request)

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
        delay = response.extensions.get(DELAY)
        if delay and sleep is not None:
            await sleep(delay)
        return response

    return httpx.MockTransport(answer)
