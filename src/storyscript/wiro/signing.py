"""Who we are to the service, and how a request proves it.

Signed mode (API page, "Integration Header Prepare"): the headers `x-api-key`, `x-nonce` and `x-signature`,
where the signature is `hex(HMAC_SHA256(key=API_KEY, message=API_SECRET + NONCE))`. It covers neither path nor
body. Key-only mode (Wiro's documentation): `x-api-key` alone. Which of the two is a property of the project.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storyscript import protocol
from storyscript.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_PRINTABLE, _LAST_PRINTABLE = "!", "~"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key, and the secret of a project that wants signatures.

    Neither is ever part of what `repr` and `str` show.

    Attributes:
        key: the project's API key.
        secret: the project's API secret, or None in key-only mode.

    Raises:
        CredentialsError: a value is empty or holds what no header can carry.
    """

    key: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _check("API key", self.key)
        if self.secret is not None:
            _check("API secret", self.secret)

    def __str__(self) -> str:
        return "Credentials(key only)" if self.secret is None else "Credentials(signed)"

    __repr__ = __str__

    @property
    def values(self) -> tuple[str, ...]:
        """What must never be shown: the key, and the secret where there is one."""
        return (self.key,) if self.secret is None else (self.key, self.secret)


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
    headers = {protocol.HEADER_KEY: credentials.key}
    if credentials.secret is not None:
        nonce = nonces.next()
        headers[protocol.HEADER_NONCE] = nonce
        headers[protocol.HEADER_SIGNATURE] = sign(credentials.key, credentials.secret, nonce)
    return headers


def _check(name: str, value: str) -> None:
    """Refuse what a header cannot carry, which is mostly a slip in pasting."""
    if not value:
        raise CredentialsError(f"the {name} is empty: copy it again from the project's page at Wiro")
    if not all(_FIRST_PRINTABLE <= character <= _LAST_PRINTABLE for character in value):
        raise CredentialsError(
            f"the {name} holds a space, a line end, or a character outside printable ASCII: copy it again "
            "from the project's page at Wiro"
        )
