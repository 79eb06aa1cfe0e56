from __future__ import annotations

import asyncio
import json
import logging
import signal
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.errors import ConfigurationError
from storyscript.wiro import listening
from storyscript.wiro.webhook import Receiver, named_tasks, usable_path

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SECRET = "5f0c2a7e9d1b4c38"
PATH = f"/hooks/{SECRET}"
OTHER = f"/{SECRET[::-1]}/x/"
TASK = {"id": "2221", "status": "task_postprocess_end", "pexit": "0", "outputs": [], "socketaccesstoken": "t" * 30}
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


# ---- addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"https://comics.example{PATH}", PATH),
        (f"http://127.0.0.1:8080{OTHER}", OTHER),
        (f"https://comics.example{PATH}?story=lamp#top", PATH),
        (f"https://user:word@[::1]:9{PATH}", PATH),
        (f"https://comics.example/{SECRET[:-1]}", None),
        (f"https://comics.example/{SECRET[:8]}/{SECRET[8:]}", None),
        (f"https://comics.example/?secret={SECRET}", None),
        (f"https://{SECRET}.example", None),
        (f"https://comics.example//{SECRET}", None),
        (f"https://comics.example/../{SECRET}", None),
        (f"https://comics.example/{SECRET}%41", None),
        (f"https://comics.example/{SECRET}é", None),
        (f"ftp://comics.example{PATH}", None),
        (f"https://{PATH}", None),
        (f"https://[::1{PATH}", None),
        (PATH, None),
        ("", None),
    ],
)
def test_which_path_can_guard_a_callback(url: str, path: str | None) -> None:
    assert usable_path(url) == path


def test_a_path_without_a_secret_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Receiver([PATH, "/hooks/short"], print, port=0)
    assert "short" not in str(caught.value)
    assert SECRET not in str(caught.value)


# ---- bodies --------------------------------------------------------------------------------------------------


def multipart(*fields: tuple[str, str], end: str = "\r\n") -> tuple[str, bytes]:
    parts = [
        f'--b0-undary{end}Content-Disposition: form-data; name="{name}"{end}{end}{value}' for name, value in fields
    ]
    return "multipart/form-data; boundary=b0-undary", end.join([*parts, f"--b0-undary--{end}"]).encode()


def test_the_forms_of_a_callback() -> None:
    for content_type, body, ids in [
        (JSON, json.dumps(TASK).encode(), ("2221",)),
        (JSON, b'{"taskid": 2221}', ("2221",)),
        (JSON, b'\xef\xbb\xbf {"taskid": "2221", "id": "7"}', ("2221", "7")),
        (JSON, json.dumps({"result": True, "tasklist": [TASK, {"id": 9}, TASK]}).encode(), ("2221", "9")),
        (JSON, json.dumps({"tasklist": TASK}).encode(), ("2221",)),
        (JSON, json.dumps([TASK]).encode(), ("2221",)),
        # The sender's word for the form of its body is not believed either.
        ("", json.dumps(TASK).encode(), ("2221",)),
        ("multipart/form-data", json.dumps(TASK).encode(), ("2221",)),
        (FORM, json.dumps(TASK).encode(), ("2221",)),
        (FORM, b"taskid=2221&status=task_cancel", ("2221",)),
        (FORM, urlencode({"tasklist": json.dumps([TASK])}).encode(), ("2221",)),
        (*multipart(("status", "task_cancel"), ("id", "2221")), ("2221",)),
        (*multipart(("taskid", "2221"), end="\n"), ("2221",)),
        (*multipart(("tasklist", json.dumps([TASK]))), ("2221",)),
    ]:
        assert named_tasks(content_type, body) == ids


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"7",
        b'"2221"',
        b"[]",
        b"{}",
        b'{"id": null, "taskid": true}',
        b'{"id": "22 21"}',
        b'{"id": "22\\n21"}',
        b'{"id": ""}',
        b'{"id": ["2221"], "tasklist": [7, null, []]}',
        b'{"id": "%b"}' % (b"9" * 201),
        b'{"id": "2221"',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b"<html>id=2221</html>",
        b"&".join(b"a=1" for _ in range(1000)) + b"&id=2221",
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_bodies_that_name_no_task(body: bytes) -> None:
    for content_type in (JSON, FORM, "", "multipart/form-data; boundary=b", "multipart/form-data; boundary="):
        assert named_tasks(content_type, body) == ()


