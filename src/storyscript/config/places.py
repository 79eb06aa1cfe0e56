"""Where a TOML file has its keys and values: the library that reads it does not tell.

Only a text that was read before is looked at, so nothing is checked here; where something is not understood all the
same, there are no places, and messages do without.

Source: TOML 1.0.0, https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from typing import Final, NamedTuple

Path = tuple[str | int, ...]
"""The keys that lead to a value, and the numbers of elements of arrays."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_STRING: Final = re.compile(
    r'"{3}(?:\\.|[^\\])*?"{3}"{0,2}|"(?:\\.|[^"\\\n])*"|' + r"'{3}.*?'{3}'{0,2}|'[^'\n]*'", re.DOTALL
)
_LONG: Final = ('"""', "'''")
_SCALAR: Final = re.compile(r"[^,\]}#\r\n]+")


class Spot(NamedTuple):
    """Offsets of a key and its value; a text's are those between its quotes.

    Attributes:
        key: start and end; of an element of an array, its own.
        value: start and end; of a table with a heading, those of the heading's key.
    """

    key: tuple[int, int]
    value: tuple[int, int]


def find_places(text: str) -> dict[Path, Spot]:
    """The places of everything in a TOML document, or of nothing.

    Args:
        text: the document, which is known to be one.
    """
    try:
        return _Scan(text).places()
    except (IndexError, ValueError, RecursionError):
        return {}


class _Scan:
    def __init__(self, text: str) -> None:
        self._text: Final = text
        self._at = 0
        self._found: Final[dict[Path, Spot]] = {}

    def places(self) -> dict[Path, Spot]:
        table: Path = ()
        while True:
            self._take(_BLANK)
            if self._at == len(self._text):
                return self._found
            if self._text[self._at] != "[":
                self._pair(table)
                continue
            brackets = 2 if self._text.startswith("[[", self._at) else 1
            self._at += brackets
            table, span = self._key()
            for length in range(1, len(table) + 1):  # `[a.b]` makes the table `a` too
                self._note(table[:length], span, span)
            self._take(_SPACE)
            self._at += brackets

    def _pair(self, table: Path) -> None:
        keys, span = self._key()
        self._expect("=")
        value = self._value((*table, *keys))
        for length in range(1, len(keys)):  # `a.b = 1` makes the table `a` too
            self._note((*table, *keys[:length]), span, span)
        self._note((*table, *keys), span, value)

    def _note(self, path: Path, key: tuple[int, int], value: tuple[int, int]) -> None:
        self._found.setdefault(path, Spot(key, value))

    def _key(self) -> tuple[Path, tuple[int, int]]:
        self._take(_SPACE)
        start, keys = self._at, []
        while True:
            keys.append(self._part())
            end = self._at
            self._take(_SPACE)
            if not self._text.startswith(".", self._at):
                self._at = end
                return tuple(keys), (start, end)
            self._at += 1
            self._take(_SPACE)

    def _part(self) -> str:
        if self._text[self._at] in "\"'":
            quoted = self._take(_STRING)[0]
            return str(tomllib.loads(f"key = {quoted}")["key"])
        return self._take(_BARE_KEY)[0]

    def _value(self, path: Path) -> tuple[int, int]:
        start, sign = self._at, self._text[self._at]
        if sign in "\"'":
            return self._string()
        if sign == "[":
            self._elements(path)
        elif sign == "{":
            self._members(path)
        else:
            found = self._take(_SCALAR)
            return start, start + len(found[0].rstrip())
        return start, self._at

    def _string(self) -> tuple[int, int]:
        start = self._at
        quotes = 3 if self._take(_STRING)[0].startswith(_LONG) else 1
        begin, end = start + quotes, self._at - quotes
        if quotes > 1:  # a line end directly behind the quotes is none of the text's
            line_end = re.compile(r"\r?\n").match(self._text, begin, end)
            begin = line_end.end() if line_end else begin
        return begin, end

    def _elements(self, path: Path) -> None:
        self._at += 1
        number = 0
        while not self._closes("]"):
            span = self._value((*path, number))
            self._note((*path, number), span, span)
            number += 1

    def _members(self, path: Path) -> None:
        self._at += 1
        while not self._closes("}"):
            self._pair(path)

    def _closes(self, sign: str) -> bool:
        """Step over a comma, and over the sign that closes a list, if that comes now."""
        self._take(_BLANK)
        if self._text.startswith(",", self._at):
            self._at += 1
            self._take(_BLANK)
        if self._text[self._at] != sign:
            return False
        self._at += 1
        return True

    def _expect(self, sign: str) -> None:
        self._take(_SPACE)
        if self._text[self._at] != sign:
            raise ValueError(sign)
        self._at += 1
        self._take(_SPACE)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(pattern.pattern)
        self._at = found.end()
        return found
