"""A person, drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from storyscript.fake.frames.colours import BLACK, WHITE, lightness, mix
from storyscript.fake.frames.head import Head, draw_back_hair, draw_head
from storyscript.fake.frames.poses import Joints, Pose, joints, on_trunk
from storyscript.fake.frames.shapes import limb, round_shape, smooth

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.drawing import RGB
    from storyscript.fake.frames.canvas import Canvas
    from storyscript.fake.frames.person import Person
    from storyscript.fake.frames.shapes import Point

_MAN: tuple[Point, ...] = (
    (0.14, 1.74), (0.46, 1.62), (0.55, 1.36), (0.47, 0.95), (0.42, 0.5), (0.44, -0.08),
    (-0.44, -0.08), (-0.42, 0.5), (-0.48, 0.95), (-0.56, 1.36), (-0.46, 1.62), (-0.14, 1.74),
)  # fmt: skip
_WOMAN: tuple[Point, ...] = (
    (0.12, 1.74), (0.4, 1.6), (0.47, 1.36), (0.45, 1.08), (0.32, 0.62), (0.42, -0.08),
    (-0.42, -0.08), (-0.33, 0.62), (-0.4, 1.08), (-0.46, 1.36), (-0.4, 1.6), (-0.12, 1.74),
)  # fmt: skip
_FAR = 0.16  # how much darker the far limbs are
_DARK = 0.3
_LIGHT = 0.6  # a coat that is lighter has something dark under it
_SEAT: RGB = (150, 108, 78)


class Manner(NamedTuple):
    """How a style draws people.

    Attributes:
        head: how large the head is, in parts of a natural one.
        eyes: `dots`, `large` (with a light in them) or `round` (with a white).
        tone: what the style makes of a colour.
    """

    head: float
    eyes: str
    tone: Callable[[RGB], RGB]


class _Drawing(NamedTuple):
    canvas: Canvas
    person: Person
    pose: Pose
    body: Joints
    tone: Callable[[RGB], RGB]

    @property
    def long(self) -> float:
        """A body length in pixels: a head, but shorter for children."""
        return self.body.unit * self.body.limb

    def trunk(self, place: Point) -> Point:
        """A place on the trunk, in body lengths from the hips."""
        lean = self.pose.lean + (7 if self.person.old else 0)
        return on_trunk(self.body.hip, lean, self.long, self.body.facing, place)


def draw_person(
    canvas: Canvas, person: Person, pose: Pose, feet: Point, height: float, *, facing: int, manner: Manner
) -> None:
    """Draw somebody.

    Args:
        canvas: drawn on.
        person: the looks.
        pose: how the body is held.
        feet: the ground between the feet, in pixels of the frame.
        height: when standing, from sole to crown, in pixels of the frame.
        facing: 1 to the right, -1 to the left.
        manner: how the style draws people.
    """
    body = joints(person, pose, feet, height, facing=facing, head=manner.head)
    drawing = _Drawing(canvas, person, pose, body, manner.tone)
    head = Head(body.head, body.unit * manner.head, facing, pose.tilt, manner.eyes, manner.tone)
    _draw_shadow(drawing, feet)
    if pose.seated:
        _draw_seat(drawing, feet)
    _draw_arm(drawing, body.far_arm, far=True)
    draw_back_hair(canvas, person, head)
    _draw_leg(drawing, body.far_leg, far=True)
    _draw_leg(drawing, body.near_leg, far=False)
    _draw_trunk(drawing)
    draw_head(canvas, person, head)
    if person.scarf is not None:
        _draw_scarf(drawing, person.scarf)
    _draw_arm(drawing, body.near_arm, far=False)


def _draw_shadow(drawing: _Drawing, feet: Point) -> None:
    long = drawing.long
    drawing.canvas.translucent([round_shape((feet[0], feet[1] - 0.02 * long), 1.0 * long, 0.13 * long)], BLACK, 0.28)


def _draw_seat(drawing: _Drawing, feet: Point) -> None:
    """A box to sit on."""
    hip, long, facing = drawing.body.hip, drawing.long, drawing.body.facing
    wood = drawing.tone(_SEAT)
    top = hip[1] + 0.2 * long
    left, right = sorted((hip[0] - facing * 0.62 * long, hip[0] + facing * 0.66 * long))
    drawing.canvas.rectangle((left, top, right, feet[1]), mix(wood, BLACK, 0.18))
    drawing.canvas.rectangle((left - 0.06 * long, top - 0.02 * long, right + 0.06 * long, top + 0.16 * long), wood)


def _draw_arm(drawing: _Drawing, arm: tuple[Point, Point, Point], *, far: bool) -> None:
    shoulder, elbow, hand = arm
    long = drawing.long
    stout = 1.0 if not drawing.person.woman else 0.86
    skin = _shaded(drawing.tone(drawing.person.skin), far=far)
    reach = (hand[0] + (hand[0] - elbow[0]) * 0.1, hand[1] + (hand[1] - elbow[1]) * 0.1)
    drawing.canvas.solid([limb(hand, reach, 0.12 * long, 0.11 * long), *_fingers(elbow, hand, long)], skin)
    sleeve = _shaded(drawing.tone(drawing.person.top), far=far)
    parts = [
        limb(shoulder, elbow, 0.2 * stout * long, 0.165 * stout * long),
        limb(elbow, hand, 0.165 * stout * long, 0.14 * stout * long),
    ]
    drawing.canvas.solid(parts, sleeve, depth=0.1 * long)
    if not far:
        # A sleeve is one with the shoulder: its outline does not go on over the trunk.
        seam = limb(drawing.trunk((-0.34, 1.4)), drawing.trunk((-0.2, 1.5)), 0.13 * long, 0.1 * long)
        drawing.canvas.fill(seam, sleeve)


def _fingers(elbow: Point, hand: Point, long: float) -> list[list[Point]]:
    """A thumb and closed fingers, so that a hand does not look like a ball."""
    turn = math.atan2(hand[1] - elbow[1], hand[0] - elbow[0])

    def at(angle: float, length: float) -> Point:
        return (
            hand[0] + math.cos(turn + angle) * length * long,
            hand[1] + math.sin(turn + angle) * length * long,
        )

    return [
        limb(at(0, 0.08), at(0.12, 0.27), 0.1 * long, 0.06 * long),
        limb(hand, at(-0.9, 0.2), 0.06 * long, 0.04 * long),
    ]


def _draw_leg(drawing: _Drawing, leg: tuple[Point, Point, Point], *, far: bool) -> None:
    hip, knee, ankle = leg
    long, facing = drawing.long, drawing.body.facing
    person, tone = drawing.person, drawing.tone
    bare = person.garment == "dress"
    shoe = _shaded(tone(person.shoes), far=far)
    turn = math.atan2(ankle[1] - knee[1], ankle[0] - knee[0]) - math.pi / 2
    cos, sin = math.cos(turn), math.sin(turn)

    def at(forward: float, down: float) -> Point:
        x, y = facing * forward * long, down * long
        return (ankle[0] + x * cos - y * sin, ankle[1] + x * sin + y * cos)

    sole = [
        at(-0.17, -0.14),
        at(-0.19, 0.12),
        at(0.1, 0.17),
        at(0.46, 0.17),
        at(0.44, 0.06),
        at(0.2, -0.02),
        at(0.14, -0.16),
    ]
    drawing.canvas.solid([smooth(sole)], shoe)
    cloth = _shaded(tone(person.skin if bare else person.bottom), far=far)
    slim = 0.84 if bare else 1.0
    parts = [
        limb(hip, knee, 0.26 * slim * long, 0.19 * slim * long),
        limb(knee, ankle, 0.19 * slim * long, 0.145 * slim * long),
    ]
    drawing.canvas.solid(parts, cloth, depth=0.12 * long)


def _skirt(drawing: _Drawing) -> list[list[Point]]:
    """What hangs below the trunk: the lower half of a coat or a dress."""
    body, long = drawing.body, drawing.long
    if drawing.pose.seated:
        return [limb(leg[0], _hem(leg, 0.95), 0.34 * long, 0.27 * long) for leg in (body.far_leg, body.near_leg)]
    coat = drawing.person.garment == "coat"
    ends = (_hem(leg, 0.86 if coat else 1.12) for leg in (body.near_leg, body.far_leg))
    back, front = sorted(ends, key=lambda end: end[0] * body.facing)
    side = body.facing * (0.3 if coat else 0.42) * long
    edge = [
        drawing.trunk((0.34, 0.6)),
        drawing.trunk((0.45, 0.1)),
        (front[0] + side, front[1]),
        ((front[0] + back[0]) / 2 + side * 0.2, max(front[1], back[1]) + 0.07 * long),
        (back[0] - side, back[1]),
        drawing.trunk((-0.45, 0.1)),
        drawing.trunk((-0.36, 0.6)),
    ]
    return [smooth(edge)]


def _hem(leg: tuple[Point, Point, Point], down: float) -> Point:
    """Where a hem hangs on a leg: `down` in parts of the thigh, over the knee when above 1."""
    hip, knee, ankle = leg
    if down <= 1:
        return (hip[0] + (knee[0] - hip[0]) * down, hip[1] + (knee[1] - hip[1]) * down)
    return (knee[0] + (ankle[0] - knee[0]) * (down - 1), knee[1] + (ankle[1] - knee[1]) * (down - 1))


def _draw_trunk(drawing: _Drawing) -> None:
    canvas, person, tone, long = drawing.canvas, drawing.person, drawing.tone, drawing.long
    colour = tone(person.top)
    dark = mix(colour, BLACK, _DARK)
    canvas.solid([limb(drawing.trunk((0.02, 1.5)), drawing.body.head, 0.17 * long, 0.16 * long)], tone(person.skin))
    parts = [smooth([drawing.trunk(place) for place in (_WOMAN if person.woman else _MAN)])]
    if person.garment in {"coat", "dress"}:
        parts += _skirt(drawing)
    canvas.solid(parts, colour, depth=0.16 * long)
    if person.garment in {"coat", "jacket"}:
        shirt = tone(mix(person.top, WHITE, 0.8) if lightness(person.top) < _LIGHT else person.bottom)
        canvas.fill([drawing.trunk(place) for place in ((-0.1, 1.72), (0.3, 1.7), (0.2, 0.98))], shirt)
        canvas.line([drawing.trunk(place) for place in ((-0.12, 1.74), (0.2, 0.96), (0.2, -0.04))], dark, 0.04 * long)
        canvas.line([drawing.trunk(place) for place in ((0.32, 1.7), (0.2, 0.96))], dark, 0.04 * long)
        for up in (0.75, 0.5, 0.25):
            canvas.disc(drawing.trunk((0.1, up)), 0.035 * long, dark)
    elif person.garment == "dress":
        canvas.line([drawing.trunk((-0.33, 0.6)), drawing.trunk((0.31, 0.6))], dark, 0.07 * long)
    else:
        canvas.line(
            smooth([drawing.trunk(place) for place in ((-0.14, 1.72), (0.08, 1.58), (0.2, 1.7))], closed=False),
            dark,
            0.05 * long,
        )
        canvas.line([drawing.trunk((-0.43, -0.02)), drawing.trunk((0.43, -0.02))], dark, 0.09 * long)


def _draw_scarf(drawing: _Drawing, scarf: RGB) -> None:
    long, colour = drawing.long, drawing.tone(scarf)
    tail = [
        (-0.2, 1.62),
        (-0.5, 1.5),
        (-0.85, 1.2),
        (-1.22, 1.16),
        (-1.3, 0.92),
        (-0.88, 0.9),
        (-0.52, 1.18),
        (-0.12, 1.42),
    ]
    drawing.canvas.solid(
        [smooth([drawing.trunk(place) for place in tail])], _shaded(colour, far=True), depth=0.08 * long
    )
    front = [(0.02, 1.6), (0.26, 1.58), (0.28, 1.2), (0.22, 0.84), (0.0, 0.86), (0.04, 1.2)]
    drawing.canvas.solid([smooth([drawing.trunk(place) for place in front])], colour, depth=0.08 * long)
    drawing.canvas.solid(
        [limb(drawing.trunk((-0.26, 1.72)), drawing.trunk((0.28, 1.66)), 0.19 * long, 0.18 * long)],
        colour,
        depth=0.1 * long,
    )
    fold = smooth([drawing.trunk(place) for place in ((-0.32, 1.74), (0.0, 1.62), (0.34, 1.7))], closed=False)
    drawing.canvas.line(fold, mix(colour, BLACK, _DARK), 0.035 * long)


def _shaded(colour: RGB, *, far: bool) -> RGB:
    return mix(colour, BLACK, _FAR) if far else colour
