"""Faults of a run that only a real connection shows: names, certificates, closed ports, WebSockets."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
import time
from typing import TYPE_CHECKING

import pytest

from rendering.commands import Shop, write
from rendering.fault_rows import ONE, Ends, came_to
from rendering.faults_of_runs import SUBMITTING
from rendering.faults_of_tasks import HEARING
from storyscript import protocol, sessions
from storyscript.cli import resume as resume_command
from storyscript.cli import run as run_command
from storyscript.fake.serving.server import FakeServer
from storyscript.rendering import engine
from wiro.servers import certificate, deaf_port, server_tls, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from wiro.servers import Exchange, Server

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, monkeypatch, capsys)


@contextlib.contextmanager
def beside(serving: AbstractAsyncContextManager[Server]) -> Iterator[Server]:
    """A server in a loop of its own: a command has its own, too."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result(20)
        asyncio.run_coroutine_threadsafe(serving.__aexit__(None, None, None), loop).result(20)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def expected(words: str) -> tuple[Ends, str]:
    """The row of the table whose name has these words; of the first rows, where it has none."""
    row = next(row for row in SUBMITTING if words in (row.name or row.faults[0]))
    return row.run._replace(runs=0), row.words


def judge(shop: Shop, address: str, words: str) -> None:
    shop.lead_to(address)
    start = shop.clock.time
    said = shop.run("--json", write("a.story", ONE))
    tries = 1 if shop.clock.time == start else 4
    wanted, message = expected(words)
    assert came_to(shop, said, 0) == wanted
    assert message in said.errors[0]["message"]
    assert tries == (1 if words == "TLS" else 4)


def test_a_port_where_nobody_listens(shop: Shop) -> None:
    judge(shop, f"http://127.0.0.1:{asyncio.run(deaf_port())}/v1", "refused")


def test_a_name_that_nobody_has(shop: Shop) -> None:
    judge(shop, "https://wiro.invalid/v1", "DNS")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_certificate_that_nobody_vouches_for(shop: Shop, tmp_path: Path) -> None:
    async def nothing(_: Exchange) -> None:
        """Say nothing."""

    with beside(serving(nothing, tls=server_tls(certificate(tmp_path)), name="localhost")) as server:
        judge(shop, f"{server.origin}/v1", "TLS")
        assert server.requests == []


# ---- the WebSocket -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def on_a_socket(shop: Shop, monkeypatch: pytest.MonkeyPatch, *, pause: float, live: float) -> Iterator[None]:
    """The machine of a shop as others reach it, in real time; between looks at a task pass so many seconds."""
    shop.machine._clock, shop.machine.speed = time.time, 0.05
    with FakeServer(shop.machine) as server:
        monkeypatch.setenv("WIRO_BASE_URL", shop.machine.base_url)
        monkeypatch.setenv("WIRO_SOCKET_URL", f"ws://{server.address}/v1")
        for command in (run_command, resume_command):
            monkeypatch.setattr(command, "online_session", sessions.online_session)
        for name, seconds in (("FIRST_PAUSE", pause), ("LONGEST_PAUSE", pause), ("LIVE_PAUSE", live)):
            monkeypatch.setattr(engine, name, seconds)
        yield


@pytest.mark.parametrize("fault", [fault for row in HEARING for fault in row.faults])
def test_a_websocket_that_does_not_work(shop: Shop, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    [row] = [row for row in HEARING if fault in row.faults]
    with on_a_socket(shop, monkeypatch, pause=0.1, live=0.3):
        shop.machine.faults.arrange(fault)
        said = shop.run("--json", write("a.story", ONE))
        assert came_to(shop, said, shop.sent) == row.run
        assert shop.machine.faults.happened[fault.partition("@")[0]] >= 1
        assert came_to(shop, shop.resume("--json"), 0) == row.resume


def test_a_websocket_that_works_brings_the_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with on_a_socket(shop, monkeypatch, pause=600.0, live=600.0):
        assert shop.run(write("a.story", ONE)).code == 0
    # Once at the beginning, and once when the socket had told of the end.
    assert shop.machine.faults.seen[protocol.TASK_DETAIL] == 2
