"""How a body is held, and where its joints then are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from storyscript.fake.frames.person import Person
    from storyscript.fake.frames.shapes import Point


class Pose(NamedTuple):
    """Angles in degrees: 0 hangs down, positive swings forward, 180 points up.

    Attributes:
        lean: of the trunk, forward.
        tilt: of the head, forward.
        near_arm: upper arm and forearm on the viewer's side.
        far_arm: those on the other side.
        near_leg: thigh and shin on the viewer's side.
        far_leg: those on the other side.
        seated: on something as high as the knees.
    """

    lean: float
    tilt: float
    near_arm: tuple[float, float]
    far_arm: tuple[float, float]
    near_leg: tuple[float, float]
    far_leg: tuple[float, float]
    seated: bool = False


POSES = {
    "stand": Pose(0, 2, (-14, 12), (12, 34), (-7, -7), (9, 4)),
    "rest": Pose(-2, -3, (-42, 44), (10, 24), (-8, -6), (10, 6)),
    "walk": Pose(5, 3, (-28, -2), (22, 44), (25, 14), (-14, -40)),
    "run": Pose(15, -4, (-52, 38), (42, 122), (58, -6), (-22, -74)),
    "sit": Pose(-3, 4, (14, 64), (30, 74), (84, 6), (78, -8), seated=True),
    "talk": Pose(3, -2, (16, 118), (30, 78), (-6, -8), (10, 6)),
    "reach": Pose(6, 0, (74, 92), (6, 22), (-12, -14), (16, 4)),
    "think": Pose(-1, 8, (26, 152), (24, 84), (-6, -7), (9, 4)),
    "wave": Pose(-3, -5, (-16, 18), (132, 164), (-8, -8), (11, 5)),
}
STANDING = ("stand", "rest", "talk", "reach", "think", "walk", "wave")
"""What chance picks from when a description names nothing that somebody does."""

TRUNK = 1.72
"""From the hips to the neck, in heads, as the lengths below."""

_UPPER_ARM, _FOREARM = 1.02, 0.94
_THIGH, _SHIN, _SOLE = 1.32, 1.26, 0.16
_NECK = 0.16
_SHOULDER = (0.42, 1.44)
_HIP = 0.2
_CHILD = 0.72


class Joints(NamedTuple):
    """Where a body's joints are on the canvas, in pixels of the frame.

    Attributes:
        unit: the length of a head (without the style's exaggeration).
        limb: what lengths of the body are multiplied by: below 1 for children.
        facing: 1 to the right, -1 to the left.
        hip: the middle of the hips.
        neck: the top of the trunk.
        head: the middle of the head.
        near_arm: shoulder, elbow and hand on the viewer's side.
        far_arm: those on the other side.
        near_leg: hip, knee and ankle on the viewer's side.
        far_leg: those on the other side.
    """

    unit: float
    limb: float
    facing: int
    hip: Point
    neck: Point
    head: Point
    near_arm: tuple[Point, Point, Point]
    far_arm: tuple[Point, Point, Point]
    near_leg: tuple[Point, Point, Point]
    far_leg: tuple[Point, Point, Point]


def joints(person: Person, pose: Pose, feet: Point, height: float, *, facing: int, head: float) -> Joints:
    """Work out where the joints of a body are.

    Args:
        person: whose body.
        pose: how it is held.
        feet: the ground between the feet, in pixels of the frame.
        height: of the person when standing, from sole to crown, in pixels of the frame.
        facing: 1 to the right, -1 to the left.
        head: how large the head is in parts of a natural one.
    """
    limb = _CHILD if person.child else 1.0
    unit = height / (limb * (_THIGH + _SHIN + _SOLE + TRUNK) + _NECK + head * 1.06)
    long = unit * limb
    lowest = max(_THIGH * _cos(thigh) + _SHIN * _cos(shin) for thigh, shin in (pose.near_leg, pose.far_leg))
    back = 0.5 * (TRUNK * _sin(pose.lean)) + (0.5 if pose.seated else 0.0)
    hip = (feet[0] - facing * back * long, feet[1] - (lowest + _SOLE) * long)
    lean = pose.lean + (7 if person.old else 0)
    neck = along(hip, TRUNK * long, 180 - lean, facing)
    far = _swing(on_trunk(hip, lean, long, facing, _SHOULDER), pose.far_arm, (_UPPER_ARM, _FOREARM), long, facing)
    near_shoulder = on_trunk(hip, lean, long, facing, (-_SHOULDER[0], _SHOULDER[1]))
    return Joints(
        unit=unit,
        limb=limb,
        facing=facing,
        hip=hip,
        neck=neck,
        head=along(neck, (_NECK + head * 0.5) * unit, 180 - lean - pose.tilt * 0.5, facing),
        near_arm=_swing(near_shoulder, pose.near_arm, (_UPPER_ARM, _FOREARM), long, facing),
        far_arm=far,
        near_leg=_swing((hip[0] - facing * _HIP * long, hip[1]), pose.near_leg, (_THIGH, _SHIN), long, facing),
        far_leg=_swing((hip[0] + facing * _HIP * long, hip[1]), pose.far_leg, (_THIGH, _SHIN), long, facing),
    )


def along(start: Point, length: float, angle: float, facing: int) -> Point:
    """Where a bone ends."""
    return (start[0] + facing * length * _sin(angle), start[1] + length * _cos(angle))


def on_trunk(hip: Point, lean: float, long: float, facing: int, place: Point) -> Point:
    """A place on the trunk: how far forward and how far up from the hips, in body lengths `long`."""
    forward, up = place
    x = forward * _cos(lean) + up * _sin(lean)
    y = forward * _sin(lean) - up * _cos(lean)
    return (hip[0] + facing * x * long, hip[1] + y * long)


def _swing(
    start: Point, angles: tuple[float, float], lengths: tuple[float, float], long: float, facing: int
) -> tuple[Point, Point, Point]:
    middle = along(start, lengths[0] * long, angles[0], facing)
    return start, middle, along(middle, lengths[1] * long, angles[1], facing)


def _sin(degrees: float) -> float:
    return math.sin(math.radians(degrees))


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))
