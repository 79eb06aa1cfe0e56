"""The watcher against the fake's socket, and against servers that behave badly."""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from fake.served import served
from storyscript import protocol
from storyscript.errors import ConfigurationError
from storyscript.fake.tasks import TaskRecord
from storyscript.wiro import News, Watcher
from wiro.servers import server_tls
from wiro.standins import TWO_SCENES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from websockets.http11 import Request, Response

    from storyscript.fake.serving.server import FakeServer

TOKEN = "eDcCm5yyUfIvMFspTwww49OUfgXkQt"
PATIENCE = 20.0

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]


def frame(kind: str, message: object = "", *, token: str = TOKEN, result: bool = True) -> str:
    return json.dumps({"type": kind, "id": "2221", "tasktoken": token, "message": message, "result": result})


END = frame(protocol.STATUS_POSTPROCESS_END, [])


class Watched:
    """What a watcher heard, and how long it paused between its connections."""

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        self.news: list[News] = []
        self.pauses: list[float] = []
        self._changed = asyncio.Event()
        self._enough: Callable[[Watched], bool] = lambda _: False
        self.watcher = Watcher(url, self._hear, sleep=self._sleep, random=lambda: 0.5, tls=tls)

    def _hear(self, news: News) -> None:
        self.news.append(news)
        self._changed.set()

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._changed.set()
        await asyncio.sleep(PATIENCE if self._enough(self) else 0)

    async def until(self, enough: Callable[[Watched], bool]) -> None:
        """Let it run until something is so; it never ends by itself."""
        self._enough = enough
        running = asyncio.create_task(self.watcher.run())
        try:
            async with asyncio.timeout(PATIENCE):
                while not enough(self):
                    self._changed.clear()
                    await self._changed.wait()
        finally:
            running.cancel()
            ended = await asyncio.gather(running, return_exceptions=True)
        assert [type(end) for end in ended] == [asyncio.CancelledError]

    @property
    def statuses(self) -> list[str]:
        return [news.status for news in self.news]


def new_task(server: FakeServer) -> str:
    task = server.machine.run(protocol.TOOL, TWO_SCENES)
    assert isinstance(task, TaskRecord)
    return task.token


