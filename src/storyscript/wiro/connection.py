"""The HTTP side of the API: which ways lead to it and to its files, and one signed POST."""

from __future__ import annotations

import asyncio
import functools
import importlib.metadata
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import httpx

from storyscript.errors import ConfigurationError
from storyscript.loopback import is_loopback
from storyscript.wiro import addresses, pacing
from storyscript.wiro.exchange import NoReply, Reply, exchange
from storyscript.wiro.network import Network, proxies_of_the_environment
from storyscript.wiro.signing import Credentials, NonceSource, auth_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONNECT_TIMEOUT = 10.0
"""Seconds to connect, where the time-out of each step is not shorter still."""

_WHOLE_EXCHANGE = 4
"""Times the time-out: how long an exchange with the API may take altogether."""

_AT_ONCE = 20
"""Requests of one kind that are under way at once; all others wait their turn, as long as it takes."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where requests of one kind go.

    Attributes:
        transport: carries them.
        tells: it honours the `trace` extension; what stands in for the network may not.
        turns: taken for each request, before its time begins to run.
    """

    transport: httpx.AsyncBaseTransport
    tells: bool
    turns: asyncio.Semaphore


class Connection:
    """The ways to one API and to the files it names.

    Args:
        credentials: what requests to the API are signed with.
        base_url: the API's address.
        transport: carries the requests instead of the network, or None.
        download_transport: the same for files; by default `transport`.
        now: the clock, unix time in seconds.
        timeout: seconds for each step of an exchange.

    Attributes:
        files: the way to files; nothing on it carries credentials.
        any_scheme: files may come over plain `http`, and from any address: the service is on this machine, or
            nothing touches a network.
        time_limits: of each step of an exchange, as httpx's `timeout` extension has them.
        seconds: the time for an exchange altogether.

    Raises:
        ConfigurationError: the base URL is not usable, or the environment's proxy.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        base_url: str,
        transport: httpx.AsyncBaseTransport | None,
        download_transport: httpx.AsyncBaseTransport | None,
        now: Callable[[], float],
        timeout: float,
    ) -> None:
        self._base = addresses.base_address(base_url, any_scheme=transport is not None)
        self._credentials = credentials
        self._nonces = NonceSource(now)
        self._now = now
        self.seconds = timeout * _WHOLE_EXCHANGE
        # No time for a free connection: whoever has a turn has one.
        self.time_limits = httpx.Timeout(timeout, connect=min(CONNECT_TIMEOUT, timeout), pool=None).as_dict()
        local = is_loopback(self._base.host)
        self.any_scheme = local or transport is not None
        # One for all, and none where no connection is opened: it reads the system's certificates.
        tls = functools.cache(httpx.create_ssl_context)
        # A proxy of the environment has no business between two programs of one machine.
        proxies = {} if local else proxies_of_the_environment()

        def network(*, kept: int, public: bool = False) -> Network:
            return Network(tls(), kept=kept, proxies=proxies, public=public)

        self._reader = _way(transport, functools.partial(network, kept=_AT_ONCE))
        # A Run takes no connection that was left open: the server may be closing it at that moment, and then
        # nobody knows whether the Run arrived.
        self._submitter = _way(transport, functools.partial(network, kept=0))
        self.files = _way(
            download_transport or transport, functools.partial(network, kept=_AT_ONCE, public=not self.any_scheme)
        )

    @property
    def base_url(self) -> str:
        """The API's address, without a slash at its end."""
        return str(self._base)

    async def post(self, endpoint: str, fields: Mapping[str, object], *, submits: bool) -> Reply | NoReply:
        """Send one request, signed with a nonce of its own, once.

        Args:
            endpoint: the path below the base URL.
            fields: the request's JSON object.
            submits: it is a Run.

        Raises:
            ConfigurationError: the fields are no JSON.
        """
        try:
            body = json.dumps(fields, allow_nan=False).encode()
        except (ValueError, TypeError, RecursionError):
            raise ConfigurationError(f"{endpoint}: the parameters cannot be written as JSON") from None
        way = self._submitter if submits else self._reader
        headers = {"Content-Type": "application/json"}
        return await self._send(way, endpoint, self.seconds, headers, content=body)

    async def post_file(
        self, endpoint: str, file: BinaryIO, *, size: int, name: str, content_type: str
    ) -> Reply | NoReply:
        """Send a file as it is read from the disk, from its beginning, once.

        Args:
            endpoint: the path below the base URL.
            file: open for reading, as large as `size`.
            size: bytes; the time for the exchange grows with it.
            name: what the file is called there.
            content_type: its media type.
        """
        seconds = self.seconds + size / pacing.SLOWEST
        body = {"file": (name, file, content_type)}
        return await self._send(self._submitter, endpoint, seconds, {}, files=body)

    async def _send(
        self,
        way: Way,
        endpoint: str,
        seconds: float,
        headers: dict[str, str],
        *,
        content: bytes | None = None,
        files: Mapping[str, tuple[str, BinaryIO, str]] | None = None,
    ) -> Reply | NoReply:
        async with way.turns:
            request = httpx.Request(
                "POST",
                f"{self._base}{endpoint}",
                # Signed when its turn has come, for a nonce tells the time. Without a name: a traceback may show those.
                headers={
                    **headers,
                    **plain_headers(),
                    "Accept": "application/json",
                    **auth_headers(self._credentials, self._nonces),
                },
                content=content,
                files=files,
                extensions={"timeout": self.time_limits},
            )
            return await exchange(way.transport, request, seconds=seconds, now=self._now, tells=way.tells)

    async def aclose(self) -> None:
        """Close everything."""
        for way in (self._reader, self._submitter, self.files):
            await way.transport.aclose()


def _way(stand_in: httpx.AsyncBaseTransport | None, network: Callable[[], Network]) -> Way:
    transport = network() if stand_in is None else stand_in
    return Way(transport, stand_in is None, asyncio.Semaphore(_AT_ONCE))


def plain_headers() -> dict[str, str]:
    """What every request says of us; the service's edge is reported to refuse some default names."""
    return {"User-Agent": user_agent(), "Accept-Encoding": "identity"}


@functools.cache
def user_agent() -> str:
    """Who we say we are."""
    try:
        return f"storyscript/{importlib.metadata.version('storyscript')}"
    except importlib.metadata.PackageNotFoundError:
        return "storyscript/0"
