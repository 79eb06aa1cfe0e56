"""The HTTP side of the API: which clients there are, and one signed POST."""

from __future__ import annotations

import functools
import importlib.metadata
import json
from typing import TYPE_CHECKING

import httpx

from storyscript.errors import ConfigurationError
from storyscript.loopback import is_loopback
from storyscript.wiro import addresses
from storyscript.wiro.exchange import NoReply, Reply, exchange
from storyscript.wiro.signing import Credentials, NonceSource, auth_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONNECT_TIMEOUT = 10.0
"""Seconds to connect, where the time-out of each step is not shorter still."""

_WHOLE_EXCHANGE = 4
"""Times the time-out: how long an exchange with the API may take altogether."""

_KEPT_OPEN = httpx.Limits(max_connections=20, max_keepalive_connections=10)
_USED_ONCE = httpx.Limits(max_connections=20, max_keepalive_connections=0)


class Connection:
    """The way to one API and to the files it names.

    Args:
        credentials: what requests to the API are signed with.
        base_url: the API's address.
        transport: carries the requests instead of the network, or None.
        download_transport: the same for files; by default `transport`.
        now: the clock, unix time in seconds.
        timeout: seconds for each step of an exchange.

    Attributes:
        files: an HTTP client without credentials.
        any_scheme: files may come over plain `http`: from this machine, or where nothing touches a network.

    Raises:
        ConfigurationError: the base URL is not usable.
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
        self._timeout = timeout
        local = is_loopback(self._base.host)
        self.any_scheme = local or transport is not None
        build = functools.partial(
            httpx.AsyncClient,
            # One for all, and none where no connection is opened: it reads the system's certificates.
            verify=httpx.create_ssl_context() if transport is None else True,
            # A proxy of the environment has no business between two programs of one machine.
            trust_env=not local,
            timeout=httpx.Timeout(timeout, connect=min(CONNECT_TIMEOUT, timeout)),
            follow_redirects=False,
            headers={"User-Agent": user_agent(), "Accept-Encoding": "identity"},
        )
        self._reader = build(transport=transport, limits=_KEPT_OPEN)
        # A Run takes no connection that was left open: the server may be closing it at that moment, and then
        # nobody knows whether the Run arrived.
        self._submitter = build(transport=transport, limits=_USED_ONCE)
        self.files = build(transport=download_transport or transport, limits=_KEPT_OPEN)

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
        http = self._submitter if submits else self._reader
        request = http.build_request(
            "POST",
            f"{self._base}{endpoint}",
            content=body,
            headers={
                "Content-Type": "application/json",
                "Accept": "application/json",
                **auth_headers(self._credentials, self._nonces),
            },
        )
        return await exchange(http, request, seconds=self._timeout * _WHOLE_EXCHANGE, now=self._now)

    async def aclose(self) -> None:
        """Close everything."""
        for http in (self._reader, self._submitter, self.files):
            await http.aclose()


def user_agent() -> str:
    """Who we say we are; the service's edge is reported to refuse some default names."""
    try:
        return f"storyscript/{importlib.metadata.version('storyscript')}"
    except importlib.metadata.PackageNotFoundError:
        return "storyscript/0"
