"""A picture to draw on with smooth edges, measured in the pixels of the finished frame."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from storyscript.fake.frames.colours import mix
from storyscript.fake.frames.shapes import corners, round_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storyscript.drawing import RGB
    from storyscript.fake.frames.shapes import Area, Point

_MOST_PIXELS = 1_500_000  # of a frame that is drawn at twice its size; larger ones have no need of it
_FULL = 255
_THIN = 5  # pixels
_COARSEST = 16  # pixels


class Finish(NamedTuple):
    """How shapes are inked.

    Attributes:
        ink: the colour of outlines.
        outline: their width in parts of a thousandth of the picture's shorter side; 0 for none.
        shade: how dark the side away from the light is, from 0 to 1.
        soft: shadows have soft edges.
        pattern: `dots` or `hatch` for shadows made of those, else empty.
    """

    ink: RGB
    outline: float
    shade: float
    soft: bool = False
    pattern: str = ""


class Canvas:
    """A picture drawn larger than it is shown.

    Args:
        width: of the finished frame, in pixels.
        height: of the finished frame, in pixels.
        finish: how shapes are inked.

    Attributes:
        image: what was drawn so far, mode RGB, `scale` times as large as the frame.
        scale: pixels of `image` for a pixel of the frame.
    """

    def __init__(self, width: int, height: int, finish: Finish) -> None:
        self.width = width
        self.height = height
        self.scale: float = 2 if width * height <= _MOST_PIXELS else 1
        self.finish = finish
        self.image = Image.new("RGB", (round(width * self.scale), round(height * self.scale)), (255, 255, 255))
        self._pen = ImageDraw.Draw(self.image)
        self._pattern: Image.Image | None = None

    @property
    def unit(self) -> float:
        """A thousandth of the shorter side."""
        return min(self.width, self.height) / 1000

    def fill(self, points: Iterable[Point], colour: RGB) -> None:
        """Fill a polygon, without an outline."""
        self._pen.polygon(self._scaled(points), fill=colour)

    def line(self, points: Iterable[Point], colour: RGB, width: float) -> None:
        """Draw a line through points; `width` in pixels of the frame."""
        broad = max(1, round(width * self.scale))
        # Joints cost more than the line does, and on thin lines nobody sees them.
        self._pen.line(self._scaled(points), fill=colour, width=broad, joint="curve" if broad > _THIN else None)

    def outline(self, points: Sequence[Point], weight: float = 1.0) -> None:
        """Ink the edge of a polygon as the style has it; `weight` makes it lighter or heavier."""
        width = self.finish.outline * self.unit * weight
        if width > 0:
            self.line([*points, *points[:2]], self.finish.ink, width)

    def shape(self, points: Sequence[Point], colour: RGB, weight: float = 1.0) -> None:
        """Fill a polygon and ink its edge."""
        self.fill(points, colour)
        self.outline(points, weight)

    def rectangle(self, area: Area, colour: RGB, weight: float = 1.0) -> None:
        """Fill a rectangle (left, top, right, bottom) and ink its edge."""
        self.shape(corners(area), colour, weight)

    def disc(self, centre: Point, radius: float, colour: RGB, weight: float = 0.0, flat: float = 1.0) -> None:
        """Fill a circle, or an ellipse `flat` times as high as wide; `weight` 0 is without an outline."""
        self.shape(round_shape(centre, radius, radius * flat), colour, weight)

    def solid(self, parts: Sequence[Sequence[Point]], colour: RGB, weight: float = 1.0, depth: float = 0.0) -> None:
        """Fill polygons as one body: one outline around all, and a shadow on the side away from the light.

        Args:
            parts: the polygons; they may overlap.
            colour: of the body.
            weight: of the outline.
            depth: how broad the shadow is, in pixels of the frame; 0 for none.
        """
        for part in parts:
            self.outline(part, 2 * weight)
        for part in parts:
            self.fill(part, colour)
        if depth > 0 and self.finish.shade > 0:
            self._shadow(parts, colour, depth * self.scale)

    def _shadow(self, parts: Sequence[Sequence[Point]], colour: RGB, depth: float) -> None:
        area = self._bounds([self._scaled(part) for part in parts])
        if area is None:
            return
        left, top, right, bottom = area
        body = Image.new("L", (right - left, bottom - top))
        pen = ImageDraw.Draw(body)
        for part in parts:
            pen.polygon([(x - left, y - top) for x, y in self._scaled(part)], fill=_FULL)
        lit = Image.new("L", body.size)
        lit.paste(body, (-round(depth), -round(depth * 0.35)))
        dark = ImageChops.subtract(body, lit)
        if self.finish.soft:
            dark = ImageChops.multiply(dark.filter(ImageFilter.BoxBlur(depth * 0.6)), body)
        if self.finish.pattern:
            if self._pattern is None:
                pitch = max(2.0, 3.4 * self.unit * self.scale)
                self._pattern = _pattern(self.finish.pattern, self.image.size, pitch)
            dark = ImageChops.multiply(dark, self._pattern.crop(area))
            tone = self.finish.ink
        else:
            tone = mix(colour, self.finish.ink, self.finish.shade)
        self.image.paste(tone, (left, top), dark)

    def gradient(self, area: Area, top: RGB, bottom: RGB) -> None:
        """Fill a rectangle with a gradient from its top to its bottom."""
        left, upper, right, lower = (round(value * self.scale) for value in area)
        if right <= left or lower <= upper:
            return
        ramp = Image.linear_gradient("L").resize((1, lower - upper), Image.Resampling.BILINEAR)
        column = Image.new("RGB", ramp.size, top)
        column.paste(bottom, (0, 0), ramp)
        self.image.paste(column.resize((right - left, lower - upper), Image.Resampling.NEAREST), (left, upper))

    def glow(self, centre: Point, radius: float, colour: RGB, strength: float = 1.0) -> None:
        """Let light shine around a point; `strength` from 0 to 1."""
        across = max(1, round(2 * radius * self.scale))
        ramp = _radial(strength).resize((across, across), Image.Resampling.BILINEAR)
        self.image.paste(
            colour,
            (round(centre[0] * self.scale - across / 2), round(centre[1] * self.scale - across / 2)),
            ramp,
        )

    def veil(self, mask: Image.Image, colour: RGB) -> None:
        """Lay a colour over the whole picture where a mask (mode L, of any size) has it."""
        self.image.paste(colour, (0, 0), mask.resize(self.image.size, Image.Resampling.BILINEAR))

    def translucent(self, polygons: Iterable[Iterable[Point]], colour: RGB, opacity: float) -> None:
        """Fill polygons through which the picture is seen; they must not overlap to look alike."""
        shapes = [self._scaled(points) for points in polygons]
        area = self._bounds(shapes)
        if area is None:
            return
        left, top, right, bottom = area
        mask = Image.new("L", (right - left, bottom - top))
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            pen.polygon([(x - left, y - top) for x, y in shape], fill=round(_FULL * opacity))
        self.image.paste(colour, (left, top), mask)

    def replace(self, image: Image.Image) -> None:
        """Go on with another picture of the same size."""
        self.image = image
        self._pen = ImageDraw.Draw(image)

    def shrink(self) -> None:
        """Bring the picture to the frame's own size; what is drawn from here on has hard edges."""
        if self.scale > 1:
            self.replace(self.image.reduce(2))
            self.scale = 1

    @contextmanager
    def coarsely(self, blur: float) -> Iterator[None]:
        """Draw for a while on a small copy, then blur it and go on with that as the picture.

        A small picture blurs as well as a large one, and in a fraction of the time.

        Args:
            blur: its radius, in pixels of the frame.
        """
        size, scale = self.image.size, self.scale
        smaller = max(1, min(4, *(side // _COARSEST for side in size)))
        self.replace(self.image.reduce(smaller))
        self.scale = scale / smaller
        yield
        blurred = self.image.filter(ImageFilter.GaussianBlur(blur * self.scale))
        self.scale = scale
        self.replace(blurred.resize(size, Image.Resampling.BILINEAR))

    def _scaled(self, points: Iterable[Point]) -> list[Point]:
        scale = self.scale
        return [(x * scale, y * scale) for x, y in points]

    def _bounds(self, shapes: Sequence[Sequence[Point]]) -> tuple[int, int, int, int] | None:
        """The part of the picture that holds the shapes, or None if they are outside of it."""
        if not shapes:
            return None
        xs = [x for shape in shapes for x, _ in shape]
        ys = [y for shape in shapes for _, y in shape]
        left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
        right = min(self.image.width, math.ceil(max(xs)) + 1)
        bottom = min(self.image.height, math.ceil(max(ys)) + 1)
        return (left, top, right, bottom) if left < right and top < bottom else None


def _pattern(kind: str, size: tuple[int, int], pitch: float) -> Image.Image:
    """A mask of dots or hatching; `pitch` is how far its elements are apart, in pixels."""
    if kind == "hatch":
        sheet = Image.new("L", size)
        pen = ImageDraw.Draw(sheet)
        width, height = size
        for start in range(-height, width, max(3, round(pitch * 1.9))):
            pen.line((start, height, start + height, 0), fill=_FULL, width=max(1, round(pitch * 0.55)))
        return sheet
    # A tile of two dots, side by side all over.
    step = max(4, round(pitch * 3.2))
    tile = Image.new("L", (step, step))
    spot = ImageDraw.Draw(tile)
    radius = pitch * 0.72
    for x, y in ((0, 0), (step, 0), (0, step), (step, step), (step / 2, step / 2)):
        spot.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_FULL)
    return tiled(tile, size)


def tiled(tile: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A mask of a size that repeats a tile (both mode L)."""
    sheet = Image.new("L", size)
    for x in range(0, size[0], tile.width):
        sheet.paste(tile, (x, 0))
    row = sheet.crop((0, 0, size[0], tile.height))
    for y in range(tile.height, size[1], tile.height):
        sheet.paste(row, (0, y))
    return sheet


def _radial(strength: float) -> Image.Image:
    """A round light: full in the middle, nothing at the edge."""
    ramp = Image.radial_gradient("L")
    return ramp.point([round(max(0.0, 1 - level / 180) ** 2 * _FULL * strength) for level in range(256)])
