from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import asdict, replace
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from storyscript.fake.frames import Frame, draw_frame
from storyscript.fake.frames.notes import set_notes

if TYPE_CHECKING:
    from collections.abc import Iterable

STYLES = (
    "Comic book",
    "Japanese Anime",
    "Digital/Oil Painting",
    "Pixar/Disney Character",
    "Photographic",
    "Line art",
    "Black and White Film Noir",
    "Isometric Rooms",
)
LEAD = "a young woman, short black hair, red scarf"
FRAME = Frame(
    width=240,
    height=200,
    number=3,
    style="Japanese Anime",
    character=LEAD,
    description="walks down a narrow alley. Rain runs off the tiles.",
    caption="She had slept through the bells.",
    font_size=20,
    no_character=False,
    seed=42,
)
TINY = replace(FRAME, width=64, height=64)
SMALL = replace(FRAME, width=120, height=120, caption="")


def picture(frame: Frame) -> Image.Image:
    with Image.open(BytesIO(draw_frame(frame))) as image:
        image.load()
        return image.copy()


def part_of(image: Image.Image, colour: tuple[int, int, int], tolerance: int) -> float:
    """How much of a picture has about a colour, from 0 to 1."""
    difference = ImageChops.difference(image, Image.new("RGB", image.size, colour)).convert("RGB")
    near = difference.point(([255] * tolerance + [0] * (256 - tolerance)) * 3).convert("RGB").split()
    mask = ImageChops.multiply(ImageChops.multiply(near[0], near[1]), near[2])
    return mask.histogram()[255] / (image.width * image.height)


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (4096, 16), (16, 2000), (300, 150)])
@pytest.mark.parametrize("style", ["Comic book", "Isometric Rooms"])
def test_a_frame_has_exactly_the_size_that_was_asked_for(style: str, size: tuple[int, int]) -> None:
    image = picture(replace(FRAME, style=style, width=size[0], height=size[1]))
    assert image.size == size
    assert image.mode == "RGB"


@pytest.mark.parametrize("style", [*STYLES, "no such style"])
def test_every_style_draws_a_png_without_metadata(style: str) -> None:
    data = draw_frame(replace(FRAME, style=style))
    with Image.open(BytesIO(data)) as image:
        assert image.format == "PNG"
        image.load()
        assert image.info == {}
    assert len(data) < 100_000


def test_styles_are_told_apart_by_their_colours() -> None:
    small = [picture(replace(TINY, style=style)).resize((2, 2)).tobytes() for style in STYLES]
    for index, first in enumerate(small):
        for second in small[index + 1 :]:
            assert sum(abs(a - b) for a, b in zip(first, second, strict=True)) > 60


def test_film_noir_has_no_colour_below_the_note() -> None:
    image = picture(replace(FRAME, style="Black and White Film Noir", height=400)).crop((0, 200, 240, 400))
    red, green, blue = image.split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


@pytest.mark.parametrize("style", STYLES)
def test_the_same_frame_gives_the_same_bytes(style: str) -> None:
    frame = replace(TINY, style=style)
    assert draw_frame(frame) == draw_frame(frame)


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import hashlib, sys; from storyscript.fake.frames import Frame, draw_frame;"
        f"sys.stdout.write(hashlib.sha256(draw_frame(Frame(**{asdict(FRAME)!r}))).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout == hashlib.sha256(draw_frame(FRAME)).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        replace(FRAME, seed=43),
        replace(FRAME, number=4),
        replace(FRAME, style="Comic book"),
        replace(FRAME, character="an old man, grey beard"),
        replace(FRAME, description="walks down a narrow alley. Rain runs off the roofs."),
        replace(FRAME, caption="She had slept."),
        replace(FRAME, caption=""),
        replace(FRAME, font_size=14),
        replace(FRAME, no_character=True),
    ],
    ids=[
        "seed",
        "number",
        "style",
        "character",
        "description",
        "caption",
        "no caption",
        "font size",
        "no character",
    ],
)
def test_every_field_shows(other: Frame) -> None:
    assert draw_frame(FRAME) != draw_frame(other)


def test_without_its_lead_a_frame_does_not_depend_on_the_lead() -> None:
    alone = replace(FRAME, no_character=True)
    assert draw_frame(alone) == draw_frame(replace(alone, character="an old man"))
    assert draw_frame(alone) == draw_frame(replace(FRAME, character="", no_character=False))


def distinct(frames: Iterable[Frame]) -> bool:
    """Whether no two of the frames look alike below the note, which holds the words themselves."""
    seen = [picture(frame).crop((0, 64, 120, 120)).tobytes() for frame in frames]
    return len(set(seen)) == len(seen)


@pytest.mark.parametrize("place", ["in a room", "on the windowsill", "in the street"])
@pytest.mark.parametrize("style", ["Comic book", "Isometric Rooms"])
def test_a_panel_without_people_is_about_its_thing(style: str, place: str) -> None:
    things = ("lamp", "candle", "book", "cup", "clock", "letter", "rose", "key")
    assert distinct(
        replace(SMALL, style=style, description=f"a {thing} {place}", no_character=True) for thing in things
    )


@pytest.mark.parametrize("style", ["Line art", "Isometric Rooms"])
def test_places_are_told_apart(style: str) -> None:
    places = (
        "an attic",
        "an office",
        "a windowsill",
        "a street",
        "the sea",
        "a forest",
        "the hills",
        "the city",
    )
    assert distinct(replace(SMALL, style=style, description=f"waits in {place}") for place in places)


