"""What completions are made of: the words that may be offered, and what each would replace."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


MOST_OFFERED: Final = 500
"""Items of one answer; what is typed on brings others."""


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
        finds: what is typed is looked for in this.
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

    Editors choose among them by rules of their own; no rule finds a word that lacks a letter of what was typed.
    """
    wanted = "".join(typed.casefold().split())
    begin = typed.casefold()
    found = [item for item in items if _holds(item.finds.casefold(), wanted)]
    found.sort(key=lambda item: (not item.finds.casefold().startswith(begin), item.rank))
    return found[:MOST_OFFERED]


def _holds(text: str, letters: str) -> bool:
    """Whether a text has these letters in this order, others between them or not."""
    at = 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True