def against(
    behave: Callable[[ServerConnection, int], Awaitable[None]],
    until: Callable[[Watched], bool],
    *,
    process_request: Callable[[ServerConnection, Request], Response | None] | None = None,
) -> tuple[Watched, list[Any]]:
    """A watcher of one task against a server that treats each connection, counted from 1, in this way.

    Returns:
        The watcher, and what the server was asked.
    """
    asked: list[Any] = []
    connections = 0

    async def handle(connection: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        try:
            asked.append(json.loads(await connection.recv()))
            await behave(connection, connections)
        except ConnectionClosed:
            pass

    async def inside() -> Watched:
        async with serve(handle, "127.0.0.1", 0, process_request=process_request) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            watched = Watched(f"ws://127.0.0.1:{port}/v1")
            watched.watcher.follow(TOKEN)
            await watched.until(until)
            return watched

    return asyncio.run(inside()), asked


def test_a_life_of_several_tasks() -> None:
    with served(speed=0.05) as server:
        tokens = [new_task(server), new_task(server)]

        async def inside() -> Watched:
            watched = Watched(server.socket_url)
            watched.watcher.follow(tokens[0])
            watched.watcher.follow("no-such-task")
            assert not watched.watcher.alive
            # The second comes while the socket stands already.
            late = asyncio.get_running_loop().call_later(0.05, watched.watcher.follow, tokens[1])
            await watched.until(lambda watched: sum(news.terminal for news in watched.news) == 2)
            late.cancel()
            return watched

        watched = asyncio.run(inside())
    assert {news.token for news in watched.news} == set(tokens)
    assert {news.token for news in watched.news if news.terminal} == set(tokens)
    assert {news.status for news in watched.news if news.terminal} == {protocol.STATUS_POSTPROCESS_END}
    assert 100 in {news.percentage for news in watched.news}
    assert watched.pauses == []


def test_a_task_that_ended_long_ago() -> None:
    with served(speed=0) as server:
        token = new_task(server)

        async def inside() -> Watched:
            watched = Watched(server.socket_url)
            watched.watcher.follow(token)
            await watched.until(lambda watched: bool(watched.news))
            return watched

        assert asyncio.run(inside()).news == [
            News(token, protocol.STATUS_POSTPROCESS_END, terminal=True, percentage=None)
        ]


def test_it_asks_and_hears() -> None:
    async def tell(connection: ServerConnection, _: int) -> None:
        progress = {"type": "progressGenerate", "task": "Generate", "percentage": "60"}
        await connection.send(json.dumps({"type": "connected", "version": "1.0"}))
        await connection.send(frame(protocol.STATUS_QUEUE))
        await connection.send(frame(protocol.STATUS_OUTPUT, progress))
        await connection.send(frame("task_dreams"))
        await connection.send(END)
        await connection.wait_closed()

    watched, asked = against(tell, lambda watched: len(watched.news) == 4)
    assert asked == [{"type": "task_info", "tasktoken": TOKEN}]
    assert watched.news == [
        News(TOKEN, "task_queue", terminal=False, percentage=None),
        News(TOKEN, "task_output", terminal=False, percentage=60),
        News(TOKEN, "task_dreams", terminal=False, percentage=None),
        News(TOKEN, "task_postprocess_end", terminal=True, percentage=None),
    ]


def test_nonsense_is_passed_over() -> None:
    nonsense: list[str | bytes] = [
        "",
        "{",
        "[" * 100_000,
        "null",
        "[]",
        '{"type": "task_end", "type": "task_cancel"}',
        json.dumps({"type": 7, "tasktoken": TOKEN}),
        json.dumps({"type": "", "tasktoken": TOKEN}),
        json.dumps({"type": "task_end", "tasktoken": None}),
        json.dumps({"type": "task_end"}),
        frame("task_end", token="another"),
        frame("task_end", result=False),
        END.encode(),
        b"\x00\xff",
    ]

    async def tell(connection: ServerConnection, _: int) -> None:
        for each in nonsense:
            await connection.send(each)
        await connection.send(END)
        await connection.wait_closed()

    watched, _ = against(tell, lambda watched: bool(watched.news))
    assert watched.statuses == [protocol.STATUS_POSTPROCESS_END]
    assert watched.pauses == []


@pytest.mark.parametrize(
    ("percentage", "heard"),
    [(60, 60), ("0", 0), ("100", 100), ("999", 100), ("-1", None), ("60.5", None), (True, None), (None, None)],
)
def test_percentages(percentage: object, heard: int | None) -> None:
    async def tell(connection: ServerConnection, _: int) -> None:
        await connection.send(frame("task_output", {"type": "progressGenerate", "percentage": percentage}))
        await connection.wait_closed()

    watched, _ = against(tell, lambda watched: bool(watched.news))
    assert watched.news == [News(TOKEN, "task_output", terminal=False, percentage=heard)]


def test_it_comes_back_and_asks_again() -> None:
    async def drop(connection: ServerConnection, number: int) -> None:
        if number < 4:
            connection.transport.abort()
            return
        await connection.send(END)
        await connection.wait_closed()

    watched, asked = against(drop, lambda watched: bool(watched.news))
    assert [request["tasktoken"] for request in asked] == [TOKEN] * 4
    assert watched.pauses == [0.5, 1.0, 2.0]


def test_pauses_grow_to_half_a_minute_and_begin_anew_after_news() -> None:
    async def drop(connection: ServerConnection, number: int) -> None:
        if number == 10:
            await connection.send(END)
        await connection.close()

    watched, _ = against(drop, lambda watched: len(watched.pauses) == 11)
    assert watched.pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 32.0, 32.0, 0.5, 1.0]


def test_a_huge_frame_ends_the_socket() -> None:
    async def flood(connection: ServerConnection, number: int) -> None:
        await connection.send(frame("task_output", "x" * 2_000_000) if number == 1 else END)
        await connection.wait_closed()

    watched, asked = against(flood, lambda watched: bool(watched.news))
    assert watched.statuses == [protocol.STATUS_POSTPROCESS_END]
    assert len(asked) == 2


def test_refusals_and_redirects() -> None:
    seen: list[str] = []

    def refuse(connection: ServerConnection, request: Request) -> Response | None:
        seen.append(request.path)
        if len(seen) == 1:
            return connection.respond(403, "no")
        if len(seen) == 2:
            response = connection.respond(307, "over there")
            response.headers["Location"] = "/elsewhere"
            return response
        assert not {"x-api-key", "authorization", "cookie"} & {name.lower() for name in request.headers}
        return None

    async def tell(connection: ServerConnection, _: int) -> None:
        await connection.send(END)
        await connection.wait_closed()

    watched, _ = against(tell, lambda watched: bool(watched.news), process_request=refuse)
    assert seen == ["/v1", "/v1", "/v1"]
    assert watched.pauses == [0.5, 1.0]


