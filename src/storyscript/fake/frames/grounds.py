"""What each style does to the picture behind and over its people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from storyscript.fake.frames.canvas import tiled
from storyscript.fake.frames.colours import BLACK, WHITE, mix

if TYPE_CHECKING:
    from storyscript.fake.frames.sheet import Sheet

_FULL = 255
_MOST = 2000  # drops, or flakes
_THRESHOLD = 112  # where the hills of a dot pattern are cut
_COARSE = 128  # the side of the picture from which a painter takes the colours
_MINIATURE = 640  # pixels
_EDGE = 10  # a difference of lightness that a brush follows
_INK_ENDS = 96  # what is darker than this is a line
_PENCIL = (176, 176, 184)


def plain(sheet: Sheet) -> None:
    """Leave the picture as it is."""
    del sheet


def halftone(sheet: Sheet) -> None:
    """Printed dots that grow towards the top and the bottom of the picture."""
    canvas = sheet.canvas
    size = (canvas.width, canvas.height)
    ramp = Image.linear_gradient("L").point([max(0, 118 - level, level - 205) for level in range(256)])
    mask = ImageChops.add(
        _dots(size, max(4, round(sheet.size * 0.0125))), ramp.resize(size, Image.Resampling.BILINEAR), scale=2
    )
    mask = mask.point([0 if level < _THRESHOLD else min(96, (level - _THRESHOLD) * 12) for level in range(256)])
    canvas.veil(mask, mix(sheet.palette.accent, sheet.palette.sky, 0.25))


def speed_lines(sheet: Sheet) -> None:
    """White wedges from the edges towards the middle."""
    canvas, chance = sheet.canvas, sheet.chance
    centre = (sheet.x(0.5), sheet.y(0.5))
    reach = math.hypot(sheet.width, sheet.height)
    turn = 0.0
    while turn < 2 * math.pi:
        turn += chance.between(0.02, 0.13)
        inner = chance.between(0.42, 0.56)
        wide = chance.between(0.003, 0.011)
        tip = (
            centre[0] + math.cos(turn) * sheet.width * inner,
            centre[1] + math.sin(turn) * sheet.height * inner,
        )
        ends = [
            (centre[0] + math.cos(turn + way) * reach, centre[1] + math.sin(turn + way) * reach)
            for way in (-wide, wide)
        ]
        canvas.fill([tip, *ends], WHITE)


def brush(sheet: Sheet) -> None:
    """Paint the picture over with brush strokes in its own colours, along its own edges."""
    canvas, chance = sheet.canvas, sheet.chance
    small = canvas.image.resize((_COARSE, _COARSE), Image.Resampling.BOX)
    colours = small.tobytes()
    levels = small.convert("L").tobytes()
    base = math.sqrt(sheet.width * sheet.height)
    # A miniature is painted with fewer strokes.
    part = min(1.0, max(0.25, base / _MINIATURE))
    for count, long, wide in ((170, 0.064, 0.015), (480, 0.038, 0.0085), (700, 0.023, 0.0048)):
        for _ in range(round(count * part)):
            across, down = chance.unit(), chance.unit()
            column, row = int(across * _COARSE), int(down * _COARSE)
            first = 3 * (row * _COARSE + column)
            seen = (colours[first], colours[first + 1], colours[first + 2])
            turn = _grain(levels, column, row) + chance.between(-0.3, 0.3)
            tone = mix(seen, chance.pick((WHITE, BLACK)), chance.between(0.0, 0.09))
            half = base * long * chance.between(0.35, 0.65)
            canvas.fill(_stroke((across * sheet.width, down * sheet.height), turn, half, base * wide), tone)


def bristles(sheet: Sheet) -> None:
    """Streaks of light and dark paint over everything, people included."""
    canvas, chance = sheet.canvas, sheet.chance
    base = math.sqrt(sheet.width * sheet.height)
    for tone in (WHITE, BLACK):
        strokes = []
        for _ in range(180):
            place = (chance.unit() * sheet.width, chance.unit() * sheet.height)
            turn = 0.6 + math.sin(place[0] / base * 4 + place[1] / base * 3) * 0.7
            strokes.append(_stroke(place, turn, base * chance.between(0.012, 0.034), base * 0.0022))
        canvas.translucent(strokes, tone, 0.07)


def bokeh(sheet: Sheet) -> None:
    """Soft discs of light, out of focus."""
    canvas, chance = sheet.canvas, sheet.chance
    for _ in range(16):
        place = (chance.unit() * sheet.width, sheet.y(chance.between(-0.1, 0.75)))
        radius = sheet.size * chance.between(0.02, 0.065)
        tone = mix(sheet.palette.light, WHITE, chance.between(0.0, 0.6))
        canvas.translucent(
            [[(place[0] + radius * math.cos(t / 5), place[1] + radius * math.sin(t / 5)) for t in range(32)]],
            tone,
            chance.between(0.1, 0.3),
        )


def storybook(sheet: Sheet) -> None:
    """Soften what is far, and let a warm light shine from behind."""
    with sheet.canvas.coarsely(sheet.size * 0.0032):
        light = mix(sheet.palette.light, WHITE, 0.25)
        sheet.canvas.glow((sheet.x(0.5), sheet.y(0.42)), sheet.size * 0.75, light, 0.5)
        bokeh(sheet)


def camera(sheet: Sheet) -> None:
    """Put the place out of focus, as a camera that looks at its people does."""
    with sheet.canvas.coarsely(sheet.size * 0.006):
        bokeh(sheet)


def paper(sheet: Sheet) -> None:
    """Leave nothing of the place but its lines, on white paper."""
    canvas = sheet.canvas
    curve = [level if level < _INK_ENDS else min(253, round(level + (level - _INK_ENDS) * 1.6)) for level in range(256)]
    canvas.replace(canvas.image.point(curve * 3))
    step = sheet.size * 0.014
    corner = sheet.width if sheet.chance.happens(0.5) else 0.0
    way = -1 if corner else 1
    for index in range(24):
        long = sheet.size * (0.3 - index * 0.011) * sheet.chance.between(0.85, 1.0)
        x = corner + way * step * index
        canvas.line([(x, sheet.height), (x + way * long * 0.45, sheet.height - long)], _PENCIL, sheet.size * 0.002)


def blinds(sheet: Sheet) -> None:
    """Light through a window blind, falling in from one side; the rest is in the dark."""
    canvas, chance = sheet.canvas, sheet.chance
    side = 256
    light = Image.new("L", (side, side))
    pen = ImageDraw.Draw(light)
    lean = chance.between(18, 34) * chance.pick((-1, 1))
    for y in range(-40, side + 40, 26):
        pen.polygon([(0, y - lean), (side, y + lean), (side, y + 15 + lean), (0, y + 13 - lean)], fill=_FULL)
    light = light.filter(ImageFilter.GaussianBlur(1.6))
    fade = Image.linear_gradient("L").point([min(_FULL, 50 + level) for level in range(256)])
    fade = fade.rotate(chance.pick((90, 270)))
    light = ImageChops.multiply(light, fade).resize(canvas.image.size, Image.Resampling.BICUBIC)
    dark = canvas.image.point([round(level * 0.74) for level in range(256)] * 3)
    bright = canvas.image.point([min(_FULL, round(level * 1.4 + 6)) for level in range(256)] * 3)
    canvas.replace(Image.composite(bright, dark, light))
    _vignette(sheet, 0.45)


def vignette(sheet: Sheet) -> None:
    """Darken the corners as a lens does."""
    _vignette(sheet, 0.5)


def rain(sheet: Sheet) -> None:
    """Rain over everything."""
    chance, size = sheet.chance, sheet.size
    tone = mix(sheet.palette.haze, WHITE, 0.35)
    for _ in range(min(_MOST, round(110 * sheet.width * sheet.height / size**2))):
        x, y, long = (
            chance.between(-0.1, 1.1) * sheet.width,
            chance.unit() * sheet.height,
            size * chance.between(0.03, 0.07),
        )
        wide = size * 0.0016
        sheet.canvas.fill([(x, y), (x + wide, y), (x - long * 0.25, y + long)], tone)


def snow(sheet: Sheet) -> None:
    """Snow over everything."""
    for _ in range(min(_MOST, round(90 * sheet.width * sheet.height / sheet.size**2))):
        place = (sheet.chance.unit() * sheet.width, sheet.chance.unit() * sheet.height)
        sheet.canvas.disc(place, sheet.size * sheet.chance.between(0.002, 0.006), WHITE)


def _stroke(place: tuple[float, float], turn: float, half: float, wide: float) -> list[tuple[float, float]]:
    """The mark of a brush: pointed at its ends, bent a little."""
    x, y = place
    dx, dy = math.cos(turn) * half, math.sin(turn) * half
    nx, ny = -dy / half * wide, dx / half * wide
    return [
        (x - dx, y - dy),
        (x - dx * 0.5 + nx, y - dy * 0.5 + ny),
        (x + dx * 0.5 + nx * 1.3, y + dy * 0.5 + ny * 1.3),
        (x + dx + nx * 0.6, y + dy + ny * 0.6),
        (x + dx * 0.5 - nx * 0.6, y + dy * 0.5 - ny * 0.6),
        (x - dx * 0.5 - nx, y - dy * 0.5 - ny),
    ]


def _grain(levels: bytes, column: int, row: int) -> float:
    """The direction in which a painter would pull a brush: along an edge, or with the flow of the picture."""
    column, row = min(max(column, 1), _COARSE - 2), min(max(row, 1), _COARSE - 2)
    at = row * _COARSE + column
    across = levels[at + 1] - levels[at - 1]
    down = levels[at + _COARSE] - levels[at - _COARSE]
    if abs(across) + abs(down) > _EDGE:
        return math.atan2(across, -down)
    return 0.3 + math.sin(column * 0.045 + row * 0.03) * 0.8


def _dots(size: tuple[int, int], pitch: int) -> Image.Image:
    """Round hills of light in a pattern; a threshold makes dots of a size of them."""
    hill = Image.radial_gradient("L").point([_FULL - level for level in range(256)])
    tile = Image.new("L", (2 * pitch, 2 * pitch))
    dot = hill.resize((pitch, pitch))
    tile.paste(dot, (0, 0))
    tile.paste(dot, (pitch, pitch))
    return tiled(tile, size)


def _vignette(sheet: Sheet, strength: float) -> None:
    ramp = Image.radial_gradient("L").point([round(max(0, level - 120) * strength) for level in range(256)])
    sheet.canvas.veil(ramp, BLACK)
