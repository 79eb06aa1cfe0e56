"""Colours: their names, and mixing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyscript.drawing import RGB

WHITE: RGB = (255, 255, 255)
BLACK: RGB = (0, 0, 0)

NAMED: dict[str, RGB] = {
    "red": (206, 48, 46), "crimson": (168, 28, 52), "scarlet": (222, 52, 36), "burgundy": (120, 30, 50),
    "orange": (236, 128, 42), "amber": (232, 158, 48), "copper": (184, 108, 66), "ginger": (196, 96, 42),
    "auburn": (134, 62, 38), "yellow": (242, 200, 66), "gold": (218, 172, 62), "golden": (226, 180, 74),
    "blonde": (232, 200, 122), "blond": (232, 200, 122), "brass": (196, 158, 82), "mustard": (204, 160, 50),
    "green": (70, 146, 86), "emerald": (36, 140, 100), "olive": (122, 126, 62), "khaki": (168, 156, 104),
    "teal": (42, 138, 142), "turquoise": (64, 186, 186), "blue": (62, 108, 190), "navy": (40, 56, 104),
    "azure": (80, 150, 220), "indigo": (74, 66, 150), "purple": (128, 74, 160), "violet": (142, 92, 186),
    "lavender": (178, 160, 216), "pink": (236, 138, 168), "magenta": (206, 62, 140), "brown": (116, 76, 50),
    "chestnut": (122, 70, 44), "brunette": (88, 58, 42), "redhead": (190, 84, 44), "dark": (62, 48, 46),
    "tan": (196, 160, 116), "beige": (222, 202, 170),
    "cream": (242, 230, 204), "ivory": (246, 238, 220), "white": (240, 240, 240), "silver": (190, 196, 204),
    "grey": (148, 150, 156), "gray": (148, 150, 156), "charcoal": (70, 72, 80), "black": (46, 44, 54),
}  # fmt: skip
"""Colour words as they are used of clothes and hair."""


def mix(first: RGB, second: RGB, part: float) -> RGB:
    """A colour between two: the first at 0, the second at 1."""
    keep = 1 - part
    return (
        round(first[0] * keep + second[0] * part),
        round(first[1] * keep + second[1] * part),
        round(first[2] * keep + second[2] * part),
    )


def lightness(colour: RGB) -> float:
    """How light a colour looks, from 0 to 1."""
    red, green, blue = colour
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def grey(colour: RGB) -> RGB:
    """The colour without its colour."""
    level = round(lightness(colour) * 255)
    return (level, level, level)
