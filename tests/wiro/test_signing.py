from __future__ import annotations

import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.errors import CredentialsError
from storyscript.wiro.signing import Credentials, NonceSource, auth_headers, sign


@pytest.mark.parametrize(
    ("key", "secret", "nonce", "signature"),
    [
        (
            "test-api-key",
            "test-secret",
            "1700000000000",
            "2d99fa1b6934f66a712785d1b402997e1b13d9d7cd5e0085211dac133ae4a8ef",
        ),
        ("api", "secret", "nonce-1", "d453af9a65c4ddd1ff17d5b03d3224b906899f3445dc4b4aadb5580260c60586"),
    ],
)
def test_vectors(key: str, secret: str, nonce: str, signature: str) -> None:
    assert sign(key, secret, nonce) == signature


def test_signed_headers() -> None:
    headers = auth_headers(Credentials("test-api-key", "test-secret"), NonceSource(lambda: 1_700_000_000.0))
    assert headers == {
        "x-api-key": "test-api-key",
        "x-nonce": "1700000000000",
        "x-signature": "2d99fa1b6934f66a712785d1b402997e1b13d9d7cd5e0085211dac133ae4a8ef",
    }


def test_key_only_headers() -> None:
    assert auth_headers(Credentials("k"), NonceSource(lambda: 1.0)) == {"x-api-key": "k"}


@given(st.lists(st.floats(min_value=0, max_value=4e9), min_size=1))
def test_nonces_increase_whatever_the_clock_does(moments: list[float]) -> None:
    clock = iter(moments)
    nonces = NonceSource(lambda: next(clock))
    given_out = [int(nonces.next()) for _ in moments]
    assert given_out == sorted(set(given_out))


def test_a_nonce_is_the_time_in_milliseconds() -> None:
    assert NonceSource(lambda: 1_700_000_000.5).next() == "1700000000500"


@pytest.mark.parametrize("credentials", [Credentials("the-key", "the-secret"), Credentials("the-key")])
def test_nothing_shown_holds_a_value(credentials: Credentials) -> None:
    shown = f"{credentials} {credentials!r} {[credentials]} {credentials!s:>80}"
    assert "the-key" not in shown
    assert "the-secret" not in shown


def test_what_is_shown_says_how_requests_are_proved() -> None:
    assert repr(Credentials("k", "s")) == "Credentials(signed)"
    assert repr(Credentials("k")) == "Credentials(key only)"


def test_credentials_are_values() -> None:
    assert Credentials("a", "b") == Credentials("a", "b") != Credentials("a")
    assert Credentials("a", "b") not in [None, "a", ("a", "b")]
    assert len({Credentials("a", "b"), Credentials("a", "b"), Credentials("a")}) == 2
    assert pickle.loads(pickle.dumps(Credentials("a", "b"))) == Credentials("a", "b")  # noqa: S301 - just made


@pytest.mark.parametrize("bad", ["", " ", "a b", "key\n", "key\r\nx-evil: 1", "kéy", "a\x00", "a\x7f", "\ufeffa"])
def test_what_no_header_can_carry_is_refused(bad: str) -> None:
    for key, secret, name in [(bad, None, "API key"), ("good", bad, "API secret")]:
        with pytest.raises(CredentialsError, match=name) as caught:
            Credentials(key, secret)
        message = str(caught.value)
        assert "\n" not in message
        assert not bad.strip() or bad not in "".join(traceback.format_exception_only(caught.value))
