"""A frame: a placeholder that can be read as a storyboard."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from storyscript.fake.frames import grounds, indoors, isometric, landscapes, towns
from storyscript.fake.frames.body import draw_person
from storyscript.fake.frames.canvas import Canvas
from storyscript.fake.frames.chance import Chance
from storyscript.fake.frames.colours import WHITE, mix
from storyscript.fake.frames.notes import draw_notes, set_notes
from storyscript.fake.frames.objects import OBJECTS, draw_object
from storyscript.fake.frames.person import person_of
from storyscript.fake.frames.poses import POSES, STANDING
from storyscript.fake.frames.sheet import BEYOND, INDOORS, Sheet
from storyscript.fake.frames.styles import Style, at_time, style_of
from storyscript.fake.frames.words import read_description

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from storyscript.fake.frames.shapes import Point

_PLACES: dict[str, Callable[[Sheet], None]] = {
    "room": indoors.draw_room,
    "window": indoors.draw_windowsill,
    "street": towns.draw_street,
    "city": towns.draw_city,
    "sea": landscapes.draw_sea,
    "forest": landscapes.draw_forest,
    "hills": landscapes.draw_hills,
}
_ANYWHERE = ("room", "street", "city", "sea", "forest", "hills")
_MODELS = ("room", "room", "street")
_WEATHERS = {"rain": grounds.rain, "snow": grounds.snow}
_RAISED = {"wave": 1.2}
_HAT = 1.07
_CHILD = 0.72
_STRANGER = 0.98
_NEAR = 1.35
_LOW = 0.8  # below this part of the frame a caption leaves room for somebody close by
_SMALLEST = 24  # pixels of open picture below which nobody is drawn
_COMPRESSION = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a frame is drawn from.

    Attributes:
        width: in pixels, at least 1.
        height: in pixels, at least 1.
        number: the panel's number in the payload, from 1.
        style: the service's `styleName`; a name that is not known gets a neutral style.
        character: the lead's description; `""` for none.
        description: what the panel shows.
        caption: the text the service would letter; `""` for none.
        font_size: of the caption, in pixels.
        no_character: the lead is not in the picture.
        seed: varies the picture.
    """

    width: int
    height: int
    number: int
    style: str
    character: str
    description: str
    caption: str
    font_size: int
    no_character: bool
    seed: int


def draw_frame(frame: Frame) -> bytes:
    """Draw a frame.

    Args:
        frame: what it shows. Its texts may hold anything: what the font does not know is drawn as a box with
            its code point, and what has no room is cut with an ellipsis or left out.

    Returns:
        A PNG, mode RGB, of exactly the frame's size. The same frame gives the same bytes.

    Raises:
        ValueError: the width or the height is below 1.
    """
    if frame.width < 1 or frame.height < 1:
        raise ValueError(f"a frame is at least one pixel wide and high, not {frame.width} by {frame.height}")
    notes = set_notes(
        (frame.width, frame.height),
        number=frame.number,
        style=frame.style,
        description=frame.description,
        caption=frame.caption,
        font_size=frame.font_size,
    )
    image = _draw_picture(frame, float(notes.top), float(notes.bottom))
    draw_notes(image, notes)
    data = BytesIO()
    image.save(data, "PNG", compress_level=_COMPRESSION)
    return data.getvalue()


def _draw_picture(frame: Frame, top: float, bottom: float) -> Image.Image:
    style = style_of(frame.style)
    setting = read_description(frame.description)
    chance = Chance("frame", frame.seed, frame.number, frame.style, frame.description)
    time = style.time or setting.time or chance.pick(("day", "day", "dusk"))
    sheet = Sheet(
        canvas=Canvas(frame.width, frame.height, style.finish),
        palette=at_time(style, time),
        chance=chance,
        setting=setting,
        time=time,
        top=top,
        bottom=bottom,
        place=setting.place or chance.pick(_MODELS if style.model else _ANYWHERE),
        alone=frame.no_character or not frame.character.strip(),
    )
    if style.model:
        isometric.draw_model(isometric.model_on(sheet))
    else:
        _PLACES[sheet.place](sheet)
    style.behind(sheet)
    if bottom - top >= _SMALLEST and frame.width >= _SMALLEST:
        if sheet.alone:
            _draw_still(sheet, style)
        else:
            _draw_people(sheet, style, frame.character)
    if setting.weather is not None and sheet.place not in INDOORS:
        _WEATHERS[setting.weather](sheet)
    style.over(sheet)
    sheet.canvas.shrink()
    style.lens(sheet)
    return sheet.canvas.image


