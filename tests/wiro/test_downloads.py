from __future__ import annotations

import functools
import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from storyscript.errors import ExpiredError, MalformedAnswerError, RefusedError, StoryscriptError, UnreachableError
from storyscript.fake import faults, transport
from storyscript.wiro import WiroClient
from wiro.standins import CREDENTIALS, TWO_SCENES, Canned, Clock, call, client_of, client_over, machine_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

URL = "https://cdn.invalid/6a6af820-c5050aee/0.png"
FILE = b"picture" * 10


def over(
    answer: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response],
) -> tuple[WiroClient, Canned, Clock]:
    clock, carrier = Clock(), Canned(answer)
    return client_over(carrier, clock), carrier, clock


def fetch(client: WiroClient, url: str = URL, *, limit: int = 1000) -> tuple[int, bytes]:
    file = bytearray()
    return call(client, lambda client: client.download(url, file.extend, limit=limit)), bytes(file)


def failure(client: WiroClient, url: str = URL, *, limit: int = 1000) -> StoryscriptError:
    with pytest.raises(StoryscriptError) as caught:
        fetch(client, url, limit=limit)
    message = str(caught.value)
    assert message.isprintable()
    assert "6a6af820" not in message
    assert caught.value.__cause__ is None
    return caught.value


def test_the_fakes_files() -> None:
    clock = Clock()
    machine = machine_at(clock, speed=0)

    async def render(client: WiroClient) -> list[bytes]:
        task = await client.task_detail((await client.run(TWO_SCENES)).taskid)
        files = []
        for output in task.outputs:
            assert output.url is not None
            file = bytearray()
            assert await client.download(output.url, file.extend, limit=1000) == output.size
            files.append(bytes(file))
        return files

    assert call(client_of(machine, clock), render) == [
        b"1: a fox / runs / Away!",
        b"2:  / rain / rain",
        b"3: a fox / sleeps / sleeps",
    ]


def test_no_credentials_go_along() -> None:
    client, carrier, _ = over(httpx.Response(200, content=FILE))
    assert fetch(client) == (len(FILE), FILE)
    (request,) = carrier.requests
    assert request.method == "GET"
    assert not {"x-api-key", "x-nonce", "x-signature", "authorization", "cookie"} & set(request.headers)
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["user-agent"].startswith("storyscript/")


def test_files_have_their_own_transport() -> None:
    clock = Clock()
    files = Canned(httpx.Response(200, content=FILE))
    api = transport(machine_at(clock))
    client = WiroClient(CREDENTIALS, transport=api, download_transport=files, now=clock, sleep=clock.sleep)
    assert fetch(client)[1] == FILE


def test_it_comes_in_pieces() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 65536

    class Stream(httpx.AsyncByteStream):
        def __aiter__(self) -> AsyncIterator[bytes]:
            return pieces()

    client, _, _ = over(lambda _: httpx.Response(200, stream=Stream()))
    sizes: list[int] = []

    def take(piece: bytes) -> None:
        sizes.append(len(piece))

    assert call(client, lambda client: client.download(URL, take, limit=10_000_000)) == 6_553_600
    assert max(sizes) == 65536


