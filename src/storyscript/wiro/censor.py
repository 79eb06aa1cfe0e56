"""The service's words, made fit to stand in a message of ours."""

from __future__ import annotations

import re
import unicodedata

from storyscript.hidden import Hidden

SHOWN = 200
"""Characters of the service's text that a message shows at most."""

_SHORT = 6
"""A secret of fewer characters may be a part of ordinary words, and is hidden where it stands alone. Who has such a
secret hides nothing by it: all of its length can be tried."""

_SIGNATURE = re.compile(r"[0-9A-Fa-f]{64}")
_HIDDEN = "***"
_READ = 4096
"""Characters looked at: no more are needed to show `SHOWN` of them."""

_BREAKS = frozenset({"Cc", "Zl", "Zp", "Zs"})
"""Unicode categories shown as a space: control characters (terminal escapes are made of them), separators."""

_DROPPED = frozenset({"Cf", "Cs", "Co", "Cn"})
"""Unicode categories not shown: direction overrides, zero-width signs, lone surrogates, what has no glyph."""


def one_line(text: str, *, limit: int = SHOWN) -> str:
    """Text as one line without control characters, at most `limit` characters long."""
    line = " ".join("".join(map(_shown, text[:_READ])).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


class Censor:
    """Shows the service's text without our secrets, which a server may echo.

    Args:
        secrets: values that must never be shown.
    """

    def __init__(self, *secrets: str | Hidden) -> None:
        self._secrets = {Hidden(secret) for secret in secrets if secret}
        self._longest_first: list[Hidden] = []
        """The same in the order in which they are looked for; empty where that is to be found out anew."""

    def learn(self, secret: str | None) -> None:
        """Hide one more value from now on: a task's access token."""
        if secret and Hidden(secret) not in self._secrets:
            self._secrets.add(Hidden(secret))
            self._longest_first = []

    def show(self, text: str, *, limit: int = SHOWN) -> str:
        """One line of `text`, at most `limit` characters long, with `***` for each secret and each signature in it.

        A secret of less than six characters is hidden as a whole word only, such as the value of a header.
        """
        secrets = self._longest_first
        if not secrets:
            # One secret may be a part of another.
            secrets = sorted(self._secrets, key=lambda secret: (-len(secret.reveal()), secret.reveal()))
            self._longest_first = secrets
        for secret in secrets:
            if len(secret.reveal()) >= _SHORT:
                text = text.replace(secret.reveal(), _HIDDEN)
        words = [Hidden(re.escape(secret.reveal())) for secret in secrets if len(secret.reveal()) < _SHORT]
        if words:
            text = _any_word(words).sub(_HIDDEN, text)
        return one_line(_SIGNATURE.sub(_HIDDEN, text), limit=limit)


def _any_word(patterns: list[Hidden]) -> re.Pattern[str]:
    """Where one of several stands as a word: not within one, and not as the end of `it's` or `don't`.

    All are looked for at once: where one was hidden, the next would stand apart from what it is the end of.
    """
    return re.compile(rf"(?<!\w)(?<!\w['\u2019])(?:{'|'.join(pattern.reveal() for pattern in patterns)})(?!\w)")


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in _BREAKS:
        return " "
    return "" if category in _DROPPED else character
