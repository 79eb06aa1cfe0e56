"""The nearest known word to one that is not known, and whether it was meant for sure."""

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
_ONE_SLIP: Final = 4
_TWO_SLIPS: Final = 8
"""From so many letters on, so many slips leave no doubt of what was meant."""
_BEGINNING: Final = 2
"""So many letters are the beginning of a word, and not one that stands alone."""
_VOWELS: Final = frozenset("aeiou")
_LIKE_BY_TWO: Final = 5
"""Words of so many letters are like each other with two slips between them."""


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


def is_like(word: str, known: str) -> bool:
    """Whether a word may be a slip for a known one by even a loose measure, letter case aside.

    It may be its beginning, or short for it (`scn`), or have its letters in whatever order, or be one slip away from
    it, or two in words of five letters or more. Far too loose to say what was meant: it serves to say that none of
    some words was.
    """
    a, b = word.casefold(), known.casefold()
    if a == b or (len(a) >= _BEGINNING and (b.startswith(a) or _is_short_for(a, b))):
        return True
    if min(len(a), len(b)) < _SHORTEST or len(a) > _LONGEST:
        return False
    if is_one_slip(a, b) or sorted(a) == sorted(b):
        return True
    return min(len(a), len(b)) >= _LIKE_BY_TWO and _is_two_apart(a, b)


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one can only be a slip of the pen for, or None: sure enough to write it there.

    Letter case and the signs between letters may differ, or one letter in words of four letters or more, or two in
    words of eight or more; letters may also be in the wrong order. Digits must agree: `v1.5` is no slip for `v1.4`.
    No other known word may be as near.
    """
    words = list(known)
    near = nearest(word, words)
    if near is None:
        return None
    wanted = _letters(word)
    if _letters(near) == wanted:
        return near if sum(_letters(other) == wanted for other in words) == 1 else None
    if _digits(near) != _digits(word):
        return None
    rivals = (other for other in words if other != near)
    if any(is_one_slip(word.casefold(), other.casefold()) for other in rivals):
        return None
    a, b = word.casefold(), near.casefold()
    shorter = min(len(a), len(b))
    sure = (
        sorted(a) == sorted(b)
        or (shorter >= _ONE_SLIP and is_one_slip(a, b))
        or (shorter >= _TWO_SLIPS and _is_two_slips(a, b))
    )
    return near if sure else None


def _is_two_slips(word: str, known: str) -> bool:
    """Whether one slip behind another makes one word the other."""
    start = 0
    while start < len(word) and start < len(known) and word[start] == known[start]:
        start += 1
    a, b = word[start:], known[start:]
    mended = [b[:1] + a[1:], a[1:], b[:1] + a]  # the first slip undone, in each of the ways in which it may have come
    if len(a) > 1 and len(b) > 1 and a[:2] == b[1::-1]:
        mended.append(b[:2] + a[2:])
    return any(text == b or is_one_slip(text, b) for text in mended)


def _is_short_for(word: str, known: str) -> bool:
    """Whether it is what is left of a word without its vowels, and perhaps other letters."""
    letters = iter(known)
    return known.startswith(word[0]) and _VOWELS.isdisjoint(word) and all(letter in letters for letter in word)


def _is_two_apart(word: str, known: str) -> bool:
    """Whether two letters changed, left out or added make one word the other."""
    if abs(len(word) - len(known)) > 2:  # noqa: PLR2004 - it says two
        return False
    row = list(range(len(known) + 1))
    for at, letter in enumerate(word, 1):
        last, row[0] = row[0], at
        for number, other in enumerate(known, 1):
            last, row[number] = row[number], min(row[number] + 1, row[number - 1] + 1, last + (letter != other))
    return row[-1] <= 2  # noqa: PLR2004 - as above


def _letters(word: str) -> str:
    return "".join(sign for sign in word.casefold() if sign.isalnum())


def _digits(word: str) -> list[str]:
    return [sign for sign in word if sign.isdigit()]