def _draw_still(sheet: Sheet, style: Style) -> None:
    """The thing that a panel without people is about; a landscape is about itself."""
    size = sheet.size
    if sheet.setting.thing is None and sheet.place not in INDOORS:
        return
    thing = sheet.setting.thing or sheet.chance.pick(tuple(OBJECTS))
    if style.model:
        isometric.draw_thing(isometric.model_on(sheet), thing)
    elif sheet.place == "window":
        draw_object(sheet, thing, (sheet.x(0.5), sheet.y(0.74) + size * 0.07), size * 0.36)
    else:
        x, y = sheet.x(sheet.chance.between(0.42, 0.58)), sheet.y(0.84)
        wood = sheet.palette.wood
        sheet.canvas.rectangle((x - size * 0.2, y, x + size * 0.2, sheet.height + BEYOND), wood)
        sheet.canvas.rectangle(
            (x - size * 0.26, y - size * 0.02, x + size * 0.26, y + size * 0.03), mix(wood, WHITE, 0.15)
        )
        draw_object(sheet, thing, (x, y - size * 0.02), size * 0.32)


def _draw_people(sheet: Sheet, style: Style, character: str) -> None:
    chance, other = sheet.chance, sheet.setting.other
    name = sheet.setting.pose or chance.pick(STANDING)
    lead = person_of(character)
    facing = chance.pick((-1, 1))
    if style.model:
        place, height = _place_on_model(sheet)
    else:
        over = _RAISED.get(name, 1.0) if lead.hat is None else max(_HAT, _RAISED.get(name, 1.0))
        place, height = _shot(sheet, two=other is not None, whole=POSES[name].seated or name == "run", over=over)
    if other is not None:
        x = place[0] - 0.5 * height if style.model else sheet.width - place[0]
        facing = 1 if x > place[0] else -1
        stranger = person_of(other)
        listening = POSES[chance.pick(("stand", "rest"))]
        tall = height * (_CHILD if stranger.child else _STRANGER)
        behind = (x, place[1] - height * 0.02)
        draw_person(sheet.canvas, stranger, listening, behind, tall, facing=-facing, manner=style.manner)
    tall = height * (_CHILD if lead.child else 1)
    draw_person(sheet.canvas, lead, POSES[name], place, tall, facing=facing, manner=style.manner)


def _place_on_model(sheet: Sheet) -> tuple[Point, float]:
    chance = sheet.chance
    model = isometric.model_on(sheet)
    return model.at((chance.between(0.62, 0.78), chance.between(0.6, 0.72), 0.0)), model.side * 0.7


def _shot(sheet: Sheet, *, two: bool, whole: bool, over: float) -> tuple[Point, float]:
    """Where the lead stands, and how large: far away, whole, or so near that the frame cuts the legs.

    `over` is how high hands and hats reach, in parts of the height.
    """
    chance = sheet.chance
    space = sheet.bottom - sheet.top
    near = chance.happens(0.3)
    part = chance.between(0.27, 0.34) if two else chance.between(0.34, 0.66)
    if two and chance.happens(0.5):
        part = 1 - part
    size = chance.between(0.8, 0.93)
    room = sheet.width * (0.95 if two else 1.35)
    if near and not (two or whole) and sheet.bottom > sheet.height * _LOW and space * _NEAR < room:
        height = space * _NEAR
        return (sheet.x(part), sheet.top + space * 0.05 + height * over), height
    return (sheet.x(part), sheet.y(0.965)), min(space * size / over, room)
