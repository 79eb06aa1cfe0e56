"""A Wiro to run against without an account, a network or a cost: the same API, in process or on a real socket.

Knows nothing of the client, and checks signatures by itself, so that the two can disagree.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from storyscript.fake import faults
from storyscript.fake.accounts import Account
from storyscript.fake.clocks import HeldClock
from storyscript.fake.machine import Machine

if TYPE_CHECKING:
    from storyscript.fake.in_process import router, transport
    from storyscript.fake.tape.transports import recording, replaying

__all__ = ["Account", "HeldClock", "Machine", "faults", "recording", "replaying", "router", "transport"]

_LATE: Final = {
    "router": "storyscript.fake.in_process",
    "transport": "storyscript.fake.in_process",
    "recording": "storyscript.fake.tape.transports",
    "replaying": "storyscript.fake.tape.transports",
}
"""These need httpx or respx, which a server on a socket has no use for."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)
