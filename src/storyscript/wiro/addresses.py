"""Which addresses the client talks to: the API's own, and those of files."""

from __future__ import annotations

import re

import httpx

from storyscript.errors import ConfigurationError, MalformedAnswerError
from storyscript.loopback import is_loopback
from storyscript.wiro.censor import one_line

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
    if address.scheme not in {"http", "https"} or not _can_be_dialled(address):
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

    Raises:
        MalformedAnswerError: it is no web address, or `http` where only `https` is allowed.
    """
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        raise MalformedAnswerError("a file cannot be downloaded: the service gave an address that is no URL") from None
    allowed = {"http", "https"} if any_scheme else {"https"}
    if address.scheme not in allowed or not _can_be_dialled(address) or address.userinfo:
        raise MalformedAnswerError(
            f"a file cannot be downloaded: the service gave an address that is not plain "
            f"{' or '.join(sorted(allowed))} ({one_line(address.scheme or 'no scheme', limit=20)})"
        )
    return address


def checked_tool(tool: str) -> str:
    """The slug of a tool, `owner/model`.

    Raises:
        ConfigurationError: it is something else, which would change the path that a Run is sent to.
    """
    if not _SLUG.fullmatch(tool):
        raise ConfigurationError(f"the tool {_shown(tool)} is no slug: it looks like owner/model")
    return tool


def _can_be_dialled(address: httpx.URL) -> bool:
    """Host and port are in form; what is not makes the socket library raise errors of other kinds."""
    try:
        name = address.host.encode("idna")
    except UnicodeError:
        return False
    return bool(name) and (address.port is None or 0 < address.port <= _LAST_PORT)


_EXAMPLE = "https://api.wiro.ai/v1"


def _shown(text: str) -> str:
    return repr(one_line(text, limit=80))
