from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.wiro.pacing import MAX_WAIT, is_passing, parse_retry_after, pause

NOW = 1_445_412_470.0  # Wed, 21 Oct 2015 07:27:50 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        # Nothing.
        (None, None),
        ("", None),
        # Seconds.
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        # A fraction.
        ("1.5", 1.5),
        ("0.000000000000001", 1e-15),
        # A date, in all its forms; without a zone it is in UTC.
        ("Wed, 21 Oct 2015 07:28:00 GMT", 10.0),
        ("Wednesday, 21-Oct-15 07:28:00 GMT", 10.0),
        ("Wed Oct 21 07:28:00 2015", 10.0),
        ("Wed, 21 Oct 2015 07:28:00", 10.0),
        ("Wed, 21 Oct 2015 09:28:00 +0200", 10.0),
        # A date that is past.
        ("Wed, 21 Oct 2015 07:27:00 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        # Huge.
        ("121", MAX_WAIT),
        ("999999", MAX_WAIT),
        ("9" * 400, MAX_WAIT),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_WAIT),
        # Negative.
        ("-5", None),
        ("-0.1", None),
        # Junk.
        ("soon", None),
        ("1e9", None),
        ("nan", None),
        ("inf", None),
        ("+5", None),
        ("5.", None),
        (".5", None),
        ("٣", None),
        ("7, 8", None),
        ("7 s", None),
        ("Wed, 99 Xxx 2015", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize("years", [-50, -1, 1, 50])
def test_a_clock_that_is_wrong_waits_no_longer_than_the_most(years: int) -> None:
    seconds = parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", NOW + years * 31_557_600)
    assert seconds == (MAX_WAIT if years < 0 else 0.0)


@given(st.text())
def test_any_retry_after_is_a_wait_or_nothing(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or (math.isfinite(seconds) and 0 <= seconds <= MAX_WAIT)


def test_waits_grow_and_vary() -> None:
    assert [pause(attempt, None, lambda: 0.5) for attempt in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert pause(1, None, lambda: 0.0) < pause(1, None, lambda: 1.0)


def test_what_the_service_asks_for_is_the_least() -> None:
    assert pause(1, 30.0, lambda: 0.5) == 30.0
    assert pause(3, 0.0, lambda: 0.5) == 2.0


@pytest.mark.parametrize(
    ("status", "passing"),
    [(200, False), (400, False), (404, False), (408, True), (429, True), (500, True), (503, True)],
)
def test_passing_statuses(status: int, passing: bool) -> None:  # noqa: FBT001 - the table's column
    assert is_passing(status) is passing