def test_it_is_alive_while_all_is_asked_for_and_hangs_up_when_nothing_is() -> None:
    async def inside() -> list[bool]:
        closed = asyncio.Event()

        async def keep_silent(connection: ServerConnection) -> None:
            await connection.wait_closed()
            closed.set()

        async with serve(keep_silent, "127.0.0.1", 0) as server:
            watched = Watched(f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/v1")
            watcher = watched.watcher
            watcher.follow(TOKEN)
            alive = [watcher.alive]
            running = asyncio.create_task(watcher.run())
            await standing(watcher)
            # Not asked for yet, so whoever waits for it must not rely on the socket.
            watcher.follow("another")
            alive.append(watcher.alive)
            await standing(watcher)
            watcher.forget(TOKEN)
            watcher.forget("another")
            await asyncio.wait_for(closed.wait(), PATIENCE)
            watcher.follow(TOKEN)
            alive.append(watcher.alive)
            await standing(watcher)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            alive.append(watcher.alive)
            assert watched.news == []
            return alive

    assert asyncio.run(inside()) == [False, False, False, False]


async def standing(watcher: Watcher) -> None:
    async with asyncio.timeout(PATIENCE):
        while not watcher.alive:  # noqa: ASYNC110 - it tells nobody when it changes
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\x16\x03\x01"])
def test_what_is_no_websocket(answer: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async def inside() -> list[float]:
        server = await asyncio.start_server(speak, "127.0.0.1", 0)
        async with server:
            watched = Watched(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
            watched.watcher.follow(TOKEN)
            await watched.until(lambda watched: len(watched.pauses) == 2)
            return watched.pauses

    assert asyncio.run(inside()) == [0.5, 1.0]


@pytest.mark.parametrize("vouched", [True, False])
def test_certificates(own: tuple[Path, Path], vouched: bool) -> None:  # noqa: FBT001 - the table's column
    async def tell(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(END)
        await connection.wait_closed()

    async def inside() -> list[str]:
        async with serve(tell, "127.0.0.1", 0, ssl=server_tls(own)) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            tls = ssl.create_default_context(cafile=own[0]) if vouched else None
            watched = Watched(f"wss://localhost:{port}/v1", tls)
            watched.watcher.follow(TOKEN)
            await watched.until(lambda watched: bool(watched.news) or len(watched.pauses) == 2)
            return watched.statuses

    assert asyncio.run(inside()) == ([protocol.STATUS_POSTPROCESS_END] if vouched else [])


def test_nobody_listens() -> None:
    async def inside() -> list[float]:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        watched = Watched(f"ws://127.0.0.1:{port}/v1")
        watched.watcher.follow(TOKEN)
        await watched.until(lambda watched: len(watched.pauses) == 3)
        return watched.pauses

    assert asyncio.run(inside()) == [0.5, 1.0, 2.0]


def test_tokens_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    async def tell(connection: ServerConnection, _: int) -> None:
        await connection.send(END)
        await connection.wait_closed()

    watched, _ = against(tell, lambda watched: bool(watched.news))
    ours = [record for record in caplog.records if record.name != "websockets.server"]
    assert TOKEN not in " ".join(record.getMessage() for record in ours)
    assert TOKEN not in f"{watched.news} {watched.watcher!r} {vars(watched.watcher)}"


def test_what_the_listener_raises_is_the_callers() -> None:
    async def inside() -> None:
        async def tell(connection: ServerConnection) -> None:
            await connection.recv()
            await connection.send(END)
            await connection.wait_closed()

        def hear(_: News) -> None:
            raise LookupError("a slip")

        async with serve(tell, "127.0.0.1", 0) as server:
            watcher = Watcher(f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}", hear)
            watcher.follow(TOKEN)
            async with asyncio.timeout(PATIENCE):
                await watcher.run()

    with pytest.raises(LookupError):
        asyncio.run(inside())


def test_without_tasks_nothing_is_dialled() -> None:
    async def inside() -> list[float]:
        watched = Watched("ws://127.0.0.1:1/v1")
        watched.watcher.follow(TOKEN)
        watched.watcher.forget(TOKEN)
        running = asyncio.create_task(watched.watcher.run())
        await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return watched.pauses

    assert asyncio.run(inside()) == []


@pytest.mark.parametrize(
    "url",
    [
        "ws://socket.wiro.ai/v1",
        "https://h/v1",
        "wss://user:pw@h/v1",
        "wss://h/v1?token=x",
        "wss://h/#x",
        "wss://",
        "",
        "wss://a..b/",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Watcher(url, lambda _: None)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("url", [protocol.SOCKET_URL, "ws://127.0.0.1:8000/v1", "ws://localhost/v1", "ws://[::1]:1/v1"])
def test_addresses_that_are_taken(url: str) -> None:
    assert not Watcher(url, lambda _: None).alive
