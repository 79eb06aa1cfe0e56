"""When to ask again: back-off with jitter, and what the service itself asks for."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ATTEMPTS = 4
"""How often a read is sent at most."""

MAX_WAIT = 120.0
"""Seconds that a `Retry-After` is honoured for at most."""

SLOWEST = 4096
"""Bytes a second: what is slower is given up. On a line of a megabit a second, twenty files that come at once have
more than that each."""

_FIRST_WAIT = 0.5
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
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
    """Seconds to wait, from a number or an HTTP date.

    | value | rule |
    |---|---|
    | seconds, whole or with a fraction | taken |
    | a date | the time until then; none where it is past; without a zone it is in UTC, as HTTP's are |
    | too long, in either form | `MAX_WAIT`; so a clock that stepped back keeps nobody for a day |
    | negative, junk, several values | as if nothing was asked |

    Args:
        value: the header's value, or None.
        now: unix time in seconds.

    Returns:
        From 0 to `MAX_WAIT`, or None where nothing was asked.
    """
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), MAX_WAIT)
    try:
        date = parsedate_to_datetime(text)
        moment = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return min(max(moment - now, 0.0), MAX_WAIT)
