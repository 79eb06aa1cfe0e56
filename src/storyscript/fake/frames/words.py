"""What the words of a story ask for: what a lead wears, where a panel is set, what somebody does in it.

Nothing here understands a text. It knows some hundred words of English, and a picture whose words are all
strange to it gets what chance gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from storyscript.fake.frames.colours import NAMED
from storyscript.fake.frames.vocabulary import (
    BUILDS,
    CHILD,
    GARMENTS,
    HAIR_STYLES,
    LINKS,
    OLD,
    PLACES,
    POSES,
    SIGHTS,
    SKINS,
    SLOTS,
    SOMEBODY,
    THINGS,
    TIMES,
    WEATHERS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storyscript.drawing import RGB

_LONGEST = 2000  # characters that are read; what a text says comes early
_TOKEN = re.compile(r"[a-z]+|[,.;:!?]")
_TWO_PIECES = frozenset({"suit"})
# "talks to an old man": a link, an article, at most two more words, somebody.
_MEETING = re.compile(
    rf"\b(?:{'|'.join(LINKS)})\s+((?:an?|the|her|his|two)\s+(?:\w+\s+){{0,2}}?(?:{'|'.join(SOMEBODY)})\b)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a description asks of a person's looks; None where it says nothing.

    Attributes:
        colours: by what they are of: `hair`, `scarf`, `top`, `bottom`, `hat`, `beard`, `shoes`.
        wears: the slots that are named, with or without a colour.
        garment: `coat`, `dress`, `jacket` or `shirt`.
        hair_style: a key of the hair styles.
        build: `woman` or `man`.
        skin: from 0 (light) to 1 (dark).
        child: a child.
        old: an old person.
        glasses: wears glasses.
    """

    colours: Mapping[str, RGB]
    wears: frozenset[str]
    garment: str | None
    hair_style: str | None
    build: str | None
    skin: float | None
    child: bool
    old: bool
    glasses: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What a panel's description asks for; None where it says nothing.

    Attributes:
        place: a key of the places.
        time: `day`, `dusk` or `night`.
        weather: `rain` or `snow`.
        thing: an object to show.
        sight: `lighthouse` or `boat`.
        pose: what somebody does.
        attic: the room is under a roof.
        other: the words for a second person.
    """

    place: str | None
    time: str | None
    weather: str | None
    thing: str | None
    sight: str | None
    pose: str | None
    attic: bool
    other: str | None


def read_character(text: str) -> Asked:
    """Find what a character's description asks for.

    Args:
        text: any text.
    """
    tokens = _tokens(text)
    words = frozenset(tokens)
    return Asked(
        colours=dict(_coloured(tokens)),
        wears=frozenset(SLOTS[word] for word in words if word in SLOTS),
        garment=_first(tokens, GARMENTS),
        hair_style=_first(tokens, HAIR_STYLES),
        build=_first(tokens, BUILDS),
        skin=next((SKINS[word] for word, noun in pairwise(tokens) if _is_skin(word, noun)), None),
        child=not words.isdisjoint(CHILD),
        old=not words.isdisjoint(OLD),
        glasses="glasses" in words or "spectacles" in words,
    )


def read_description(text: str) -> Setting:
    """Find what a panel's description asks for.

    Args:
        text: any text.
    """
    tokens = _tokens(text)
    meeting = _MEETING.search(text[:_LONGEST].lower())
    return Setting(
        place=_first(tokens, PLACES),
        time=_first(tokens, TIMES),
        weather=_first(tokens, WEATHERS),
        thing=_first(tokens, THINGS),
        sight=_first(tokens, SIGHTS),
        pose=_first(tokens, POSES),
        attic="attic" in tokens,
        other=meeting.string[meeting.start(1) :] if meeting else None,
    )


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text[:_LONGEST].lower())


def _first(tokens: list[str], table: Mapping[str, str]) -> str | None:
    """What the first word that the table knows stands for."""
    return next((table[token] for token in tokens if token in table), None)


def _is_skin(word: str, noun: str) -> bool:
    return word in SKINS and noun in {"skin", "skinned"}


def _coloured(tokens: list[str]) -> Iterator[tuple[str, RGB]]:
    """Pairs of a thing and its colour: a colour word belongs to the next thing in its phrase."""
    colour: RGB | None = None
    for token in tokens:
        if not token.isalpha():
            colour = None
            continue
        colour = NAMED.get(token, colour)
        slot = SLOTS.get(token)
        if slot is not None and colour is not None:
            yield slot, colour
            if token in _TWO_PIECES:
                yield "bottom", colour
            colour = None
