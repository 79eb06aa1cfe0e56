"""Names for what had none: characters by what they are, panels by their first words."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from storyscript.encoding import normalize
from storyscript.syntax.names import fold, is_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_WORDS: Final = 4
_WIDEST: Final = 24
"""Columns of a name; an ideograph takes two."""
_LOOKED_AT: Final = 200

_ARTICLES: Final = frozenset({"a", "an", "the"})
_LOOSE_ENDS: Final = frozenset(
    {"and", "as", "at", "by", "for", "from", "her", "his", "in", "into", "is", "its", "of", "on", "or", "their", "to"}
    | {"with", "under", "over"}
)
"""Words that a name does not end with."""
_WHAT_FOLLOWS: Final = frozenset(
    {"wearing", "with", "in", "on", "at", "of", "from", "who", "that", "which", "and", "is", "has", "having", "named"}
    | {"holding", "carrying", "dressed", "standing", "sitting", "walking", "riding", "smiling", "looking", "as"}
)
"""Words behind which a description no longer says what somebody is."""
_TRIGGER: Final = "img"
_APOSTROPHES: Final = "'\N{RIGHT SINGLE QUOTATION MARK}"
_NOBODY: Final = "Lead"


class Names:
    """Names of one kind, each given once."""

    def __init__(self) -> None:
        self._taken: Final[set[str]] = set()
        self._counts: Final[dict[str, int]] = {}

    def take(self, wanted: str) -> str:
        """The name itself where it is free, else with the next number behind it."""
        name, key = wanted, fold(wanted)
        while fold(name) in self._taken:
            number = self._counts[key] = self._counts.get(key, 1) + 1
            name = f"{wanted}-{number}"
        self._taken.add(fold(name))
        return name


def name_of_character(description: str) -> str:
    """What a description says that somebody is: the last word of its first phrase, or the one before `img`."""
    clauses = [clause for clause in _clauses(description[:_LOOKED_AT]) if clause != [_TRIGGER]]
    for clause in clauses:
        words = clause
        if _TRIGGER in words[1:]:
            words = words[: words.index(_TRIGGER, 1)]
        words = [word for word in words if word != _TRIGGER]
        for at, word in enumerate(words):
            if at and word.lower() in _WHAT_FOLLOWS:
                words = words[:at]
                break
        if words and words[-1].lower() not in _ARTICLES:
            name = _cut(words[-1])
            capital = fold(name[:1].upper() + name[1:])
            if is_name(capital):
                return capital
    return _NOBODY


def name_of_panel(text: str) -> str | None:
    """The first words of a text, without articles; None where no word could begin a name."""
    kept: list[str] = []
    width = 0
    clauses = ([word.lower() for word in clause] for clause in _clauses(text[:_LOOKED_AT]))
    telling = ([word for word in clause if word not in _ARTICLES] for clause in clauses)
    for small in next(filter(None, telling), []):
        size = _width(small) + bool(kept)
        if kept and (width + size > _WIDEST or len(kept) == _MOST_WORDS):
            break
        kept.append(_cut(small))
        width += size
    while len(kept) > 1 and kept[-1] in _LOOSE_ENDS:
        kept.pop()
    name = fold("-".join(kept))
    return name if name and is_name(name) else None


def _clauses(text: str) -> Iterator[list[str]]:
    """The words of each clause of a text, as far as names can be made of them."""
    words: list[str] = []
    word: list[str] = []
    begun = False  # words that begin with what no name may begin with are passed over until one is kept

    def finish() -> None:
        nonlocal begun
        if word and (begun or _may_begin(word[0])):
            words.append("".join(word))
            begun = True
        word.clear()

    for sign in unicodedata.normalize("NFC", text):
        if sign in _APOSTROPHES:
            continue
        if _may_continue(sign):
            word.append(sign)
            continue
        finish()
        if words and not sign.isspace() and sign not in "-/":
            yield words
            words, begun = [], False
    finish()
    if words:
        yield words


def _may_begin(sign: str) -> bool:
    return sign == "_" or unicodedata.category(sign)[0] == "L"


def _may_continue(sign: str) -> bool:
    if sign.isascii():
        return sign.isalnum() or sign == "_"
    category = unicodedata.category(sign)
    return category == "Nd" or (category[0] in "LM" and bool(normalize(sign)))  # some letters show nothing


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _cut(word: str) -> str:
    """A word that is not too wide for a name, without a mark torn from its letter."""
    if _width(word) <= _WIDEST:
        return word
    width = 0
    for at, sign in enumerate(word):
        width += _width(sign)
        if width > _WIDEST:
            while at > 1 and unicodedata.category(word[at])[0] == "M":
                at -= 1  # noqa: PLW2901 - the loop ends here
            return word[:at]
    return word
