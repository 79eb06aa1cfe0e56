"""One request and what became of it, with nothing understood yet.

Transport failures are values here, not exceptions, because what they mean depends on the request: a lost
answer to a read is asked for again, a lost answer to a Run never.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from storyscript.wiro.pacing import parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""The size of an API answer that is still read; a task with a hundred outputs takes 60 KB."""

_NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Failures from before a connection stood. Everything else may have struck after the request had left."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with its body read to the end.

    Attributes:
        status: the HTTP status.
        body: its bytes, at most `MAX_ANSWER_BYTES`; empty where there is a flaw. Not part of what `repr` shows:
            a server sends tokens, and may echo credentials.
        retry_after: seconds the service asks to wait, capped, or None.
        flaw: why the body was not read, or None.
    """

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class NoReply:
    """No answer came, or its end did not.

    Attributes:
        reason: what happened, in a few words.
        may_have_left: the service may have got the request and acted on it.
    """

    reason: str
    may_have_left: bool


async def exchange(
    http: httpx.AsyncClient, request: httpx.Request, *, seconds: float, now: Callable[[], float]
) -> Reply | NoReply:
    """Send a request once and read its answer.

    Args:
        http: the client to send it with; redirects are not followed.
        request: what to send.
        seconds: the time for everything together; the client's own time-outs only bound each step.
        now: the clock that a `Retry-After` date is compared with, unix time in seconds.
    """
    try:
        async with asyncio.timeout(seconds):
            response = await http.send(request, stream=True, follow_redirects=False)
            try:
                return await _read(response, now)
            finally:
                await response.aclose()
    except TimeoutError:
        return NoReply(f"no complete answer within {seconds:g} s", may_have_left=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return NoReply(reason(error), may_have_left=not isinstance(error, _NOTHING_LEFT))


async def _read(response: httpx.Response, now: Callable[[], float]) -> Reply:
    retry_after = parse_retry_after(response.headers.get("retry-after"), now())
    if is_compressed(response):
        # Unpacking is not bounded: 194 KB can become 200 MB in one chunk.
        return Reply(response.status_code, b"", retry_after, "is compressed, though we asked that it not be")
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            return Reply(response.status_code, b"", retry_after, f"is larger than {MAX_ANSWER_BYTES} bytes")
    return Reply(response.status_code, bytes(body), retry_after)


def is_compressed(response: httpx.Response) -> bool:
    """Its body is not sent as it is, although `Accept-Encoding: identity` asked for that."""
    return response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}


def reason(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """What happened, in words of ours: the exception's own text can quote headers."""
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return "no connection in time"
        case httpx.ConnectError():
            return "no connection: network, name or certificate"
        case httpx.ProxyError():
            return "the proxy refused to connect"
        case httpx.TimeoutException():
            return "no answer in time"
        case httpx.NetworkError() | httpx.ProtocolError():
            return "the connection broke"
        case _:
            return f"the transfer failed with {type(error).__name__}"
