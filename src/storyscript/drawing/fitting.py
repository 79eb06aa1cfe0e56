"""Text set in a box: the largest size that fits, and an end when none does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

from storyscript.drawing.clusters import clusters
from storyscript.drawing.fonts import Face, face
from storyscript.drawing.wrapping import unbroken, wrap

_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text in one face, ready to be put somewhere.

    Attributes:
        lines: from top to bottom; none when there is nothing to show or no room to show it.
        face: what they are set in.
        cut: the text was too long, and ends in an ellipsis or is not shown at all.
    """

    lines: tuple[str, ...]
    face: Face
    cut: bool = False

    @property
    def width(self) -> int:
        """Of the widest line, in pixels."""
        return max(map(self.face.width, self.lines), default=0)

    @property
    def height(self) -> int:
        """Of all lines, in pixels."""
        return len(self.lines) * self.face.line_height


def fit(text: str, *, width: int, height: int, size: int, floor: int, bold: bool = False) -> Block:
    """Set a text so that it fits a box: as large as asked, or smaller, or cut with an ellipsis.

    A smaller size is taken rather than a word broken in the middle; at the floor words break, and what still
    does not fit is cut. Costs what fits, however long the text is.

    Args:
        text: any text.
        width: of the box, in pixels.
        height: of the box, in pixels.
        size: of the text, in pixels, when there is room.
        floor: the smallest size that can be read, in pixels, at least 1.
        bold: with a heavier pen.

    Returns:
        A block that is no wider and no higher than the box; empty if not even one character has room.
    """

    def set_in(pixels: int) -> Block | None:
        return _whole(text, width, height, face(pixels, bold=bold))

    # Letters that are higher than the box fit in no case.
    high = max(floor, min(size, height))
    if found := set_in(high):
        return found
    found = set_in(floor)
    if found is None:
        return _cut(text, width, height, face(floor, bold=bold))
    low = floor
    while high - low > 1:
        middle = (low + high) // 2
        if block := set_in(middle):
            found, low = block, middle
        else:
            high = middle
    return found


def balanced(block: Block, text: str) -> Block:
    """Set a text in as many lines as a block has, about equally long: no last word stands alone.

    Args:
        block: what `fit` made of the text; one that was cut, or broke words, stays as it is.
        text: the text.
    """
    low, high, best = 0, block.width, block.lines
    while not block.cut and high - low > 1:
        middle = (low + high) // 2
        lines = tuple(islice(wrap(text, middle, block.face.advance), len(best) + 1))
        if len(lines) == len(best) and unbroken(text, middle, block.face.advance):
            best, high = lines, middle
        else:
            low = middle
    return replace(block, lines=best)


def _whole(text: str, width: int, height: int, setting: Face) -> Block | None:
    """The text in a face, if it fits without breaking words."""
    most = height // setting.line_height
    lines = tuple(islice(wrap(text, width, setting.advance), most + 1))
    if len(lines) > most or not unbroken(text, width, setting.advance):
        return None
    return Block(lines, setting)


def _cut(text: str, width: int, height: int, setting: Face) -> Block:
    most = height // setting.line_height
    lines = list(islice(wrap(text, width, setting.advance), most + 1))
    if len(lines) > most:
        lines = lines[:most]
        cut = True
        if lines:
            lines[-1] = _shortened(lines[-1], width, setting)
    else:
        cut = False
    if any(setting.width(line) > width for line in lines):
        return Block((), setting, cut=True)
    return Block(tuple(lines), setting, cut=cut)


def _shortened(line: str, width: int, setting: Face) -> str:
    """The line with an ellipsis, and as much of it as then has room."""
    parts = list(clusters(line))
    room = width - setting.advance(_ELLIPSIS)
    used = sum(map(setting.advance, parts))
    while parts and (used > room or parts[-1] == " "):
        used -= setting.advance(parts.pop())
    return "".join(parts) + _ELLIPSIS
