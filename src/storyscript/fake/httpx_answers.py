"""The fake's answers as httpx knows them, without a socket: responses, and the errors of connections that fail."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NoReturn

import httpx

from storyscript.fake.trouble import Broken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from storyscript.fake.trouble import Response

DELAY: Final = "storyscript.delay"
"""Under this name an answer's extensions have the seconds after which it comes."""


def httpx_answer(answer: Response | Broken, request: httpx.Request) -> httpx.Response:
    """An answer as a client gets it; one that is cut short fails when its body is read.

    Args:
        answer: the fake's.
        request: what it answers.

    Raises:
        httpx.TransportError: the connection fails before there is any answer.
    """
    if isinstance(answer, Broken):
        _break(answer, request)
    if answer.delay > _patience(request):
        raise httpx.ReadTimeout("nothing came in time", request=request)
    headers = [("Content-Type", answer.content_type), *answer.headers]
    # What is compressed must be there to be read as it came, and respx would have it read already.
    if answer.delivery == "whole" and "Content-Encoding" not in dict(answer.headers):
        extensions = {DELAY: answer.delay} if answer.delay else {}
        return httpx.Response(answer.status, content=answer.body, headers=headers, extensions=extensions)
    if answer.delivery == "unended":
        headers.append(("Transfer-Encoding", "chunked"))
    elif answer.delivery != "unseen":
        headers.append(("Content-Length", str(len(answer.body))))
    return httpx.Response(answer.status, headers=headers, stream=_Stream(answer, request))


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


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces and may break off."""

    def __init__(self, response: Response, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        body = self._response.body
        if self._response.delivery in ("whole", "dribble"):
            size = 1 if self._response.delivery == "dribble" else max(len(body), 1)
            for at in range(0, len(body), size):
                yield body[at : at + size]
            return
        half = body[: len(body) // 2]
        yield half
        error = self._error(len(half), len(body))
        if error is not None:
            raise error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def _error(self, received: int, expected: int) -> httpx.TransportError | None:
        match self._response.delivery:
            case "truncated":
                counts = f"received {received} bytes, expected {expected}"
            case "unended":
                counts = "incomplete chunked read"
            case "stalled":
                return httpx.ReadTimeout("nothing more came", request=self._request)
            case "reset":
                return httpx.ReadError("the connection was reset", request=self._request)
            case _:
                return None
        return httpx.RemoteProtocolError(
            f"peer closed connection without sending complete message body ({counts})", request=self._request
        )
