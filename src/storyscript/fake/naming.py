"""Ids, tokens and paths: not to be guessed without the salt, and the same in every run with the same one."""

from __future__ import annotations

import hashlib
import string
import uuid

_ALPHABET = string.ascii_letters + string.digits
_TOKEN_LENGTH = 30
_PATH_GROUPS = 8


class Names:
    """Makes names from what they are for.

    Args:
        salt: what makes them this server's own.
    """

    def __init__(self, salt: str) -> None:
        self._salt = salt

    def token(self, *purpose: object) -> str:
        """30 letters and digits, as the API's access tokens."""
        return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in self._bytes(_TOKEN_LENGTH, purpose))

    def hexadecimal(self, *purpose: object) -> str:
        """32 hex digits, as the ids of files."""
        return self._bytes(16, purpose).hex()

    def uuid(self, *purpose: object) -> str:
        """A UUID of version 4's form."""
        return str(uuid.UUID(bytes=self._bytes(16, purpose), version=4))

    def folder(self, *purpose: object) -> str:
        """Eight groups of eight hex digits, as in the addresses of files."""
        digits = self._bytes(4 * _PATH_GROUPS, purpose).hex()
        return "-".join(digits[start : start + 8] for start in range(0, len(digits), 8))

    def _bytes(self, count: int, purpose: tuple[object, ...]) -> bytes:
        text = "\n".join(map(str, (self._salt, *purpose)))
        return hashlib.shake_256(text.encode(errors="replace")).digest(count)
