"""What only a real connection shows: how it breaks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import pytest

from storyscript.errors import StoryscriptError, SubmissionUnknownError, UnreachableError
from storyscript.wiro import WiroClient
from wiro.standins import CREDENTIALS, Clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]

ACCEPTED = b'{"result": true, "errors": [], "taskid": "2221"}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def against(
    answer: bytes | None, action: Callable[[WiroClient, str], Awaitable[T]]
) -> tuple[T | StoryscriptError, list[bytes]]:
    """What an action gives against a server that answers each connection with these bytes and hangs up.

    Returns:
        The result or error, and the first line of each request. Without an answer nobody listens at all.
    """
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head.partition(b"\r\n")[0])
        writer.write(answer or b"")
        await writer.drain()
        writer.close()

    async def inside() -> T | StoryscriptError:
        clock = Clock()
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        if answer is None:
            server.close()
            await server.wait_closed()
        origin = f"http://127.0.0.1:{port}"
        try:
            async with WiroClient(CREDENTIALS, base_url=f"{origin}/v1", now=clock, sleep=clock.sleep) as client:
                return await action(client, origin)
        except StoryscriptError as error:
            return error
        finally:
            server.close()

    return asyncio.run(inside()), seen


async def submit(client: WiroClient, _: str) -> str:
    return (await client.run({"generalPrompt": "runs"})).taskid


def test_a_run() -> None:
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % len(ACCEPTED) + ACCEPTED
    assert against(answer, submit) == ("2221", [b"POST /v1/Run/wiro/story-diffusion-advanced HTTP/1.1"])


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nConte",
        HEAD + b"Content-Length: 900\r\n\r\n" + ACCEPTED,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n30\r\n" + ACCEPTED,
        HEAD + b"\r\n" + ACCEPTED[:-5],
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
    ids=["nothing", "half a head", "short", "half a chunk", "cut without a length", "not HTTP"],
)
def test_a_run_whose_answer_breaks(answer: bytes) -> None:
    result, seen = against(answer, submit)
    assert isinstance(result, SubmissionUnknownError)
    assert len(seen) == 1


def test_a_run_that_nobody_hears() -> None:
    result, _ = against(None, submit)
    assert isinstance(result, UnreachableError)


def test_each_run_has_a_connection_of_its_own() -> None:
    async def twice(client: WiroClient, origin: str) -> list[str]:
        return [await submit(client, origin), await submit(client, origin)]

    # The server hangs up after each answer without saying so: a connection that was kept would be a lost Run.
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % len(ACCEPTED) + ACCEPTED
    assert against(answer, twice)[0] == ["2221", "2221"]


def test_reads_are_repeated() -> None:
    async def detail(client: WiroClient, _: str) -> object:
        return await client.task_detail("2221")

    result, seen = against(HEAD + b"Content-Length: 900\r\n\r\n{", detail)
    assert isinstance(result, UnreachableError)
    assert len(seen) == 4


def test_a_file_cut_short() -> None:
    file = bytearray()

    async def fetch(client: WiroClient, origin: str) -> int:
        return await client.download(f"{origin}/0.png", file.extend, limit=1000)

    result, seen = against(HEAD + b"Content-Length: 9\r\n\r\n1234", fetch)
    assert isinstance(result, UnreachableError)
    assert (bytes(file), len(seen)) == (b"1234", 1)
    file.clear()
    # Without a length nobody can tell but the caller, who knows the size that the API gave.
    assert against(HEAD + b"\r\n1234", fetch)[0] == 4
