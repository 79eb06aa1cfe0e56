"""The nearest known word to one that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLOSE_ENOUGH: Final = 0.7
_LONGEST: Final = 64
"""Longer words are not compared: the comparison is quadratic, and nobody mistypes those."""
_MOST_WORDS: Final = 2000
_SHORTEST: Final = 3
"""In shorter words one slip makes any word of another."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, letter case aside, or None where none is like it."""
    if len(word) > _LONGEST:
        return None
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    folded: dict[str, str] = {}
    for candidate in known:
        if len(candidate) <= _LONGEST:
            folded.setdefault(candidate.casefold(), candidate)
        if len(folded) == _MOST_WORDS:
            break
    wanted = word.casefold()
    found = get_close_matches(wanted, folded, n=1, cutoff=_CLOSE_ENOUGH)
    if found:
        return folded[found[0]]
    # In a short word one slip is a large part: `Tim` for `Tom` is not like enough by that measure.
    slips = (key for key in folded if len(key) >= _SHORTEST and is_one_slip(wanted, key))
    return next((folded[key] for key in slips), None)


def is_one_slip(word: str, known: str) -> bool:
    """Whether one letter changed, left out, added or swapped with its neighbour makes one word the other."""
    if word == known or abs(len(word) - len(known)) > 1:
        return False
    start = 0
    while start < len(word) and start < len(known) and word[start] == known[start]:
        start += 1
    a, b = word[start:], known[start:]
    return (
        a[1:] == b[1:]  # changed
        or a[1:] == b  # one too many
        or a == b[1:]  # one too few
        or (len(a) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:])  # swapped
    )
