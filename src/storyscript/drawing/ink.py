"""Putting ink on a picture: text, and the boxes that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageDraw

from storyscript.drawing.clusters import clusters

if TYPE_CHECKING:
    from storyscript.drawing.fitting import Block
    from storyscript.drawing.fonts import Face

RGB = tuple[int, int, int]
"""A colour: red, green and blue from 0 to 255."""

Box = tuple[int, int, int, int]
"""A rectangle in pixels: left, top, right, bottom; the last two are exclusive."""

_SMOOTH = 4  # how much larger a round corner is drawn than it is shown
_FULL = 255


def put_text(image: Image.Image, at: tuple[int, int], text: str, face: Face, fill: RGB) -> None:
    """Write one line.

    Args:
        image: drawn on, mode RGB; what would stand outside of it is left out.
        at: the left end of the line's top, in pixels.
        text: any text; it is not wrapped, and line ends show nothing.
        face: what it is set in.
        fill: the colour.
    """
    x, y = at
    for cluster in clusters(text):
        glyph = face.glyph(cluster)
        if glyph.mask is not None:
            image.paste(fill, (x + glyph.left, y + glyph.top), glyph.mask)
        x += glyph.advance


def put_block(
    image: Image.Image,
    block: Block,
    at: tuple[int, int],
    fill: RGB,
    align: Literal["left", "center"] = "left",
) -> None:
    """Write a block of lines.

    Args:
        image: drawn on, mode RGB.
        block: the lines.
        at: the block's left top corner, in pixels.
        fill: the colour.
        align: lines begin at the left, or are centred in the block's width.
    """
    x, y = at
    width = block.width
    for index, line in enumerate(block.lines):
        indent = (width - block.face.width(line)) // 2 if align == "center" else 0
        put_text(image, (x + indent, y + index * block.face.line_height), line, block.face, fill)


def rounded_box(image: Image.Image, box: Box, *, radius: int, fill: RGB, opacity: float = 1.0) -> None:
    """Fill a rectangle with round corners.

    Args:
        image: drawn on, mode RGB.
        box: the rectangle; an empty one draws nothing.
        radius: of the corners, in pixels; at most half of a side is used.
        fill: the colour.
        opacity: 0 shows nothing of the box, 1 nothing of what is under it.
    """
    width, height = box[2] - box[0], box[3] - box[1]
    if width <= 0 or height <= 0:
        return
    level = round(_FULL * opacity)
    mask = Image.new("L", (width, height), level)
    round_by = min(radius, width // 2, height // 2)
    if round_by > 0:
        corner = _corner(round_by, level)
        flipped = corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        mask.paste(corner, (0, 0))
        mask.paste(flipped, (width - round_by, 0))
        mask.paste(corner.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, height - round_by))
        mask.paste(flipped.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (width - round_by, height - round_by))
    image.paste(fill, box, mask)


def text_box(
    image: Image.Image,
    block: Block,
    at: tuple[int, int],
    *,
    padding: int,
    ink: RGB,
    fill: RGB,
    opacity: float = 1.0,
    radius: int = 0,
) -> Box:
    """Write a block of centred lines in a box of its own.

    Args:
        image: drawn on, mode RGB.
        block: the lines.
        at: the box's left top corner, in pixels.
        padding: between the box and the block on every side, in pixels.
        ink: the colour of the text.
        fill: the colour of the box.
        opacity: of the box, from 0 to 1.
        radius: of its corners, in pixels.

    Returns:
        The box that was drawn.
    """
    x, y = at
    box = (x, y, x + block.width + 2 * padding, y + block.height + 2 * padding)
    rounded_box(image, box, radius=radius, fill=fill, opacity=opacity)
    put_block(image, block, (x + padding, y + padding), ink, "center")
    return box


def _corner(radius: int, level: int) -> Image.Image:
    """The left top corner of a rounded mask."""
    large = Image.new("L", (radius * _SMOOTH, radius * _SMOOTH))
    across = 2 * radius * _SMOOTH
    ImageDraw.Draw(large).ellipse((0, 0, across, across), fill=level)
    return large.resize((radius, radius), Image.Resampling.BOX)
