"""What is raised, and how many requests arrive, for each way in which a real connection can break."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from storyscript.errors import (
    MalformedAnswerError,
    StoryscriptError,
    SubmissionUnknownError,
    UnreachableError,
)
from storyscript.wiro import WiroClient
from wiro.servers import Exchange, deaf_port, server_tls, serving
from wiro.standins import CREDENTIALS, Clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wiro.servers import Behaviour

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]

TIMEOUT = 0.2
"""Seconds for a server that will say nothing; one that will may be waited for as long as the machine takes."""
PATIENCE = 60.0
"""Seconds for each step; four times as many for an exchange altogether, and for a file that comes slowly."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TASK = b'{"result": true, "errors": [], "taskid": "2221", "tasklist": [{"id": "2221", "status": "task_queue"}]}'
WHOLE = HEAD + b"Content-Length: %d\r\n\r\n" % len(TASK) + TASK


async def reset_at_once(exchange: Exchange) -> None:
    exchange.reset()


async def hang_up(_: Exchange) -> None:
    """Say nothing."""


async def half_a_head(exchange: Exchange) -> None:
    await exchange.send(HEAD[:20])


async def reset_within_the_answer(exchange: Exchange) -> None:
    await exchange.send(WHOLE[:-30], pause=0.01)
    exchange.reset()


async def stall(_: Exchange) -> None:
    await asyncio.sleep(60)


async def stall_within_the_answer(exchange: Exchange) -> None:
    await exchange.send(WHOLE[:-30])
    await asyncio.sleep(60)


async def dribble(exchange: Exchange) -> None:
    await exchange.send(HEAD + b"Content-Length: 5000\r\n\r\n", *([b" "] * 5000), pause=TIMEOUT / 3)


async def cut_by_length(exchange: Exchange) -> None:
    await exchange.send(HEAD + b"Content-Length: 900\r\n\r\n" + TASK)


async def cut_by_chunks(exchange: Exchange) -> None:
    await exchange.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(TASK) + TASK + b"\r\n")


async def cut_within_a_chunk(exchange: Exchange) -> None:
    await exchange.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n300\r\n" + TASK)


async def cut_without_a_length(exchange: Exchange) -> None:
    await exchange.send(HEAD + b"\r\n" + TASK[:-9])


async def no_http(exchange: Exchange) -> None:
    await exchange.send(b"SSH-2.0-OpenSSH_9.2\r\n")


async def two_lengths(exchange: Exchange) -> None:
    await exchange.send(HEAD + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n" + TASK)


async def corrupt(exchange: Exchange) -> None:
    await exchange.send(WHOLE.replace(b"result", b"\xff\xfesult"))


async def zipped(exchange: Exchange) -> None:
    await exchange.send(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00")


UNKNOWN, UNREACHABLE, MALFORMED = SubmissionUnknownError, UnreachableError, MalformedAnswerError


@dataclass(frozen=True)
class Row:
    """What a fault makes of a Run, of a look at a task and of a file: the error, or None, and the requests."""

    run: tuple[type[StoryscriptError], int]
    detail: tuple[type[StoryscriptError], int]
    file: tuple[type[StoryscriptError] | None, int]


# A file of which a part was written is not fetched again from here: one request.
FAULTS: dict[Behaviour, Row] = {
    reset_at_once: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 4)),
    hang_up: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 4)),
    half_a_head: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 4)),
    reset_within_the_answer: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 1)),
    stall: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 4)),
    stall_within_the_answer: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 1)),
    dribble: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 1)),
    cut_by_length: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 1)),
    cut_by_chunks: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 1)),
    cut_within_a_chunk: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 1)),
    cut_without_a_length: Row((UNKNOWN, 1), (MALFORMED, 1), (None, 1)),  # nobody can tell, but by the size announced
    no_http: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 4)),
    two_lengths: Row((UNKNOWN, 1), (UNREACHABLE, 4), (UNREACHABLE, 4)),
    corrupt: Row((UNKNOWN, 1), (MALFORMED, 1), (None, 1)),  # what is in a file is not looked at here
    zipped: Row((UNKNOWN, 1), (MALFORMED, 1), (MALFORMED, 1)),
}


def outcome(behave: Behaviour, action: str, seconds: float) -> tuple[type[StoryscriptError] | None, int]:
    async def inside() -> tuple[type[StoryscriptError] | None, int]:
        async with serving(behave) as server:
            try:
                await act(server.origin, action, timeout=seconds)
            except StoryscriptError as error:
                return type(error), len(server.requests)
            return None, len(server.requests)

    return asyncio.run(inside())


async def act(origin: str, action: str, *, timeout: float) -> None:  # noqa: ASYNC109 - the client's
    clock = Clock()
    client = WiroClient(CREDENTIALS, base_url=f"{origin}/v1", now=clock, sleep=clock.sleep, timeout=timeout)
    async with client:
        match action:
            case "run":
                await client.run({"generalPrompt": "runs"})
            case "detail":
                await client.task_detail("2221")
            case _:
                await client.download(f"{origin}/0.png", lambda _: None, limit=10_000)


@pytest.mark.parametrize(("behave", "row"), FAULTS.items(), ids=lambda value: getattr(value, "__name__", ""))
@pytest.mark.parametrize("action", ["run", "detail", "file"])
def test_faults(behave: Behaviour, row: Row, action: str) -> None:
    seconds = TIMEOUT if behave in (stall, stall_within_the_answer, dribble) else PATIENCE
    assert outcome(behave, action, seconds) == getattr(row, action)


