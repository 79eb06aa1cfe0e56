"""What a reader takes for one character, and the form of a text that is laid out."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Everything that Python counts as white space ends a word, but for the three spaces that forbid a break.
_WORD = re.compile(r"[\S\xa0\u2007\u202f]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+")

_JOINER = "\u200d"
_FIRST_COMBINING = "\u0300"
_REGIONAL = ("\U0001f1e6", "\U0001f1ff")
_SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")
_JAMO_VOWELS_AND_FINALS = ("\u1160", "\u11ff")
# Zero-width characters that belong to what stands before them, whatever it is.
_ATTACHED = frozenset({"Mn", "Mc", "Me", "Cf"})


def collapse(text: str) -> str:
    """The text as it is laid out: one line, single spaces, no control characters.

    Runs of white space, line ends included, become one space, and none is left at either end. No-break spaces
    stay. Control characters show nothing, so they are dropped.
    """
    return " ".join(words(text))


def words(text: str) -> Iterator[str]:
    """The words of a text, lazily, without control characters."""
    for match in _WORD.finditer(text):
        if word := _CONTROLS.sub("", match[0]):
            yield word


def clusters(text: str) -> Iterator[str]:
    """Split a text into what must stay together, lazily and in linear time.

    A cluster is a character with its combining marks, joiners and modifiers, a joined emoji sequence, a flag,
    or a Hangul syllable in pieces: the cases of Unicode's text segmentation that lettering meets.
    """
    start = 0
    half_flag = False
    for index in range(1, len(text)):
        char = text[index]
        if char < _FIRST_COMBINING:
            joined = char == "\xad"
            half_flag = False
        elif _REGIONAL[0] <= char <= _REGIONAL[1]:
            joined = half_flag = not half_flag and _REGIONAL[0] <= text[index - 1] <= _REGIONAL[1]
        else:
            joined = _joins(text[index - 1], char)
            half_flag = False
        if not joined:
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _joins(before: str, char: str) -> bool:
    category = unicodedata.category(char)
    return (
        category in _ATTACHED
        or _SKIN_TONES[0] <= char <= _SKIN_TONES[1]
        or (before == _JOINER and category == "So")
        or _JAMO_VOWELS_AND_FINALS[0] <= char <= _JAMO_VOWELS_AND_FINALS[1]
    )
