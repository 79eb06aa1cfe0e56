"""The environment's proxy is used for what goes to the network, and never between programs of one machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from storyscript.errors import ConfigurationError, StoryscriptError, UnreachableError
from storyscript.wiro import WiroClient
from wiro.standins import CREDENTIALS, Clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def asked(
    monkeypatch: pytest.MonkeyPatch,
    action: Callable[[WiroClient], Awaitable[object]],
    answer: bytes = b"HTTP/1.1 502 Bad gateway\r\n\r\n",
    *,
    base_url: str = "https://wiro.invalid/v1",
    variable: str = "HTTPS_PROXY",
    scheme: str = "http://",
) -> tuple[StoryscriptError, list[bytes], int]:
    """What a client gets that a proxy answers so, what the proxy was asked, and how often the client waited."""
    seen: list[bytes] = []
    clock = Clock()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0])
        writer.write(answer)
        writer.close()

    async def inside() -> StoryscriptError:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            monkeypatch.setenv(variable, f"{scheme}127.0.0.1:{server.sockets[0].getsockname()[1]}")
            async with WiroClient(CREDENTIALS, base_url=base_url, sleep=clock.sleep) as client:
                with pytest.raises(StoryscriptError) as caught:
                    await action(client)
                return caught.value

    return asyncio.run(inside()), seen, len(clock.slept)


def submit(client: WiroClient) -> Awaitable[object]:
    return client.run({})


def fetch(client: WiroClient) -> Awaitable[object]:
    return client.download("https://cdn.invalid/0.png", lambda _: None, limit=9)


@pytest.mark.parametrize("scheme", ["http://", ""])
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY", "https_proxy"])
def test_both_ways_go_through_it(monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str) -> None:
    """A proxy that refuses has passed nothing on, so even a Run is sent again."""
    error, seen, waits = asked(monkeypatch, submit, variable=variable, scheme=scheme)
    assert type(error) is UnreachableError
    assert "the proxy refused to connect; nothing was submitted" in str(error)
    assert (seen, waits) == ([b"CONNECT wiro.invalid:443 HTTP/1.1"] * 4, 3)
    error, seen, waits = asked(monkeypatch, fetch, variable=variable, scheme=scheme)
    assert type(error) is UnreachableError
    assert (seen, waits) == ([b"CONNECT cdn.invalid:443 HTTP/1.1"] * 4, 3)


def test_a_proxy_that_hangs_up_has_passed_nothing_on(monkeypatch: pytest.MonkeyPatch) -> None:
    error, seen, _ = asked(monkeypatch, submit, b"")
    assert type(error) is UnreachableError
    assert len(seen) == 4


def test_hosts_that_are_excepted_go_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "wiro.invalid,.cdn.invalid")
    error, seen, _ = asked(monkeypatch, submit)
    assert "no address for the host's name" in str(error)
    assert seen == []


def test_this_machine_is_reached_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    error, seen, _ = asked(monkeypatch, submit, base_url="http://127.0.0.1:1/v1", variable="HTTP_PROXY")
    assert "nothing listens at the address" in str(error)
    assert seen == []


@pytest.mark.parametrize("proxy", ["socks5://user:pw@h:1080", "gopher://user:pw@h", "http://user:pw@h:99999"])
def test_proxies_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConfigurationError, match="proxy") as caught:
        WiroClient(CREDENTIALS)
    assert "pw" not in str(caught.value)