def test_a_file_may_take_its_time_while_it_comes() -> None:
    """Longer than a stalled one would be given, but never slower than the slowest."""

    async def slow(exchange: Exchange) -> None:
        await exchange.send(HEAD + b"Content-Length: 9000\r\n\r\n", *([b"x" * 300] * 30), pause=0.03)

    assert outcome(slow, "file", 0.6) == (None, 1)


def failure(origin: Callable[[], str], action: str, *, timeout: float = PATIENCE) -> str:
    """What is said where no connection comes about: always that nothing was sent, never that anybody knows."""

    async def inside() -> str:
        with pytest.raises(UnreachableError) as caught:
            await act(origin(), action, timeout=timeout)
        return str(caught.value)

    message = asyncio.run(inside())
    assert ("nothing was submitted" in message) is (action == "run")
    return message


@pytest.mark.parametrize("action", ["run", "detail", "file"])
def test_refused(action: str) -> None:
    port = asyncio.run(deaf_port())
    assert "nothing listens at the address" in failure(lambda: f"http://127.0.0.1:{port}", action)


@pytest.mark.parametrize("action", ["run", "detail", "file"])
def test_a_name_that_nobody_has(action: str) -> None:
    assert "no address for the host's name" in failure(lambda: "https://wiro.invalid", action)


@pytest.mark.parametrize("action", ["run", "detail", "file"])
def test_a_certificate_that_nobody_vouches_for(action: str, own: tuple[Path, Path]) -> None:
    async def inside() -> tuple[str, int]:
        async with serving(hang_up, tls=server_tls(own), name="localhost") as server:
            clock = Clock()
            with pytest.raises(UnreachableError) as caught:
                await act(server.origin, action, timeout=PATIENCE)
            assert clock.slept == []
            return str(caught.value), len(server.requests)

    message, requests = asyncio.run(inside())
    assert "certificate is not accepted (self-signed certificate)" in message
    assert "SSL_CERT_FILE" in message
    assert "no switch" in message
    assert requests == 0


def attempts(origin: str, action: str) -> int:
    """How often a client tries, told by how often it waits."""
    clock = Clock()

    async def inside() -> None:
        client = WiroClient(CREDENTIALS, base_url=f"{origin}/v1", now=clock, sleep=clock.sleep)
        async with client:
            call = client.run({}) if action == "run" else client.task_detail("2221")
            with pytest.raises(UnreachableError):
                await call

    asyncio.run(inside())
    return len(clock.slept) + 1


@pytest.mark.parametrize("action", ["run", "detail"])
def test_how_often_a_connection_is_tried(action: str) -> None:
    assert attempts(f"http://127.0.0.1:{asyncio.run(deaf_port())}", action) == 4
    assert attempts("https://wiro.invalid", action) == 4


@pytest.mark.parametrize("action", ["run", "detail"])
def test_a_wrong_certificate_is_looked_at_once(action: str, own: tuple[Path, Path]) -> None:
    async def inside() -> int:
        async with serving(hang_up, tls=server_tls(own), name="localhost") as server:
            return await asyncio.to_thread(attempts, server.origin, action)

    assert asyncio.run(inside()) == 1


@pytest.mark.parametrize("action", ["run", "detail"])
def test_a_server_without_encryption_is_tried_once(action: str) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def inside() -> int:
        async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
            origin = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            return await asyncio.to_thread(attempts, origin, action)

    assert asyncio.run(inside()) == 1


def test_a_certificate_that_is_vouched_for(own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(own[0]))

    async def answer(exchange: Exchange) -> None:
        await exchange.send(WHOLE)

    async def inside(name: str) -> list[bytes]:
        async with serving(answer, tls=server_tls(own), name=name) as server:
            await act(server.origin, "run", timeout=PATIENCE)
            return server.requests

    assert asyncio.run(inside("localhost")) == [b"POST /v1/Run/wiro/story-diffusion-advanced HTTP/1.1"]
    with pytest.raises(UnreachableError, match="certificate is not accepted"):
        asyncio.run(inside("127.0.0.1"))


@pytest.mark.parametrize("action", ["run", "detail"])
def test_a_server_that_lets_nobody_finish_connecting(action: str) -> None:
    """TLS waits for an answer that never comes: out of time, and still nothing has left."""

    async def inside() -> str:
        async with serving(hang_up) as server:
            with pytest.raises(UnreachableError) as caught:
                await act(server.origin.replace("http:", "https:"), action, timeout=TIMEOUT)
            return str(caught.value)

    assert "no connection in time" in asyncio.run(inside())


def test_logs_hold_neither_keys_nor_tokens_nor_addresses_of_files(caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the lowest level: whoever hunts for a fault shows such logs around."""
    caplog.set_level("DEBUG")

    async def answer(exchange: Exchange) -> None:
        await exchange.send(WHOLE.replace(b'"2221",', b'"2221", "socketaccesstoken": "eDcCm5yyUf",'))

    async def inside() -> None:
        async with serving(answer) as server:
            for action in ("run", "detail", "file"):
                with contextlib.suppress(StoryscriptError):
                    await act(server.origin, action, timeout=PATIENCE)

    asyncio.run(inside())
    log = " ".join(record.getMessage() for record in caplog.records)
    for secret in (*CREDENTIALS.values, "eDcCm5yyUf", "0.png"):
        assert secret not in log
