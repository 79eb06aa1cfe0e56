"""The service's eight styles, as this fake draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storyscript.fake.frames import grounds
from storyscript.fake.frames.body import Manner
from storyscript.fake.frames.canvas import Finish
from storyscript.fake.frames.colours import BLACK, WHITE, grey, lightness, mix
from storyscript.fake.frames.sheet import Palette

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.drawing import RGB
    from storyscript.fake.frames.sheet import Sheet

_NIGHT: RGB = (22, 28, 66)
_DUSK: RGB = (104, 66, 120)
_GLOW: RGB = (252, 168, 112)
_INK: RGB = (28, 26, 36)
_SHADE: RGB = (236, 236, 234)
_INKED = 0.27
_STRONG = 120


class Style(NamedTuple):
    """How a style draws.

    Attributes:
        palette: the colours of its places by day.
        finish: how shapes are inked.
        manner: how people are drawn.
        behind: what is done to the place before the people come.
        over: what is drawn over the people.
        lens: what is done to the finished picture.
        time: the only time of the day that the style knows, or empty.
        model: places are models seen from above a corner.
    """

    palette: Palette
    finish: Finish
    manner: Manner
    behind: Callable[[Sheet], None] = grounds.plain
    over: Callable[[Sheet], None] = grounds.plain
    lens: Callable[[Sheet], None] = grounds.plain
    time: str = ""
    model: bool = False


def style_of(name: str) -> Style:
    """The style of a name, or a neutral one for a name that is not known."""
    return _STYLES.get(name, _NEUTRAL)


def at_time(style: Style, time: str) -> Palette:
    """A style's colours at a time of the day: `day`, `dusk` or `night`."""
    day = style.palette
    if time == "day" or style.time:
        return day
    if time == "dusk":
        toned = Palette(*(mix(colour, _DUSK, 0.2) for colour in day))
        return toned._replace(
            sky=mix(day.sky, _DUSK, 0.6),
            haze=mix(day.haze, _GLOW, 0.7),
            light=mix(day.light, _GLOW, 0.3),
            accent=day.accent,
        )
    toned = Palette(*(mix(colour, _NIGHT, 0.55) for colour in day))
    return toned._replace(
        sky=mix(day.sky, _NIGHT, 0.85),
        haze=mix(day.haze, _NIGHT, 0.62),
        wall=mix(day.wall, _NIGHT, 0.42),
        wood=mix(day.wood, _NIGHT, 0.4),
        light=mix(day.light, (255, 232, 160), 0.5),
        accent=mix(day.accent, _NIGHT, 0.2),
    )


def _as_is(colour: RGB) -> RGB:
    return colour


def _printed(colour: RGB) -> RGB:
    """Grey, with the contrast of an old film."""
    level = lightness(colour)
    return grey(mix(BLACK, WHITE, min(1.0, 0.12 + level * 0.55 + level * level * 0.5)))


def _drawn(colour: RGB) -> RGB:
    """Paper, but for what is so dark that it is inked."""
    if lightness(colour) < _INKED:
        return mix(colour, _INK, 0.75)
    # A touch of strong colours stays, as if a pencil had been at hand.
    strong = max(colour) - min(colour) > _STRONG
    return mix(mix(grey(colour), colour, 0.7 if strong else 0.4), WHITE, 0.55 if strong else 0.86)


