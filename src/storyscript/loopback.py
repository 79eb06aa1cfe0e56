"""Which hosts are this machine: only these may be sent a key unencrypted, and only these may any project choose."""

from __future__ import annotations

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: `localhost`, or a literal address of the loopback.

    Not `x.localhost`, though it should be (RFC 6761): not every system keeps such names from the network's DNS.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