def test_a_disk_that_fails_is_not_the_services_fault() -> None:
    client, carrier, _ = over(httpx.Response(200, content=FILE))

    def full(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        call(client, lambda client: client.download(URL, full, limit=1000))
    assert len(carrier.requests) == 1


def test_a_time_out_of_the_writers_is_not_the_services_fault() -> None:
    client, carrier, _ = over(httpx.Response(200, content=FILE))

    def late(_: bytes) -> None:
        raise TimeoutError("the disk")

    with pytest.raises(TimeoutError, match="the disk"):
        call(client, lambda client: client.download(URL, late, limit=1000))
    assert len(carrier.requests) == 1


class Closing(httpx.AsyncByteStream):
    """A body that breaks, or comes; its connection must be let go of."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self.error is not None:
            raise self.error
        yield FILE

    async def aclose(self) -> None:
        self.is_closed = True


def answered(stream: Closing, _: httpx.Request) -> httpx.Response:
    return httpx.Response(200, stream=stream)


def test_a_connection_that_breaks_within_its_encryption_is_tried_no_more_and_all_are_let_go_of() -> None:
    broken = ssl.SSLError(1, "bad record mac")
    broken.reason = "BAD_RECORD_MAC"  # as the library's own have it
    for error in (broken, None):
        stream = Closing(error)
        client, carrier, _ = over(functools.partial(answered, stream))
        if error is None:
            assert call(client, lambda client: client.download(URL, lambda _: None, limit=1000)) == len(FILE)
        else:
            with pytest.raises(UnreachableError):
                call(client, lambda client: client.download(URL, lambda _: None, limit=1000))
        assert len(carrier.requests) == 1
        assert stream.is_closed
        # Each step has its bound.
        assert carrier.requests[0].extensions["timeout"]["read"] == 30.0


@pytest.mark.parametrize("told", [True, False])
def test_too_large(told: bool) -> None:  # noqa: FBT001 - the table's column
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 40

    class Stream(httpx.AsyncByteStream):
        def __aiter__(self) -> AsyncIterator[bytes]:
            return chunks()

    headers = {"content-length": "4000"} if told else {}
    client, _, _ = over(lambda _: httpx.Response(200, headers=headers, stream=Stream()))
    file = bytearray()
    with pytest.raises(MalformedAnswerError, match="larger than 100 bytes"):
        call(client, lambda client: client.download(URL, file.extend, limit=100))
    assert len(file) <= (0 if told else 100)


def test_a_file_as_large_as_the_limit_is_fine() -> None:
    client, _, _ = over(httpx.Response(200, content=FILE))
    assert fetch(client, limit=len(FILE)) == (len(FILE), FILE)


def test_compressed_files_are_refused() -> None:
    headers = {"content-encoding": "gzip"}
    client, _, _ = over(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"\x1f\x8b")))
    assert "compressed" in str(failure(client))


def test_a_file_cut_short() -> None:
    headers = {"content-length": "100"}
    client, carrier, _ = over(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(FILE)))
    error = failure(client)
    assert type(error) is UnreachableError
    assert "70 bytes came instead of 100" in str(error)
    # Part of it was written, so it is not fetched again behind the caller's back.
    assert len(carrier.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, ExpiredError) for status in (401, 403, 404, 410)),
        *((status, RefusedError) for status in (400, 204, 206, 304)),
    ],
)
def test_gone(status: int, kind: type[RefusedError]) -> None:
    client, carrier, _ = over(httpx.Response(status))
    error = failure(client)
    assert type(error) is kind
    assert f"HTTP {status}" in str(error)
    assert len(carrier.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(408),
        httpx.Response(429),
        httpx.Response(503),
        httpx.ConnectError(""),
        httpx.ReadTimeout(""),
    ],
)
def test_passing_trouble(answer: httpx.Response | Exception) -> None:
    client, carrier, clock = over(answer)
    assert type(failure(client)) is UnreachableError
    assert len(carrier.requests) == 4
    assert clock.slept == [0.5, 1.0, 2.0]


def test_trouble_that_passes() -> None:
    clock = Clock()
    machine = machine_at(clock, speed=0)
    machine.faults.order(faults.FILES, faults.http(503, retry_after="5"), faults.Broken("reset"))

    async def render(client: WiroClient) -> bytes:
        task = await client.task_detail((await client.run(TWO_SCENES)).taskid)
        file = bytearray()
        await client.download(task.outputs[0].url or "", file.extend, limit=1000)
        return bytes(file)

    assert call(client_of(machine, clock), render) == b"1: a fox / runs / Away!"
    assert clock.slept == [5.0, 1.0]


def redirecting(*hops: str) -> Callable[[httpx.Request], httpx.Response]:
    """Each address redirects to the next one; the last has the file."""
    targets = dict(zip((URL, *hops), hops, strict=False))

    def answer(request: httpx.Request) -> httpx.Response:
        target = targets.get(str(request.url))
        return (
            httpx.Response(200, content=FILE) if target is None else httpx.Response(302, headers={"location": target})
        )

    return answer


def test_redirects_are_followed() -> None:
    hops = [f"https://host{number}.invalid/file" for number in range(5)]
    client, carrier, _ = over(redirecting(*hops))
    assert fetch(client)[1] == FILE
    assert [str(request.url) for request in carrier.requests] == [URL, *hops]


def test_relative_redirects() -> None:
    answers = iter([httpx.Response(301, headers={"location": "/b"}), httpx.Response(200, content=FILE)])
    client, carrier, _ = over(lambda _: next(answers))
    assert fetch(client)[1] == FILE
    assert str(carrier.requests[1].url) == "https://cdn.invalid/b"


def test_too_many_redirects() -> None:
    client, carrier, _ = over(httpx.Response(307, headers={"location": URL}))
    assert "more than 5 redirects" in str(failure(client))
    assert len(carrier.requests) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://h/x", "https://user:pw@h/x", "https://a..b/"])
def test_each_hop_is_checked(target: str) -> None:
    client, carrier, _ = over(httpx.Response(302, headers={"location": target}))
    assert type(failure(client)) is MalformedAnswerError
    assert len(carrier.requests) == 1


@pytest.mark.parametrize("headers", [{}, {"location": "https://[::bad"}, {"location": "https://h:99999/"}])
def test_redirects_to_nowhere(headers: dict[str, str]) -> None:
    client, _, _ = over(httpx.Response(302, headers=headers))
    assert isinstance(failure(client), MalformedAnswerError | UnreachableError)


def test_only_https_from_the_real_service() -> None:
    for url in ("http://cdn.invalid/0.png", "file:///etc/passwd", "0.png", ""):
        with pytest.raises(MalformedAnswerError):
            fetch(WiroClient(CREDENTIALS), url)
