"""What completions are made of: the words that may be offered, and what each would replace."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


MOST_OFFERED: Final = 500
"""Items of one answer; what is typed on brings others."""
_WORD: Final = re.compile(r"[^\W_]+")


class Kind(Enum):
    """What an offered word is."""

    KEYWORD = auto()
    SETTING = auto()
    PROPERTY = auto()
    VALUE = auto()
    CHARACTER = auto()
    VARIABLE = auto()
    FILE = auto()
    FOLDER = auto()
    MARK = auto()
    CODE = auto()


class Item(NamedTuple):
    """A word that is offered.

    Attributes:
        kind: what it is.
        label: as the list shows it.
        start, end: offsets of what it replaces, within one line; the cursor is between them.
        text: what it inserts.
        snippet: the same with places to fill in, in the protocol's form for them, or `""`.
        detail: a few words beside the label, or `""`.
        says: more of it, in Markdown, or `""`.
        finds: what is typed is looked for in this, and editors look for it here again.
        rank: those of a lower rank stand further up; equal ones keep their order.
    """

    kind: Kind
    label: str
    start: int
    end: int
    text: str
    snippet: str = ""
    detail: str = ""
    says: str = ""
    finds: str = ""
    rank: int = 0


class Typed(NamedTuple):
    """What a writer has typed of a word.

    Attributes:
        text: what stands before the cursor.
        start: where it begins.
        end: where what it becomes shall end: at the cursor, or behind the rest of the word there.
    """

    text: str
    start: int
    end: int


def fitting(items: Iterable[Item], typed: str) -> list[Item]:
    """The items that what is typed may be meant for, best first.

    A single letter finds the words that begin with it; more of them find also what holds them, and the names that have
    them in this order, others between them. Editors then choose among the items by rules of their own, some only by how
    `finds` begins. So it begins with what is typed in every item that is returned.

    Args:
        items: those that may stand where the cursor is.
        typed: what stands before the cursor of what they would replace, as it is written.
    """
    wanted = "".join(typed.casefold().split())
    graded = [(_grade(item, typed.casefold(), wanted), item) for item in items]
    found = sorted(
        ((grade, item) for grade, item in graded if grade is not None), key=lambda one: (one[0], one[1].rank)
    )
    return [item._replace(finds=_beginning(item.finds, typed)) for _, item in found[:MOST_OFFERED]]


def _grade(item: Item, begin: str, wanted: str) -> int | None:
    """How near an item is to what is typed, 0 the nearest; None where it is not meant."""
    finds = item.finds.casefold()
    if finds.startswith(begin):
        return 0
    if _begins_a_word(finds, begin):
        return 1
    # One letter is in nearly every word. Where a script has no letters but words, it is one.
    if len(wanted) == 1 and unicodedata.category(wanted) != "Lo":
        return None
    if begin in finds:
        return 2
    return 3 if _holds(item.label.casefold(), wanted) else None


def _begins_a_word(text: str, letters: str) -> bool:
    return any(text.startswith(letters, match.start()) for match in _WORD.finditer(text))


def _holds(text: str, letters: str) -> bool:
    """Whether a text has these letters in this order, the first at the beginning of a word."""
    return any(
        text[match.start()] == letters[:1] and _in_order(text[match.start() :], letters)
        for match in _WORD.finditer(text)
    )


def _in_order(text: str, letters: str) -> bool:
    at = 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True


def _beginning(finds: str, typed: str) -> str:
    """What an item is found by, so that it begins with what is typed, to the letter."""
    if finds.startswith(typed):
        return finds
    if finds[: len(typed)].casefold() == typed.casefold():
        return f"{typed}{finds[len(typed) :]}"
    return f"{typed} {finds}"
