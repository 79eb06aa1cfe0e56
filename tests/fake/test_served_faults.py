"""The faults of connections on a socket, as the bytes that come and the way in which they end."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from fake.served import PATIENCE, RUN, connection, parsed, request, served
from storyscript.fake import HeldClock, Machine
from storyscript.fake.faults import Altered
from storyscript.fake.serving import delivery
from storyscript.fake.serving.server import FakeServer
from storyscript.fake.spoiling import delayed
from wiro.standins import TWO_SCENES, draw

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]

BODY = json.dumps(TWO_SCENES).encode()


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with served() as found:
        yield found


def all_of(client: socket.socket) -> tuple[bytes, str]:
    """What comes, and how it ends: `closed`, `reset`, or `silent` where nothing more comes for a while."""
    parts: list[bytes] = []
    while True:
        try:
            part = client.recv(65536)
        except ConnectionResetError:
            return b"".join(parts), "reset"
        except TimeoutError:
            return b"".join(parts), "silent"
        if not part:
            return b"".join(parts), "closed"
        parts.append(part)


@pytest.mark.parametrize(
    ("fault", "answered", "ends", "runs"),
    [
        ("refused", False, "reset", 0),
        ("reset", False, "reset", 0),
        ("reset-after", False, "reset", 1),
        ("hangup", False, "closed", 0),
        ("hangup-after", False, "closed", 1),
        ("timeout", False, "silent", 0),
        ("timeout-after", False, "silent", 1),
        ("truncated", True, "closed", 1),
        ("unended", True, "closed", 1),
        ("unseen-cut", True, "closed", 1),
        ("stall", True, "silent", 1),
        ("reset-amid", True, "reset", 1),
    ],
)
def test_how_a_connection_ends(server: FakeServer, fault: str, *, answered: bool, ends: str, runs: int) -> None:
    server.machine.faults.arrange(fault)
    with connection(server) as client:
        client.settimeout(0.3 if ends == "silent" else PATIENCE)
        client.sendall(request(RUN, BODY))
        answer, how = all_of(client)
    assert how == ends
    assert bool(answer) == answered
    assert len(server.machine.tasks()) == runs
    with httpx.Client(trust_env=False) as http:
        assert http.post(f"http://{server.address}{RUN}", json=TWO_SCENES).json()["result"] is True


@pytest.mark.parametrize("fault", ["truncated", "unended", "unseen-cut", "reset-amid"])
def test_half_of_a_body(server: FakeServer, fault: str) -> None:
    server.machine.faults.arrange(fault)
    with connection(server) as client:
        client.sendall(request(RUN, BODY))
        answer, _ = all_of(client)
    status, headers, rest = parsed(answer)
    task = server.machine.tasks()[0]
    whole = json.dumps({"errors": [], "taskid": "2221", "socketaccesstoken": task.token, "result": True}).encode()
    half = whole[: len(whole) // 2]
    assert status == 200
    assert headers.get("content-length") == (str(len(whole)) if fault in ("truncated", "reset-amid") else None)
    assert rest == (b"%x\r\n%b\r\n" % (len(half), half) if fault == "unended" else half)


def test_one_byte_at_a_time(server: FakeServer) -> None:
    server.machine.faults.arrange("dribble")
    with connection(server) as client:
        client.sendall(request(RUN, BODY))
        pieces = []
        while piece := client.recv(65536):
            pieces.append(piece)
    _, headers, rest = parsed(b"".join(pieces))
    assert json.loads(rest)["taskid"] == "2221"
    assert int(headers["content-length"]) == len(rest)
    # What waits to be read is read at once, so some bytes come together; most do not.
    assert len(pieces) > len(rest) // 4


def test_a_large_file_dribbles_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_SECONDS_BETWEEN", 0)
    content = bytes(range(256)) * 40
    with served(draw=lambda _: content) as server, httpx.Client(trust_env=False, timeout=PATIENCE) as http:
        server.machine.faults.arrange("dribble/files")
        http.post(f"http://{server.address}{RUN}", json=TWO_SCENES)
        task = http.post(f"{server.base_url}/Task/Detail", json={"taskid": "2221"}).json()["tasklist"][0]
        assert http.get(task["outputs"][0]["url"]).content == content


def test_a_slow_answer(server: FakeServer) -> None:
    begun = time.monotonic()
    with httpx.Client(trust_env=False, timeout=PATIENCE) as http:
        server.machine.faults.order("/Run", Altered(delayed(0.3)))
        assert http.post(f"http://{server.address}{RUN}", json=TWO_SCENES).json()["taskid"] == "2221"
    assert time.monotonic() - begun >= 0.3


def test_faults_by_http_are_for_our_own_names_only(server: FakeServer) -> None:
    url = f"http://{server.address}/__fake__/faults"
    with httpx.Client(trust_env=False) as http:
        refused = http.post(url, json={"faults": ["reset"]}, headers={"Host": "evil.example"})
        assert refused.status_code == 400
        assert http.get(url).json()["ordered"] == []
        assert [order["name"] for order in http.post(url, json={"faults": ["reset"]}).json()["ordered"]] == ["reset"]
        with pytest.raises(httpx.ReadError):
            http.post(f"http://{server.address}{RUN}", json=TWO_SCENES)
        assert http.get(url).json()["happened"] == {"reset": 1}
        assert http.delete(url).json()["ordered"] == []
        assert http.get(f"http://{server.address}/__fake__/ledger").json() == {"runs": []}


# ---- WebSockets ----------------------------------------------------------------------------------------------


def info(token: str) -> str:
    return json.dumps({"type": "task_info", "tasktoken": token})


def frames(server: FakeServer, *, seconds: float) -> tuple[list[str | bytes], str]:
    """What a WebSocket tells of the first task, and how it ends."""
    task = server.machine.tasks()[0]
    found: list[str | bytes] = []
    with connect(server.socket_url, proxy=None) as client:
        client.send(info(task.token))
        try:
            while True:
                found.append(client.recv(timeout=seconds))
        except TimeoutError:
            return found, "open"
        except ConnectionClosed:
            return found, "closed"


def test_a_socket_that_is_refused(server: FakeServer) -> None:
    server.machine.faults.arrange("ws-refused")
    with pytest.raises(InvalidStatus) as refused, connect(server.socket_url, proxy=None):
        pass
    assert refused.value.response.status_code == 503
    with connect(server.socket_url, proxy=None) as client:
        assert json.loads(client.recv(timeout=PATIENCE))["type"] == "connected"


@pytest.mark.parametrize(
    ("fault", "kinds", "ends"),
    [("ws-dropped", ["connected", "task_postprocess_end"], "closed"), ("ws-silent", ["connected"], "open")],
)
def test_a_socket_that_tells_little(server: FakeServer, fault: str, kinds: list[str], ends: str) -> None:
    server.machine.run("wiro/story-diffusion-advanced", TWO_SCENES)
    server.machine.faults.arrange(fault)
    found, how = frames(server, seconds=0.3)
    assert [json.loads(frame)["type"] for frame in found] == kinds
    assert how == ends


def test_a_socket_that_talks_nonsense(server: FakeServer) -> None:
    server.machine.run("wiro/story-diffusion-advanced", TWO_SCENES)
    server.machine.faults.arrange("ws-nonsense")
    found, how = frames(server, seconds=0.3)
    assert how == "open"
    assert found[1:3] == ["<p>Bad gateway", b"\x00\xff"]
    rest: list[Any] = [json.loads(frame) for frame in found[3:]]
    assert rest[0] == []
    assert rest[-1]["type"] == "task_postprocess_end"


def test_held_time_moves_what_a_socket_tells() -> None:
    machine = Machine(now=HeldClock(), draw=draw)
    with FakeServer(machine) as server, httpx.Client(trust_env=False, timeout=PATIENCE) as http:
        accepted = http.post(f"http://{server.address}{RUN}", json=TWO_SCENES).json()
        with connect(server.socket_url, proxy=None) as client:
            client.send(info(accepted["socketaccesstoken"]))
            kinds = [json.loads(client.recv(timeout=PATIENCE))["type"] for _ in range(2)]
            assert kinds == ["connected", "task_queue"]
            http.post(f"http://{server.address}/__fake__/clock", json={"advance": 6})
            while kinds[-1] != "task_postprocess_end":
                kinds.append(json.loads(client.recv(timeout=PATIENCE))["type"])
        assert kinds.count("task_output") == 11
