"""A person's head: face, hair, beard, hat."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from storyscript.fake.frames.colours import BLACK, WHITE, mix
from storyscript.fake.frames.shapes import limb, round_shape, smooth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storyscript.drawing import RGB
    from storyscript.fake.frames.canvas import Canvas
    from storyscript.fake.frames.person import Person
    from storyscript.fake.frames.shapes import Point

# Places on a head that looks to the right: from its middle, in heads; y goes down.
_FACE: tuple[Point, ...] = (
    (0.0, -0.5), (0.27, -0.43), (0.38, -0.2), (0.39, 0.06), (0.34, 0.28), (0.2, 0.45), (0.06, 0.5),
    (-0.14, 0.44), (-0.32, 0.24), (-0.4, 0.0), (-0.38, -0.24), (-0.24, -0.44),
)  # fmt: skip
_CROP: tuple[Point, ...] = (
    (-0.36, 0.16), (-0.44, -0.02), (-0.46, -0.26), (-0.34, -0.5), (-0.1, -0.6), (0.18, -0.6), (0.38, -0.46),
    (0.44, -0.26), (0.36, -0.24), (0.22, -0.3), (0.04, -0.28), (-0.12, -0.2), (-0.24, -0.12), (-0.27, 0.1),
)  # fmt: skip
_FRINGE: tuple[Point, ...] = (
    (-0.42, 0.3), (-0.49, 0.0), (-0.48, -0.28), (-0.34, -0.54), (-0.08, -0.64), (0.2, -0.6), (0.41, -0.42),
    (0.46, -0.14), (0.38, -0.08), (0.34, -0.2), (0.2, -0.14), (0.06, -0.2), (-0.08, -0.14), (-0.22, -0.16),
    (-0.26, 0.06), (-0.28, 0.32),
)  # fmt: skip
_PARTED: tuple[Point, ...] = (
    (-0.36, 0.24), (-0.47, 0.0), (-0.47, -0.28), (-0.34, -0.52), (-0.08, -0.62), (0.2, -0.58), (0.4, -0.42),
    (0.45, -0.12), (0.4, 0.1), (0.36, -0.14), (0.2, -0.32),
    (0.0, -0.36), (-0.16, -0.22), (-0.27, -0.04), (-0.29, 0.2),
)  # fmt: skip
_BOB: tuple[Point, ...] = (
    (-0.42, 0.46), (-0.56, 0.22), (-0.55, -0.2), (-0.36, -0.54), (-0.04, -0.64), (0.28, -0.54), (0.46, -0.24),
    (0.48, 0.1), (0.42, 0.36), (0.2, 0.4), (-0.1, 0.44),
)  # fmt: skip
_LONG: tuple[Point, ...] = (
    (-0.58, 1.26), (-0.7, 0.8), (-0.6, 0.3), (-0.56, -0.2), (-0.36, -0.54), (-0.04, -0.64), (0.28, -0.54),
    (0.46, -0.24), (0.48, 0.1), (0.46, 0.5), (0.36, 0.8), (0.1, 0.9), (-0.1, 1.16),
)  # fmt: skip
_TAIL: tuple[Point, ...] = (
    (-0.34, -0.42), (-0.56, -0.46), (-0.84, -0.2), (-0.92, 0.3),
    (-0.76, 0.78), (-0.72, 0.3), (-0.58, 0.0), (-0.38, -0.12),
)  # fmt: skip
_BEARD: tuple[Point, ...] = (
    (-0.37, 0.04), (-0.35, 0.36), (-0.14, 0.64), (0.1, 0.7),
    (0.3, 0.52), (0.38, 0.16), (0.3, 0.2), (0.24, 0.16),
    (0.14, 0.13), (0.02, 0.17), (-0.08, 0.26), (-0.22, 0.2), (-0.28, 0.02),
)  # fmt: skip
_EYES: tuple[Point, Point] = ((0.25, -0.01), (-0.05, -0.01))
_CURLS = 13


class Head(NamedTuple):
    """Where a head is, and how it is drawn.

    Attributes:
        centre: in pixels of the frame.
        size: from chin to crown, in pixels of the frame.
        facing: 1 to the right, -1 to the left.
        tilt: forward, in degrees.
        eyes: `dots`, `large` or `round`.
        tone: what the style makes of a colour.
    """

    centre: Point
    size: float
    facing: int
    tilt: float
    eyes: str
    tone: Callable[[RGB], RGB]

    def at(self, place: Point) -> Point:
        """Where a place on the head is on the canvas."""
        turn = math.radians(self.tilt)
        x = place[0] * math.cos(turn) - place[1] * math.sin(turn)
        y = place[0] * math.sin(turn) + place[1] * math.cos(turn)
        return (self.centre[0] + self.facing * x * self.size, self.centre[1] + y * self.size)

    def curve(self, places: Sequence[Point], *, closed: bool = True) -> list[Point]:
        """A soft curve through places on the head."""
        return smooth([self.at(place) for place in places], closed=closed)


def draw_back_hair(canvas: Canvas, person: Person, head: Head) -> None:
    """Draw the hair that hangs behind the shoulders; comes before the trunk."""
    behind = {"bob": _BOB, "long": _LONG, "tail": _TAIL}.get(person.hair_style)
    colour = mix(head.tone(person.hair), BLACK, 0.2)
    if behind is not None:
        canvas.solid([head.curve(behind)], colour, depth=0.1 * head.size)
    elif person.hair_style == "bun":
        canvas.solid(
            [round_shape(head.at((-0.36, -0.5)), 0.23 * head.size, 0.23 * head.size)],
            colour,
            depth=0.08 * head.size,
        )
    elif person.hair_style == "curly":
        canvas.solid(_curls(head), colour)


def draw_head(canvas: Canvas, person: Person, head: Head) -> None:
    """Draw the head; comes after the trunk."""
    tone, size = head.tone, head.size
    skin = tone(person.skin)
    canvas.solid([head.curve(_FACE)], skin, depth=0.12 * size)
    _draw_face(canvas, person, head)
    if person.beard is not None:
        beard = tone(person.beard)
        canvas.solid([head.curve(_BEARD)], beard, depth=0.1 * size)
        canvas.line(
            head.curve([(0.08, 0.3), (0.16, 0.32), (0.24, 0.29)], closed=False),
            mix(beard, BLACK, 0.5),
            0.03 * size,
        )
    _draw_hair(canvas, person, head)
    ear = round_shape(head.at((-0.3, 0.06)), 0.075 * size, 0.11 * size)
    if person.hair_style not in {"bob", "long", "curly"}:
        canvas.solid([ear], skin)
    if person.hat is not None:
        _draw_hat(canvas, head, tone(person.hat))


def _draw_hair(canvas: Canvas, person: Person, head: Head) -> None:
    if person.hair_style == "bald":
        return
    colour = head.tone(person.hair)
    front = {"short": _CROP, "bob": _FRINGE, "curly": _CROP}.get(person.hair_style, _PARTED)
    canvas.solid([head.curve(front)], colour, depth=0.07 * head.size)
    if person.hair_style != "curly":
        shine = head.curve([(-0.3, -0.32), (-0.18, -0.46), (0.02, -0.53)], closed=False)
        canvas.line(shine, mix(colour, WHITE, 0.25), 0.045 * head.size)


def _curls(head: Head) -> list[list[Point]]:
    turns = [math.pi * (0.92 + 1.22 * step / (_CURLS - 1)) for step in range(_CURLS)]
    places = [(0.42 * math.cos(turn) - 0.04, 0.42 * math.sin(turn) - 0.12) for turn in turns]
    return [round_shape(head.at(place), 0.2 * head.size, 0.2 * head.size, 16) for place in (*places, (-0.44, 0.18))]


def _draw_hat(canvas: Canvas, head: Head, colour: RGB) -> None:
    crown = [
        (-0.4, -0.3),
        (-0.38, -0.66),
        (-0.2, -0.82),
        (0.04, -0.76),
        (0.24, -0.82),
        (0.36, -0.64),
        (0.4, -0.28),
    ]
    canvas.solid([head.curve(crown)], colour, depth=0.1 * head.size)
    canvas.fill(
        [head.at(place) for place in ((-0.4, -0.44), (0.39, -0.42), (0.4, -0.3), (-0.4, -0.32))],
        mix(colour, BLACK, 0.4),
    )
    canvas.solid([limb(head.at((-0.6, -0.26)), head.at((0.66, -0.24)), 0.055 * head.size, 0.055 * head.size)], colour)


def _draw_face(canvas: Canvas, person: Person, head: Head) -> None:
    size, tone = head.size, head.tone
    dark = tone((44, 34, 40))
    skin = tone(person.skin)
    flush = mix(skin, tone((224, 92, 84)), 0.3)
    for x in (0.26, -0.12):
        canvas.disc(head.at((x, 0.16)), 0.07 * size, flush, flat=0.7)
    for place in _EYES:
        _draw_eye(canvas, head, place, dark)
    brow = mix(tone(person.hair), BLACK, 0.35) if person.hair_style != "bald" else dark
    for x, y in _EYES:
        up = {"dots": 0.12, "large": 0.16, "round": 0.17}[head.eyes]
        edge = [(x - 0.08, y - up + 0.015), (x, y - up - 0.015), (x + 0.07, y - up)]
        canvas.line(head.curve(edge, closed=False), brow, 0.032 * size)
    shadow = mix(skin, dark, 0.42)
    canvas.line(head.curve([(0.16, 0.04), (0.21, 0.15), (0.14, 0.17)], closed=False), shadow, 0.024 * size)
    if person.beard is None:
        canvas.line(
            head.curve([(0.04, 0.29), (0.12, 0.325), (0.22, 0.28)], closed=False),
            mix(skin, tone((128, 30, 40)), 0.75),
            0.03 * size,
        )
    if person.glasses:
        for place in _EYES:
            ring = round_shape(head.at(place), 0.125 * size, 0.115 * size)
            canvas.line([*ring, ring[0]], dark, 0.022 * size)
        canvas.line([head.at((0.075, -0.01)), head.at((0.125, -0.01))], dark, 0.022 * size)


def _draw_eye(canvas: Canvas, head: Head, place: Point, dark: RGB) -> None:
    size, tone = head.size, head.tone
    x, y = place
    if head.eyes == "dots":
        canvas.disc(head.at(place), 0.042 * size, dark, flat=1.35)
        canvas.disc(head.at((x + 0.012, y - 0.02)), 0.012 * size, WHITE)
        return
    if head.eyes == "round":
        canvas.disc(head.at(place), 0.1 * size, tone((250, 250, 250)), flat=1.08)
        canvas.disc(head.at((x + 0.018, y + 0.012)), 0.08 * size, tone((104, 74, 52)), flat=1.08)
        canvas.disc(head.at((x + 0.02, y + 0.012)), 0.052 * size, dark, flat=1.08)
        canvas.disc(head.at((x + 0.048, y - 0.03)), 0.026 * size, WHITE)
        lid = [(x - 0.105, y - 0.03), (x - 0.05, y - 0.095), (x + 0.04, y - 0.1), (x + 0.105, y - 0.04)]
        canvas.line(head.curve(lid, closed=False), dark, 0.03 * size)
        return
    canvas.disc(head.at(place), 0.074 * size, dark, flat=1.7)
    canvas.disc(head.at((x + 0.005, y + 0.05)), 0.05 * size, tone((96, 84, 150)), flat=1.2)
    canvas.disc(head.at((x + 0.022, y - 0.05)), 0.028 * size, WHITE)
    lid = [(x - 0.1, y - 0.07), (x - 0.02, y - 0.125), (x + 0.085, y - 0.08)]
    canvas.line(head.curve(lid, closed=False), dark, 0.035 * size)
