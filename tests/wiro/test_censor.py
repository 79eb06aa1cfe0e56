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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("refused: it's the task's secret key", "refused: it's the task's secret key"),
        ("x-api-key: k", "x-api-key: ***"),
        ("unknown key 'k', secret \"s\" (s=k)", "unknown key '***', secret \"***\" (***=***)"),
        ("k", "***"),
        ("k's", "***'s"),
        ("k-s", "***-***"),
        ("tasks_s", "tasks_s"),
        ("abc-defg abcde xabcde", "abc-defg *** xabcde"),
    ],
)
def test_short_secrets_are_hidden_as_words_only(text: str, shown: str) -> None:
    assert Censor("k", "s", "abcde").show(text) == shown


@given(st.text("ab-_'", min_size=6, max_size=9), st.text("ab-_' \n"), st.text("ab-_' \n"))
def test_a_secret_of_six_characters_is_hidden_everywhere(secret: str, before: str, after: str) -> None:
    assert secret not in Censor(secret, "a", "b").show(before + secret + after)


@given(st.text("ab-_", min_size=1, max_size=5), st.sampled_from(["x-api-key: {}", '"{}"', "key={}&", "<{}>", "{}"]))
def test_a_short_secret_is_hidden_as_a_value(secret: str, around: str) -> None:
    assert Censor(secret).show(around.format(secret)) == around.format("***")


def test_a_secret_is_hidden_before_the_text_is_cut() -> None:
    assert "sec" not in Censor("secret").show("x" * (SHOWN - 4) + "secret")
