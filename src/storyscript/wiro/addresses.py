"""Which addresses the client talks to: the API's own, and those of files."""

from __future__ import annotations

import ipaddress
import re

import httpx

from storyscript.errors import ConfigurationError, MalformedAnswerError
from storyscript.loopback import is_loopback
from storyscript.wiro.censor import one_line
from storyscript.wiro.public import is_public

_LAST_PORT = 65535
_SLUG = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*/[A-Za-z0-9_-][A-Za-z0-9._-]*")


def base_address(url: str, *, any_scheme: bool) -> httpx.URL:
    """The API's address, checked: everything is appended to it, and the key is sent there.

    Args:
        url: such as `https://api.wiro.ai/v1`, with or without a slash at its end.
        any_scheme: accept plain `http` to any host, for a transport that opens no connection.

    Raises:
        ConfigurationError: it is no such address, or it would carry the key in clear over a network.
    """
    try:
        address = httpx.URL(url.rstrip("/"))
    except (httpx.InvalidURL, TypeError):
        raise ConfigurationError(f"the base URL {_shown(url)} is no URL: it looks like {_EXAMPLE}") from None
    if address.scheme not in {"http", "https"} or not can_be_dialled(address):
        raise ConfigurationError(f"the base URL {_shown(url)} is not usable: it looks like {_EXAMPLE}")
    if address.userinfo or address.query or address.fragment:
        # Not shown: what stands before the `@` may be a password.
        raise ConfigurationError(f"the base URL holds more than host and path: it looks like {_EXAMPLE}")
    if address.scheme == "http" and not any_scheme and not is_loopback(address.host):
        raise ConfigurationError(
            f"the base URL {_shown(url)} would send the API key unencrypted: use https, or a host on this machine"
        )
    return address


def file_address(url: str, *, any_scheme: bool) -> httpx.URL:
    """The address of a file, as the service or a redirect names it, checked.

    Whether a name leads to the public internet is seen only when it is connected to.

    Args:
        url: the address.
        any_scheme: accept plain `http`, and hosts that are not public.

    Raises:
        MalformedAnswerError: it is no web address; `http` where only `https` is allowed; or this machine, or an
            address that is not one of the public internet.
    """
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        raise MalformedAnswerError("a file cannot be downloaded: the service gave an address that is no URL") from None
    allowed = {"http", "https"} if any_scheme else {"https"}
    if address.scheme not in allowed or not can_be_dialled(address) or address.userinfo:
        raise MalformedAnswerError(
            f"a file cannot be downloaded: the service gave an address that is not plain "
            f"{' or '.join(sorted(allowed))} ({one_line(address.scheme or 'no scheme', limit=20)})"
        )
    if not any_scheme and _is_not_public(address.host):
        raise MalformedAnswerError(
            "a file cannot be downloaded: the service gave an address that is not one of the public internet"
        )
    return address


def socket_address(url: str) -> str:
    """The address of a WebSocket, checked: tokens of tasks are sent there.

    Raises:
        ConfigurationError: it is not `wss`, nor `ws` to this machine, or it holds more than host and path.
    """
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        raise ConfigurationError(f"the socket URL {_shown(url)} is no URL: it looks like {_SOCKET_EXAMPLE}") from None
    if address.userinfo or address.query or address.fragment:
        # Not shown: what stands before the `@` may be a password.
        raise ConfigurationError(f"the socket URL holds more than host and path: it looks like {_SOCKET_EXAMPLE}")
    if address.scheme not in {"ws", "wss"} or not can_be_dialled(address):
        raise ConfigurationError(f"the socket URL {_shown(url)} is not usable: it looks like {_SOCKET_EXAMPLE}")
    if address.scheme == "ws" and not is_loopback(address.host):
        raise ConfigurationError(
            f"the socket URL {_shown(url)} would send tokens unencrypted: use wss, or a host on this machine"
        )
    return str(address)


def checked_tool(tool: str) -> str:
    """The slug of a tool, `owner/model`.

    Raises:
        ConfigurationError: it is something else, which would change the path that a Run is sent to.
    """
    if not _SLUG.fullmatch(tool):
        raise ConfigurationError(f"the tool {_shown(tool)} is no slug: it looks like owner/model")
    return tool


def can_be_dialled(address: httpx.URL) -> bool:
    """Host and port are in form; what is not makes the socket library raise errors of other kinds."""
    try:
        name = address.host.encode("idna")
    except UnicodeError:
        return False
    return bool(name) and (address.port is None or 0 < address.port <= _LAST_PORT)


def _is_not_public(host: str) -> bool:
    """What can be told of a host without asking anybody."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


_EXAMPLE = "https://api.wiro.ai/v1"
_SOCKET_EXAMPLE = "wss://socket.wiro.ai/v1"


def _shown(text: str) -> str:
    return repr(one_line(text, limit=80))
