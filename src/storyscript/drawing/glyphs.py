"""How a cluster is shown by a font that knows little more than ASCII.

Pillow's built-in font has some 110 characters. Letters with accents are composed from a letter and a mark
that is itself cut from the font's signs (a caron is its `^` upside down); dashes and turned punctuation are
made in the same way; ligatures and the like fall back on their plain letters. What is left (most of the
world's scripts, emoji) is drawn as a box with the code point in it, as browsers do: a reader sees that a
character is missing, which one, and that two of them differ.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple


class Mark(NamedTuple):
    """A combining mark, made from a sign of the font.

    Attributes:
        sign: the text to render.
        place: `above`, `below`, `across` (through the middle) or `right` (beside the top).
        size: of the sign, in parts of the font's size.
        turn: quarter turns, counter-clockwise.
        flip: mirror it top to bottom after turning.
        flat: its height, in parts of the sign's own.
    """

    sign: str
    place: str
    size: float = 1.0
    turn: int = 0
    flip: bool = False
    flat: float = 1.0


MARKS = {
    "\u0300": Mark("`", "above"),
    "\u0301": Mark("\N{ACUTE ACCENT}", "above"),
    "\u0302": Mark("^", "above", 0.75, flat=0.62),
    "\u0303": Mark("~", "above", 0.7),
    "\u0304": Mark("-", "above"),
    "\u0306": Mark("(", "above", 0.42, turn=1),
    "\u0307": Mark(".", "above"),
    "\u0308": Mark("..", "above", 0.9),
    "\u0309": Mark("?", "above", 0.4),
    "\u030a": Mark("°", "above", 0.75),
    "\u030b": Mark("\N{ACUTE ACCENT}\N{ACUTE ACCENT}", "above", 0.9),
    "\u030c": Mark("^", "above", 0.75, flip=True, flat=0.62),
    "\u031b": Mark("'", "right", 0.8),
    "\u0323": Mark(".", "below"),
    "\u0324": Mark("..", "below", 0.9),
    "\u0326": Mark(",", "below", 0.8),
    "\u0327": Mark(",", "below", 0.9),
    "\u0328": Mark(",", "below", 0.9, flip=True),
    "\u0331": Mark("-", "below"),
    "\u0335": Mark("-", "across"),
    "\u0336": Mark("-", "across"),
    "\u0338": Mark("/", "across", 0.85),
    # Not a combining mark, but it makes a euro of a C.
    "=": Mark("=", "across", 0.8),
}

SPELLINGS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th",
    "ø": "o\u0338", "Ø": "O\u0338", "ł": "l\u0335", "Ł": "L\u0335", "đ": "d\u0335", "Đ": "D\u0335",
    "ð": "d\u0335", "Ð": "D\u0335", "ħ": "h\u0335", "Ħ": "H\u0335", "\N{LATIN SMALL LETTER LONG S}": "s",
    "€": "C=", "¥": "Y=", "£": "L\u0335", "•": "·", "∙": "·", "→": "->", "←": "<-",
    "\N{SINGLE LOW-9 QUOTATION MARK}": ",", "„": ",,",
    "\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}": "'", "‟": '"',
    "\N{PRIME}": "'", "″": '"',
    "\N{MODIFIER LETTER APOSTROPHE}": "'", "\N{MODIFIER LETTER TURNED COMMA}": "'",
    "\N{HYPHEN}": "-", "\N{NON-BREAKING HYPHEN}": "-",
    "\N{MULTIPLICATION SIGN}": "x", "\N{FRACTION SLASH}": "/", "\N{DIVISION SLASH}": "/",
}  # fmt: skip
"""What is written for a character that has neither a glyph nor a decomposition."""

DASHES = {
    "\N{FIGURE DASH}": 0.5,
    "\N{EN DASH}": 0.5,
    "\N{MINUS SIGN}": 0.5,
    "\N{EM DASH}": 0.9,
    "\N{HORIZONTAL BAR}": 0.9,
    "\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}": 0.9,
}
"""Dashes, drawn from the hyphen, and how long they are in parts of the font's size."""

TURNED = {"¿": "?", "¡": "!"}
"""Signs that are others upside down."""

DOTLESS = {"\N{LATIN SMALL LETTER DOTLESS I}": "i", "\N{LATIN SMALL LETTER DOTLESS J}": "j"}
"""Letters that are others without their dot."""

_UNDOTTED = {dotted: dotless for dotless, dotted in DOTLESS.items()}
_MOST_MARKS = 3
_INVISIBLE = frozenset({"Cc", "Cf"})


class Recipe(NamedTuple):
    """How to make the picture of a cluster.

    Attributes:
        text: what the font can show of it; empty for white space and for what is invisible.
        marks: keys of `MARKS`, to be put on the text from the inside out.
        box: hexadecimal digits for a box, where the font shows nothing of it; else empty.
        space: the white space to leave; else empty.
    """

    text: str = ""
    marks: str = ""
    box: str = ""
    space: str = ""


def recipe(cluster: str, known: frozenset[str]) -> Recipe:
    """Find how a cluster is shown.

    Args:
        cluster: one cluster, as `clusters` gives it; lone surrogates and control characters may come.
        known: the characters that the font has.
    """
    first = cluster[0]
    category = unicodedata.category(first)
    if category in _INVISIBLE:
        # A lone joiner or direction mark shows nothing, but what it is attached to does.
        return recipe(cluster[1:], known) if len(cluster) > 1 else Recipe()
    if category == "Zs":
        return Recipe(space=first)
    letters, marks = _decomposed(cluster, known)
    if letters:
        return Recipe(text=letters, marks=marks[:_MOST_MARKS])
    # Two rows of digits: an odd number of them is filled up.
    digits = f"{ord(first):04X}"
    return Recipe(box=digits.rjust(len(digits) + len(digits) % 2, "0"))


def _decomposed(cluster: str, known: frozenset[str]) -> tuple[str, str]:
    """The letters and marks that show the cluster; no letters when the font cannot."""
    parts = unicodedata.normalize("NFD", cluster)
    first = parts[0]
    marks = "".join(char for char in parts[1:] if char in MARKS)
    if first in _UNDOTTED and any(MARKS[mark].place == "above" for mark in marks):
        return _UNDOTTED[first], marks
    if first in known or first in DASHES or first in TURNED or first in DOTLESS:
        return first, marks
    if first in SPELLINGS:
        spelled = SPELLINGS[first]
        letters = "".join(char for char in spelled if char not in MARKS)
        return letters, spelled[len(letters) :] + marks
    plain = unicodedata.normalize("NFKD", first)
    if plain != first and not unicodedata.combining(plain[0]):
        letters = "".join(char for char in plain if char in known)
        if len(letters) == sum(not unicodedata.combining(char) for char in plain):
            return letters.strip(" "), marks
    return "", ""
