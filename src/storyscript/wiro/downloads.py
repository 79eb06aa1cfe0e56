"""Files, fetched over an HTTP client of their own that has no credentials to lose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from storyscript.errors import (
    MalformedAnswerError,
    RefusedError,
    ServiceError,
    UnfinishedError,
    UnreachableError,
)
from storyscript.wiro import exchange, pacing
from storyscript.wiro.addresses import file_address

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
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


class Downloader:
    """Fetches files.

    Args:
        http: a client without credentials; redirects are followed here, one checked hop after another.
        any_scheme: files may come over plain `http`.
        now: the clock, unix time in seconds.
        sleep: waits for a number of seconds.
        random: numbers from 0 to 1, for the jitter.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        any_scheme: bool,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        random: Callable[[], float],
    ) -> None:
        self._http = http
        self._any_scheme = any_scheme
        self._now = now
        self._sleep = sleep
        self._random = random

    async def fetch(self, url: str, write: Callable[[bytes], object], *, limit: int) -> int:
        """Stream a file into `write`; see `WiroClient.download`."""
        address = file_address(url, any_scheme=self._any_scheme)
        sink = _Sink(write, limit)
        attempt = 1
        while True:
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
        for _ in range(MAX_REDIRECTS + 1):
            try:
                async with self._http.stream("GET", address, follow_redirects=False) as response:
                    if response.status_code not in _REDIRECTS:
                        return await self._receive(response, sink)
                    address = self._next_hop(response)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                return _Failure(
                    UnreachableError(f"{_file(address)}: {exchange.reason(error)}; try again later"),
                    passing=True,
                )
        return _Failure(MalformedAnswerError(f"{_file(address)}: more than {MAX_REDIRECTS} redirects in a row"))

    def _next_hop(self, response: httpx.Response) -> httpx.URL:
        target = response.url.join(response.headers.get("location", ""))
        return file_address(str(target), any_scheme=self._any_scheme)

    async def _receive(self, response: httpx.Response, sink: _Sink) -> _Failure | None:
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
        return _Failure(RefusedError(f"{message}: the file is gone, or it may not be read"))


def _file(address: httpx.URL) -> str:
    # Its path is all that guards a file, so no message shows it.
    return f"file from {address.host}"


def _content_length(response: httpx.Response) -> int | None:
    digits = response.headers.get("content-length", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= _MAX_LENGTH_DIGITS:
        return int(digits)
    return None
