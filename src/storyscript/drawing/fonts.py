"""The one typeface that everything is lettered in: Pillow's built-in one, in any size."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFont

from storyscript.drawing.clusters import clusters
from storyscript.drawing.glyphs import DASHES, DOTLESS, MARKS, TURNED, Mark, recipe

_MASK = "L"
_FULL = 255


class Glyph(NamedTuple):
    """The picture of one cluster.

    Attributes:
        mask: its coverage (mode L), cut close; None when it shows nothing.
        left: of the mask, in pixels from where the pen stands.
        top: of the mask, in pixels from the top of the line.
        advance: how far the pen goes on, in pixels.
    """

    mask: Image.Image | None
    left: int
    top: int
    advance: int


class Face:
    """The typeface in one size. Make it with `face`, which keeps it.

    Attributes:
        size: in pixels.
        bold: drawn with a heavier pen.
        ascent: from the top of a line to its base line, in pixels.
        line_height: from one line to the next, in pixels.
    """

    __slots__ = ("_font", "_glyphs", "_weight", "ascent", "bold", "line_height", "size")

    def __init__(self, size: int, *, bold: bool) -> None:
        self.size = size
        self.bold = bold
        self._font = _builtin(size)
        self._weight = size / 36 if bold else 0.0
        self._glyphs: dict[str, Glyph] = {}
        ascent, descent = self._font.getmetrics()
        self.ascent = int(ascent)
        self.line_height = max(int(ascent + descent), round(size * 1.26))

    def glyph(self, cluster: str) -> Glyph:
        """The picture of one cluster (see `clusters`); any text has one, if only a box with its code."""
        # Of a cluster with thousands of marks none but the first are drawn.
        cluster = cluster[:_LONGEST]
        found = self._glyphs.get(cluster)
        if found is None:
            # A megabyte of different clusters must not stay in memory.
            if len(self._glyphs) >= _MOST_GLYPHS:
                self._glyphs.clear()
            found = self._glyphs[cluster] = self._made(cluster)
        return found

    def advance(self, cluster: str) -> int:
        """The width of one cluster in pixels."""
        return self.glyph(cluster).advance

    def width(self, text: str) -> int:
        """The width of a line of text in pixels."""
        return sum(map(self.advance, clusters(text)))

    def _made(self, cluster: str) -> Glyph:
        how = recipe(cluster, _known())
        if how.space:
            wide = how.space == "\u3000"
            return Glyph(None, 0, 0, self.size if wide else round(self._font.getlength(" ")))
        if how.box:
            return self._box(how.box)
        if not how.text:
            return Glyph(None, 0, 0, 0)
        glyph = self._base(how.text)
        for mark in how.marks:
            glyph = self._marked(glyph, MARKS[mark])
        return glyph

    def _base(self, text: str) -> Glyph:
        if text in DASHES:
            length = max(1, round(DASHES[text] * self.size))
            hyphen = self._plain("-")
            return _stretched(hyphen, length)
        if text in TURNED:
            return self._turned(TURNED[text])
        if text in DOTLESS:
            glyph = self._plain(DOTLESS[text])
            return _cut(glyph, self._plain("x").top)
        return self._plain(text)

    def _plain(self, text: str, size: int | None = None) -> Glyph:
        font = self._font if size is None else _builtin(size)
        advance = round(font.getlength(text) + (self._weight if text.strip() else 0))
        pad = 2 + self.size // 8
        sheet = Image.new(_MASK, (advance + 2 * pad, sum(map(int, font.getmetrics())) + 2 * pad))
        pen = ImageDraw.Draw(sheet)
        pen.text((pad, pad), text, fill=_FULL, font=font, stroke_width=self._weight)
        return _close(sheet, pad, advance)

    def _turned(self, sign: str) -> Glyph:
        """A mark upside down, hanging from the height of small letters as Spanish has it."""
        glyph = self._plain(sign)
        if glyph.mask is None:
            return glyph
        mask = glyph.mask.transpose(Image.Transpose.ROTATE_180)
        return Glyph(mask, max(0, glyph.advance - glyph.left - mask.width), self._plain("x").top, glyph.advance)

    def _marked(self, glyph: Glyph, mark: Mark) -> Glyph:
        sign = self._plain(mark.sign, max(1, round(self.size * mark.size))).mask
        if glyph.mask is None or sign is None:
            return glyph
        if mark.turn:
            sign = sign.transpose(Image.Transpose.ROTATE_90)
        if mark.flat != 1:
            sign = sign.resize((sign.width, max(1, round(sign.height * mark.flat))))
        if mark.flip:
            sign = sign.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        gap = max(1, round(self.size * 0.06))
        left = glyph.left + (glyph.mask.width - sign.width) // 2
        top = {
            "above": glyph.top - gap - sign.height,
            "below": max(glyph.top + glyph.mask.height, self.ascent) + gap,
            "across": glyph.top + (glyph.mask.height - sign.height) // 2,
            "right": glyph.top - sign.height // 3,
        }[mark.place]
        if mark.place == "right":
            left = glyph.left + glyph.mask.width - sign.width // 3
        return _joined(glyph, Glyph(sign, left, top, 0))

    def _box(self, digits: str) -> Glyph:
        columns = len(digits) // 2
        line = max(1, round(self.size / 16))
        height = max(3, round(self.size * 0.94))
        small = max(1, round(self.size * 0.44))
        cell = max(1, round(self.size * 0.3))
        width = columns * cell + 4 * line
        sheet = Image.new(_MASK, (width, height))
        pen = ImageDraw.Draw(sheet)
        pen.rectangle((0, 0, width - 1, height - 1), outline=_FULL, width=line)
        font = _builtin(small)
        for index, digit in enumerate(digits):
            row, column = divmod(index, columns)
            middle = 2 * line + (column + 0.5) * cell
            pen.text((middle, height * (0.28 + 0.45 * row)), digit, fill=_FULL, font=font, anchor="mm")
        side = max(1, line)
        return Glyph(sheet, side, self.ascent - height + line, width + 2 * side)


_MOST_GLYPHS = 1024
_LONGEST = 16


@lru_cache(maxsize=128)
def face(size: int, *, bold: bool = False) -> Face:
    """The typeface in a size.

    Args:
        size: in pixels, at least 1.
        bold: with a heavier pen.

    Raises:
        ValueError: the size is below 1.
    """
    return Face(size, bold=bold)


@lru_cache(maxsize=128)
def _builtin(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):  # pragma: no cover - a Pillow that was built without it
        raise TypeError("this Pillow was built without FreeType, so it cannot draw text in sizes")
    # The default engine depends on whether the host has libfribidi; pictures must not.
    return font.font_variant(layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """The characters that the font has a glyph for, found by asking it: its list is not documented."""
    font = _builtin(24)
    missing = _picture(font, "\uffff")
    candidates = map(chr, (*range(0x21, 0x250), *range(0x2010, 0x2150), *range(0xFB00, 0xFB07)))
    return frozenset(char for char in candidates if _picture(font, char) != missing)


def _picture(font: ImageFont.FreeTypeFont, char: str) -> tuple[float, bytes]:
    sheet = Image.new(_MASK, (48, 48))
    ImageDraw.Draw(sheet).text((8, 4), char, fill=_FULL, font=font)
    return font.getlength(char), sheet.tobytes()


def _close(sheet: Image.Image, pad: int, advance: int) -> Glyph:
    box = sheet.getbbox()
    if box is None:
        return Glyph(None, 0, 0, advance)
    return Glyph(sheet.crop(box), box[0] - pad, box[1] - pad, advance)


def _stretched(glyph: Glyph, length: int) -> Glyph:
    if glyph.mask is None:
        return glyph
    mask = glyph.mask.resize((length, glyph.mask.height))
    return Glyph(mask, glyph.left, glyph.top, length + 2 * max(glyph.left, 1))


def _cut(glyph: Glyph, top: int) -> Glyph:
    """The glyph without what stands above a height: an i without its dot."""
    if glyph.mask is None or top <= glyph.top:
        return glyph
    mask = glyph.mask.crop((0, top - glyph.top, glyph.mask.width, glyph.mask.height))
    return Glyph(mask, glyph.left, top, glyph.advance)


def _joined(first: Glyph, second: Glyph) -> Glyph:
    if first.mask is None or second.mask is None:
        return first
    left = min(first.left, second.left)
    top = min(first.top, second.top)
    right = max(first.left + first.mask.width, second.left + second.mask.width)
    bottom = max(first.top + first.mask.height, second.top + second.mask.height)
    sheet = Image.new(_MASK, (right - left, bottom - top))
    sheet.paste(first.mask, (first.left - left, first.top - top))
    over = Image.new(_MASK, sheet.size)
    over.paste(second.mask, (second.left - left, second.top - top))
    return Glyph(ImageChops.lighter(sheet, over), left, top, first.advance)
