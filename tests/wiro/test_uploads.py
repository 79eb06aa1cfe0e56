from __future__ import annotations

import os
import tracemalloc
from typing import TYPE_CHECKING

import httpx
import pytest

from storyscript import protocol
from storyscript.errors import (
    ConfigurationError,
    CredentialsError,
    LimitError,
    MalformedAnswerError,
    RefusedError,
    StoryscriptError,
    UnreachableError,
)
from storyscript.fake import faults
from wiro.standins import Canned, Clock, call, client_of, client_over, machine_at

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from storyscript.wiro import WiroClient

PHOTO = b"\x89PNG\r\n\x1a\n" + b"photo" * 40
URL = "https://cdn.invalid/uploads/c0ffee/0.png"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "Mira at home.png"
    path.write_bytes(PHOTO)
    return path


def uploading(
    path: Path, name: str = "mira.png", content_type: str = "image/png"
) -> Callable[[WiroClient], Awaitable[str]]:
    return lambda client: client.upload(path, name=name, content_type=content_type)


def answer(url: object = URL, *, size: object = str(len(PHOTO)), files: int = 1) -> httpx.Response:
    file = {"id": "1", "name": "mira.png", "contenttype": "image/png", "size": size, "url": url, "accesskey": "k"}
    return httpx.Response(200, json={"result": True, "errors": [], "list": [file] * files})


def test_the_fake_gives_it_back(photo: Path) -> None:
    clock = Clock()

    async def there_and_back(client: WiroClient) -> bytes:
        url = await uploading(photo)(client)
        file = bytearray()
        await client.download(url, file.extend, limit=1000)
        return bytes(file)

    assert call(client_of(machine_at(clock), clock), there_and_back) == PHOTO


def test_what_is_sent(photo: Path) -> None:
    carrier = Canned(answer())
    assert call(client_over(carrier, Clock()), uploading(photo, 'a "b".png')) == URL
    (request,) = carrier.requests
    assert request.url.path == "/v1/File/Upload"
    assert {"x-api-key", "x-nonce", "x-signature"} <= set(request.headers)
    head, _, rest = request.content.partition(b"\r\n\r\n")
    assert head.splitlines()[1:] == [
        b'Content-Disposition: form-data; name="file"; filename="a %22b%22.png"',
        b"Content-Type: image/png",
    ]
    assert rest.startswith(PHOTO + b"\r\n--")
    # Neither the path nor its name goes along.
    assert b"Mira" not in request.content
    assert int(request.headers["content-length"]) == len(request.content)


def test_it_is_read_as_it_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 30_000_000)

    class Counting(httpx.AsyncBaseTransport):
        count = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            assert isinstance(request.stream, httpx.AsyncByteStream)
            async for piece in request.stream:
                self.count += len(piece)
            return answer(size="30000000")

    carrier = Counting()
    tracemalloc.start()
    try:
        call(client_over(carrier, Clock()), uploading(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 30_000_000 < carrier.count < 30_001_000
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("", "image/png"),
        ("a/b.png", "image/png"),
        ("a\\b.png", "image/png"),
        ("a\r\nX: y", "image/png"),
        ("x" * 300, "image/png"),
        ("a.png", ""),
        ("a.png", "png"),
        ("a.png", "image/png\r\nX-Evil: 1"),
        ("a.png", "image/png; charset=x"),
    ],
)
def test_names_and_types_that_are_refused(photo: Path, name: str, content_type: str) -> None:
    refused(uploading(photo, name, content_type))


def refused(action: Callable[[WiroClient], Awaitable[str]]) -> str:
    """What is said of an upload of which nothing is sent."""
    carrier = Canned(answer())
    with pytest.raises(ConfigurationError) as caught:
        call(client_over(carrier, Clock()), action)
    assert carrier.requests == []
    assert str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.parametrize("name", ["a", "x" * 200])
def test_names_that_are_just_short_or_long_enough(photo: Path, name: str) -> None:
    assert call(client_over(Canned(answer()), Clock()), uploading(photo, name)) == URL


def test_where_the_service_does_not_say_how_much_it_has_it_is_believed(photo: Path) -> None:
    assert call(client_over(Canned(answer(size=None)), Clock()), uploading(photo)) == URL


