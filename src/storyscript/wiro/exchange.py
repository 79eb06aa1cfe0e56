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
from storyscript.wiro.troubles import OUT_OF_TIME, Trouble, trouble_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""The size of an API answer that is still read; a task with a hundred outputs takes 60 KB."""

_BEFORE_A_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""What a transport that tells nothing of its steps raises before a connection stands."""


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
        trouble: what happened.
        may_have_left: the service may have got the request and acted on it.
    """

    trouble: Trouble
    may_have_left: bool


class Departure:
    """Watches whether a request has begun to leave this machine: httpx's `trace` extension.

    The class of an exception cannot tell: a time-out can strike before the first byte or after the last.

    Args:
        told: the transport tells of its steps, so what it has not told of has not happened. A transport that stands
            in for the network may tell nothing; then only the exception is left to judge by.
    """

    def __init__(self, *, told: bool) -> None:
        self._told = told
        self._began = False

    async def __call__(self, event: str, info: Mapping[str, object]) -> None:
        """Hear of a step, as httpcore calls it: `http11.send_request_headers.started` and others."""
        self._told = True
        # A proxy is asked to connect by a request of its own, which says nothing of ours.
        asks_a_proxy = getattr(info.get("request"), "method", None) == b"CONNECT"
        if event.endswith(".send_request_headers.started") and not asks_a_proxy:
            self._began = True

    def may_have_left(self, error: Exception) -> bool:
        """The request, or a part of it, may be with the service, after this failure."""
        return self._began if self._told else not isinstance(error, _BEFORE_A_CONNECTION)


async def exchange(
    transport: httpx.AsyncBaseTransport,
    request: httpx.Request,
    *,
    seconds: float,
    now: Callable[[], float],
    tells: bool,
) -> Reply | NoReply:
    """Send a request once and read its answer.

    Args:
        transport: what to send it with; it follows no redirects.
        request: what to send.
        seconds: the time for everything together; the request's own time-outs only bound each step.
        now: the clock that a `Retry-After` date is compared with, unix time in seconds.
        tells: the transport honours the `trace` extension.
    """
    departure = Departure(told=tells)
    request.extensions["trace"] = departure
    try:
        async with asyncio.timeout(seconds):
            response = await transport.handle_async_request(request)
            response.request = request
            try:
                return await _read(response, now)
            finally:
                await response.aclose()
    except TimeoutError as error:
        left = departure.may_have_left(error)
        return NoReply(Trouble(f"no complete answer within {seconds:g} s") if left else OUT_OF_TIME, left)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        # What breaks within an encrypted connection comes as the socket's own error.
        return NoReply(trouble_of(error), departure.may_have_left(error))


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
