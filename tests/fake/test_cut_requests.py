"""Requests that are not whole, or are none: refused, and no task is made."""

from __future__ import annotations

import json
import socket

import pytest

from fake.served import RUN, answers, connection, eventually, parsed, request, served, told

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]

BODY = json.dumps({"generalPrompt": "runs", "prompt": "a fox"}).encode()
CHUNKED = "Transfer-Encoding: chunked"
REFUSED = (400, {"result": False, "errors": [{"code": 0, "message": "Request parameters are invalid."}]})


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


CUT = {
    "a longer length": request(RUN, BODY, length=len(BODY) + 1),
    "a much longer length": request(RUN, BODY, length=99_999_999),
    "half of it": request(RUN, BODY[:20], length=len(BODY)),
    "no body": request(RUN, length=len(BODY)),
    "no last chunk": request(RUN, chunk(BODY), CHUNKED, length=-1),
    "half a chunk": request(RUN, chunk(BODY)[:-9], CHUNKED, length=-1),
    "no chunk": request(RUN, b"", CHUNKED, length=-1),
    "half a last chunk": request(RUN, chunk(BODY) + b"0\r\n", CHUNKED, length=-1),
    "half a head": request(RUN, BODY)[:40],
    "half a form": request(RUN, b'--X\r\nContent-Disposition: form-data; name="generalPrompt"\r\n\r\nruns\r\n--X',
                           "Content-Type: multipart/form-data; boundary=X", length=200),
}  # fmt: skip


@pytest.mark.parametrize("sent", CUT.values(), ids=CUT)
def test_cut_short_and_still_listening(sent: bytes) -> None:
    with served() as server:
        assert told(answers(server, sent)) == REFUSED
        assert server.machine.tasks() == []


def test_cut_short_and_gone() -> None:
    with served() as server:
        for sent in CUT.values():
            with connection(server) as client:
                client.sendall(sent)
        # What is whole counts, though nobody waits for the answer: nobody knows that before.
        with connection(server) as client:
            client.sendall(request(RUN, BODY))
        eventually(lambda: len(server.machine.tasks()) > 0)
        # Closed in another way: the other side is told that the connection broke.
        for sent in CUT.values():
            client = connection(server)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.sendall(sent)
            client.close()
        assert told(answers(server, request("/v1/Task/Detail", b'{"taskid": "2221"}')))[0] == 200
        assert len(server.machine.tasks()) == 1


NONE = {
    "no number": request(RUN, BODY, "Content-Length: x", length=-1),
    "a negative number": request(RUN, BODY, "Content-Length: -1", length=-1),
    "two numbers": request(RUN, BODY, "Content-Length: 9", length=10),
    "a number beyond all": request(RUN, BODY, f"Content-Length: {'9' * 30}", length=-1),
    "no size of a chunk": request(RUN, b"zz\r\n", CHUNKED, length=-1),
    "an unknown coding": request(RUN, BODY, "Transfer-Encoding: gzip", length=-1),
    "huge headers": request(RUN, BODY, f"X-Long: {'x' * 200_000}"),
    "endless headers": request(RUN, BODY)[:40] + b"x" * 200_000,
    "no host": b"POST /v1/Task/Detail HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "encrypted": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


@pytest.mark.parametrize("sent", NONE.values(), ids=NONE)
def test_what_is_no_request(sent: bytes) -> None:
    with served() as server:
        assert told(answers(server, sent, half_close=False)) == REFUSED
        assert server.machine.tasks() == []


def test_nothing_at_all_is_no_mistake() -> None:
    with served() as server:
        assert answers(server, b"") == b""


def test_a_whole_request_of_a_client_that_sends_no_more() -> None:
    with served() as server:
        assert told(answers(server, request(RUN, BODY)))[1]["result"] is True
        assert told(answers(server, request(RUN, chunk(BODY) + b"0\r\n\r\n", CHUNKED, length=-1)))[1]["result"] is True


def test_requests_that_follow_each_other() -> None:
    with served() as server, connection(server) as client:
        client.sendall(request(RUN, BODY) * 2 + request("/nowhere") + request(RUN, BODY))
        client.shutdown(socket.SHUT_WR)
        received = b""
        while received.count(b'"result"') < 4:
            part = client.recv(65536)
            assert part
            received += part
        assert received.count(b"HTTP/1.1 200 OK") == 3
        assert received.count(b"HTTP/1.1 404 Not Found") == 1
    assert len(server.machine.tasks()) == 3


def test_rubbish_behind_an_answer() -> None:
    # The answer to what is too large comes before all of it was read; what then breaks breaks only the connection.
    with served() as server:
        head = request(RUN, b"", CHUNKED, length=-1, method="GET")
        status, _, _ = parsed(answers(server, head + b"zz\r\n", half_close=False))
        assert status in {400, 404}
        assert told(answers(server, request("/v1/Task/Detail", b"{}")))[0] == 200
