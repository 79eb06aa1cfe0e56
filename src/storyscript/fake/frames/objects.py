"""Things that stand about in places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.fake.frames.colours import BLACK, WHITE, mix
from storyscript.fake.frames.shapes import corners, limb, placed, round_shape, smooth

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.fake.frames.shapes import Point
    from storyscript.fake.frames.sheet import Sheet

# Outlines, in parts of a thing's height: across from its middle, up from its foot.
_GLASS = (
    (-0.09, 0.4), (-0.17, 0.52), (-0.15, 0.64), (-0.08, 0.76), (-0.07, 0.99),
    (0.07, 0.99), (0.08, 0.76), (0.15, 0.64), (0.17, 0.52), (0.09, 0.4),
)  # fmt: skip
_CANDLE = ((-0.09, 0.05), (0.09, 0.05), (0.085, 0.64), (-0.09, 0.6))
_CANDLE_FLAME = ((0.0, 0.98), (0.075, 0.76), (0.0, 0.67), (-0.075, 0.76))
_BOWL = ((-0.34, 0.52), (0.34, 0.52), (0.28, 0.12), (0.18, 0.0), (-0.18, 0.0), (-0.28, 0.12))
_STEAM = ((0.0, 0.6), (0.07, 0.72), (-0.02, 0.84), (0.06, 0.98))
_FLAP = ((-0.46, 0.6), (0.0, 0.24), (0.46, 0.6))
_VASE = (
    (-0.1, 0.46), (0.1, 0.46), (0.09, 0.38), (0.2, 0.2), (0.12, 0.0),
    (-0.12, 0.0), (-0.2, 0.2), (-0.09, 0.38),
)  # fmt: skip
_BLOSSOMS = ((-0.24, 0.8), (0.02, 0.95), (0.26, 0.78))
_LID = ((-0.5, 0.36), (-0.46, 0.56), (0.0, 0.64), (0.46, 0.56), (0.5, 0.36))
_LANTERN = ((-0.035, 0.925), (0.035, 0.925), (0.055, 1.03), (-0.055, 1.03))
_LANTERN_ROOF = ((-0.07, 1.03), (0.0, 1.085), (0.07, 1.03))
_STEM = (60, 120, 70)


def draw_object(sheet: Sheet, name: str, foot: Point, size: float) -> None:
    """A thing on a table or a sill.

    Args:
        sheet: drawn on.
        name: a key of `OBJECTS`.
        foot: the middle of its foot, in pixels of the frame.
        size: its height, in pixels of the frame.
    """
    OBJECTS[name](sheet, foot, size)


def draw_street_lamp(sheet: Sheet, foot: Point, height: float) -> None:
    """A lamp on a post: `foot` and `height` in pixels of the frame."""
    canvas, palette = sheet.canvas, sheet.palette
    x, y = foot
    iron = mix(palette.near, BLACK, 0.6)
    canvas.glow((x, y - height), height * 0.4, palette.light, 0.85)
    canvas.solid([limb(foot, (x, y - height * 0.92), height * 0.02, height * 0.013)], iron, 0.5)
    base = limb((x - height * 0.03, y), (x + height * 0.03, y), height * 0.018, height * 0.018)
    canvas.solid([base], iron, 0.5)
    canvas.shape(placed(foot, height, _LANTERN), mix(palette.light, WHITE, 0.35), 0.7)
    canvas.shape(placed(foot, height, _LANTERN_ROOF), iron, 0.7)


def _draw_lamp(sheet: Sheet, foot: Point, size: float) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    x, y = foot
    brass = mix(palette.accent, palette.light, 0.35)
    dark = mix(brass, BLACK, 0.3)
    canvas.glow((x, y - size * 0.6), size * 1.15, palette.light, 0.9)
    handle = round_shape((x + size * 0.26, y - size * 0.24), size * 0.1, size * 0.1)
    canvas.line([*handle, *handle[:2]], dark, size * 0.03)
    canvas.solid([limb((x, y - size * 0.06), (x, y - size * 0.16), size * 0.05, size * 0.05)], brass)
    canvas.solid([round_shape((x, y - size * 0.04), size * 0.2, size * 0.05)], dark)
    canvas.solid([round_shape((x, y - size * 0.26), size * 0.23, size * 0.13)], brass, depth=size * 0.08)
    canvas.shape(smooth(placed(foot, size, _GLASS)), mix(palette.light, WHITE, 0.35), 0.8)
    for part, tone in (
        (1.0, mix(palette.light, palette.accent, 0.45)),
        (0.5, mix(palette.light, WHITE, 0.7)),
    ):
        side = (0.06 * part, 0.46 + 0.1 * part)
        flame = ((0.0, 0.46 + 0.24 * part), side, (0.0, 0.45), (-side[0], side[1]))
        canvas.fill(smooth(placed(foot, size, flame)), tone)
    canvas.rectangle((x - size * 0.12, y - size * 0.42, x + size * 0.12, y - size * 0.36), dark, 0.6)


def _draw_candle(sheet: Sheet, foot: Point, size: float) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    x, y = foot
    canvas.glow((x, y - size * 0.8), size, palette.light, 0.9)
    canvas.shape(round_shape((x, y - size * 0.03), size * 0.3, size * 0.07), palette.accent, 0.8)
    canvas.solid([placed(foot, size, _CANDLE)], mix(palette.haze, WHITE, 0.6), depth=size * 0.05)
    canvas.fill(smooth(placed(foot, size, _CANDLE_FLAME)), palette.light)


def _draw_books(sheet: Sheet, foot: Point, size: float) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    paper = mix(palette.haze, WHITE, 0.6)
    stack = ((-0.04, palette.accent), (0.05, palette.mid), (-0.02, palette.far))
    for index, (shift, tone) in enumerate(stack):
        middle, top = foot[0] + size * shift, foot[1] - size * 0.2 * (index + 1)
        canvas.rectangle((middle - size * 0.42, top, middle + size * 0.42, top + size * 0.19), tone, 0.8)
        pages = (middle + size * 0.3, top + size * 0.03, middle + size * 0.42, top + size * 0.16)
        canvas.rectangle(pages, paper, 0.4)


def _draw_cup(sheet: Sheet, foot: Point, size: float) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    x, y = foot
    ring = round_shape((x + size * 0.32, y - size * 0.28), size * 0.14, size * 0.13)
    canvas.line([*ring, *ring[:2]], mix(palette.accent, BLACK, 0.25), size * 0.06)
    canvas.solid([placed(foot, size, _BOWL)], palette.accent, depth=size * 0.08)
    for shift in (-0.12, 0.06):
        steam = placed((x + size * shift, y), size, _STEAM)
        canvas.line(smooth(steam, closed=False), mix(palette.wall, WHITE, 0.65), size * 0.03)


def _draw_clock(sheet: Sheet, foot: Point, size: float) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    centre = (foot[0], foot[1] - size * 0.5)
    for side in (-1, 1):
        ankle, toe, bell = placed(foot, size, ((side * 0.2, 0.12), (side * 0.28, 0.03), (side * 0.2, 0.92)))
        canvas.solid([limb(ankle, toe, size * 0.05, size * 0.04)], mix(palette.wood, BLACK, 0.3))
        canvas.disc(bell, size * 0.11, palette.accent, 0.7, 0.75)
    canvas.solid([round_shape(centre, size * 0.4, size * 0.4)], palette.accent, depth=size * 0.06)
    canvas.disc(centre, size * 0.31, mix(palette.haze, WHITE, 0.75), 0.6)
    dark = mix(palette.near, BLACK, 0.7)
    for hand in ((0.0, 0.73), (0.15, 0.42)):
        canvas.line([centre, *placed(foot, size, (hand,))], dark, size * 0.04)


def _draw_letter(sheet: Sheet, foot: Point, size: float) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    x, y = foot
    paper = mix(palette.haze, WHITE, 0.75)
    canvas.rectangle((x - size * 0.46, y - size * 0.6, x + size * 0.46, y), paper, 0.8)
    canvas.line(placed(foot, size, _FLAP), mix(paper, BLACK, 0.45), size * 0.022)
    canvas.disc((x, y - size * 0.25), size * 0.075, palette.accent, 0.5)


def _draw_flower(sheet: Sheet, foot: Point, size: float) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    blossoms = placed(foot, size, _BLOSSOMS)
    for blossom in blossoms:
        canvas.line([(foot[0], foot[1] - size * 0.3), blossom], mix(palette.leaf, _STEM, 0.5), size * 0.03)
    for blossom in blossoms:
        canvas.disc(blossom, size * 0.12, palette.accent, 0.7)
        canvas.disc(blossom, size * 0.045, palette.light)
    canvas.solid([smooth(placed(foot, size, _VASE))], mix(palette.far, WHITE, 0.3), depth=size * 0.06)


def _draw_chest(sheet: Sheet, foot: Point, size: float) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    x, y = foot
    canvas.rectangle((x - size * 0.48, y - size * 0.36, x + size * 0.48, y), palette.wood, 0.9)
    lid = smooth(placed(foot, size, _LID), closed=False)
    canvas.solid([lid], mix(palette.wood, BLACK, 0.15), depth=size * 0.06)
    lock = corners((x - size * 0.08, y - size * 0.44, x + size * 0.08, y - size * 0.24))
    canvas.shape(lock, mix(palette.light, palette.accent, 0.3), 0.6)
    canvas.disc((x, y - size * 0.35), size * 0.03, BLACK)


OBJECTS: dict[str, Callable[[Sheet, Point, float], None]] = {
    "lamp": _draw_lamp,
    "candle": _draw_candle,
    "book": _draw_books,
    "cup": _draw_cup,
    "clock": _draw_clock,
    "letter": _draw_letter,
    "flower": _draw_flower,
    "key": _draw_chest,
}
"""What can be shown, by the words of `storyscript.fake.frames.words`."""
