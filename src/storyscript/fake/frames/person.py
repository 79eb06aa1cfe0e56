"""A person's looks: what their description asks for, and the rest by chance that the description decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyscript.fake.frames.chance import Chance
from storyscript.fake.frames.colours import NAMED, mix
from storyscript.fake.frames.words import read_character

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.drawing import RGB

_SKINS: tuple[RGB, ...] = (
    (252, 224, 204), (243, 204, 174), (226, 178, 140), (192, 138, 100), (148, 100, 70), (108, 72, 54),
)  # fmt: skip
_HAIRS = (
    NAMED["black"],
    NAMED["brown"],
    NAMED["chestnut"],
    NAMED["auburn"],
    NAMED["blonde"],
    NAMED["ginger"],
)
_DARK_FROM = 2.5  # with such a skin the hair is dark, too, unless the description says otherwise
_TOPS: tuple[RGB, ...] = (
    (58, 82, 128), (132, 62, 76), (70, 112, 98), (206, 158, 76), (98, 84, 142), (56, 118, 138), (190, 96, 72),
    (226, 214, 190), (96, 106, 124),
)  # fmt: skip
_BOTTOMS: tuple[RGB, ...] = ((54, 58, 80), (88, 74, 66), (62, 78, 108), (112, 102, 92), (44, 48, 58))
_SHOES: tuple[RGB, ...] = ((62, 44, 38), (40, 40, 48), (120, 76, 50))
_GARMENTS = {True: ("coat", "dress", "jacket", "shirt"), False: ("coat", "jacket", "shirt", "jacket")}
_HAIR_STYLES = {True: ("bob", "long", "bun", "tail", "curly"), False: ("short", "short", "curly", "long")}
_ALIKE = 90  # colours that are nearer than this (sum of the differences) are taken for the same


@dataclass(frozen=True, slots=True)
class Person:
    """How somebody looks; the same from the same description, in every panel.

    Attributes:
        woman: the build.
        child: smaller, with a larger head.
        old: a little bent.
        glasses: wears glasses.
        skin: colour of the skin.
        hair: colour of the hair.
        hair_style: `bald`, `short`, `bob`, `long`, `bun`, `tail` or `curly`.
        garment: `coat`, `dress`, `jacket` or `shirt`.
        top: its colour.
        bottom: colour of the trousers.
        shoes: colour of the shoes.
        scarf: its colour, or None for no scarf.
        hat: its colour, or None for no hat.
        beard: its colour, or None for no beard.
    """

    woman: bool
    child: bool
    old: bool
    glasses: bool
    skin: RGB
    hair: RGB
    hair_style: str
    garment: str
    top: RGB
    bottom: RGB
    shoes: RGB
    scarf: RGB | None
    hat: RGB | None
    beard: RGB | None


def person_of(description: str) -> Person:
    """The looks that a description gives.

    Args:
        description: any text.
    """
    asked = read_character(description)
    chance = Chance("person", description)
    woman = asked.build == "woman" if asked.build else chance.happens(0.5)
    colours = asked.colours
    skin_place = (asked.skin if asked.skin is not None else chance.between(0.0, 0.7)) * (len(_SKINS) - 1)
    below = min(int(skin_place), len(_SKINS) - 2)
    hairs = _HAIRS if skin_place < _DARK_FROM else _HAIRS[:2]
    hair = NAMED["silver"] if asked.old and chance.happens(0.9) else chance.pick(hairs)
    hair = colours.get("hair", colours.get("beard", hair))
    scarf = _worn(colours.get("scarf"), chance.pick(_TOPS), wears="scarf" in asked.wears)
    top = colours.get("top") or _unlike(chance, _TOPS, scarf)
    shorter = ("bob" if woman else "short") if asked.hair_style == "short" else asked.hair_style
    style = shorter or chance.pick(_HAIR_STYLES[woman])
    return Person(
        woman=woman,
        child=asked.child,
        old=asked.old,
        glasses=asked.glasses,
        skin=mix(_SKINS[below], _SKINS[below + 1], skin_place - below),
        hair=hair,
        hair_style=style,
        garment=asked.garment or chance.pick(_GARMENTS[woman]),
        top=top,
        bottom=colours.get("bottom") or _unlike(chance, _BOTTOMS, top),
        shoes=colours.get("shoes") or chance.pick(_SHOES),
        scarf=scarf,
        hat=_worn(colours.get("hat"), chance.pick(_BOTTOMS), wears="hat" in asked.wears),
        beard=_worn(colours.get("beard"), hair, wears="beard" in asked.wears),
    )


def _worn(asked: RGB | None, otherwise: RGB, *, wears: bool) -> RGB | None:
    return (asked or otherwise) if wears else None


def _unlike(chance: Chance, colours: Sequence[RGB], other: RGB | None) -> RGB:
    """One of the colours that can be told from another one."""
    told = [c for c in colours if other is None or sum(abs(a - b) for a, b in zip(c, other, strict=True)) > _ALIKE]
    return chance.pick(told or colours)
