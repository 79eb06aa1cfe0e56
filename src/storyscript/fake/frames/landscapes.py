"""Places in the open country."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from storyscript.fake.frames.colours import BLACK, WHITE, mix
from storyscript.fake.frames.shapes import limb, placed, round_shape, smooth
from storyscript.fake.frames.sheet import BEYOND

if TYPE_CHECKING:
    from storyscript.fake.frames.shapes import Point
    from storyscript.fake.frames.sheet import Sheet

# Outlines, in parts of what is drawn (or of the open part of the frame): across, and up.
_ROCK = ((-0.2, -0.02), (-0.1, 0.05), (0.04, 0.06), (0.2, -0.02))
_TOWER = ((-0.04, 0.04), (0.04, 0.04), (0.026, 0.32), (-0.026, 0.32))
_STRIPES = (
    ((-0.037, 0.096), (0.037, 0.096), (0.034, 0.152), (-0.034, 0.152)),
    ((-0.032, 0.208), (0.032, 0.208), (0.029, 0.264), (-0.029, 0.264)),
)
_BEACON = ((-0.02, 0.32), (0.02, 0.32), (0.02, 0.36), (-0.02, 0.36))
_CAP = ((-0.03, 0.36), (0.0, 0.395), (0.03, 0.36))
_SAIL = ((0.008, 0.22), (0.12, 0.05), (0.008, 0.04))
_JIB = ((-0.008, 0.18), (-0.07, 0.05), (-0.008, 0.04))
_HULL = ((-0.11, 0.02), (0.13, 0.03), (0.09, -0.035), (-0.08, -0.035))
# Places and radii of round things.
_CROWN = ((-0.2, 0.55, 0.19), (0.2, 0.57, 0.18), (0.0, 0.62, 0.22), (-0.1, 0.78, 0.19), (0.12, 0.8, 0.17))
_CLOUD = ((-1.1, 0.0, 0.42), (0.0, 0.2, 0.62), (1.1, 0.05, 0.46), (0.4, -0.1, 0.42), (-0.5, -0.1, 0.4))
_CLEARING = 0.3  # half of the part of a forest that no near trunk covers


def draw_sky(sheet: Sheet, horizon: float) -> None:
    """The sky with the sun or the moon, from the top of the frame to the horizon (in pixels)."""
    canvas, palette, chance = sheet.canvas, sheet.palette, sheet.chance
    canvas.gradient((0, 0, sheet.width, horizon + 1), palette.sky, palette.haze)
    size = sheet.size
    if sheet.time == "night":
        for _ in range(36):
            star = (chance.unit() * sheet.width, chance.unit() * horizon)
            canvas.disc(star, size * chance.between(0.0015, 0.004), mix(palette.sky, WHITE, 0.75))
    if sheet.setting.weather is not None:
        return
    place = (sheet.x(chance.pick((0.16, 0.3, 0.72, 0.86))), sheet.y(chance.between(0.14, 0.24)))
    canvas.glow(place, size * 0.28, palette.light, 0.7)
    if sheet.time == "night":
        canvas.shape(_crescent(place, size * 0.062), palette.light, 0.7)
        return
    canvas.disc(place, size * 0.062, palette.light, 0.7)
    if chance.happens(0.8):
        for _ in range(3):
            _draw_cloud(sheet, (chance.unit() * sheet.width, sheet.y(chance.between(0.02, 0.3))))


def draw_hills(sheet: Sheet) -> None:
    """Hills behind hills, a path, and trees."""
    canvas, palette, chance = sheet.canvas, sheet.palette, sheet.chance
    draw_sky(sheet, sheet.y(0.66))
    tones = (mix(palette.far, palette.haze, 0.35), palette.far, palette.mid)
    for index, tone in enumerate(tones):
        level = sheet.y(0.4 + index * 0.1)
        canvas.shape(_ridge(sheet, level, sheet.size * (0.13 - index * 0.03)), tone, 0.7)
    horizon = sheet.y(0.68)
    canvas.shape(_ridge(sheet, horizon, sheet.size * 0.025), palette.ground, 0.7)
    end, start = sheet.x(chance.between(0.3, 0.7)), sheet.x(chance.between(0.3, 0.7))
    wide = sheet.size * 0.16
    path = [
        (end - wide * 0.1, horizon),
        (end + wide * 0.1, horizon),
        (start + wide * 1.6, sheet.height),
        (start - wide * 1.2, sheet.height),
    ]
    canvas.fill(path, mix(palette.ground, palette.haze, 0.5))
    for part in (chance.between(0.02, 0.2), chance.between(0.78, 0.96)):
        foot = (sheet.x(part), sheet.y(chance.between(0.72, 0.8)))
        draw_tree(sheet, foot, sheet.size * chance.between(0.3, 0.46))


def draw_tree(sheet: Sheet, foot: Point, height: float) -> None:
    """A tree: `foot` and `height` in pixels of the frame."""
    canvas, chance = sheet.canvas, sheet.chance
    trunk = mix(sheet.palette.wood, BLACK, 0.35)
    canvas.solid([limb(foot, (foot[0], foot[1] - height * 0.6), height * 0.045, height * 0.03)], trunk)
    balls = [
        round_shape(
            (foot[0] + height * across * chance.between(0.8, 1.2), foot[1] - height * up),
            height * r,
            height * r,
        )
        for across, up, r in _CROWN
    ]
    canvas.solid(balls, sheet.palette.leaf, depth=height * 0.09)


def draw_forest(sheet: Sheet) -> None:
    """Trunks behind trunks, and leaves above."""
    canvas, palette, chance = sheet.canvas, sheet.palette, sheet.chance
    horizon = sheet.y(0.7)
    canvas.gradient((0, 0, sheet.width, sheet.height), palette.sky, palette.haze)
    canvas.glow((sheet.x(chance.between(0.35, 0.65)), sheet.y(0.35)), sheet.size * 0.6, palette.light, 0.75)
    for depth, tone in enumerate((mix(palette.far, palette.haze, 0.4), palette.mid, palette.near)):
        count = max(3, round(sheet.width / sheet.size * (7 - 2 * depth)))
        foot = horizon + sheet.size * 0.05 * depth
        for index in range(count):
            part = (index + chance.between(0.15, 0.85)) / count
            if tone == palette.near and abs(part - 0.5) < _CLEARING:
                continue
            width = sheet.size * (0.014 + 0.014 * depth)
            top = (sheet.x(part) + sheet.size * chance.between(-0.03, 0.03), 0.0)
            canvas.shape(limb((sheet.x(part), foot), top, width * 1.25, width * 0.8), tone, 0.6)
        if depth == 1:
            canvas.shape(_ridge(sheet, horizon, sheet.size * 0.02), palette.ground, 0.6)
    leaves = mix(palette.leaf, palette.haze, 0.3)
    across = max(1.0, sheet.width / sheet.size)
    for index in range(round(9 * across)):
        place = (sheet.width * (index + 0.5) / (9 * across), sheet.y(chance.between(-0.12, 0.06)))
        canvas.disc(place, sheet.size * chance.between(0.1, 0.16), leaves if index % 2 else palette.leaf, 0.5)
    for _ in range(round(26 * across)):
        down = chance.between(horizon + sheet.size * 0.06, sheet.height)
        _draw_grass(sheet, (chance.unit() * sheet.width, down))


def draw_sea(sheet: Sheet) -> None:
    """The sea behind a beach, with a lighthouse or a boat."""
    canvas, palette, chance = sheet.canvas, sheet.palette, sheet.chance
    horizon, shore, size = sheet.y(0.5), sheet.y(0.78), sheet.size
    draw_sky(sheet, horizon)
    canvas.gradient((0, horizon, sheet.width, shore + size * 0.1), palette.far, mix(palette.mid, palette.sky, 0.35))
    for row in range(7):
        level = horizon + (shore - horizon) * (0.08 + 0.9 * (row / 7) ** 1.3)
        for _ in range(max(2, round(5 * sheet.width / size))):
            x, long = chance.unit() * sheet.width, size * (0.03 + 0.012 * row) * chance.between(0.6, 1.5)
            wave = [(x - long, level), (x, level - size * 0.006), (x + long, level)]
            canvas.line(wave, mix(palette.haze, WHITE, 0.35), size * 0.0045)
    side = chance.pick((0.14, 0.86))
    if (sheet.setting.sight or chance.pick(("lighthouse", "boat"))) == "lighthouse":
        _draw_lighthouse(sheet, (sheet.x(side), horizon))
    else:
        _draw_boat(sheet, (sheet.x(side * 0.8 + 0.1), horizon + size * 0.04))
    edge = [
        (sheet.x(part), shore + size * 0.03 * math.sin(part * 9 + side * 7))
        for part in (-0.1, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.1)
    ]
    beach = [
        *smooth(edge, closed=False),
        (sheet.width + BEYOND, sheet.height + BEYOND),
        (-BEYOND, sheet.height + BEYOND),
    ]
    canvas.shape(beach, palette.ground, 0.6)
    canvas.line(
        smooth([(x, y - size * 0.012) for x, y in edge], closed=False),
        mix(palette.haze, WHITE, 0.6),
        size * 0.012,
    )


def _ridge(sheet: Sheet, level: float, swing: float) -> list[Point]:
    chance = sheet.chance
    count = max(4, round(5 * sheet.width / sheet.size))
    line = [
        (sheet.width * (index - 0.5) / (count - 1), level + swing * chance.between(-1, 1)) for index in range(count + 1)
    ]
    return [
        *smooth(line, closed=False),
        (sheet.width * 1.2, sheet.height + BEYOND),
        (-BEYOND, sheet.height + BEYOND),
    ]


def _crescent(centre: Point, radius: float) -> list[Point]:
    """A moon a few days old."""
    edge = [(math.cos(math.pi * (0.5 + step / 16)), math.sin(math.pi * (0.5 + step / 16))) for step in range(17)]
    round_ = [*edge, *((x * 0.4, y) for x, y in reversed(edge[1:-1]))]
    turn = math.radians(25)
    cos, sin = math.cos(turn), math.sin(turn)
    return [(centre[0] + radius * (x * cos - y * sin), centre[1] + radius * (x * sin + y * cos)) for x, y in round_]


def _draw_cloud(sheet: Sheet, place: Point) -> None:
    size = sheet.size * sheet.chance.between(0.05, 0.09)
    puffs = [
        round_shape((place[0] + size * across, place[1] - size * up), size * r * 1.3, size * r)
        for across, up, r in _CLOUD
    ]
    sheet.canvas.solid(puffs, mix(sheet.palette.haze, WHITE, 0.55 if sheet.time == "day" else 0.12), 0.5)


def _draw_grass(sheet: Sheet, place: Point) -> None:
    x, y = place
    size = sheet.size * 0.02
    tone = mix(sheet.palette.ground, BLACK, 0.2)
    for bend in (-0.6, 0.0, 0.6):
        sheet.canvas.line([(x, y), (x + size * bend, y - size)], tone, size * 0.16)


def _draw_lighthouse(sheet: Sheet, foot: Point) -> None:
    canvas, palette, size = sheet.canvas, sheet.palette, sheet.size
    canvas.shape(smooth(placed(foot, size, _ROCK)), palette.near, 0.7)
    tower = placed(foot, size, _TOWER)
    canvas.fill(tower, mix(palette.haze, WHITE, 0.6))
    for stripe in _STRIPES:
        canvas.fill(placed(foot, size, stripe), palette.accent)
    canvas.outline(tower, 0.7)
    canvas.glow((foot[0], foot[1] - size * 0.34), size * 0.2, palette.light, 0.9)
    canvas.shape(placed(foot, size, _BEACON), palette.light, 0.6)
    canvas.shape(placed(foot, size, _CAP), palette.accent, 0.6)


def _draw_boat(sheet: Sheet, place: Point) -> None:
    canvas, palette, size = sheet.canvas, sheet.palette, sheet.size
    canvas.line(placed(place, size, ((0, 0), (0, 0.22))), mix(palette.wood, BLACK, 0.4), size * 0.008)
    canvas.shape(placed(place, size, _SAIL), mix(palette.haze, WHITE, 0.7), 0.6)
    canvas.shape(placed(place, size, _JIB), palette.accent, 0.6)
    canvas.shape(placed(place, size, _HULL), palette.wood, 0.7)
