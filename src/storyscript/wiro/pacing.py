"""When to ask again: back-off with jitter, and what the service itself asks for."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ATTEMPTS = 4
"""How often a read is sent at most."""

MAX_WAIT = 120.0
"""Seconds that a `Retry-After` is honoured for at most."""

_FIRST_WAIT = 0.5
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_HTTP_REQUEST_TIMEOUT = 408
_HTTP_TOO_MANY = 429
_HTTP_SERVER_ERRORS = 500


def is_passing(status: int) -> bool:
    """An HTTP status after which the same read may well succeed: 408, 429 and 5xx."""
    return status in {_HTTP_REQUEST_TIMEOUT, _HTTP_TOO_MANY} or status >= _HTTP_SERVER_ERRORS


def pause(attempt: int, retry_after: float | None, random: Callable[[], float]) -> float:
    """Seconds to wait after an attempt that failed.

    Args:
        attempt: its number, from 1.
        retry_after: what the service asked for, or None.
        random: a source of numbers from 0 to 1: two programs that failed together do not come back together.
    """
    backoff = _FIRST_WAIT * 2.0 ** (attempt - 1) * (0.5 + random())
    return backoff if retry_after is None else max(retry_after, backoff)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait, from a number or an HTTP date; None for anything else.

    Args:
        value: the header's value, or None.
        now: unix time in seconds.

    Returns:
        From 0 to `MAX_WAIT`.
    """
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), MAX_WAIT)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return min(max(moment - now, 0.0), MAX_WAIT)
