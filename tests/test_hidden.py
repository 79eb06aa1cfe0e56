from __future__ import annotations

import logging
import pickle
import pprint
import traceback

import pytest

from storyscript.errors import CredentialsError
from storyscript.hidden import Hidden
from storyscript.wiro import Credentials

KEY = "MARKED-KEY-5f21"
SECRET = "MARKED-SECRET-77a0"


def test_nothing_shows_it_but_reveal(caplog: pytest.LogCaptureFixture) -> None:
    hidden = Hidden(KEY)
    logging.getLogger("anybody").warning("%s %r %s", hidden, hidden, {"key": [hidden]})
    shown = f"{hidden} {hidden!r} {hidden:>20} {[hidden]} {pprint.pformat({'a': hidden})} {hidden!s} {caplog.text}"
    assert KEY not in shown
    assert hidden.reveal() == KEY
    assert Hidden(hidden).reveal() == KEY


def test_it_is_a_value() -> None:
    assert Hidden("a") == Hidden("a") != Hidden("b")
    assert Hidden("a") != "a"
    assert len({Hidden("a"), Hidden("a")}) == 1
    assert not Hidden("")
    assert pickle.loads(pickle.dumps(Hidden("a"))) == Hidden("a")  # noqa: S301 - just made


@pytest.mark.parametrize("wrong", [0, 1])
def test_credentials_in_a_wrong_form_are_in_no_traceback(wrong: int) -> None:
    given = [Hidden(KEY), Hidden(SECRET)]
    given[wrong] = Hidden(given[wrong].reveal() + "\n")
    with pytest.raises(CredentialsError) as caught:
        Credentials(*given)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "API" in shown
    assert KEY not in shown
    assert SECRET not in shown


def test_plain_strings_are_hidden_by_credentials_too() -> None:
    try:
        Credentials(f"{KEY} x", SECRET)
    except CredentialsError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    # The line of this test that is quoted has the names, not the values.
    assert KEY not in shown
    assert SECRET not in shown
    assert "***" in shown
