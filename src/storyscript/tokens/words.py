"""Words that are one token, and how many tokens a text can have at most.

A word that the vocabulary holds whole is one token. `clip_words.txt` lists those of ASCII letters: a line for each
length, with the words of that length in order and nothing between them. So nothing is built from the file: a word is
looked up where it would stand.
"""

from __future__ import annotations

import pkgutil
import re
import unicodedata
from bisect import bisect_left
from functools import cache, lru_cache
from typing import Final

_LONGEST_LOOKED_AT: Final = 64
_MOST_KEPT: Final = 16 * 1024

_PARTS: Final = re.compile(r"'?[a-z]+|[^a-z]")
"""Runs of letters, an apostrophe before them with them: it may take some of their letters into a token of its own."""


@cache
def _lists() -> tuple[str, ...]:
    data = pkgutil.get_data(__name__, "clip_words.txt") or b""
    return ("", *data.decode("ascii").splitlines())


@lru_cache(maxsize=16 * 1024)
def is_one_token(word: str) -> bool:
    """Whether a word of lower-case ASCII letters is one token."""
    size, lists = len(word), _lists()
    if size >= len(lists):
        return False
    words = lists[size]
    at = bisect_left(range(len(words) // size), word, key=lambda n: words[n * size : (n + 1) * size]) * size
    return words.startswith(word, at)


class TokenBound(dict[str, int]):
    """How many tokens a run of signs without white space can have at most, by that run; worked out when asked for.

    Each token stands for at least one byte of what the tokenizer sees: the text in NFC and lower case, as UTF-8. And a
    word that is one token is one token wherever signs other than letters stand around it. White space is no part of
    any token, so the runs of a text can be looked up by themselves.
    """

    def __missing__(self, run: str) -> int:
        if len(self) >= _MOST_KEPT:
            self.clear()
        bound = self[run] = _bound(run)
        return bound

    def of(self, text: str) -> int:
        """How many tokens a text can have at most."""
        return sum(map(self.__getitem__, text.split()))


def _bound(run: str) -> int:
    if not run.isascii():
        seen = unicodedata.normalize("NFC", run).lower()
        return max(len(run.encode("utf-8", "surrogatepass")), len(seen.encode("utf-8", "surrogatepass")))
    if len(run) > _LONGEST_LOOKED_AT:
        return len(run)
    parts = _PARTS.findall(run.lower())
    return sum([1 if part.isalpha() and is_one_token(part) else len(part) for part in parts])
