"""Streets and roofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.fake.frames.colours import BLACK, WHITE, mix
from storyscript.fake.frames.landscapes import draw_sky
from storyscript.fake.frames.objects import draw_street_lamp
from storyscript.fake.frames.shapes import corners
from storyscript.fake.frames.sheet import BEYOND

if TYPE_CHECKING:
    from storyscript.drawing import RGB
    from storyscript.fake.frames.shapes import Area, Point
    from storyscript.fake.frames.sheet import Sheet


def draw_street(sheet: Sheet) -> None:
    """A lane between houses, with cobbles and a lamp."""
    canvas, palette, chance = sheet.canvas, sheet.palette, sheet.chance
    vanish = (sheet.x(chance.between(0.4, 0.6)), sheet.y(0.55))
    draw_sky(sheet, sheet.y(0.66))
    far = max(sheet.size * 0.07, sheet.width * 0.06)
    tones = (mix(palette.far, palette.haze, 0.25), palette.far, palette.mid, palette.near)
    for side in (-1, 1):
        end = vanish[0] + side * far
        outer = -0.02 * sheet.width if side < 0 else 1.02 * sheet.width
        stops = [end + (outer - end) * part for part in (0.0, 0.16, 0.44, 1.0)]
        for index in range(3):
            tone = tones[index + 1] if side < 0 else mix(tones[index + 1], palette.wall, 0.25)
            _draw_house(sheet, vanish, (stops[index], stops[index + 1]), chance.between(0.44, 0.6), tone)
    left, right = sheet.x(-0.02), sheet.x(1.02)
    edge = [(x, _foot(sheet, vanish, x)) for x in (left, vanish[0] - far, vanish[0] + far, right)]
    below = sheet.height + BEYOND
    canvas.shape([*edge, (right, below), (left, below)], palette.ground, 0.6)
    _draw_cobbles(sheet, vanish[1] + sheet.size * 0.05)
    draw_street_lamp(sheet, (sheet.x(chance.pick((0.12, 0.88))), sheet.y(0.84)), sheet.size * 0.62)


def draw_city(sheet: Sheet) -> None:
    """A skyline seen from a roof."""
    canvas, palette, chance = sheet.canvas, sheet.palette, sheet.chance
    draw_sky(sheet, sheet.y(0.76))
    for depth, tone in enumerate((mix(palette.far, palette.haze, 0.45), palette.far, palette.mid)):
        x = -sheet.size * chance.between(0, 0.1)
        while x < sheet.width:
            wide = sheet.size * chance.between(0.09, 0.17) * (1 + 0.25 * depth)
            top = sheet.y(chance.between(0.12, 0.44) + 0.1 * depth)
            canvas.rectangle((x, top, x + wide, sheet.y(0.8)), tone, 0.6)
            lit = mix(tone, palette.light, 0.8 if depth else 0.4)
            _draw_lit_windows(sheet, (x, top, x + wide, sheet.y(0.76)), lit)
            x += wide * chance.between(0.98, 1.25)
    level, size = sheet.y(0.78), sheet.size
    canvas.rectangle((-BEYOND, level, sheet.width + BEYOND, sheet.height + BEYOND), palette.ground, 0.7)
    canvas.rectangle((-BEYOND, level - size * 0.045, sheet.width + BEYOND, level + size * 0.03), palette.near, 0.7)
    for part in range(1, 4):
        down = level + size * 0.08 * part * part
        canvas.line([(0, down), (sheet.width, down)], mix(palette.ground, BLACK, 0.14), size * 0.005)


def _foot(sheet: Sheet, vanish: Point, x: float) -> float:
    """Where the foot of a house stands at a place across the lane: nearer houses stand lower."""
    outer = vanish[0] if x < vanish[0] else sheet.width - vanish[0]
    return vanish[1] + (sheet.y(0.8) - vanish[1]) * abs(x - vanish[0]) / max(1.0, outer)


def _draw_house(sheet: Sheet, vanish: Point, sides: tuple[float, float], rise: float, tone: RGB) -> None:
    """A house front in perspective; `rise` says how high it is against how low it stands."""
    canvas, palette = sheet.canvas, sheet.palette

    def at(part: float, up: float) -> Point:
        """A place on the front: across from far to near, up from the foot to the eaves."""
        x = sides[0] + (sides[1] - sides[0]) * part
        foot = _foot(sheet, vanish, x)
        return (x, foot - up * (foot - vanish[1]) * (1 + 4.2 * rise) - up * sheet.size * 0.12)

    canvas.shape([at(0, 0), at(1, 0), at(1, 1), at(0, 1)], tone, 0.7)
    canvas.fill([at(0, 0.97), at(1, 0.97), at(1.02, 1.05), at(-0.02, 1.05)], mix(tone, BLACK, 0.3))
    lit = mix(tone, palette.light, 0.85)
    dark = mix(tone, BLACK, 0.35)
    for floor in (0.3, 0.56, 0.8):
        for start in (0.14, 0.58):
            end, top = start + 0.26, floor + 0.13
            pane = [at(start, floor), at(end, floor), at(end, top), at(start, top)]
            canvas.shape(pane, lit if sheet.chance.happens(0.4) else dark, 0.5)
    canvas.shape([at(0.36, 0), at(0.58, 0), at(0.58, 0.2), at(0.36, 0.2)], mix(palette.wood, BLACK, 0.2), 0.5)


def _draw_cobbles(sheet: Sheet, start: float) -> None:
    canvas, chance, size = sheet.canvas, sheet.chance, sheet.size
    ground = sheet.palette.ground
    tones = [mix(ground, BLACK, 0.16), mix(ground, BLACK, 0.07), mix(ground, WHITE, 0.22)]
    y, step = start + size * 0.02, size * 0.02
    while y < sheet.height + step:
        near = (y - start) / max(1.0, sheet.height - start)
        reach = sheet.width * (0.1 + 0.6 * near)
        x = sheet.width / 2 - reach + chance.between(0, step * 3)
        while x < sheet.width / 2 + reach:
            if chance.happens(0.62):
                canvas.line([(x - step * 0.8, y), (x + step * 0.8, y)], chance.pick(tones), step * 0.3)
            x += step * 2.7
        y += step * 0.95
        step *= 1.15


def _draw_lit_windows(sheet: Sheet, area: Area, tone: RGB) -> None:
    left, top, right, bottom = area
    step = sheet.size * 0.03
    rows, columns = int((bottom - top) / step), int((right - left) / step)
    for row in range(1, rows):
        for column in range(1, columns):
            if sheet.chance.happens(0.3):
                x, y = left + column * step, top + row * step
                sheet.canvas.fill(corners((x, y, x + step * 0.45, y + step * 0.6)), tone)
