"""Files, fetched on a way of their own that has no credentials to lose."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from storyscript.errors import (
    ExpiredError,
    MalformedAnswerError,
    RefusedError,
    ServiceError,
    UnfinishedError,
    UnreachableError,
)
from storyscript.wiro import exchange, pacing
from storyscript.wiro.addresses import file_address
from storyscript.wiro.connection import plain_headers
from storyscript.wiro.troubles import trouble_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from storyscript.wiro.connection import Connection

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_EXPIRED = frozenset({401, 403, 404, 410})
"""HTTP statuses by which stores answer for an address that was good for a while."""
_MAX_LENGTH_DIGITS = 18


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why an attempt gave no file, and whether another one may."""

    error: ServiceError | UnfinishedError
    passing: bool = False
    retry_after: float | None = None


class _Sink:
    """Where the bytes go, counted."""

    def __init__(self, write: Callable[[bytes], object], limit: int) -> None:
        self._write = write
        self.limit = limit
        self.count = 0

    def take(self, chunk: bytes) -> bool:
        """Pass a chunk on, unless it would exceed the limit."""
        if self.count + len(chunk) > self.limit:
            return False
        self.count += len(chunk)
        self._write(chunk)
        return True


class _Allowance:
    """The time that a transfer has: some to begin with, and more for all that has come.

    Args:
        bound: ends the transfer.
        grace: seconds to begin with.
    """

    def __init__(self, bound: asyncio.Timeout, grace: float) -> None:
        self._bound = bound
        self._first_end = asyncio.get_running_loop().time() + grace

    def extend(self, count: int) -> None:
        """Allow for as many bytes, at the slowest rate."""
        self._bound.reschedule(self._first_end + count / pacing.SLOWEST)


class Downloader:
    """Fetches files; redirects are followed here, one checked hop after another.

    Args:
        connection: has the way to them.
        now: the clock, unix time in seconds.
        sleep: waits for a number of seconds.
        random: numbers from 0 to 1, for the jitter.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        random: Callable[[], float],
    ) -> None:
        self._way = connection.files
        self._any_scheme = connection.any_scheme
        self._time_limits = connection.time_limits
        self._grace = connection.seconds
        self._now = now
        self._sleep = sleep
        self._random = random

    async def fetch(self, url: str, write: Callable[[bytes], object], *, limit: int) -> int:
        """Stream a file into `write`; see `WiroClient.download`."""
        address = file_address(url, any_scheme=self._any_scheme)
        sink = _Sink(write, limit)
        attempt = 1
        while True:
            async with self._way.turns:
                failure = await self._attempt(address, sink)
            if failure is None:
                return sink.count
            # What is written cannot be taken back: a transfer that broke in its middle is the caller's to
            # begin again, with an empty file.
            if sink.count or attempt >= pacing.ATTEMPTS or not failure.passing:
                raise failure.error
            await self._sleep(pacing.pause(attempt, failure.retry_after, self._random))
            attempt += 1

    async def _attempt(self, address: httpx.URL, sink: _Sink) -> _Failure | None:
        """Fetch it once; a server that gives a byte now and then is left when its time is up."""
        try:
            async with asyncio.timeout(self._grace) as bound:
                return await self._follow(address, sink, _Allowance(bound, self._grace))
        except TimeoutError:
            if not bound.expired():
                raise  # the caller's own, from writing
            return _Failure(
                UnreachableError(
                    f"{_file(address)}: only {sink.count} bytes came in all the time there was; try again later"
                ),
                passing=True,
            )

    async def _follow(self, address: httpx.URL, sink: _Sink, allowance: _Allowance) -> _Failure | None:
        for _ in range(MAX_REDIRECTS + 1):
            request = httpx.Request("GET", address, headers=plain_headers(), extensions={"timeout": self._time_limits})
            try:
                response = await self._way.transport.handle_async_request(request)
                response.request = request
                try:
                    if response.status_code not in _REDIRECTS:
                        return await self._receive(response, sink, allowance)
                    address = self._next_hop(response)
                finally:
                    await response.aclose()
            except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
                trouble = trouble_of(error)
                return _Failure(
                    UnreachableError(f"{_file(address)}: {trouble.reason}; {trouble.advice}"),
                    passing=not trouble.lasting,
                )
        return _Failure(MalformedAnswerError(f"{_file(address)}: more than {MAX_REDIRECTS} redirects in a row"))

    def _next_hop(self, response: httpx.Response) -> httpx.URL:
        target = response.url.join(response.headers.get("location", ""))
        return file_address(str(target), any_scheme=self._any_scheme)

    async def _receive(self, response: httpx.Response, sink: _Sink, allowance: _Allowance) -> _Failure | None:
        file = _file(response.url)
        if response.status_code != _OK:
            return self._refused(response)
        if exchange.is_compressed(response):
            return _Failure(MalformedAnswerError(f"{file}: it came compressed, though we asked that it not be"))
        length = _content_length(response)
        too_large = _Failure(MalformedAnswerError(f"{file}: it is larger than {sink.limit} bytes"))
        if length is not None and length > sink.limit:
            return too_large
        async for chunk in response.aiter_bytes():
            if not sink.take(chunk):
                return too_large
            allowance.extend(sink.count)
        if length is not None and length != sink.count:
            return _Failure(
                UnreachableError(f"{file}: {sink.count} bytes came instead of {length}; try again later"),
                passing=True,
            )
        return None

    def _refused(self, response: httpx.Response) -> _Failure:
        status = response.status_code
        message = f"{_file(response.url)}: the server answered HTTP {status}"
        if pacing.is_passing(status):
            wait = pacing.parse_retry_after(response.headers.get("retry-after"), self._now())
            return _Failure(UnreachableError(f"{message}; try again later"), passing=True, retry_after=wait)
        if status in _EXPIRED:
            return _Failure(
                ExpiredError(
                    f"{message}: the file is gone, or its address has expired; ask for the task's details for a new one"
                )
            )
        return _Failure(RefusedError(f"{message}, which is no file; try again later"))


def _file(address: httpx.URL) -> str:
    # Its path is all that guards a file, so no message shows it.
    return f"file from {address.host}"


def _content_length(response: httpx.Response) -> int | None:
    digits = response.headers.get("content-length", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= _MAX_LENGTH_DIGITS:
        return int(digits)
    return None
