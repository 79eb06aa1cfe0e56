"""The words on a frame: the director's note, and the caption as the service would letter it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storyscript.drawing import RGB, Block, Box, balanced, face, fit, put_block, put_text, rounded_box, text_box

if TYPE_CHECKING:
    from PIL import Image

    from storyscript.drawing import Face

_PAPER: RGB = (253, 250, 240)
_TEXT: RGB = (34, 32, 38)
_QUIET: RGB = (112, 108, 112)
_BADGE: RGB = (36, 38, 52)
_STAMP: RGB = (196, 42, 42)
_WHITE: RGB = (255, 255, 255)
_BLACK: RGB = (0, 0, 0)
_STAMP_TEXT = "placeholder"
_CAPTION_OPACITY = 0.86  # a little more than upstream's 200 of 255: what is under it must not disturb the text
_CAPTION_EDGE = 0.3
_SMALLEST = 10  # pixels of a text that can still be read
_CARD_PART = 0.36  # of the frame's height, at most
_CAPTION_PART = 0.32


class Notes(NamedTuple):
    """Where the words of a frame stand.

    Attributes:
        card: the director's note, or None where it has no room.
        number: the panel's number, in the card's badge.
        badge: how wide the badge is, in pixels.
        figures: what the number is set in.
        style: the style's name, or empty where it has no room.
        small: what the card's first line is set in.
        description: what the panel shows.
        caption: the caption.
        caption_box: where it stands, or None.
        padding: between text and edges, in pixels.
        top: where the open part of the frame begins, in pixels.
        bottom: where it ends.
    """

    card: Box | None
    number: str
    badge: int
    figures: Face
    style: str
    small: Face
    description: Block
    caption: Block
    caption_box: Box | None
    padding: int
    top: int
    bottom: int


def set_notes(
    size: tuple[int, int], *, number: int, style: str, description: str, caption: str, font_size: int
) -> Notes:
    """Find a place for the words of a frame; what has no room is left out.

    Args:
        size: of the frame, width and height in pixels.
        number: of the panel.
        style: the style's name.
        description: what the panel shows.
        caption: the text to be lettered; empty for none.
        font_size: of the caption where there is room, in pixels.
    """
    width, height = size
    margin = max(2, round(min(size) * 0.022))
    text_size = max(_SMALLEST, min(34, round((width + height) * 0.0138), round(width * 0.045)))
    padding = max(3, round(text_size * 0.55))
    small = face(max(9, round(text_size * 0.72)))
    figures = face(round(text_size * 1.25), bold=True)
    badge = figures.width(str(number)) + 2 * padding
    head = small.line_height + 2
    room = width - 2 * margin - badge - 2 * padding
    stamp = _stamp_width(small)
    card: Box | None = None
    block = Block((), small)
    if stamp <= room and head + 2 * padding <= height - 2 * min(margin, 1):
        most = int(height * _CARD_PART) - head - 3 * padding
        block = fit(description, width=room, height=max(0, most), size=text_size, floor=_SMALLEST)
        name = fit(style, width=room - stamp - padding, height=head, size=small.size, floor=small.size)
        style = name.lines[0] if name.lines and not name.cut else ""
        first = stamp + (padding + small.width(style) if style else 0)
        tall = head + 2 * padding + (block.height + padding // 2 if block.lines else 0)
        edge = margin if tall + margin <= height else 0
        card = (margin, edge, margin + badge + 2 * padding + max(first, block.width), edge + tall)
    top = card[3] if card else 0
    box, lettered = _set_caption(size, caption, font_size, top + margin, margin)
    return Notes(
        card=card,
        number=str(number),
        badge=badge,
        figures=figures,
        style=style,
        small=small,
        description=block,
        caption=lettered,
        caption_box=box,
        padding=padding,
        top=top,
        bottom=box[1] if box else height,
    )


def draw_notes(image: Image.Image, notes: Notes) -> None:
    """Write the words on a frame (mode RGB)."""
    if notes.card is not None:
        _draw_card(image, notes, notes.card)
    if notes.caption_box is not None:
        left, top, right, bottom = notes.caption_box
        radius = _caption_padding(notes.caption.face.size) // 2
        # A hair of shadow around the box, or nobody would see it on white paper.
        rounded_box(
            image,
            (left - 1, top - 1, right + 1, bottom + 1),
            radius=radius + 1,
            fill=_BLACK,
            opacity=_CAPTION_EDGE,
        )
        text_box(
            image,
            notes.caption,
            (left, top),
            padding=_caption_padding(notes.caption.face.size),
            ink=_BLACK,
            fill=_WHITE,
            opacity=_CAPTION_OPACITY,
            radius=radius,
        )


def _draw_card(image: Image.Image, notes: Notes, card: Box) -> None:
    left, top, right, bottom = card
    padding, small = notes.padding, notes.small
    radius = max(2, padding // 2)
    drop = max(1, padding // 4)
    rounded_box(image, (left + drop, top + drop, right + drop, bottom + drop), radius=radius, fill=_BLACK, opacity=0.3)
    rounded_box(image, card, radius=radius, fill=_BADGE)
    rounded_box(image, (left + notes.badge, top, right, bottom), radius=radius, fill=_PAPER)
    # The paper's left corners are square: it is joined to the badge there.
    rounded_box(image, (left + notes.badge, top, left + notes.badge + radius, bottom), radius=0, fill=_PAPER)
    across = left + (notes.badge - notes.figures.width(notes.number)) // 2
    down = (top + bottom - notes.figures.line_height) // 2 + _lift(notes.figures)
    put_text(image, (across, down), notes.number, notes.figures, _WHITE)
    x, y = left + notes.badge + padding, top + padding
    stamp = _stamp_width(small)
    rounded_box(image, (x, y - 1, x + stamp, y + small.line_height + 1), radius=small.line_height // 3, fill=_STAMP)
    put_text(image, (x + (stamp - small.width(_STAMP_TEXT)) // 2, y + _lift(small)), _STAMP_TEXT, small, _WHITE)
    put_text(image, (x + stamp + padding, y + _lift(small)), notes.style, small, _QUIET)
    put_block(image, notes.description, (x, y + small.line_height + 2 + padding // 2), _TEXT)


def _stamp_width(small: Face) -> int:
    return small.width(_STAMP_TEXT) + small.size


def _lift(setting: Face) -> int:
    """How far to lower a line so that its small letters are in the middle of it."""
    return (setting.line_height - setting.ascent) // 3


def _caption_padding(size: int) -> int:
    return max(2, round(size * 0.45))


def _set_caption(
    size: tuple[int, int], caption: str, font_size: int, top: int, margin: int
) -> tuple[Box | None, Block]:
    width, height = size
    wanted = max(1, font_size)
    padding = _caption_padding(wanted)
    room = min(int(height * _CAPTION_PART), height - top - margin) - 2 * padding
    across = width - 2 * margin - 2 * padding
    block = fit(caption, width=max(0, across), height=max(0, room), size=wanted, floor=min(wanted, _SMALLEST))
    if not block.lines:
        return None, block
    block = balanced(block, caption)
    padding = _caption_padding(block.face.size)
    wide, high = block.width + 2 * padding, block.height + 2 * padding
    left = (width - wide) // 2
    return (left, height - margin - high, left + wide, height - margin), block