def test_of_very_many_ids_some_are_heard() -> None:
    body = json.dumps([{"id": number} for number in range(1000)]).encode()
    assert named_tasks(JSON, body) == tuple(map(str, range(100)))


@given(
    st.text(st.characters(max_codepoint=255, blacklist_characters="\r\n"), max_size=40)
    | st.sampled_from([FORM, "multipart/form-data; boundary=b", "multipart/form-data; boundary*=utf-8''%ff"]),
    st.binary(max_size=200)
    | st.lists(st.sampled_from([b"--b", b"\r\n", b"\n\n", b'name="id"', b"id=1", b"&", b"{", b"7"]), max_size=20).map(
        b"".join
    ),
)
def test_any_body_names_ids_or_nothing(content_type: str, body: bytes) -> None:
    for task_id in named_tasks(content_type, body):
        assert 0 < len(task_id) <= 200
        assert all("!" <= character <= "~" for character in task_id)


# ---- on a socket ---------------------------------------------------------------------------------------------

real = pytest.mark.usefixtures("socket_enabled")


def listen(action: Callable[[Receiver, list[str]], Awaitable[None]]) -> list[str]:
    """What is heard while something is done to a receiver."""
    heard: list[str] = []

    async def inside() -> None:
        async with Receiver([PATH, OTHER], heard.append, port=0) as receiver:
            await action(receiver, heard)

    asyncio.run(inside())
    return heard


async def request(receiver: Receiver, method: str, path: str, body: bytes = b"", kind: str = JSON) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"http://127.0.0.1:{receiver.port}{path}"
        return await client.request(method, url, content=body, headers={"content-type": kind})


