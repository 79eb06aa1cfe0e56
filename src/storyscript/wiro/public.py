"""Which addresses are the public internet's, and connections that are made to no others.

The service names the addresses of files, and whoever could make it name `https://169.254.169.254/` would have this
machine fetch from its own network. A name is no protection: it may resolve to anything, and to something else a
moment later. So a name is resolved once, its addresses are checked, and the connection is made to one of those.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import TYPE_CHECKING, Final

import httpcore

from storyscript.errors import MalformedAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable

# From IANA's registries of special-purpose addresses; the standard library's own tables differ between its versions.
_NOT_PUBLIC_4: Final = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a provider's NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays from IPv6
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_PUBLIC_6: Final = ipaddress.IPv6Network("2000::/3")
"""All that is given out; the loopback, private, link-local, multicast and IPv4-mapped addresses lie outside."""
_NOT_PUBLIC_6: Final = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, tunnels
        "2001:db8::/32",  # documentation
        "2002::/16",  # holds an IPv4 address, of any kind
        "3fff::/20",  # documentation
    )
)
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""An IPv4 address as a network without IPv4 writes it (NAT64): as public as the address within."""

_MOST_ADDRESSES: Final = 4
"""Addresses of a name that are tried."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; what is no address does not."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC_4)
    if found.scope_id is not None:
        return False
    if found in _TRANSLATED:
        return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)))
    return found in _PUBLIC_6 and not any(found in network for network in _NOT_PUBLIC_6)


class PublicBackend(httpcore.AsyncNetworkBackend):
    """Connects to hosts by their public addresses only; a host without one is refused.

    Args:
        backend: makes the connections.
    """

    def __init__(self, backend: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._backend = backend or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to one of the host's addresses, each of them having its share of the time.

        Raises:
            MalformedAnswerError: none of them is public.
            httpcore.ConnectError, httpcore.ConnectTimeout: no connection came about.
        """
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            async with asyncio.timeout(timeout):
                addresses = await _public_addresses(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        for left in range(len(addresses), 1, -1):
            share = None if timeout is None else max(start + timeout - loop.time(), 0.0) / left
            try:
                return await self._backend.connect_tcp(addresses[-left], port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        rest = None if timeout is None else max(start + timeout - loop.time(), 0.0)
        return await self._backend.connect_tcp(addresses[-1], port, rest, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._backend.sleep(seconds)


async def _public_addresses(host: str, port: int) -> list[str]:
    """At least one.

    Raises:
        MalformedAnswerError: the host has none.
        httpcore.ConnectError: its name is not known.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError from error
    addresses = [str(address[0]) for *_, address in found]
    public = [address for address in dict.fromkeys(addresses) if is_public(address)]
    if not public:
        raise MalformedAnswerError(
            f"file from {host}: its address is not one of the public internet, so nothing was fetched from it; if "
            "files really lie in your own network, fetch them by hand"
        )
    return public[:_MOST_ADDRESSES]
