"""The fake on a socket: what HTTP adds to the machine."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fake.served import PATIENCE, RUN, answers, connection, eventually, next_answer, parsed, request, served, told
from storyscript import protocol
from storyscript.errors import ConfigurationError
from storyscript.fake import Machine, faults
from storyscript.fake.serving import app, connections
from storyscript.fake.serving import server as server_module
from storyscript.fake.serving.server import FakeServer
from storyscript.fake.serving.watching import Watching
from wiro.standins import ACCOUNT, TWO_SCENES, draw

if TYPE_CHECKING:
    from storyscript.fake.frames import Frame

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]

DETAIL = b'{"taskid": "2221"}'
UNKNOWN = {"result": False, "errors": [{"code": 0, "message": "Error parsing url."}]}
INVALID = {"result": False, "errors": [{"code": 0, "message": "Request parameters are invalid."}]}


def client_of(server: FakeServer) -> httpx.Client:
    return httpx.Client(base_url=server.base_url, timeout=PATIENCE, trust_env=False)


def run(http: httpx.Client, **fields: object) -> dict[str, Any]:
    answer = http.post("/Run/wiro/story-diffusion-advanced", json={**TWO_SCENES, **fields}).json()
    assert isinstance(answer, dict)
    return answer


def test_a_task_and_its_files_under_its_own_address() -> None:
    with served() as server, client_of(server) as http:
        accepted = run(http)
        task = http.post("/Task/Detail", json={"tasktoken": accepted["socketaccesstoken"]}).json()["tasklist"][0]
        assert task["status"] == "task_postprocess_end"
        assert [output["url"].startswith(f"http://{server.address}/files/") for output in task["outputs"]] == [True] * 3
        picture = http.get(task["outputs"][0]["url"])
        assert (picture.headers["content-type"], picture.content) == ("image/png", b"1: a fox / runs / Away!")
        head = http.head(task["outputs"][0]["url"])
        assert (head.status_code, head.headers["content-length"], head.content) == (200, "23", b"")
        ledger = http.get(f"http://{server.address}/__fake__/ledger").json()
        assert ledger == server.machine.ledger()
        assert ledger["runs"][0]["charged"] > 0


def test_all_forms_of_a_request() -> None:
    with served() as server, client_of(server) as http:
        path = "/Run/wiro/story-diffusion-advanced"
        fields = {"generalPrompt": "runs", "prompt": "a fox"}
        file = {"inputImage2Url": ("me.png", b"\x89PNG", "image/png")}
        for answer in (
            http.post(path, json=fields),
            http.post(path, data=fields),
            http.post(path, data=fields, files=file),
            http.post(path, content=json.dumps(fields), headers={"Content-Type": "multipart/form-data"}),
        ):
            assert answer.json()["result"] is True
        assert [task.panels[0].description for task in server.machine.tasks()] == ["runs"] * 4


def test_an_uploaded_file_can_be_fetched() -> None:
    with served() as server, client_of(server) as http:
        content = bytes(range(256)) * 4096
        answer = http.post("/File/Upload", files={"file": ("me.png", content, "image/png")}).json()
        assert answer["list"][0]["size"] == str(len(content))
        assert answer["list"][0]["url"].startswith(f"http://{server.address}/uploads/")
        assert http.get(answer["list"][0]["url"]).content == content


def test_signatures_are_checked() -> None:
    with served(account=ACCOUNT) as server, client_of(server) as http:
        assert http.post("/Task/Detail", json={}).status_code == 401
        signed = {
            "X-API-Key": "test-api-key",
            "X-Nonce": "1700000000000",
            "X-Signature": "2d99fa1b6934f66a712785d1b402997e1b13d9d7cd5e0085211dac133ae4a8ef",
        }
        assert http.post("/Task/Detail", json={}, headers=signed).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
def test_every_endpoint_is_a_post(method: str) -> None:
    with served() as server:
        assert told(answers(server, request("/v1/Task/Detail", method=method))) == (404, UNKNOWN)
        assert parsed(answers(server, request("/v1/Task/Detail", method="HEAD")))[::2] == (404, b"")


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v2/Task/Detail", "/v1/Task/Detail/", "/%00%ff", "*", "//v1"])
def test_unknown_paths(path: str) -> None:
    with served() as server:
        assert told(answers(server, request(path))) == (404, UNKNOWN)


def test_a_query_is_no_part_of_the_path() -> None:
    with served() as server:
        assert told(answers(server, request(f"{RUN}?x=1", json.dumps(TWO_SCENES).encode())))[1]["result"] is True


def test_connections_are_kept_and_closed_as_asked() -> None:
    with served() as server, connection(server) as client:
        for _ in range(2):
            client.sendall(request("/v1/Task/Detail", DETAIL))
            assert b"There is no task yet." in next_answer(client)
        client.sendall(request("/v1/Task/Detail", DETAIL, "Connection: close"))
        assert b"There is no task yet." in next_answer(client)
        assert client.recv(1) == b""


def test_expect_continue() -> None:
    with served() as server, connection(server) as client:
        client.sendall(request("/v1/Task/Detail", b"", "Expect: 100-continue", length=len(DETAIL)))
        assert next_answer(client).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(DETAIL)
        assert next_answer(client).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (RUN, app.MOST_BYTES_WITH_FILES),
        ("/v1/File/Upload", app.MOST_BYTES_WITH_FILES),
        ("/v1/Task/List", app.MOST_BYTES),
    ],
)
def test_a_body_that_is_too_large_is_not_asked_for(path: str, most: int) -> None:
    assert most > 16 * 1024 * 1024 - 1
    with served() as server, connection(server) as client:
        client.sendall(request(path, b"", "Expect: 100-continue", length=most + 1))
        assert told(next_answer(client)) == (413, INVALID)
        assert server.machine.tasks() == []


def test_a_body_that_grows_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "MOST_BYTES", 1000)
    with served() as server, connection(server) as client:
        part = b"200\r\n" + b" " * 512 + b"\r\n"
        head = request("/v1/Task/List", b"", "Transfer-Encoding: chunked", length=-1)
        client.sendall(head + part * 4 + b"0\r\n\r\n")
        assert told(next_answer(client)) == (413, INVALID)
        assert client.recv(1) == b""


def test_who_asks_to_close_reads_that_a_body_is_too_large() -> None:
    with served() as server:
        http = HTTPConnection(server.address, timeout=PATIENCE)
        http.request("POST", "/v1/Task/List", b" " * (app.MOST_BYTES + 1), {"Connection": "close"})
        answer = http.getresponse()
        assert (answer.status, json.loads(answer.read())) == (413, INVALID)


@pytest.mark.parametrize(
    "sent", [b"POST /v1/Task/List HT", request("/v1/Task/List", b"{", length=2)], ids=["head", "body"]
)
def test_a_request_whose_rest_does_not_come(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(connections, "SECONDS_FOR_THE_REST", 0.2)
    with served() as server:
        assert told(answers(server, sent, half_close=False)) == (408, INVALID)
        assert answers(server, b"", half_close=False) == b""
        assert told(answers(server, request("/v1/Task/List", b"{}"), half_close=True))[0] == 200


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
def test_a_host_that_is_not_ours(name: str) -> None:
    # A page whose own name was made to lead to the loopback would otherwise read along.
    sent = f"GET /__fake__/ledger HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()
    with served() as server:
        assert told(answers(server, sent)) == (400, INVALID)
        # Nor is the rest of its request of any interest.
        sent = f"POST {RUN} HTTP/1.1\r\nHost: {name}\r\nContent-Length: 99\r\n\r\n{{".encode()
        assert told(answers(server, sent)) == (400, INVALID)
        head = f"HEAD / HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()
        assert parsed(answers(server, head))[::2] == (400, b"")


@pytest.mark.parametrize("name", ["127.0.0.1", "127.0.0.1:1", "localhost", "LOCALHOST:99", "[::1]:80"])
def test_our_own_names(name: str) -> None:
    sent = f"GET /__fake__/ledger HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()
    with served() as server:
        assert told(answers(server, sent)) == (200, {"runs": []})


def test_nobody_waits_while_frames_are_drawn_for_somebody_else() -> None:
    begun, go_on = threading.Event(), threading.Event()
    drawn: list[int] = []

    def slow(frame: Frame) -> bytes:
        drawn.append(frame.number)
        begun.set()
        assert go_on.wait(PATIENCE)
        return draw(frame)

    with served(draw=slow) as server, client_of(server) as http, ThreadPoolExecutor(3) as others:
        run(http)
        waiting = [others.submit(http.post, "/Task/Detail", json={"taskid": "2221"}) for _ in range(3)]
        assert begun.wait(PATIENCE)
        assert run(http)["taskid"] == "2222"
        assert (
            http.get(f"http://{server.address}/__fake__/ledger").json()["runs"][1]["status"] == "task_postprocess_end"
        )
        assert not any(answer.done() for answer in waiting)
        go_on.set()
        assert [len(answer.result().json()["tasklist"][0]["outputs"]) for answer in waiting] == [3, 3, 3]
        assert drawn == [1, 2, 3]


def test_however_many_wait_for_frames_the_others_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_MOST_WAITING", 2)
    monkeypatch.setattr(server_module, "_MOST_QUICK", 2)
    begun, go_on = threading.Event(), threading.Event()

    def slow(frame: Frame) -> bytes:
        begun.set()
        assert go_on.wait(PATIENCE)
        return draw(frame)

    with served(draw=slow) as server, client_of(server) as http, ThreadPoolExecutor(9) as others:
        token = run(http)["socketaccesstoken"]
        waiting = [others.submit(http.post, "/Task/Detail", json={"tasktoken": token}) for _ in range(5)]
        waiting += [others.submit(http.post, "/Task/List", json={}) for _ in range(4)]
        assert begun.wait(PATIENCE)
        server.machine.speed = 1000
        assert run(http)["taskid"] == "2222"
        for _ in range(3):
            assert http.post("/Task/Detail", json={"taskid": "2222"}).json()["result"] is True
        assert len(http.get(f"http://{server.address}/__fake__/ledger").json()["runs"]) == 2
        assert http.post("/Task/Cancel", json={"taskid": "2222"}).json()["result"] is True
        assert not any(answer.done() for answer in waiting)
        go_on.set()
        assert all(answer.result().json()["result"] is True for answer in waiting)


def test_many_at_once_keep_to_the_balance() -> None:
    with served(balance=50, speed=1) as server, client_of(server) as http, ThreadPoolExecutor(16) as others:
        found = [answer.result() for answer in [others.submit(run, http) for _ in range(32)]]
    taken = sorted(answer["taskid"] for answer in found if answer["result"])
    assert taken == ["2221", "2222", "2223", "2224", "2225"]
    assert {answer["errors"][0]["code"] for answer in found if not answer["result"]} == {96}


def test_faults_do_on_a_connection_what_they_say() -> None:
    with served() as server, client_of(server) as http:
        ordered = server.machine.faults
        ordered.order(protocol.TASK_LIST, faults.http(429, retry_after="5"), faults.HTML)
        assert http.post("/Task/List").headers["retry-after"] == "5"
        assert http.post("/Task/List").headers["content-type"] == "text/html"
        ordered.order(protocol.RUN, faults.Broken("reset", executed=True), faults.Broken("timeout"))
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            run(http)
        with pytest.raises(httpx.TimeoutException):
            http.post("/Run/wiro/story-diffusion-advanced", json=TWO_SCENES, timeout=0.2)
        assert len(server.machine.tasks()) == 1
        assert run(http)["taskid"] == "2222"


def test_a_mistake_of_ours_is_one_answer_and_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: Frame) -> bytes:
        raise ZeroDivisionError

    with served(draw=broken) as server, client_of(server) as http:
        run(http)
        answer = http.post("/Task/Detail", json={"taskid": "2221"})
        assert (answer.status_code, answer.json()["errors"][0]["message"]) == (500, "Internal error.")
        assert run(http)["taskid"] == "2222"
    assert [record.getMessage() for record in caplog.records if record.exc_info] == ["POST /v1/Task/Detail"]


def test_stopping_does_not_wait_for_frames() -> None:
    begun = threading.Event()
    drawn: list[int] = []

    def slow(frame: Frame) -> bytes:
        drawn.append(frame.number)
        begun.set()
        eventually(lambda: server.machine._studio._closed)
        return draw(frame)

    with ThreadPoolExecutor(1) as others, served(draw=slow) as server, client_of(server) as http:
        run(http)
        waiting = others.submit(http.post, "/Task/Detail", json={"taskid": "2221"})
        assert begun.wait(PATIENCE)
        server.__exit__()
        assert waiting.result().status_code == 503
    assert drawn == [1]


def test_stopping_does_not_wait_for_one_long_frame() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def endless(frame: Frame) -> bytes:
        begun.set()
        go_on.wait(PATIENCE)
        return draw(frame)

    with ThreadPoolExecutor(1) as others, served(draw=endless) as server, client_of(server) as http:
        run(http)
        waiting = others.submit(http.post, "/Task/Detail", json={"taskid": "2221"})
        assert begun.wait(PATIENCE)
        at = time.monotonic()
        server.__exit__()
        assert time.monotonic() - at < PATIENCE / 2
        go_on.set()
        assert isinstance(waiting.exception() or waiting.result(), httpx.TransportError | httpx.Response)


def test_what_keeps_it_from_starting_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(Watching, "listen", broken)
    server = FakeServer(Machine())
    with pytest.raises(OSError, match="Too many open files"), server:
        pass
    with pytest.raises(ConnectionRefusedError):
        connection(server)


def test_a_client_that_does_not_finish_does_not_keep_the_server() -> None:
    with served() as server:
        client = connection(server)
        client.sendall(request(RUN, b"", length=10))
        idle = connection(server)
        eventually(lambda: len(server._server.server_state.connections) == 2)
    client.close()
    idle.close()
    assert server.machine.tasks() == []


def test_a_port_that_is_taken() -> None:
    with served() as server:
        port = int(server.address.partition(":")[2])
        with pytest.raises(ConfigurationError, match=f"^port {port} is taken: "):
            FakeServer(Machine(), port=port)


def test_threads_and_sockets_are_given_back() -> None:
    before = set(threading.enumerate())
    with served() as server, client_of(server) as http:
        run(http)
        assert set(threading.enumerate()) > before
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        connection(server)
