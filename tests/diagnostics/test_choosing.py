from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.diagnostics.catalog import TITLES, severity
from storyscript.diagnostics.choosing import Choice
from storyscript.diagnostics.model import Problem, Severity
from storyscript.source import SourceFile, Span

BEGINNINGS = st.lists(st.sampled_from(["S", "SS", "SS1", "SS4", "SS40", "SS41", *TITLES]), max_size=4).map(tuple)
PROBLEMS = [Problem(code, severity(code), "", Span(SourceFile("x", ""), 0, 0)) for code in TITLES]


@given(BEGINNINGS, BEGINNINGS)
def test_no_choice_hides_an_error(select: tuple[str, ...], ignore: tuple[str, ...]) -> None:
    errors = [problem for problem in PROBLEMS if problem.severity is Severity.ERROR]
    shown = Choice(select, ignore).of(PROBLEMS)
    assert [problem for problem in shown if problem.severity is Severity.ERROR] == errors
    assert list(shown) == [problem for problem in PROBLEMS if problem in shown]


@pytest.mark.parametrize(
    ("select", "ignore", "shown"),
    [
        (("SS",), (), True),
        ((), (), False),
        (("SS40",), (), True),
        (("SS41",), (), False),
        (("SS",), ("SS405",), False),
        (("SS",), ("SS40",), False),
        (("SS",), ("SS41",), True),
        (("SS405",), ("SS4",), True),
        (("SS4",), ("SS4",), False),
        (("SS40",), ("SS4", "SS405"), False),
        (("SS405", "SS4"), ("SS40",), True),
    ],
)
def test_the_longest_that_fits_decides(select: tuple[str, ...], ignore: tuple[str, ...], shown: bool) -> None:  # noqa: FBT001 - a case's
    assert Choice(select, ignore).shows("SS405") is shown
