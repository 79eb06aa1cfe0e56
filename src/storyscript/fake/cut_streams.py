"""Answers that do not get to the client as they should, without a socket: what httpx would make of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from storyscript.fake.trouble import Response


def cut_response(response: Response, request: httpx.Request) -> httpx.Response:
    """An answer whose body fails as its `delivery` says; read whole, it raises what a connection would.

    Args:
        response: one whose delivery is not `whole`.
        request: what it answers.
    """
    headers = [("Content-Type", response.content_type), *response.headers]
    if response.delivery == "unended":
        headers.append(("Transfer-Encoding", "chunked"))
    elif response.delivery != "unseen":
        headers.append(("Content-Length", str(len(response.body))))
    return httpx.Response(response.status, headers=headers, stream=_Stream(response, request))


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces and may break off."""

    def __init__(self, response: Response, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        body = self._response.body
        if self._response.delivery == "dribble":
            for at in range(len(body)):
                yield body[at : at + 1]
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
