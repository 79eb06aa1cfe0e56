"""What a transport failure is called, what can be done about it, and whether trying again makes sense.

The words are ours: an exception's own text can quote headers. What happened is read from the whole chain of causes,
for each library below wraps the error of the one before.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from storyscript.wiro.censor import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CAUSES = 32
"""Causes looked at: a chain that goes round must not hold anybody up."""

_WAITS = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
"""No failures: a handshake that waits for more, perhaps until its time is up."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why no answer came.

    Attributes:
        reason: what happened, in a few words.
        advice: what to do.
        lasting: it will not go away by itself, so nothing is sent again.
    """

    reason: str
    advice: str = "try again later"
    lasting: bool = False


OUT_OF_TIME = Trouble("no connection in time")

_UNKNOWN_NAME = Trouble(
    "no connection: this machine finds no address for the host's name", "check the address and the network"
)
_REFUSED = Trouble(
    "no connection: nothing listens at the address, or a firewall refuses", "check the address, or try again later"
)
_NO_CONNECTION = Trouble("no connection: the network does not lead there", "check the network, or try again later")
_NO_TLS = Trouble(
    "no connection: no encryption could be agreed on with the server (TLS)",
    "check that the address is one of https, and what stands between",
    lasting=True,
)
_NO_ANSWER = Trouble("no answer in time")
_BROKEN = Trouble("the connection broke")
_PROXY = Trouble("the proxy refused to connect", "check the proxy that the environment names, or try again later")


def trouble_of(error: BaseException) -> Trouble:
    """What an exception of httpx, or of what lies below it, means."""
    causes = tuple(_causes(error))
    tls = [cause for cause in causes if isinstance(cause, ssl.SSLError) and not isinstance(cause, _WAITS)]
    if tls and not _hung_up(tls[-1]):
        return _of_tls(tls[-1])
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return OUT_OF_TIME
        case httpx.ConnectError():
            return _of_connecting(causes)
        case httpx.ProxyError():
            return _PROXY
        case httpx.TimeoutException() | TimeoutError():
            return _NO_ANSWER
        case httpx.NetworkError() | httpx.ProtocolError() | OSError():
            return _BROKEN
        case _:
            return Trouble(f"the transfer failed with {type(error).__name__}")


def _of_tls(error: ssl.SSLError) -> Trouble:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return _NO_TLS
    why = one_line(error.verify_message, limit=100)
    return Trouble(
        f"no connection: the server's certificate is not accepted ({why})",
        "check the address and this machine's clock, and that SSL_CERT_FILE, where it is set, names the right "
        "authorities; there is no switch that turns the check off",
        lasting=True,
    )


def _of_connecting(causes: tuple[BaseException, ...]) -> Trouble:
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _UNKNOWN_NAME
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return _REFUSED
    return _NO_CONNECTION


def _hung_up(error: ssl.SSLError) -> bool:
    """The server only went away while the encryption was being agreed on, as any server may."""
    return isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or "UNEXPECTED_EOF" in (error.reason or "")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception, what it came from, and what that came from; the nearest first."""
    waiting = [error]
    for _ in range(_MOST_CAUSES):
        if not waiting:
            return
        cause = waiting.pop(0)
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions
        # Its context, too: httpcore drops the causes of what it passes on.
        following = cause.__cause__ or cause.__context__
        if following is not None:
            waiting.append(following)
