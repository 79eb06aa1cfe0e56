"""Recording and replaying between an httpx client and any service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import httpx

from storyscript.fake.httpx_answers import httpx_answer
from storyscript.fake.tape.recording import Recorder
from storyscript.fake.tape.replaying import Replay
from storyscript.fake.trouble import Broken, Response

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator

    from storyscript.fake.trouble import Breakage


def recording(transport: httpx.AsyncBaseTransport, path: str | os.PathLike[str]) -> httpx.AsyncBaseTransport:
    """A transport that asks another one, and records each request and its answer without their secrets.

    Args:
        transport: who is asked; closed with this one.
        path: the file of the recording, which is not there yet.

    Raises:
        ConfigurationError: something has that name already.
        DiskError: it cannot be written; also raised by requests.
    """
    return _Recording(transport, Recorder(Path(path)))


def replaying(path: str | os.PathLike[str]) -> Replaying:
    """A transport that answers from a recording.

    Raises:
        ConfigurationError: the file cannot be read, or is no recording.
    """
    return Replaying(Replay(Path(path)))


class Replaying(httpx.MockTransport):
    """Answers from a recording, for clients of either kind.

    Args:
        replay: the recording.
    """

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        super().__init__(self._answer)

    @property
    def missed(self) -> list[str]:
        """The requests that the recording does not hold, a line each."""
        return self._replay.missed

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self._replay.answer(request.method, _target(request), dict(request.headers), request.content)
        return httpx_answer(answer, request)


class _Recording(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        try:
            response = await self._inner.handle_async_request(request)
            # As it came: what is compressed stays so, for the client has its own opinion of that.
            raw = b"".join([part async for part in cast("AsyncIterator[bytes]", response.stream)])
            await response.aclose()
        except httpx.TransportError as error:
            self._add(request, Broken(_how(error)))
            raise
        headers = tuple(response.headers.items())
        self._add(request, Response(response.status_code, raw, response.headers.get("content-type", ""), headers))
        # The body is whole now, whatever came before it.
        kept = [(name, value) for name, value in headers if name != "transfer-encoding"]
        return httpx.Response(response.status_code, headers=kept, stream=httpx.ByteStream(raw), request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()
        self._recorder.close()

    def _add(self, request: httpx.Request, answer: Response | Broken) -> None:
        origin = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
        self._recorder.add(request.method, origin, _target(request), dict(request.headers), request.content, answer)


def _target(request: httpx.Request) -> str:
    return request.url.raw_path.decode("ascii")


def _how(error: httpx.TransportError) -> Breakage:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout():
            return "unreachable"
        case httpx.TimeoutException():
            return "timeout"
        case httpx.RemoteProtocolError():
            return "hangup"
        case _:
            return "reset"
