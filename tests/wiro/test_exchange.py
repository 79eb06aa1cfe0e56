"""One request and what became of it."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from storyscript.errors import SubmissionUnknownError, UnreachableError
from storyscript.wiro.exchange import MAX_ANSWER_BYTES, Departure, NoReply, Reply, exchange
from wiro.standins import TWO_SCENES, Canned, Clock, call, client_over

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

URL = "https://wiro.invalid/v1/Task/Detail"
BROKEN = ssl.SSLError(1, "decryption failed or bad record mac")
BROKEN.reason = "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"  # as the library's own have it


class Stream(httpx.AsyncByteStream):
    """A body in pieces, of a connection that must be let go of."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
        self.is_closed = True


class Answering(httpx.AsyncBaseTransport):
    """Gives an answer whose body is a stream."""

    def __init__(self, stream: Stream, **headers: str) -> None:
        self.stream = stream
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 - as httpx calls it
        return httpx.Response(200, headers=self.headers, stream=self.stream)


def exchanged(carrier: httpx.AsyncBaseTransport, *, tells: bool = False, seconds: float = 5.0) -> Reply | NoReply:
    request = httpx.Request("POST", URL)
    return asyncio.run(exchange(carrier, request, seconds=seconds, now=lambda: 1000.0, tells=tells))


@pytest.mark.parametrize("size", [0, 1, MAX_ANSWER_BYTES])
def test_an_answer_is_read_to_its_end_and_its_connection_let_go_of(size: int) -> None:
    stream = Stream(b"x" * (size // 2), b"x" * (size - size // 2))
    reply = exchanged(Answering(stream, retry_after="7"))
    assert reply == Reply(200, b"x" * size, 7.0)
    assert stream.is_closed


@pytest.mark.parametrize(
    ("stream", "headers", "flaw"),
    [
        (Stream(b"x" * MAX_ANSWER_BYTES, b"x"), {}, "is larger than 8388608 bytes"),
        (Stream(b"x"), {"content_encoding": "gzip"}, "is compressed, though we asked that it not be"),
    ],
)
def test_of_an_answer_that_is_not_read_nothing_is_kept_and_its_connection_is_let_go_of(
    stream: Stream, headers: dict[str, str], flaw: str
) -> None:
    assert exchanged(Answering(stream, retry_after="7", **headers)) == Reply(200, b"", 7.0, flaw)
    assert stream.is_closed


@pytest.mark.parametrize("encoding", ["identity", " Identity ", ""])
def test_what_is_not_compressed_is_read(encoding: str) -> None:
    assert exchanged(Answering(Stream(b"x"), content_encoding=encoding)) == Reply(200, b"x", None)


@pytest.mark.parametrize("error", [BROKEN, ConnectionResetError(104, "reset"), httpx.ReadError("gone")])
def test_an_answer_that_breaks_off_is_no_answer_and_its_request_may_have_arrived(error: Exception) -> None:
    stream = Stream(b"x", error)
    reply = exchanged(Answering(stream))
    assert isinstance(reply, NoReply)
    assert reply.may_have_left
    assert stream.is_closed


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x"), httpx.ProxyError("x")]
)
def test_a_transport_that_tells_nothing_is_judged_by_its_error(error: Exception) -> None:
    reply = exchanged(Canned(error))
    assert isinstance(reply, NoReply)
    assert not reply.may_have_left


@pytest.mark.parametrize("error", [httpx.WriteError("x"), httpx.ReadTimeout("x"), BROKEN])
def test_of_a_transport_that_tells_its_steps_what_it_did_not_tell_has_not_happened(error: Exception) -> None:
    silent, told = exchanged(Canned(error), tells=True), exchanged(Canned(error), tells=False)
    assert isinstance(silent, NoReply)
    assert isinstance(told, NoReply)
    assert (silent.may_have_left, told.may_have_left) == (False, True)


def test_only_our_own_headers_are_a_departure() -> None:
    async def heard(*events: tuple[str, bytes]) -> bool:
        departure = Departure(told=True)
        for event, method in events:
            await departure(event, {"request": _Request(method)})
        return departure.may_have_left(httpx.ReadError("x"))

    started = "http11.send_request_headers.started"
    assert not asyncio.run(heard(("connection.connect_tcp.complete", b"POST")))
    assert not asyncio.run(heard((started, b"CONNECT")))
    assert asyncio.run(heard((started, b"POST")))
    assert asyncio.run(
        heard((started, b"CONNECT"), (started, b"POST"), ("http11.receive_response_body.started", b"POST"))
    )


class _Request:
    """As httpcore's: its method is bytes."""

    def __init__(self, method: bytes) -> None:
        self.method = method


def test_a_run_whose_connection_breaks_within_its_encryption_may_have_been_accepted() -> None:
    carrier = Canned(BROKEN)
    with pytest.raises(SubmissionUnknownError):
        call(client_over(carrier, Clock()), lambda client: client.run(TWO_SCENES))
    assert len(carrier.requests) == 1


def test_a_read_whose_connection_breaks_within_its_encryption_is_asked_again() -> None:
    carrier = Canned(ConnectionResetError(104, "reset"))
    with pytest.raises(UnreachableError):
        call(client_over(carrier, Clock()), lambda client: client.task_detail("1"))
    assert len(carrier.requests) == 4


def test_what_takes_too_long_is_given_up() -> None:
    class Never(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 - as httpx calls it
            await asyncio.Event().wait()
            raise AssertionError

    for tells, left in ((True, False), (False, True)):
        reply = exchanged(Never(), tells=tells, seconds=0.01)
        assert isinstance(reply, NoReply)
        assert reply.may_have_left is left
        assert ("0.01 s" in reply.trouble.reason) is left
