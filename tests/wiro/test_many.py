"""Many requests at once wait their turn; the wait costs them nothing of their time."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from simulation import clocks
from storyscript.errors import StoryscriptError
from storyscript.wiro import WiroClient
from wiro.servers import Exchange, serving
from wiro.standins import ACCEPTED, CREDENTIALS, Clock

DETAIL = {"result": True, "errors": [], "tasklist": [{"id": "2221", "status": "task_queue"}]}


class Crowd(httpx.AsyncBaseTransport):
    """Answers after a while, and counts who waits for it at the same time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.now = self.most = self.all = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.all += 1
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.seconds)
        self.now -= 1
        if request.method == "GET":
            return httpx.Response(200, content=b"x")
        return httpx.Response(200, json=ACCEPTED if "/Run/" in request.url.path else DETAIL)


@pytest.mark.parametrize("action", ["run", "detail", "file"])
def test_all_have_their_turn(action: str) -> None:
    crowd = Crowd(1.0)

    async def inside() -> list[object]:
        # All of them together take several times as long as one of them may.
        async with WiroClient(CREDENTIALS, transport=crowd, timeout=5.0, sleep=Clock().sleep) as client:
            match action:
                case "run":
                    calls = [client.run({}) for _ in range(1000)]
                case "detail":
                    calls = [client.task_detail("2221") for _ in range(1000)]  # type: ignore[misc]
                case _:
                    url = "https://cdn.invalid/0.png"
                    calls = [client.download(url, lambda _: None, limit=9) for _ in range(1000)]  # type: ignore[misc]
            return await asyncio.gather(*calls, return_exceptions=True)

    world = clocks.Clock()
    answers = clocks.run_process(inside(), world)
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    assert crowd.all == 1000
    assert 10 <= crowd.most <= 20
    assert world.time == pytest.approx(1000 / crowd.most)


def test_files_do_not_keep_submissions_waiting() -> None:
    crowd = Crowd(0.01)

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, _: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    async def inside() -> str:
        async with WiroClient(CREDENTIALS, transport=crowd, download_transport=Slow()) as client:
            url = "https://cdn.invalid/0.png"
            files = [asyncio.create_task(client.download(url, lambda _: None, limit=9)) for _ in range(50)]
            try:
                async with asyncio.timeout(10):
                    return (await client.run({})).taskid
            finally:
                for file in files:
                    file.cancel()
                await asyncio.gather(*files, return_exceptions=True)

    assert asyncio.run(inside()) == "2221"


@pytest.mark.real_socket
@pytest.mark.usefixtures("socket_enabled")
def test_three_hundred_looks_over_real_connections() -> None:
    body = b'{"result": true, "errors": [], "tasklist": [{"id": "2221", "status": "task_queue"}]}'

    async def answer(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    async def inside() -> int:
        async with (
            serving(answer) as server,
            WiroClient(CREDENTIALS, base_url=f"{server.origin}/v1") as client,
        ):
            looks = [client.task_detail("2221") for _ in range(300)]
            found = await asyncio.gather(*looks, return_exceptions=True)
            assert [look for look in found if isinstance(look, StoryscriptError)] == []
            return len(server.requests)

    assert asyncio.run(inside()) >= 300