_STYLES = {
    "Comic book": Style(
        Palette(
            sky=(74, 184, 232), haze=(255, 240, 178), far=(122, 166, 222), mid=(242, 148, 84),
            near=(206, 70, 76), ground=(250, 212, 120), wall=(252, 206, 96), wood=(196, 104, 62),
            light=(255, 248, 190), accent=(226, 52, 60), leaf=(64, 150, 92),
        ),
        Finish((22, 18, 30), 5.4, 0.42, pattern="dots"),
        Manner(1.12, "dots", _as_is),
        behind=grounds.halftone,
    ),
    "Japanese Anime": Style(
        Palette(
            sky=(112, 190, 250), haze=(255, 232, 240), far=(176, 198, 244), mid=(150, 214, 208),
            near=(104, 172, 178), ground=(230, 220, 240), wall=(244, 226, 236), wood=(206, 160, 150),
            light=(255, 250, 214), accent=(240, 106, 146), leaf=(126, 200, 164),
        ),
        Finish((70, 54, 96), 2.6, 0.3),
        Manner(1.24, "large", _as_is),
        over=grounds.speed_lines,
    ),
    "Digital/Oil Painting": Style(
        Palette(
            sky=(62, 112, 168), haze=(250, 214, 142), far=(94, 132, 150), mid=(196, 142, 78),
            near=(112, 84, 60), ground=(218, 178, 108), wall=(206, 164, 112), wood=(136, 82, 48),
            light=(255, 230, 150), accent=(172, 62, 44), leaf=(98, 104, 52),
        ),
        Finish((48, 30, 26), 0, 0.4, soft=True),
        Manner(1.06, "dots", _as_is),
        behind=grounds.brush,
        lens=grounds.bristles,
    ),
    "Pixar/Disney Character": Style(
        Palette(
            sky=(88, 112, 208), haze=(255, 196, 148), far=(160, 122, 200), mid=(240, 142, 120),
            near=(128, 96, 168), ground=(246, 188, 128), wall=(250, 190, 140), wood=(186, 110, 84),
            light=(255, 238, 176), accent=(54, 172, 178), leaf=(96, 150, 128),
        ),
        Finish((90, 40, 70), 0, 0.34, soft=True),
        Manner(1.5, "round", _as_is),
        behind=grounds.storybook,
    ),
    "Photographic": Style(
        Palette(
            sky=(120, 148, 160), haze=(222, 202, 172), far=(112, 132, 136), mid=(92, 98, 92),
            near=(58, 64, 62), ground=(136, 120, 100), wall=(150, 150, 140), wood=(98, 78, 62),
            light=(255, 228, 178), accent=(190, 100, 50), leaf=(66, 80, 64),
        ),
        Finish((20, 24, 30), 0, 0.5, soft=True),
        Manner(1.0, "dots", _as_is),
        behind=grounds.camera,
        lens=grounds.vignette,
    ),
    "Line art": Style(
        Palette(*((252, 251, 247),) * 11)._replace(near=_SHADE, accent=_SHADE, wood=_SHADE),
        Finish(_INK, 3.2, 0.8, pattern="hatch"),
        Manner(1.1, "dots", _drawn),
        behind=grounds.paper,
        time="day",
    ),
    "Black and White Film Noir": Style(
        Palette(
            sky=(22, 22, 22), haze=(104, 104, 104), far=(74, 74, 74), mid=(52, 52, 52),
            near=(30, 30, 30), ground=(76, 76, 76), wall=(112, 112, 112), wood=(48, 48, 48),
            light=(250, 250, 250), accent=(64, 64, 64), leaf=(44, 44, 44),
        ),
        Finish((8, 8, 8), 0, 0.75),
        Manner(1.02, "dots", _printed),
        lens=grounds.blinds,
        time="night",
    ),
    "Isometric Rooms": Style(
        Palette(
            sky=(206, 226, 232), haze=(228, 238, 240), far=(144, 178, 206), mid=(108, 176, 158),
            near=(84, 142, 122), ground=(164, 206, 150), wall=(248, 218, 190), wood=(186, 134, 98),
            light=(255, 240, 180), accent=(234, 112, 92), leaf=(92, 158, 124),
        ),
        Finish((70, 76, 96), 0, 0.24),
        Manner(1.3, "dots", _as_is),
        model=True,
    ),
}  # fmt: skip

_NEUTRAL = Style(
    Palette(
        sky=(190, 198, 206), haze=(228, 226, 220), far=(186, 190, 194), mid=(164, 168, 170),
            near=(132, 138, 142), ground=(206, 202, 194), wall=(214, 210, 202), wood=(164, 150, 136),
            light=(248, 242, 226), accent=(150, 120, 104), leaf=(140, 152, 138),
    ),
    Finish((84, 84, 92), 2.0, 0.25),
    Manner(1.1, "dots", _as_is),
)  # fmt: skip
