"""A Wiro to run against without an account, a network or a cost: the same API, answered in process.

Knows nothing of the client, and checks signatures by itself, so that the two can disagree.
"""

from __future__ import annotations

from storyscript.fake import faults
from storyscript.fake.accounts import Account
from storyscript.fake.machine import Machine
from storyscript.fake.router import router, transport

__all__ = ["Account", "Machine", "faults", "router", "transport"]
