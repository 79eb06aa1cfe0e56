"""Outlines of shapes: lists of points, in whatever unit they are asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""

# What the four points around a piece of a curve weigh at its steps.
_CURVE = [
    (
        (-u * u * u + 2 * u * u - u) / 2,
        (3 * u * u * u - 5 * u * u + 2) / 2,
        (-3 * u * u * u + 4 * u * u + u) / 2,
        (u * u * u - u * u) / 2,
    )
    for u in (0.0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6)
]


def placed(foot: Point, size: float, places: Iterable[Point]) -> list[Point]:
    """Places that are measured from a foot, across and up in parts of a size."""
    return [(foot[0] + size * across, foot[1] - size * up) for across, up in places]


def corners(area: Area) -> list[Point]:
    """The corners of a rectangle, clockwise."""
    left, top, right, bottom = area
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def round_shape(centre: Point, across: float, down: float, count: int = 28) -> list[Point]:
    """An ellipse by its two radii."""
    turns = [2 * math.pi * step / count for step in range(count)]
    return [(centre[0] + across * math.cos(turn), centre[1] + down * math.sin(turn)) for turn in turns]


def smooth(points: Sequence[Point], *, closed: bool = True) -> list[Point]:
    """A soft curve through points (Catmull and Rom)."""
    around = [points[-1], *points, *points[:2]] if closed else [points[0], *points, points[-1]]
    curve = [
        (p * ax + q * bx + r * cx + s * dx, p * ay + q * by + r * cy + s * dy)
        for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(around, around[1:], around[2:], around[3:], strict=False)
        for p, q, r, s in _CURVE
    ]
    if not closed:
        curve.append(points[-1])
    return curve


def limb(start: Point, end: Point, wide: float, narrow: float) -> list[Point]:
    """A bar with round ends, `wide` at its start and `narrow` at its end (both radii)."""
    turn = math.atan2(end[1] - start[1], end[0] - start[0])
    steps = [turn + math.pi / 2 + math.pi * step / 8 for step in range(9)]
    first = [(start[0] + wide * math.cos(step), start[1] + wide * math.sin(step)) for step in steps]
    last = [(end[0] - narrow * math.cos(step), end[1] - narrow * math.sin(step)) for step in steps]
    return first + last


def within(area: Area, places: Iterable[Point]) -> list[Point]:
    """Places in parts of an area, from its left top corner."""
    left, top, right, bottom = area
    return [(left + (right - left) * across, top + (bottom - top) * down) for across, down in places]