def test_a_file_that_goes_or_closes_in_the_meantime_is_told_of(photo: Path) -> None:
    class Locked(type(photo)):  # type: ignore[misc]  # whatever a path is on this system
        def open(self, *_: object, **__: object) -> object:
            raise PermissionError(13, "Permission denied")

    assert "Permission denied" in refused(uploading(Locked(photo)))
    with pytest.raises(ConfigurationError, match="it is no path"):
        call(client_over(Canned(answer()), Clock()), uploading(photo / "a\0b"))


def test_files_that_are_refused(tmp_path: Path) -> None:
    assert "No such file" in refused(uploading(tmp_path / "nothing.png"))
    assert "no plain file" in refused(uploading(tmp_path))
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert "no plain file" in refused(uploading(fifo))
    large = tmp_path / "large"
    with large.open("wb") as file:
        os.truncate(file.fileno(), protocol.MOST_UPLOAD_BYTES + 1)
    assert "104857601 bytes" in refused(uploading(large))


@pytest.mark.parametrize(
    ("trouble", "sent", "kind", "words"),
    [
        (faults.Broken("unreachable"), 4, UnreachableError, "nothing was sent"),
        (faults.Broken("reset"), 1, UnreachableError, "may have arrived, which costs nothing"),
        (faults.Broken("timeout"), 1, UnreachableError, "may have arrived, which costs nothing"),
        (faults.http(503), 1, UnreachableError, "may have arrived, which costs nothing"),
        (faults.http(429, retry_after="3"), 1, LimitError, "HTTP 429"),
        (faults.http(200, b"<h1>"), 1, MalformedAnswerError, "HTML"),
        (faults.http(401), 1, CredentialsError, "credentials"),
        (
            faults.http(413, b'{"result": false, "errors": [{"code": 0, "message": "Too large"}]}'),
            1,
            RefusedError,
            "Too",
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, faults.Broken) else None,
)
def test_trouble(photo: Path, trouble: faults.Fault, sent: int, kind: type[StoryscriptError], words: str) -> None:
    clock = Clock()
    machine = machine_at(clock)
    machine.faults.always(protocol.FILE_UPLOAD, trouble)
    with pytest.raises(kind, match=words) as caught:
        call(client_of(machine, clock), uploading(photo))
    assert type(caught.value) is kind
    assert machine.faults.seen[protocol.FILE_UPLOAD] == sent


def test_what_never_left_is_sent_again_from_the_beginning(photo: Path) -> None:
    """A connection that breaks before the headers, after the file was looked at."""
    bodies: list[bytes] = []

    class Late(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            bodies.append(await request.aread())
            if len(bodies) < 3:
                raise httpx.ConnectError("")
            return answer()

    assert call(client_over(Late(), Clock()), uploading(photo)) == URL
    assert [PHOTO in body for body in bodies] == [True, True, True]


@pytest.mark.parametrize(
    "reply",
    [
        answer(files=0),
        answer(files=2),
        answer(None),
        answer(7),
        answer("ftp://h/x"),
        answer("https://user:pw@h/x"),
        answer("https://"),
        answer("/uploads/0.png"),
        answer(size="100"),
        answer(size="many"),
        httpx.Response(200, json={"result": True, "errors": []}),
        httpx.Response(200, json={"result": True, "errors": [], "list": {}}),
        httpx.Response(200, json={"result": True, "errors": [], "list": ["x"]}),
    ],
)
def test_answers_that_name_no_file(photo: Path, reply: httpx.Response) -> None:
    with pytest.raises(MalformedAnswerError) as caught:
        call(client_over(Canned(reply), Clock()), uploading(photo))
    assert str(caught.value).isprintable()
    assert "pw" not in str(caught.value)


def test_a_file_that_shrinks_while_it_is_sent(photo: Path) -> None:
    """The length was promised before: nothing is known of what the service makes of it."""

    class Shrinking(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            assert isinstance(request.stream, httpx.AsyncByteStream)
            os.truncate(photo, 5)
            sent = b"".join([piece async for piece in request.stream])
            if len(sent) != int(request.headers["content-length"]):
                raise httpx.LocalProtocolError("Too little data for declared Content-Length")
            return answer()

    with pytest.raises(UnreachableError, match="may have arrived"):
        call(client_over(Shrinking(), Clock()), uploading(photo))
