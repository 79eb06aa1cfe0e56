"""The transports that lead to the network: straight, through the environment's proxy, or to public addresses only.

They are used without an `httpx.AsyncClient` around them: that would log each address, which is all that guards a file,
keep cookies, and follow redirects with the headers of an API's request.
"""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING

import httpcore
import httpx

from storyscript.errors import ConfigurationError
from storyscript.wiro.addresses import can_be_dialled
from storyscript.wiro.public import PublicBackend

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

_KEPT_SECONDS = 30.0
"""How long a connection stays open for the next request: longer than the longest pause between two looks at a task."""


class Network(httpx.AsyncBaseTransport):
    """The network, with or without a proxy.

    Args:
        tls: how servers are verified.
        kept: connections that stay open for the next request, at most.
        proxies: the proxy for each scheme, or for `all`; hosts that the environment excepts (`NO_PROXY`) go straight.
        public: connect to public addresses only. Through a proxy nobody can check that here: it resolves the names.

    Raises:
        ConfigurationError: a proxy is not usable.
    """

    def __init__(self, tls: ssl.SSLContext, *, kept: int, proxies: Mapping[str, str], public: bool = False) -> None:
        # How many connections there are at once is bounded by whoever sends: a wait in here would use up a time-out.
        limits = httpx.Limits(max_keepalive_connections=kept, keepalive_expiry=_KEPT_SECONDS)
        straight = _PublicTransport if public else httpx.AsyncHTTPTransport
        self._straight = straight(verify=tls, limits=limits)
        self._proxied: dict[str, httpx.AsyncBaseTransport] = {}
        for scheme in ("http", "https", "all"):
            if scheme in proxies:
                self._proxied[scheme] = _through(proxies[scheme], tls, limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        proxied = self._proxied.get(request.url.scheme) or self._proxied.get("all")
        if proxied is None or urllib.request.proxy_bypass(request.url.host):
            return await self._straight.handle_async_request(request)
        return await proxied.handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in (self._straight, *self._proxied.values()):
            await transport.aclose()


class _PublicTransport(httpx.AsyncHTTPTransport):
    """Connects to public addresses only."""

    def __init__(self, *, verify: ssl.SSLContext, limits: httpx.Limits) -> None:
        super().__init__(verify=verify, limits=limits)
        # httpx has no argument for this; a test holds that it is heeded.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=verify,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=PublicBackend(),
        )


def proxies_of_the_environment() -> dict[str, str]:
    """The proxy for each scheme, as the environment or the system names it."""
    return {
        scheme: address if "://" in address else f"http://{address}"
        for scheme, address in urllib.request.getproxies().items()
    }


def _through(proxy: str, tls: ssl.SSLContext, limits: httpx.Limits) -> httpx.AsyncHTTPTransport:
    # Not shown: it may hold a password.
    unusable = ConfigurationError(
        "the proxy that the environment names is not usable: it looks like http://host:port, without SOCKS"
    )
    try:
        if not can_be_dialled(httpx.URL(proxy)):
            raise unusable
        return httpx.AsyncHTTPTransport(verify=tls, limits=limits, proxy=proxy)
    except (ValueError, ImportError, httpx.InvalidURL):
        raise unusable from None