def test_what_people_do_is_told_apart() -> None:
    deeds = (
        "walks",
        "runs",
        "sits",
        "talks",
        "points",
        "thinks",
        "waves",
        "talks to an old man",
        "talks to a boy",
    )
    assert distinct(replace(SMALL, description=f"{deed} in a street") for deed in deeds)


def test_what_leads_wear_is_told_apart() -> None:
    leads = (
        "a woman, long blonde hair, blue dress",
        "a woman, hair in a bun, blue dress",
        "a woman, a ponytail, blue dress",
        "a man, curly hair, black suit",
        "a bald man, black suit",
        "a bald man, black suit, glasses",
        "a bald man, black suit, fedora",
        "a man, brown beard, green coat",
        "a boy, ginger hair, green jumper",
        "a girl with dark skin, yellow raincoat, red boots",
    )
    assert distinct(
        replace(SMALL, style=style, character=lead) for lead in leads for style in ("Comic book", "Line art")
    )


@pytest.mark.parametrize("style", ["Comic book", "Photographic"])
def test_night_is_darker_than_dusk_and_dusk_than_day(style: str) -> None:
    light = [
        sum(picture(replace(SMALL, style=style, description=f"{time} over the hills")).convert("L").tobytes())
        for time in ("night", "dusk", "noon")
    ]
    assert light == sorted(light)


@pytest.mark.parametrize("number", range(1, 6))
def test_a_red_scarf_is_red_in_every_panel(number: int) -> None:
    frame = replace(FRAME, number=number, style="no such style", caption="", height=240)
    scarf = (206, 48, 46)
    assert part_of(picture(frame), scarf, 14) > part_of(picture(replace(frame, no_character=True)), scarf, 14) + 0.002


def test_the_caption_is_in_a_light_box_at_the_bottom() -> None:
    frame = replace(FRAME, style="Black and White Film Noir", width=320, height=320)
    with_caption = picture(frame).crop((0, 270, 320, 320))
    without = picture(replace(frame, caption="")).crop((0, 270, 320, 320))
    assert part_of(with_caption, (225, 225, 225), 31) > 0.3
    assert part_of(without, (225, 225, 225), 31) < 0.1


def test_a_larger_font_is_larger_until_there_is_no_room() -> None:
    dark = [
        part_of(picture(replace(FRAME, font_size=size, style="Line art")).crop((0, 110, 240, 200)), (0, 0, 0), 60)
        for size in (12, 24)
    ]
    assert dark[1] > dark[0]
    assert draw_frame(replace(FRAME, font_size=500)) == draw_frame(replace(FRAME, font_size=900))


HOSTILE = {
    "a megabyte without a space": "x" * 1_000_000,
    "a megabyte of words": "ab " * 333_333,
    "no spaces and no glyphs": "鐘の音を聞いた。" * 200,
    "right to left": "שלום עולם مرحبا بالعالم",
    "emoji": "👩\u200d🚀👨\u200d👩\u200d👧\u200d👦🇩🇪👍🏽" * 20,
    "marks": "Z\u0301\u0302\u0303\u0304\u0305" * 50 + "\u0301" * 2000,
    "surrogates": "\ud800\udfff\udc00 x \udc80",
    "controls": "\0\x01\n\r\t\x1b[31m\x7f\x85\u2028\u2029\ufeff\u202e",
    "nothing": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_breaks_a_frame(text: str) -> None:
    frame = replace(FRAME, character=text, description=text, caption=text, style="Line art")
    assert picture(frame).size == (240, 200)


@settings(max_examples=25)
@given(
    text=st.text(st.characters(exclude_categories=[]), max_size=30),
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    font_size=st.integers(-5, 400),
    style=st.sampled_from([*STYLES, ""]),
    seed=st.integers(),
    place=st.sampled_from(["room", "street", "sea", "forest", "hill", "city in the snow", "window", "to a man"]),
)
def test_no_frame_fails(text: str, width: int, height: int, font_size: int, style: str, seed: int, place: str) -> None:
    frame = Frame(
        width=width,
        height=height,
        number=seed % 1000,
        style=style,
        character=text,
        description=f"{place} {text}",
        caption=text,
        font_size=font_size,
        no_character=seed % 3 == 0,
        seed=seed,
    )
    assert picture(frame).size == (width, height)


@pytest.mark.parametrize(("width", "height"), [(0, 10), (10, 0), (-1, 5)])
def test_a_frame_has_at_least_one_pixel(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        draw_frame(replace(FRAME, width=width, height=height))


@settings(max_examples=50)
@given(st.integers(1, 600), st.integers(1, 600), st.text("ab ", max_size=300), st.integers(1, 60))
def test_the_words_stand_inside_the_frame_and_apart(width: int, height: int, text: str, font_size: int) -> None:
    notes = set_notes((width, height), number=7, style="", description=text, caption=text, font_size=font_size)
    frame, card, caption = (0, 0, width, height), notes.card or (0, 0, 0, 0), notes.caption_box
    assert all(0 <= edge <= limit for edge, limit in zip(card, frame[2:] * 2, strict=True))
    if caption is not None:
        assert card[3] < caption[1] < caption[3] <= height
        assert 0 <= caption[0] < caption[2] <= width
