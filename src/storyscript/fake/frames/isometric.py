"""Places as models that are seen from above a corner."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from storyscript.fake.frames.colours import BLACK, WHITE, mix
from storyscript.fake.frames.objects import OBJECTS, draw_object
from storyscript.fake.frames.shapes import round_shape
from storyscript.fake.frames.sheet import INDOORS

if TYPE_CHECKING:
    from storyscript.drawing import RGB
    from storyscript.fake.frames.shapes import Point
    from storyscript.fake.frames.sheet import Sheet

_ACROSS = math.cos(math.pi / 6)
_WALL = 0.66
# Where houses, trees and waves are: (right, left).
_PLOTS = ((0.05, 0.06), (0.04, 0.5), (0.7, 0.05))
_SHORE = ((0.06, 0.48),)
_TREES = ((0.36, 0.08), (0.12, 0.4), (0.66, 0.36), (0.92, 0.42), (0.1, 0.88))
_WAVES = ((0.1, 0.08), (0.34, 0.25), (0.6, 0.1), (0.78, 0.3), (0.18, 0.32), (0.88, 0.16))

Place = tuple[float, float, float]
Spot = tuple[float, float]


class Model(NamedTuple):
    """Where a model stands: places in it are (right, left, up), from 0 to 1 from its far corner.

    Attributes:
        sheet: drawn on.
        corner: the far corner of the floor, in pixels of the frame.
        side: of the floor, in pixels of the frame.
    """

    sheet: Sheet
    corner: Point
    side: float

    def at(self, place: Place) -> Point:
        """Where a place is on the canvas."""
        right, left, up = place
        return (
            self.corner[0] + (right - left) * _ACROSS * self.side,
            self.corner[1] + ((right + left) / 2 - up) * self.side,
        )

    def face(self, places: tuple[Place, ...], colour: RGB) -> None:
        """Fill a flat shape."""
        self.sheet.canvas.shape([self.at(place) for place in places], colour, 0.7)

    def floor(self, low: Spot, high: Spot, colour: RGB, up: float = 0.0) -> None:
        """A rectangle that lies: from its far corner to its near one, each (right, left)."""
        (a, b), (d, e) = low, high
        self.face(((a, b, up), (d, b, up), (d, e, up), (a, e, up)), colour)

    def left_wall(self, low: Spot, high: Spot, colour: RGB, right: float = 0.0) -> None:
        """A rectangle that stands along the left edge, each corner (left, up)."""
        (a, b), (d, e) = low, high
        self.face(((right, a, b), (right, d, b), (right, d, e), (right, a, e)), colour)

    def right_wall(self, low: Spot, high: Spot, colour: RGB, left: float = 0.0) -> None:
        """A rectangle that stands along the right edge, each corner (right, up)."""
        (a, b), (d, e) = low, high
        self.face(((a, left, b), (d, left, b), (d, left, e), (a, left, e)), colour)

    def block(self, low: Place, high: Place, colour: RGB) -> None:
        """A box, by its lowest far corner and its highest near one."""
        (a, b, c), (d, e, f) = low, high
        self.floor((a, b), (d, e), mix(colour, WHITE, 0.22), f)
        self.right_wall((a, c), (d, f), colour, e)
        self.left_wall((b, c), (e, f), mix(colour, BLACK, 0.22), d)


def model_on(sheet: Sheet) -> Model:
    """The model that fills the open part of a frame."""
    side = min(sheet.width * 0.96 / (2 * _ACROSS), (sheet.bottom - sheet.top) * 0.97 / (1.05 + _WALL))
    side = max(side, 1.0)
    spare = (sheet.bottom - sheet.top) - side * (1.05 + _WALL)
    return Model(sheet, (sheet.width / 2, sheet.top + spare / 2 + side * _WALL), side)


def draw_thing(model: Model, name: str) -> None:
    """A thing on a stand in the middle: what a panel without people is about."""
    palette = model.sheet.palette
    model.block((0.5, 0.5, 0), (0.78, 0.78, 0.16), palette.wood)
    draw_object(model.sheet, name, model.at((0.66, 0.66, 0.17)), model.side * 0.36)


def draw_model(model: Model) -> None:
    """The grid behind the model, and the model: a room, or a piece of a village."""
    sheet = model.sheet
    canvas, palette = sheet.canvas, sheet.palette
    canvas.gradient((0, 0, sheet.width, sheet.height), palette.sky, palette.haze)
    _draw_grid(model)
    base = mix(palette.wood, BLACK, 0.25)
    shade = [model.at((*spot, -0.08)) for spot in ((0, 1.06), (1.06, 1.06), (1.06, 0), (0, 0))]
    canvas.translucent([shade], BLACK, 0.16)
    model.block((0, 0, -0.05), (1, 1, 0), base)
    if sheet.place in INDOORS:
        _draw_room(model)
    else:
        _draw_village(model)


def _draw_grid(model: Model) -> None:
    sheet = model.sheet
    line = mix(sheet.palette.haze, sheet.palette.near, 0.22)
    reach = sheet.width + sheet.height
    step = max(model.side / 7, reach / 200)
    slope = 0.5 / _ACROSS
    for index in range(-int(reach / step) - 2, int(reach / step) + 2):
        start = model.corner[1] + index * step
        rise = sheet.width / 2 * slope
        for way in (-1, 1):
            ends = [(0.0, start - way * rise), (sheet.width, start + way * rise)]
            sheet.canvas.line(ends, line, sheet.size * 0.0022)


def _draw_room(model: Model) -> None:
    sheet = model.sheet
    palette, chance = sheet.palette, sheet.chance
    model.floor((0, 0), (1, 1), mix(palette.wood, WHITE, 0.3))
    for index in range(1, 8):
        ends = [model.at((0, index / 8, 0)), model.at((1, index / 8, 0))]
        sheet.canvas.line(ends, mix(palette.wood, BLACK, 0.05), sheet.size * 0.003)
    model.left_wall((0, 0), (1, _WALL), palette.wall)
    model.right_wall((0, 0), (1, _WALL), mix(palette.wall, BLACK, 0.13))
    start = chance.between(0.28, 0.5)
    frame = mix(palette.wood, WHITE, 0.1)
    model.left_wall((start - 0.03, 0.2), (start + 0.35, 0.56), frame)
    for pane in (start, start + 0.17):
        for low in (0.23, 0.4):
            model.left_wall((pane, low), (pane + 0.15, low + 0.13), palette.sky)
    glare = ((0.12, start), (0.12, start + 0.34), (0.5, start + 0.4), (0.5, start + 0.06))
    sheet.canvas.translucent([[model.at((*spot, 0.0)) for spot in glare]], palette.light, 0.35)
    picture = chance.between(0.45, 0.66)
    model.right_wall((picture, 0.3), (picture + 0.24, 0.52), frame)
    model.right_wall((picture + 0.03, 0.33), (picture + 0.21, 0.49), palette.accent)
    model.floor((0.4, 0.42), (0.9, 0.92), mix(palette.accent, palette.haze, 0.45))
    if chance.happens(0.5) or sheet.setting.attic:
        _draw_bed(model)
    else:
        _draw_desk(model)
    model.block((0.86, 0.05, 0), (0.96, 0.15, 0.1), palette.near)
    for place, part in (((0.91, 0.1, 0.17), 0.07), ((0.88, 0.12, 0.23), 0.05), ((0.94, 0.08, 0.24), 0.055)):
        radius = part * model.side
        leaves = round_shape(model.at(place), radius, radius)
        sheet.canvas.solid([leaves], palette.leaf, 0.7, model.side * 0.02)


def _draw_bed(model: Model) -> None:
    palette = model.sheet.palette
    model.block((0.04, 0.03, 0), (0.43, 0.06, 0.26), palette.wood)
    model.block((0.05, 0.06, 0), (0.42, 0.8, 0.07), palette.wood)
    model.block((0.05, 0.06, 0.07), (0.42, 0.8, 0.14), mix(palette.haze, WHITE, 0.7))
    model.block((0.05, 0.34, 0.07), (0.43, 0.81, 0.155), palette.mid)
    model.block((0.1, 0.1, 0.14), (0.37, 0.24, 0.18), mix(palette.haze, WHITE, 0.9))


def _draw_desk(model: Model) -> None:
    sheet = model.sheet
    for place in ((0.08, 0.12), (0.08, 0.66), (0.34, 0.66), (0.34, 0.12)):
        model.block((place[0], place[1], 0), (place[0] + 0.03, place[1] + 0.03, 0.2), sheet.palette.wood)
    model.block((0.05, 0.09, 0.2), (0.4, 0.72, 0.23), sheet.palette.wood)
    thing = sheet.setting.thing or sheet.chance.pick(tuple(OBJECTS))
    draw_object(sheet, thing, model.at((0.24, 0.38, 0.23)), model.side * 0.2)


def _draw_village(model: Model) -> None:
    sheet = model.sheet
    palette, chance = sheet.palette, sheet.chance
    model.floor((0, 0), (1, 1), palette.ground)
    if sheet.place == "sea":
        _draw_water(model)
    else:
        model.floor((0.42, 0), (0.62, 1), mix(palette.wood, WHITE, 0.55))
    for spot in {"sea": _SHORE, "forest": ()}.get(sheet.place, _PLOTS):
        colour = chance.pick((palette.wall, palette.mid, palette.far))
        _draw_house(model, spot, chance.between(0.24, 0.36), colour)
    if sheet.place != "sea":
        for right, left in _TREES:
            if sheet.place in {"forest", "hills"} or chance.happens(0.6):
                _draw_tree(model, right, left)


def _draw_water(model: Model) -> None:
    canvas, palette = model.sheet.canvas, model.sheet.palette
    model.floor((0, 0), (1, 0.4), mix(palette.sky, palette.far, 0.6))
    for right, left in _WAVES:
        wave = [model.at((right, left, 0)), model.at((right + 0.09, left, 0))]
        canvas.line(wave, mix(palette.haze, WHITE, 0.7), model.sheet.size * 0.004)
    model.block((0.44, 0.14, 0), (0.64, 0.22, 0.04), palette.wood)
    model.face(((0.54, 0.18, 0.04), (0.54, 0.18, 0.3), (0.66, 0.18, 0.07)), WHITE)


def _draw_tree(model: Model, right: float, left: float) -> None:
    palette = model.sheet.palette
    x, y = model.at((right, left, 0.17))
    radius = model.side * model.sheet.chance.between(0.06, 0.085)
    model.block((right - 0.012, left - 0.012, 0), (right + 0.012, left + 0.012, 0.12), palette.wood)
    model.sheet.canvas.solid([round_shape((x, y), radius, radius * 1.25)], palette.leaf, 0.8, radius * 0.5)


def _draw_house(model: Model, spot: Spot, height: float, colour: RGB) -> None:
    """A house of 0.26 by 0.28, its gable to the left front."""
    a, b = spot
    palette = model.sheet.palette
    model.block((a, b, 0), (a + 0.26, b + 0.28, height), colour)
    middle, front, top = a + 0.13, b + 0.3, height + 0.14
    ridge = ((middle, b - 0.02, top), (middle, front, top))
    far = ((a - 0.02, front, height), (a - 0.02, b - 0.02, height))
    near = ((a + 0.28, front, height - 0.01), (a + 0.28, b - 0.02, height - 0.01))
    model.face((*ridge, *far), mix(palette.accent, WHITE, 0.2))
    model.face(((a, b + 0.28, height), (a + 0.26, b + 0.28, height), (middle, b + 0.28, top)), colour)
    model.face((*ridge, *near), palette.accent)
    for start in (a + 0.04, a + 0.16):
        model.right_wall((start, height * 0.5), (start + 0.07, height * 0.5 + 0.09), palette.light, b + 0.28)
    model.left_wall((b + 0.1, 0), (b + 0.19, 0.14), palette.wood, a + 0.26)
