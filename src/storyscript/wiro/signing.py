"""Who we are to the service, and how a request proves it.

Signed mode (API page, "Integration Header Prepare"): the headers `x-api-key`, `x-nonce` and `x-signature`,
where the signature is `hex(HMAC_SHA256(key=API_KEY, message=API_SECRET + NONCE))`. It covers neither path nor
body. Key-only mode (Wiro's documentation): `x-api-key` alone. Which of the two is a property of the project.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from storyscript import protocol
from storyscript.errors import CredentialsError
from storyscript.hidden import Hidden

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_PRINTABLE, _LAST_PRINTABLE = "!", "~"


class Credentials:
    """An API key, and the secret of a project that wants signatures.

    Neither is ever part of what `repr` and `str` show.

    Args:
        key: the project's API key.
        secret: the project's API secret, or None in key-only mode.

    Raises:
        CredentialsError: a value is empty or holds what no header can carry.
    """

    __slots__ = ("_key", "_secret")

    def __init__(self, key: str | Hidden, secret: str | Hidden | None = None) -> None:
        # Under the same names, so that no traceback shows what was given.
        key = Hidden(key)
        secret = None if secret is None else Hidden(secret)
        self._key: Final = key
        self._secret: Final = secret
        _check("API key", key)
        if secret is not None:
            _check("API secret", secret)

    @property
    def key(self) -> Hidden:
        """The API key."""
        return self._key

    @property
    def secret(self) -> Hidden | None:
        """The API secret, or None in key-only mode."""
        return self._secret

    def __repr__(self) -> str:
        return "Credentials(key only)" if self._secret is None else "Credentials(signed)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credentials) and (self._key, self._secret) == (other._key, other._secret)

    def __hash__(self) -> int:
        return hash((self._key, self._secret))

    @property
    def values(self) -> tuple[str, ...]:
        """What must never be shown, plainly, for who looks for it in a text: the key, the secret if there is one."""
        return tuple(value.reveal() for value in (self._key, self._secret) if value is not None)


class NonceSource:
    """Strictly increasing nonces: unix time in milliseconds, moved on where the clock does not.

    Args:
        now: the clock, unix time in seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0

    def next(self) -> str:
        """A decimal number greater than each before it, even if the clock stood still or stepped back."""
        self._last = max(self._last + 1, int(self._now() * 1000))
        return str(self._last)


def sign(key: str, secret: str, nonce: str) -> str:
    """The signature of one request: 64 lower-case hex digits."""
    return hmac.new(key.encode(), (secret + nonce).encode(), hashlib.sha256).hexdigest()


def auth_headers(credentials: Credentials, nonces: NonceSource) -> dict[str, str]:
    """The headers of one attempt; in signed mode they use up one nonce."""
    key, secret = credentials.key, credentials.secret
    if secret is None:
        return {protocol.HEADER_KEY: key.reveal()}
    nonce = nonces.next()
    return {
        protocol.HEADER_KEY: key.reveal(),
        protocol.HEADER_NONCE: nonce,
        protocol.HEADER_SIGNATURE: sign(key.reveal(), secret.reveal(), nonce),
    }


def _check(name: str, value: Hidden) -> None:
    """Refuse what a header cannot carry, which is mostly a slip in pasting."""
    if not value:
        raise CredentialsError(f"the {name} is empty: copy it again from the project's page at Wiro")
    if not _fits_a_header(value):
        raise CredentialsError(
            f"the {name} holds a space, a line end, or a character outside printable ASCII: copy it again "
            "from the project's page at Wiro"
        )


def _fits_a_header(value: Hidden) -> bool:
    return all(_FIRST_PRINTABLE <= character <= _LAST_PRINTABLE for character in value.reveal())