async def exchange(receiver: Receiver, *parts: bytes, pause: float = 0.0) -> bytes:
    """What is answered to bytes, until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        return await asyncio.wait_for(reader.read(), 60)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def head(path: str = PATH, length: int = 0, method: str = "POST") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()


@pytest.mark.real_socket
@real
def test_a_callback_is_heard_as_often_as_it_comes() -> None:
    async def action(receiver: Receiver, heard: list[str]) -> None:
        for path in (PATH, OTHER, PATH, f"{PATH}?x=1"):
            answer = await request(receiver, "POST", path, json.dumps(TASK).encode())
            assert (answer.status_code, answer.content) == (200, b"")
        assert heard == ["2221"] * 4
        assert (await request(receiver, "POST", PATH, b"taskid=7", FORM)).status_code == 200
        assert (await request(receiver, "POST", PATH, multipart(("id", "8"))[1], multipart()[0])).status_code == 200

    assert listen(action) == ["2221"] * 4 + ["7", "8"]


@pytest.mark.real_socket
@real
def test_everything_else_gets_the_same_answer() -> None:
    async def action(receiver: Receiver, _: list[str]) -> None:
        answers = [
            await exchange(receiver, head(path, 12, method) + b'{"id": "22"}')
            for method, path in [
                ("POST", "/"),
                ("POST", "/hooks/"),
                ("POST", PATH[:-1]),
                ("POST", PATH + "/"),
                ("POST", PATH.upper()),
                ("POST", "/" + PATH),
                ("POST", f"http://127.0.0.1{PATH}"),
                ("POST", "/" + "a" * 5000),
                ("POST", "/%ff%00"),
                ("GET", PATH),
                ("PUT", PATH),
                ("post", PATH),
                ("OPTIONS", PATH),
            ]
        ]
        assert set(answers) == {b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"}

    assert listen(action) == []


@pytest.mark.real_socket
@real
def test_what_cannot_be_read_is_taken_all_the_same() -> None:
    async def action(receiver: Receiver, _: list[str]) -> None:
        for body in (b"", b"\xff" * 99, b"{", b"<html>", b"[" * 100_000, b'{"id": 1' + b" " * 4 * 1024 * 1024 + b"}"):
            assert (await request(receiver, "POST", PATH, body)).status_code == 200
        largest = b'{"id": 5' + b" " * (listening.MOST_BYTES - 9) + b"}"
        assert (await request(receiver, "POST", PATH, largest)).status_code == 200
        assert (await request(receiver, "POST", PATH, largest + b" ")).status_code == 200

    assert listen(action) == ["5"]


@pytest.mark.real_socket
@real
def test_what_is_no_http_gets_no_answer() -> None:
    async def action(receiver: Receiver, _: list[str]) -> None:
        for sent in (
            b"\x16\x03\x01\x02\0",
            b"hello\r\n\r\n",
            b"POST\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: " + b"x" * 70_000,
        ):
            assert await exchange(receiver, sent) == b""
        chunked = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        assert (await exchange(receiver, chunked + b'b\r\n{"id": 123}\r\n0\r\n\r\n')).startswith(b"HTTP/1.1 200")
        upgrade = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        assert (await exchange(receiver, upgrade)).startswith(b"HTTP/1.1 404")

    assert listen(action) == ["123"]


@pytest.mark.real_socket
@real
def test_half_a_request_is_none() -> None:
    async def action(receiver: Receiver, _: list[str]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        writer.write(head(length=50) + b'{"id": "2221"}')
        await writer.drain()
        writer.transport.abort()
        # A sender that has closed its side after a whole request is answered.
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        writer.write(head(length=9) + b'{"id": 3}')
        writer.write_eof()
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
        writer.close()

    assert listen(action) == ["3"]


@pytest.mark.real_socket
@real
def test_slow_senders_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "SECONDS_FOR_A_BODY", 0.05)

    async def action(receiver: Receiver, heard: list[str]) -> None:
        # A body that does not come: answered without it.
        assert (await exchange(receiver, head(length=50), b'{"id": 4')).startswith(b"HTTP/1.1 200")
        # A head that does not come, or comes forever: the connection ends.
        with monkeypatch.context() as hurried:
            hurried.setattr(listening, "SECONDS_FOR_A_REQUEST", 0.2)
            assert await exchange(receiver) == b""
            assert await exchange(receiver, b"POST /", *[b"a"] * 100, pause=0.02) == b""
        assert (await request(receiver, "POST", PATH, b'{"id": 6}')).status_code == 200
        assert heard == ["6"]

    listen(action)


@pytest.mark.real_socket
@real
def test_many_at_once() -> None:
    async def action(receiver: Receiver, heard: list[str]) -> None:
        idle = [await asyncio.open_connection("127.0.0.1", receiver.port) for _ in range(listening.MOST_CONNECTIONS)]
        # One too many is closed without a word.
        assert await exchange(receiver, head(length=9) + b'{"id": 1}') == b""
        for _, writer in idle:
            writer.close()
        for _, writer in idle:
            await writer.wait_closed()
        await asyncio.sleep(0.01)
        some = [request(receiver, "POST", PATH, b'{"id": %d}' % number) for number in range(10)]
        assert {answer.status_code for answer in await asyncio.gather(*some)} == {200}
        assert sorted(heard) == [str(number) for number in range(10)]

    listen(action)


@pytest.mark.real_socket
@real
def test_it_ends_at_once_and_leaves_the_port(caplog: pytest.LogCaptureFixture) -> None:
    async def inside() -> None:
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        async with Receiver([PATH], print, port=0) as receiver:
            port = receiver.port
            assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
            with pytest.raises(ConfigurationError, match=f"cannot listen for callbacks on port {port}: .*another port"):
                await Receiver([PATH], print, port=port).__aenter__()
            waiting = asyncio.create_task(exchange(receiver, head(length=50)))
            await asyncio.sleep(0.02)
        assert await waiting == b""
        async with Receiver([PATH], print, port=port) as again:
            assert again.port == port
        with pytest.raises(ConfigurationError, match="from 0 to 65535"):
            await Receiver([PATH], print, port=70_000).__aenter__()
        assert len(asyncio.all_tasks()) == 1

    caplog.set_level(0)
    began = time.monotonic()
    asyncio.run(inside())
    assert time.monotonic() - began < 3
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.real_socket
@real
def test_no_log_has_the_path(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        caplog.set_level(1, name)
    caplog.set_level(1)

    async def action(receiver: Receiver, _: list[str]) -> None:
        await exchange(receiver, head(length=9) + b'{"id": 3}')
        await exchange(receiver, head(PATH[:-1]))
        await exchange(receiver, b"POST " + PATH.encode() + b"\r\n\r\n")

    assert listen(action) == ["3"]
    assert SECRET[:-1] not in caplog.text
    assert SECRET[:-1] not in "".join(capfd.readouterr())
    caplog.clear()
    logging.getLogger("test").warning("%s", SECRET)
    assert SECRET in caplog.text  # a log would have been seen
