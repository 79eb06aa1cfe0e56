"""Secrets out of a recording: each is replaced by a placeholder, and always by the same one.

What counts as a secret: credentials, nonces and signatures in headers; values of fields that are named like tokens,
keys or callbacks; and of addresses the query and the long names in the path that cannot be guessed, which are all that
keeps a file from strangers.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDER: Final = re.compile(r"<[a-z]+-[0-9]+>")
"""What stands for a secret: `<token-1>`."""

_HEADERS: Final = {
    "x-api-key": "key",
    "x-nonce": "nonce",
    "x-signature": "signature",
    "authorization": "authorization",
    "proxy-authorization": "authorization",
    "cookie": "cookie",
}
_FIELD: Final = re.compile(
    r"token|secret|passw|access_?key|api_?key|signature|nonce|credential|authori[sz]ation", re.IGNORECASE
)
_CALLBACK: Final = re.compile(r"callback", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_UNGUESSABLE: Final = re.compile(r"(?=[^/]*[0-9])[A-Za-z0-9_~-]{16,}")
_READABLE: Final = re.compile(rb"[\x20-\x7e]{6,}")
_SHORT: Final = 6
"""A secret of fewer characters may be a part of any word: it is replaced where it is a whole value only."""


class Redactor:
    """Knows the secrets of one session so far, and puts placeholders for them."""

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}
        self._by_start: dict[str, list[str]] = {}
        """The secrets that are not short, longest first, by what they begin with: there are thousands in a session."""
        self._counts: Counter[str] = Counter()

    def learn_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Learn what the headers of a request hold, names in lower case; the placeholders of those that it has."""
        return {name: self._learn(kind, headers[name]) for name, kind in _HEADERS.items() if headers.get(name)}

    def learn(self, value: object, name: str = "") -> None:
        """Learn the secrets in a JSON value.

        Args:
            value: the value.
            name: of the field that it stands in.
        """
        match value:
            case dict():
                for field, inner in value.items():
                    self.learn(inner, str(field))
            case list():
                for inner in value:
                    self.learn(inner, name)
            case str() if value:
                if _FIELD.search(name):
                    self._learn("token", value)
                elif _CALLBACK.search(name):
                    self._learn("callback", value)
                for address in _ADDRESS.findall(value):
                    self.learn_address(address)
            case int() | float() if _FIELD.search(name) and not isinstance(value, bool):
                self._learn("token", str(value))

    def learn_address(self, address: str) -> None:
        """Learn what of an address, or of a path, cannot be guessed."""
        try:
            parts = urlsplit(address)
            if parts.password:
                self._learn("token", parts.password)
        except ValueError:
            return
        if parts.query:
            self._learn("query", parts.query)
        for segment in parts.path.split("/"):
            name = segment.partition(".")[0]
            if _UNGUESSABLE.fullmatch(name):
                self._learn("path", name)

    def text(self, text: str) -> str:
        """A text with a placeholder for each secret in it."""
        if text in self._placeholders:
            return self._placeholders[text]
        parts, copied, at = [], 0, 0
        while at <= len(text) - _SHORT:
            secret = self._secret_at(text, at)
            if secret is None:
                at += 1
                continue
            parts += [text[copied:at], self._placeholders[secret]]
            at += len(secret)
            copied = at
        return "".join([*parts, text[copied:]])

    def content(self, content: bytes) -> bytes:
        """Bytes that are no text, with a placeholder for each secret that stands in what could be read in them."""
        return _READABLE.sub(lambda found: self.text(found[0].decode("ascii")).encode(), content)

    def value(self, value: object) -> object:
        """A JSON value with placeholders, in the names of fields too; a number that holds a secret becomes a text."""
        match value:
            case dict():
                return {self.text(str(field)): self.value(inner) for field, inner in value.items()}
            case list():
                return [self.value(inner) for inner in value]
            case str():
                return self.text(value)
            case int() | float() if not isinstance(value, bool):
                shown = self.text(str(value))
                return value if shown == str(value) else shown
            case _:
                return value

    def _learn(self, kind: str, secret: str) -> str:
        if secret not in self._placeholders and not PLACEHOLDER.fullmatch(secret):
            self._counts[kind] += 1
            self._placeholders[secret] = f"<{kind}-{self._counts[kind]}>"
            if len(secret) >= _SHORT:
                alike = self._by_start.setdefault(secret[:_SHORT], [])
                alike.append(secret)
                alike.sort(key=len, reverse=True)
        return self._placeholders.get(secret, secret)

    def _secret_at(self, text: str, at: int) -> str | None:
        """The longest secret that stands at a place of a text."""
        alike = self._by_start.get(text[at : at + _SHORT], ())
        return next((secret for secret in alike if text.startswith(secret, at)), None)
