"""Who may call: the service's side of the two ways to authenticate.

The signature is computed here from the API page's rule, not with the client's code: the two must be able to
disagree.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storyscript import protocol
from storyscript.fake.refusals import UNAUTHORIZED, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPENSSL_NOISE = re.compile(r"^[A-Z0-9-]*\(stdin\)= ")
"""What `openssl dgst` prints before the digest: the API page's own shell line sends it along."""


@dataclass(frozen=True, slots=True)
class Account:
    """A project of the service.

    Attributes:
        key: its API key; None lets any caller in, with whatever credentials or none.
        secret: its API secret; None for a project that asks for no signature.
        strict_nonce: refuse a nonce that was used before; not the default: Wiro's own samples reuse one.
    """

    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    strict_nonce: bool = False


class Gate:
    """Checks each request of one account.

    Args:
        account: whose requests are let in.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._used_nonces: set[str] = set()
        self._lock = threading.Lock()

    def check(self, headers: Mapping[str, str]) -> Refusal | None:
        """None for a request that is let in.

        Args:
            headers: the request's headers; their names in lower case.
        """
        key, secret = self._account.key, self._account.secret
        if key is None:
            return None
        if not _equal(headers.get(protocol.HEADER_KEY, ""), key):
            return _unauthorized(protocol.MESSAGE_UNKNOWN_KEY)
        return None if secret is None else self._check_signature(headers, key, secret)

    def _check_signature(self, headers: Mapping[str, str], key: str, secret: str) -> Refusal | None:
        nonce = headers.get(protocol.HEADER_NONCE, "")
        signature = headers.get(protocol.HEADER_SIGNATURE, "")
        if not nonce or not signature:
            return _unauthorized(protocol.MESSAGE_SIGNATURE_REQUIRED)
        expected = hmac.digest(key.encode(), f"{secret}{nonce}".encode(errors="replace"), hashlib.sha256).hex()
        if not _equal(_OPENSSL_NOISE.sub("", signature), expected):
            return _unauthorized(protocol.MESSAGE_WRONG_SIGNATURE)
        if self._account.strict_nonce:
            with self._lock:
                if nonce in self._used_nonces:
                    return _unauthorized(protocol.MESSAGE_WRONG_SIGNATURE)
                self._used_nonces.add(nonce)
        return None


def _equal(given: str, expected: str) -> bool:
    # As bytes: `compare_digest` takes only ASCII strings, and a caller may send others.
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode(errors="replace"))


def _unauthorized(message: str) -> Refusal:
    return Refusal(protocol.CODE_GENERAL, message, UNAUTHORIZED)
