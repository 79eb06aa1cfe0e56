"""The addresses of a service in settings: their form, and which of them a project may choose.

Whoever passes a story on may pass a `storyscript.toml` along. If that could name any address, opening somebody's
folder and running a story would send them the API key. So a project may choose only Wiro's own hosts and this
machine; elsewhere leads what the user says: an option, the environment, the user file.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from storyscript.config.reading import text
from storyscript.loopback import is_loopback

_PLAIN: Final = re.compile(
    r"(?P<scheme>https?|wss?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?"
)
"""No user name, query, escape or sign outside ASCII: nothing that two programs could take apart differently."""
_OWN_DOMAIN: Final = "wiro.ai"
_NOT_A_PROJECTS: Final = (
    "leads to another host than Wiro's own and this machine: your API key would be sent there, so a project file must "
    "not say that; delete the line, and if you trust the address, set {variable} or write it into your own user file"
)


class _Address(NamedTuple):
    scheme: str
    host: str


def read_base_url(value: object) -> str:
    """The address of the API."""
    url = text(value)
    # Refused early and not shown: what stands in the wrong place may be a password.
    if not url.isascii():
        raise ValueError("holds signs that no URL has")
    if not {"@", "?", "#"}.isdisjoint(url):
        raise ValueError("holds more than host and path: it looks like https://api.wiro.ai/v1")
    address = _take_apart(url)
    if address is None or address.scheme not in {"http", "https"}:
        raise ValueError("is no base URL: it looks like https://api.wiro.ai/v1")
    return url


def read_socket_url(value: object) -> str:
    """The address of a WebSocket: `wss`, or `ws` on this machine."""
    url = text(value)
    address = _take_apart(url)
    if address is None or address.scheme not in {"ws", "wss"}:
        raise ValueError("is no address of a WebSocket: it looks like wss://socket.wiro.ai/v1")
    if address.scheme == "ws" and not is_loopback(address.host):
        raise ValueError("would send a task's token unencrypted: use wss, or a host on this machine")
    return url


def read_projects_base_url(value: object) -> str:
    """The address of the API, as a project may choose it."""
    url = text(value)
    address = _take_apart(url)
    if address is None or address.scheme not in {"http", "https"}:
        raise ValueError("is no base URL: it looks like https://api.wiro.ai/v1")
    if not _is_a_projects(address, secure="https"):
        raise ValueError(_NOT_A_PROJECTS.format(variable="WIRO_BASE_URL"))
    return url


def read_projects_socket_url(value: object) -> str:
    """The address of a WebSocket, as a project may choose it."""
    url = read_socket_url(value)
    address = _take_apart(url)
    if address is None or not _is_a_projects(address, secure="wss"):
        raise ValueError(_NOT_A_PROJECTS.format(variable="WIRO_SOCKET_URL"))
    return url


def _take_apart(url: str) -> _Address | None:
    found = _PLAIN.fullmatch(url)
    return _Address(found["scheme"], found["host"].lower().strip("[]")) if found else None


def _is_a_projects(address: _Address, *, secure: str) -> bool:
    if is_loopback(address.host):
        return True
    own = address.host == _OWN_DOMAIN or address.host.endswith(f".{_OWN_DOMAIN}")
    return own and address.scheme == secure
