"""Opening a WebSocket: the one place that knows the library, which is loaded only when somebody watches."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from storyscript.wiro.connection import user_agent

if TYPE_CHECKING:
    import ssl

MOST_FRAME_BYTES: Final = 1024 * 1024
"""A larger frame ends the socket; the news of a hundred outputs takes 60 KB."""

FAILURES: Final = (
    WebSocketException,
    OSError,  # the network's, TLS's, and time-outs
    EOFError,  # a proxy that hangs up
    ImportError,  # a SOCKS proxy, which needs a library of its own
)
"""All that opening and using a socket raises for what the network, or a proxy of the environment, does."""

_SILENT: Final = logging.getLogger(f"{__name__}.silent")
_SILENT.disabled = True
"""The library logs the frames, which hold tokens, for whoever turns debugging on."""


class _Dial(connect):
    """Connects to one address and to no other."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Follow no redirect: the tokens would go where nobody chose to send them."""
        return exc


def dial(url: str, *, tls: ssl.SSLContext | None, local: bool) -> connect:
    """A connection, as an async context manager; nothing of ours goes along but the name of the program.

    Args:
        url: a checked address.
        tls: how the server is verified; by default by the system's certificates. Only for `wss`.
        local: it is on this machine, where a proxy of the environment has no business.
    """
    return _Dial(
        url,
        user_agent_header=user_agent(),
        # No compression: a small frame could unpack into a large one.
        compression=None,
        max_size=MOST_FRAME_BYTES,
        proxy=None if local else True,
        open_timeout=10,
        # A server that answers neither is gone, though the connection may seem to stand.
        ping_interval=20,
        ping_timeout=20,
        # Nobody waits long for a goodbye: after an interruption least of all.
        close_timeout=0.5,
        logger=_SILENT,
        ssl=(tls or True) if url.startswith("wss:") else None,
    )
