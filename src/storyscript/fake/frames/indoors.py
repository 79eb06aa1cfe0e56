"""Places under a roof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.fake.frames.colours import BLACK, WHITE, mix
from storyscript.fake.frames.objects import OBJECTS, draw_object
from storyscript.fake.frames.shapes import limb, within
from storyscript.fake.frames.sheet import BEYOND
from storyscript.fake.frames.windows import draw_window

if TYPE_CHECKING:
    from storyscript.fake.frames.shapes import Area, Point
    from storyscript.fake.frames.sheet import Sheet


def draw_room(sheet: Sheet) -> None:
    """A room with a window, a floor of boards, and some furniture; under a roof when it is an attic."""
    canvas, palette, chance, size = sheet.canvas, sheet.palette, sheet.chance, sheet.size
    floor = sheet.y(0.74)
    canvas.gradient((0, 0, sheet.width, floor), mix(palette.wall, BLACK, 0.16), palette.wall)
    _draw_boards(sheet, floor)
    side = chance.pick((0, 1))
    window = sheet.x(0.27 if side else 0.73)
    if sheet.setting.attic:
        window = sheet.x(chance.between(0.42, 0.58))
    area = (window - size * 0.15, sheet.y(0.1), window + size * 0.15, sheet.y(0.1) + size * 0.34)
    draw_window(sheet, area, curtains=not sheet.setting.attic and chance.happens(0.6))
    if sheet.setting.attic:
        _draw_roof(sheet, floor)
    else:
        picture = sheet.x(0.72 if side else 0.28)
        top = sheet.y(0.14)
        _draw_picture(sheet, (picture - size * 0.09, top, picture + size * 0.09, top + size * 0.15))
        skirting = (-BEYOND, floor - size * 0.03, sheet.width + BEYOND, floor)
        canvas.rectangle(skirting, mix(palette.wall, WHITE, 0.35), 0.5)
    _draw_light(sheet, area, floor)
    if chance.happens(0.5) or sheet.setting.attic:
        _draw_bed(sheet, floor, side=1 if side else -1)
    else:
        _draw_table(sheet, (sheet.x(0.86 if side else 0.14), floor + size * 0.08))


def draw_windowsill(sheet: Sheet) -> None:
    """A window close by, and its sill."""
    canvas, palette, size = sheet.canvas, sheet.palette, sheet.size
    canvas.gradient((0, 0, sheet.width, sheet.height), mix(palette.wall, BLACK, 0.1), palette.wall)
    sill = sheet.y(0.74)
    wide = min(sheet.width * 0.38, size * 0.56)
    middle = sheet.width / 2
    draw_window(sheet, (middle - wide, sheet.y(0.04), middle + wide, sill), curtains=True)
    board = [
        (middle - wide * 1.14, sill),
        (middle + wide * 1.14, sill),
        (middle + wide * 1.3, sill + size * 0.1),
        (middle - wide * 1.3, sill + size * 0.1),
    ]
    canvas.shape(board, mix(palette.wood, WHITE, 0.2), 0.9)
    canvas.rectangle(
        (middle - wide * 1.3, sill + size * 0.1, middle + wide * 1.3, sill + size * 0.145), palette.wood, 0.9
    )
    if sheet.setting.thing is None or sheet.time != "night":
        front = sill + size * 0.145
        _draw_light(sheet, (middle - wide * 0.6, sill, middle + wide * 0.6, front), front)


def _draw_boards(sheet: Sheet, floor: float) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    canvas.gradient((0, floor, sheet.width, sheet.height), mix(palette.wood, BLACK, 0.16), palette.wood)
    dark = mix(palette.wood, BLACK, 0.3)
    middle = sheet.width / 2
    count = max(6, round(9 * sheet.width / sheet.size))
    for index in range(-count, count + 1):
        x = middle + index * sheet.size * 0.13
        near = (middle + (x - middle) * 2.1, sheet.height + (sheet.height - floor) * 0.2)
        canvas.line([(x, floor), near], dark, sheet.size * 0.004)
    canvas.line([(0, floor), (sheet.width, floor)], dark, sheet.size * 0.007)


def _draw_roof(sheet: Sheet, floor: float) -> None:
    """The slopes of a roof on both sides, with their beams."""
    canvas, palette, size = sheet.canvas, sheet.palette, sheet.size
    slope = mix(palette.wall, palette.wood, 0.3)
    for edge, way in ((0.0, 1), (sheet.width, -1)):
        reach = min(sheet.width * 0.3, size * 0.46)
        canvas.shape(
            [
                (edge - way * BEYOND, -BEYOND),
                (edge + way * reach, -BEYOND),
                (edge - way * BEYOND, floor * 0.9),
            ],
            slope,
            0.7,
        )
        for start in (0.25, 0.62):
            beam = [
                (edge + way * reach * start, -BEYOND),
                (edge + way * (reach * start + size * 0.035), -BEYOND),
                (edge - way * BEYOND, floor * 0.9 * (start + 0.08)),
                (edge - way * BEYOND, floor * 0.9 * start),
            ]
            canvas.fill(beam, mix(palette.wood, BLACK, 0.1))
        beam = [
            (edge + way * reach, -BEYOND),
            (edge + way * (reach + size * 0.04), -BEYOND),
            (edge - way * BEYOND, floor * 0.9 + size * 0.075),
            (edge - way * BEYOND, floor * 0.9),
        ]
        canvas.shape(beam, mix(palette.wood, BLACK, 0.25), 0.7)


def _draw_light(sheet: Sheet, area: Area, floor: float) -> None:
    """The light that falls through a window to the floor."""
    left, _, right, bottom = area
    slant = sheet.size * 0.2
    patch = [
        (left - slant * 0.2, floor + sheet.size * 0.03),
        (right - slant * 0.2, floor + sheet.size * 0.03),
        (right + slant, sheet.height),
        (left - slant * 1.2, sheet.height),
    ]
    sheet.canvas.translucent([patch], sheet.palette.light, 0.2 if sheet.time != "night" else 0.1)
    if bottom < floor - sheet.size * 0.1:
        beam = [
            (left, bottom),
            (right, bottom),
            (right - slant * 0.2, floor + sheet.size * 0.03),
            (left - slant * 0.2, floor + sheet.size * 0.03),
        ]
        sheet.canvas.translucent([beam], sheet.palette.light, 0.1)


def _draw_picture(sheet: Sheet, area: Area) -> None:
    canvas, palette = sheet.canvas, sheet.palette
    left, top, right, bottom = area
    canvas.rectangle(area, palette.wood, 0.7)
    rim = (right - left) * 0.1
    canvas.rectangle((left + rim, top + rim, right - rim, bottom - rim), palette.haze, 0.4)
    canvas.fill(within(area, ((0.1, 0.9), (0.4, 0.4), (0.75, 0.9))), palette.mid)


def _draw_bed(sheet: Sheet, floor: float, *, side: int) -> None:
    canvas, palette, size = sheet.canvas, sheet.palette, sheet.size
    edge = sheet.width if side > 0 else 0.0

    def area(near: float, top: float, far: float, bottom: float) -> Area:
        """A part of the bed: across from the edge of the frame, down from the floor line."""
        first, last = sorted((edge - side * near * size, edge - side * far * size))
        return (first, floor + top * size, last, floor + bottom * size)

    frame = mix(palette.wood, BLACK, 0.2)
    canvas.rectangle(area(-0.1, -0.02, 0.5, 0.12), frame, 0.8)
    canvas.rectangle(area(0.0, -0.1, 0.47, 0.03), mix(palette.haze, WHITE, 0.6), 0.8)
    canvas.rectangle(area(0.16, -0.11, 0.5, 0.07), palette.accent, 0.8)
    canvas.rectangle(area(0.46, -0.16, 0.5, 0.16), frame, 0.8)
    canvas.rectangle(area(0.0, -0.3, 0.04, 0.16), frame, 0.8)
    pillow = within(area(0.045, -0.15, 0.16, -0.06), ((0.25, 0.5), (0.75, 0.5)))
    canvas.solid([limb(pillow[0], pillow[1], size * 0.045, size * 0.045)], WHITE, 0.8)


def _draw_table(sheet: Sheet, foot: Point) -> None:
    canvas, palette, chance, size = sheet.canvas, sheet.palette, sheet.chance, sheet.size
    x, y = foot
    top = y - size * 0.24
    legs = mix(palette.wood, BLACK, 0.35)
    for across in (-0.15, 0.15):
        leg = limb((x + size * across, top), (x + size * across, y), size * 0.014, size * 0.012)
        canvas.solid([leg], legs, 0.6)
    board = (x - size * 0.2, top - size * 0.02, x + size * 0.2, top + size * 0.015)
    canvas.rectangle(board, mix(palette.wood, WHITE, 0.1), 0.8)
    # Without people the thing itself stands in front.
    named = None if sheet.alone else sheet.setting.thing
    draw_object(sheet, named or chance.pick(tuple(OBJECTS)), (x, top - size * 0.02), size * 0.17)
