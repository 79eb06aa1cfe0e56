from __future__ import annotations

import pytest

from storyscript.fake.accounts import Account, Gate

SIGNED = {
    "x-api-key": "test-api-key",
    "x-nonce": "1700000000000",
    "x-signature": "2d99fa1b6934f66a712785d1b402997e1b13d9d7cd5e0085211dac133ae4a8ef",
}
ACCOUNT = Account("test-api-key", "test-secret")


def told(account: Account, headers: dict[str, str]) -> str | None:
    refusal = Gate(account).check(headers)
    assert refusal is None or (refusal.status, refusal.code) == (401, 0)
    return refusal.message if refusal else None


def test_a_right_signature() -> None:
    assert told(ACCOUNT, SIGNED) is None


@pytest.mark.parametrize("noise", ["SHA2-256(stdin)= ", "(stdin)= ", "HMAC-SHA2-256(stdin)= "])
def test_what_openssl_prints_along(noise: str) -> None:
    assert told(ACCOUNT, {**SIGNED, "x-signature": noise + SIGNED["x-signature"]}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"x-nonce": "1700000000001"},
        {"x-signature": "0" * 64},
        {"x-signature": SIGNED["x-signature"].upper()},
        {"x-signature": "é"},
        {"x-signature": f"x{SIGNED['x-signature']}"},
    ],
)
def test_a_wrong_signature(change: dict[str, str]) -> None:
    assert told(ACCOUNT, {**SIGNED, **change}) == "Project authorization is not valid."


@pytest.mark.parametrize("missing", ["x-nonce", "x-signature"])
def test_a_missing_signature(missing: str) -> None:
    for headers in ({**SIGNED, missing: ""}, {name: SIGNED[name] for name in SIGNED if name != missing}):
        assert told(ACCOUNT, headers) == (
            "Project requires signature authentication. x-signature and x-nonce headers are required."
        )


@pytest.mark.parametrize("key", ["", "other", "test-api-ke", "é", "\udc80"])
def test_an_unknown_key(key: str) -> None:
    assert told(ACCOUNT, {**SIGNED, "x-api-key": key}) == "Project authorization is not founded."
    assert told(Account("k"), {"x-api-key": key}) == "Project authorization is not founded."


def test_key_only() -> None:
    assert told(Account("test-api-key"), {"x-api-key": "test-api-key"}) is None
    assert told(Account("test-api-key"), SIGNED) is None


def test_without_a_key_anybody_may() -> None:
    assert told(Account(), {}) is None
    assert told(Account(), SIGNED) is None


def test_nonces() -> None:
    lenient = Gate(ACCOUNT)
    assert lenient.check(SIGNED) is None
    assert lenient.check(SIGNED) is None
    strict = Gate(Account("test-api-key", "test-secret", strict_nonce=True))
    # Only a request that is let in uses its nonce up.
    assert strict.check({**SIGNED, "x-signature": "0"}) is not None
    assert strict.check(SIGNED) is None
    assert strict.check(SIGNED) is not None


def test_nothing_shown_holds_a_value() -> None:
    assert "test-" not in repr(ACCOUNT)
