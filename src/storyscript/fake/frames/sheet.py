"""What a place is drawn on, and with: shared by everything that stands behind the people."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from storyscript.drawing import RGB
    from storyscript.fake.frames.canvas import Canvas
    from storyscript.fake.frames.chance import Chance
    from storyscript.fake.frames.words import Setting

INDOORS = frozenset({"room", "window"})
"""The places that have a roof."""

BEYOND = 9.0
"""How far shapes go on over the edges of a frame, in pixels, so that their outlines are not seen there."""

_MOST_ACROSS = 200


class Palette(NamedTuple):
    """The colours of a style's places.

    Attributes:
        sky: at the top.
        haze: the sky at the horizon.
        far: things far away.
        mid: things in the middle.
        near: things near by.
        ground: what people stand on outdoors.
        wall: of a room.
        wood: floors, frames, furniture.
        light: lamps, windows at night, the sun.
        accent: the one strong colour, for what must be seen.
        leaf: of trees and plants.
    """

    sky: RGB
    haze: RGB
    far: RGB
    mid: RGB
    near: RGB
    ground: RGB
    wall: RGB
    wood: RGB
    light: RGB
    accent: RGB
    leaf: RGB


class Sheet(NamedTuple):
    """A canvas with what is decided about the place on it.

    Attributes:
        canvas: drawn on.
        palette: the colours, with the time of day in them.
        chance: for what no word decides.
        setting: what the words ask for.
        time: `day`, `dusk` or `night`.
        top: of the part that no text covers, in pixels of the frame.
        bottom: of the part that no text covers.
        place: a key of the places.
        alone: nobody is in the picture.
    """

    canvas: Canvas
    palette: Palette
    chance: Chance
    setting: Setting
    time: str
    top: float
    bottom: float
    place: str
    alone: bool

    @property
    def width(self) -> float:
        """Of the frame, in pixels."""
        return float(self.canvas.width)

    @property
    def height(self) -> float:
        """Of the frame, in pixels."""
        return float(self.canvas.height)

    @property
    def size(self) -> float:
        """What things are measured in: the shorter side of the open part, in pixels of the frame."""
        # In a long strip things stay large enough to be counted.
        least = max(self.width, self.height) / _MOST_ACROSS
        return max(1.0, least, min(self.width, (self.bottom - self.top) * 1.15))

    def x(self, part: float) -> float:
        """A place across the frame, from 0 to 1."""
        return self.width * part

    def y(self, part: float) -> float:
        """A place down the open part of the frame: 0 at its top, 1 at its bottom."""
        return self.top + (self.bottom - self.top) * part
