"""Windows, and what is to be seen through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.fake.frames.colours import BLACK, WHITE, mix
from storyscript.fake.frames.shapes import limb, smooth, within

if TYPE_CHECKING:
    from storyscript.fake.frames.shapes import Area
    from storyscript.fake.frames.sheet import Sheet

# Places in parts of the window: across and down from its left top corner.
_HILLS = ((0.0, 0.8), (0.3, 0.66), (0.62, 0.82), (1.0, 0.7))
_MEADOW = ((0.0, 0.9), (0.4, 0.92), (1.0, 0.84))
_CURTAIN = (
    (-0.08, -0.045), (0.05, -0.05), (0.19, -0.045), (0.17, 0.16), (0.12, 0.45), (0.04, 0.7), (0.09, 0.98),
    (-0.09, 0.98), (-0.07, 0.6), (-0.08, 0.15),
)  # fmt: skip


def draw_window(sheet: Sheet, area: Area, *, curtains: bool) -> None:
    """A window in its frame.

    Args:
        sheet: drawn on.
        area: of the panes, in pixels of the frame.
        curtains: on both sides.
    """
    canvas, palette = sheet.canvas, sheet.palette
    left, _, right, bottom = area
    wide = right - left
    canvas.gradient(area, palette.sky, palette.haze)
    canvas.disc(within(area, ((0.7, 0.3),))[0], wide * 0.09, palette.light)
    for line, tone in ((_HILLS, palette.far), (_MEADOW, palette.mid)):
        edge = [(min(max(x, left), right), y) for x, y in smooth(within(area, line), closed=False)]
        canvas.fill([*edge, (right, bottom), (left, bottom)], tone)
    _draw_frame(sheet, area)
    if curtains:
        cloth = mix(palette.accent, palette.wall, 0.25)
        for side in (_CURTAIN, tuple((1 - across, down) for across, down in _CURTAIN)):
            canvas.solid([smooth(within(area, side))], cloth, 0.8, depth=wide * 0.05)
        first, last = within(area, ((-0.16, -0.05), (1.16, -0.05)))
        rod = sheet.size * 0.01
        canvas.solid([limb(first, last, rod, rod)], mix(palette.wood, BLACK, 0.3), 0.6)


def _draw_frame(sheet: Sheet, area: Area) -> None:
    left, top, right, bottom = area
    wood = mix(sheet.palette.wood, WHITE, 0.12)
    bar = sheet.size * 0.02
    middle, cross = (left + right - bar) / 2, top + (bottom - top) * 0.45
    for edge, weight in (
        ((middle, top, middle + bar, bottom), 0.5),
        ((left, cross, right, cross + bar), 0.5),
        ((left - bar, top - bar, right + bar, top + bar * 0.5), 0.6),
        ((left - bar, top, left + bar * 0.5, bottom), 0.6),
        ((right - bar * 0.5, top, right + bar, bottom), 0.6),
        ((left - bar * 2, bottom - bar * 0.6, right + bar * 2, bottom + bar), 0.6),
    ):
        sheet.canvas.rectangle(edge, wood, weight)
