"""The fake's WebSocket, with a client of another make."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from fake.served import PATIENCE, connection, eventually, served
from storyscript import protocol
from storyscript.fake import Machine
from storyscript.fake.serving.watching import Watching
from storyscript.fake.serving.workers import Workers
from storyscript.fake.tasks import TaskRecord
from wiro.standins import TWO_SCENES, draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.fake.frames import Frame
    from storyscript.fake.serving.server import FakeServer

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture(autouse=True)
def nothing_goes_wrong(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


@contextlib.contextmanager
def opened(server: FakeServer) -> Iterator[ClientConnection]:
    with connect(server.socket_url, proxy=None, compression=None) as socket:
        assert heard(socket) == {"type": "connected", "version": "1.0"}
        yield socket


def heard(socket: ClientConnection) -> dict[str, Any]:
    frame = json.loads(socket.recv(PATIENCE))
    assert isinstance(frame, dict)
    return frame


def ask(socket: ClientConnection, token: str) -> None:
    socket.send(json.dumps({"type": "task_info", "tasktoken": token}))


def until_the_end(socket: ClientConnection, tasks: int = 1) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = []
    while sum(frame["type"] in protocol.TERMINAL_STATUSES for frame in frames) < tasks:
        frames.append(heard(socket))
    return frames


def started(server: FakeServer, **fields: object) -> TaskRecord:
    task = server.machine.run(protocol.TOOL, {**TWO_SCENES, **fields})
    assert isinstance(task, TaskRecord)
    return task


def test_a_whole_life() -> None:
    with served(speed=0.1) as server, opened(server) as socket:
        begun = time.monotonic()
        task = started(server, steps=30)
        ask(socket, task.token)
        frames = until_the_end(socket)
        assert 0.4 < time.monotonic() - begun < PATIENCE
        names = [frame["type"] for frame in frames]
        assert names[0] == "task_queue"
        assert list(dict.fromkeys(names)) == list(protocol.LIFE_CYCLE)
        assert names.count("task_output") == 11
        for frame in frames:
            assert list(frame) == ["type", "id", "tasktoken", "message", "result"]
            assert (frame["id"], frame["tasktoken"], frame["result"]) == ("2221", task.token, True)
        progress = [frame["message"] for frame in frames if frame["type"] == "task_output"][1:]
        assert {message["type"] for message in progress} == {"progressGenerate"}
        assert [message["percentage"] for message in progress] == [str(10 * part) for part in range(1, 11)]
        assert frames[-1]["message"] == server.machine.show(task)["outputs"]
        assert len(frames[-1]["message"]) == 3


def test_frames_come_when_their_statuses_are_reached() -> None:
    with served(speed=0.5) as server, opened(server) as socket:
        task = started(server, steps=1)
        ask(socket, task.token)
        while True:
            frame = heard(socket)
            now = time.time()
            assert now >= task.timeline.begin(frame["type"])
            if frame["type"] != "task_output":
                assert now < task.timeline.begin(frame["type"]) + 2
            if frame["type"] == "task_postprocess_end":
                break


def test_several_tasks_on_one_socket() -> None:
    with served(speed=0.1) as server, opened(server) as socket:
        tasks = [started(server) for _ in range(3)]
        for task in tasks:
            ask(socket, task.token)
        frames = until_the_end(socket, 3)
        for task in tasks:
            own = [frame["type"] for frame in frames if frame["tasktoken"] == task.token]
            assert list(dict.fromkeys(own)) == list(protocol.LIFE_CYCLE)


def test_after_the_end() -> None:
    with served() as server, opened(server) as socket:
        task = started(server)
        for _ in range(2):
            ask(socket, task.token)
            [frame] = until_the_end(socket)
            assert frame["type"] == "task_postprocess_end"
            assert len(frame["message"]) == 3
        # The socket stays, for other tasks.
        other = started(server)
        ask(socket, other.token)
        assert until_the_end(socket)[0]["id"] == "2222"


def test_asking_twice_does_not_tell_twice() -> None:
    with served(speed=0.1) as server, opened(server) as socket:
        task = started(server)
        for _ in range(3):
            ask(socket, task.token)
        names = [frame["type"] for frame in until_the_end(socket)]
        assert names.count("task_start") == 1
        assert names.count("task_postprocess_end") == 1


def test_a_failed_task() -> None:
    with served(speed=0.05) as server, opened(server) as socket:
        server.machine.faults.fail_next_task("CUDA out of memory")
        ask(socket, started(server).token)
        frames = until_the_end(socket)
        assert [frame["message"] for frame in frames if frame["type"] == "task_error"] == ["CUDA out of memory"]
        assert (frames[-1]["type"], frames[-1]["message"]) == ("task_postprocess_end", [])


@pytest.mark.parametrize("how", ["cancel", "kill"])
def test_a_stopped_task_is_told_at_once(how: str) -> None:
    # Nothing else would happen for minutes.
    with served(speed=1000) as server, opened(server) as socket:
        task = started(server)
        if how == "kill":
            task.timeline = type(task.timeline)(task.timeline.created - 700, 1000)
        ask(socket, task.token)
        assert heard(socket)["type"] == {"cancel": "task_queue", "kill": "task_accept"}[how]
        assert isinstance(getattr(server.machine, how)(task), TaskRecord)
        frame = heard(socket)
        assert (frame["type"], frame["message"], frame["result"]) == ("task_cancel", "", True)


GARBAGE = ["", "{", "[]", "null", "\0", '{"type": "task_info"}', '{"type": "task_info", "tasktoken": 5}',
           '{"type": "task_info", "tasktoken": ""}', '{"tasktoken": "x"}', '{"type": "x", "tasktoken": "x"}',
           "[" * 9000]  # fmt: skip


def test_unknown_tokens_and_garbage_end_nothing() -> None:
    with served() as server, opened(server) as socket:
        for text in GARBAGE:
            socket.send(text)
            answer = heard(socket)
            assert (answer["type"], answer["message"]) == ("error", "Request parameters are invalid.")
            assert answer["result"] is False
        ask(socket, "x" * 30)
        answer = heard(socket)
        assert (answer["tasktoken"], answer["message"], answer["result"]) == ("x" * 30, "There is no task yet.", False)
        for token in ("\ud800", "\u00e4\U0001f98a"):
            ask(socket, token)
            answer = heard(socket)
            assert (answer["tasktoken"], answer["message"]) == (token, "There is no task yet.")
        socket.send(b"\0\xff" * 100)
        ask(socket, started(server).token)
        assert until_the_end(socket)[0]["type"] == "task_postprocess_end"


def test_a_frame_that_is_too_large_ends_its_socket_only() -> None:
    with served() as server, opened(server) as other:
        with opened(server) as socket:
            socket.send("x" * 20_000)
            with pytest.raises(ConnectionClosedError) as closed:
                heard(socket)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009
        ask(other, started(server).token)
        assert len(until_the_end(other)) == 1


def test_many_clients() -> None:
    with served(speed=0.3) as server, contextlib.ExitStack() as stack:
        task = started(server)
        sockets = [stack.enter_context(opened(server)) for _ in range(40)]
        for socket in sockets:
            ask(socket, task.token)
        with ThreadPoolExecutor(40) as listeners:
            ends = list(listeners.map(lambda socket: until_the_end(socket)[-1], sockets))
        assert [end["type"] for end in ends] == ["task_postprocess_end"] * 40
        assert all(end == ends[0] for end in ends)


def test_clients_that_go_leave_nothing_behind() -> None:
    with served(speed=0.5) as server:
        task = started(server)
        for politely in (True, False):
            with opened(server) as socket:
                ask(socket, task.token)
                heard(socket)
                if not politely:
                    socket.socket.close()
        state = server._server.server_state
        eventually(lambda: not state.connections and not state.tasks)
        assert not server._server._watching._woken


def test_nobody_waits_while_frames_are_drawn_for_somebody_else() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(frame: Frame) -> bytes:
        begun.set()
        assert go_on.wait(PATIENCE)
        return draw(frame)

    with served(draw=slow) as server, opened(server) as waiting, opened(server) as socket:
        ask(waiting, started(server).token)
        assert begun.wait(PATIENCE)
        server.machine.speed = 0.05
        ask(socket, started(server).token)
        while heard(socket)["type"] != "task_postprocess_start":
            pass
        go_on.set()
        assert until_the_end(waiting)[-1]["id"] == "2221"


def test_a_stop_while_a_frame_is_being_sent_is_told() -> None:
    asyncio.run(_stop_while_sending())


async def _stop_while_sending() -> None:
    machine = Machine(speed=1000, draw=draw)
    task = machine.run(protocol.TOOL, TWO_SCENES)
    assert isinstance(task, TaskRecord)
    sent: list[dict[str, Any]] = []
    sending, may_send, told = asyncio.Event(), asyncio.Event(), asyncio.Event()
    incoming: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    asked = json.dumps({"type": "task_info", "tasktoken": task.token})
    for message in ({"type": "websocket.connect"}, {"type": "websocket.receive", "text": asked}):
        incoming.put_nowait(message)

    async def send(message: Any) -> None:  # noqa: ANN401 - starlette's own
        frame = json.loads(message.get("text", "{}"))
        if frame.get("type") == "task_queue":
            sending.set()
            await may_send.wait()
        sent.append(frame)
        if frame.get("type") == "task_cancel":
            told.set()

    watching = Watching(machine, Workers(1, "test"))
    end_listening = watching.listen()
    serving = asyncio.create_task(watching.serve(WebSocket({"type": "websocket"}, incoming.get, send)))
    async with asyncio.timeout(PATIENCE):
        await sending.wait()
        machine.cancel(task)
        await asyncio.sleep(0.05)
        may_send.set()
        # Nothing else would happen for minutes.
        await told.wait()
        incoming.put_nowait({"type": "websocket.disconnect"})
        await serving
    end_listening()
    assert [frame.get("type") for frame in sent] == [None, "connected", "task_queue", "task_cancel"]


def test_a_client_that_sends_pings_and_reads_nothing_is_not_read_on() -> None:
    ping = b"\x89\xfd\0\0\0\0" + b"x" * 125
    with served() as server, connection(server) as client:
        client.sendall(
            f"GET /v1 HTTP/1.1\r\nHost: {server.address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert client.recv(65536).startswith(b"HTTP/1.1 101 ")
        client.settimeout(0.5)
        # What the systems between us hold is some megabytes; then nothing more is taken.
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 64 * 1024 * 1024:
                sent += client.send(ping * 4096)
        assert sent < 64 * 1024 * 1024
        [peer] = server._server.server_state.connections
        assert peer.transport.get_write_buffer_size() < 2 * 1024 * 1024
        # It is read again when it reads: the rest goes through.
        client.settimeout(0)
        heard_bytes, end = 0, time.monotonic() + PATIENCE
        while heard_bytes < sent // 2:
            assert time.monotonic() < end
            with contextlib.suppress(BlockingIOError):
                heard_bytes += len(client.recv(1 << 20))


def test_stopping_closes_sockets() -> None:
    with served(speed=1000) as server, opened(server) as socket:
        ask(socket, started(server).token)
        heard(socket)
        server.__exit__()
        with pytest.raises((ConnectionClosedError, ConnectionClosedOK)) as closed:
            heard(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012


@pytest.mark.parametrize(("path", "host", "status"), [("/v2", None, 404), ("/v1", "evil.example", 400)])
def test_other_paths_and_hosts(path: str, host: str | None, status: int) -> None:
    with served() as server:
        uri = f"ws://{server.address}{path}"
        headers = {"Host": host} if host else None
        with pytest.raises(InvalidStatus) as refused, connect(uri, proxy=None, additional_headers=headers):
            pass
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body or b"")["result"] is False
