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
        (None, None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("999999", MAX_WAIT),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 10.0),
        ("Wed, 21 Oct 2015 07:27:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_WAIT),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("nan", None),
        ("٣", None),
        ("7, 8", None),
        ("Wed, 99 Xxx 2015", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


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
