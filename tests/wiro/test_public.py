"""Files come from the public internet only: by the address that a name has, not by the name."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import httpcore
import httpx
import pytest

from storyscript.errors import MalformedAnswerError
from storyscript.wiro import WiroClient
from storyscript.wiro.public import PublicBackend, is_public
from wiro.standins import CREDENTIALS, Canned, Clock, call, client_over

if TYPE_CHECKING:
    from collections.abc import Iterable

PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "2606:4700::1111"]
"""The last of them each beside a range that is not public."""

NOT_PUBLIC = {
    "unspecified": "0.0.0.0",  # noqa: S104 - bound by nobody
    "this network": "0.1.2.3",
    "private, 10": "10.0.0.1",
    "behind a provider's NAT": "100.64.0.1",
    "its end": "100.127.255.255",
    "loopback": "127.0.0.1",
    "all of it": "127.255.255.254",
    "link-local, a cloud's metadata": "169.254.169.254",
    "private, 172": "172.31.255.255",
    "assignments": "192.0.0.8",
    "documentation": "192.0.2.1",
    "relays": "192.88.99.1",
    "private, 192": "192.168.1.1",
    "benchmarks": "198.19.0.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified, 6": "::",
    "loopback, 6": "::1",
    "IPv4-mapped": "::ffff:127.0.0.1",
    "IPv4-mapped, public": "::ffff:8.8.8.8",
    "IPv4-compatible": "::7f00:1",
    "translated, private": "64:ff9b::a00:1",
    "translated, metadata": "64:ff9b::169.254.169.254",
    "translated locally": "64:ff9b:1::808:808",
    "discard": "100::1",
    "unique local": "fd00::1",
    "link-local, 6": "fe80::1",
    "link-local with its interface": "fe80::1%lo",
    "site-local": "fec0::1",
    "multicast, 6": "ff02::1",
    "documentation, 6": "2001:db8::1",
    "documentation, 6, new": "3fff::1",
    "Teredo": "2001::1",
    "6to4": "2002:7f00:1::",
    "no address": "localhost",
    "nothing": "",
}


@pytest.mark.parametrize("address", [*PUBLIC, "64:ff9b::8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


class Names(asyncio.SelectorEventLoop):
    """An event loop whose names resolve as a table says, and each time to the next row of it."""

    def __init__(self, *answers: list[str]) -> None:
        super().__init__()
        self._answers = iter(answers)

    async def getaddrinfo(self, host: object, port: object, **_: object) -> list[object]:  # type: ignore[override]
        found = next(self._answers)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, f"{host!r} is unknown")
        return [(0, 0, 0, "", (address, port)) for address in found]


class Dialled(httpcore.AsyncNetworkBackend):
    """Connects to nothing, and keeps what it was told to connect to."""

    def __init__(self, *broken: str) -> None:
        self.addresses: list[str] = []
        self._broken = broken

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        assert (port, local_address, socket_options) == (443, None, None)
        assert timeout is not None
        assert timeout <= 10
        self.addresses.append(host)
        if host in self._broken:
            raise httpcore.ConnectError("refused")
        return httpcore.AsyncMockStream([])


def dialled(*answers: list[str], broken: tuple[str, ...] = ()) -> list[str]:
    """The addresses that a host is dialled by, once for each answer that its name gets."""
    backend = Dialled(*broken)

    async def inside() -> None:
        for _ in answers:
            await PublicBackend(backend).connect_tcp("cdn.invalid", 443, 10.0)

    with asyncio.Runner(loop_factory=lambda: Names(*answers)) as runner:
        runner.run(inside())
    return backend.addresses


def test_the_address_that_was_checked_is_the_one_that_is_dialled() -> None:
    assert dialled(["8.8.8.8"]) == ["8.8.8.8"]
    assert dialled(["127.0.0.1", "10.0.0.1", "8.8.8.8"]) == ["8.8.8.8"]


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_a_name_without_a_public_address_is_refused(address: str) -> None:
    with pytest.raises(MalformedAnswerError, match="public internet"):
        dialled([address])


def test_a_name_that_changes_its_mind_is_checked_anew() -> None:
    with pytest.raises(MalformedAnswerError):
        dialled(["8.8.8.8"], ["169.254.169.254"])


def test_each_address_has_its_turn() -> None:
    assert dialled(["2606:4700::1111", "1.1.1.1"], broken=("2606:4700::1111",)) == ["2606:4700::1111", "1.1.1.1"]
    with pytest.raises(httpcore.ConnectError):
        dialled(["1.1.1.1", "1.0.0.1"], broken=("1.1.1.1", "1.0.0.1"))
    with pytest.raises(httpcore.ConnectError):
        dialled([])


def test_a_name_that_never_resolves_takes_no_longer_than_a_connection() -> None:
    class Slow(asyncio.SelectorEventLoop):
        async def getaddrinfo(self, *_: object, **__: object) -> list[object]:  # type: ignore[override]
            await asyncio.sleep(60)
            return []

    with asyncio.Runner(loop_factory=Slow) as runner, pytest.raises(httpcore.ConnectTimeout):
        runner.run(PublicBackend(Dialled()).connect_tcp("cdn.invalid", 443, 0.01))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "x.localhost", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"],
)
def test_what_is_plainly_not_public_is_not_even_asked_for(host: str) -> None:
    def fetch(client: WiroClient) -> object:
        return client.download(f"https://{host}/0.png", lambda _: None, limit=100)

    with pytest.raises(MalformedAnswerError, match="public internet"):
        call(WiroClient(CREDENTIALS), fetch)  # type: ignore[arg-type]  # a coroutine, as all of them give


@pytest.mark.real_socket
@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("host", ["2130706433", "0x7f.1"])
def test_other_spellings_of_this_machine(host: str) -> None:
    """The resolver understands them, so only what it answers can be checked."""
    with pytest.raises(MalformedAnswerError, match="public internet"):
        call(
            WiroClient(CREDENTIALS),
            lambda client: client.download(f"https://{host}/0.png", lambda _: None, limit=100),
        )


def test_a_redirect_to_this_machine_is_not_followed_from_the_service() -> None:
    """Behind a stand-in for the network all addresses are good: it decides where they lead."""
    answers = iter([httpx.Response(302, headers={"location": "https://10.0.0.1/x"}), httpx.Response(200, content=b"x")])
    carrier = Canned(lambda _: next(answers))
    client = client_over(carrier, Clock())
    assert call(client, lambda client: client.download("https://cdn.invalid/", lambda _: None, limit=9)) == 1
    # The same answers where the API is on the network, and only files come from a stand-in.
    answers = iter([httpx.Response(302, headers={"location": "https://10.0.0.1/x"}), httpx.Response(200, content=b"x")])
    client = WiroClient(CREDENTIALS, download_transport=carrier, sleep=Clock().sleep)
    with pytest.raises(MalformedAnswerError, match="public internet"):
        call(client, lambda client: client.download("https://cdn.invalid/", lambda _: None, limit=9))
