from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.wiro.censor import SHOWN, Censor, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\r\n", "two lines"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("\x1b]0;title\x07", "]0;title"),
        ("a\u202eb\u200bc\ud800d", "abcd"),
        ("a\u2028b\u0085c\u00a0d", "a b c d"),
        ("ünïcödé 漢字", "ünïcödé 漢字"),
    ],
)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(st.text())
def test_nothing_in_a_line_moves_the_terminal(text: str) -> None:
    line = one_line(text)
    assert len(line) <= SHOWN
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_long_text_is_shortened() -> None:
    assert one_line("word " * 1000, limit=12) == "word word w…"


def test_secrets_and_signatures_are_hidden() -> None:
    censor = Censor("key", "key-and-more")
    censor.learn("token")
    censor.learn(None)
    assert censor.show(f"key key-and-more token {'0aF' * 21}0 rest") == "*** *** *** *** rest"


def test_a_secret_is_hidden_before_the_text_is_cut() -> None:
    assert "sec" not in Censor("secret").show("x" * (SHOWN - 4) + "secret")
