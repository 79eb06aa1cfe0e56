"""A Wiro to run against without an account, a network or a cost: the same API, in process or on a real socket.

Knows nothing of the client, and checks signatures by itself, so that the two can disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storyscript.fake import faults
from storyscript.fake.accounts import Account
from storyscript.fake.machine import Machine

if TYPE_CHECKING:
    from storyscript.fake.in_process import router, transport

__all__ = ["Account", "Machine", "faults", "router", "transport"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    # Late: these two need httpx and respx, which a server on a socket has no use for.
    if name not in ("router", "transport"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from storyscript.fake import in_process  # noqa: PLC0415 - late on purpose

    return getattr(in_process, name)
