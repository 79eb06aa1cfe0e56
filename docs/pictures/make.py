"""Makes `lamp.png`, the README's picture: a story beside the panels that it compiles to, as drawn offline.

    python docs/pictures/make.py

Run from the checkout's root, with storyscript installed.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import storyscript

STORY = Path("examples/lamp.story")
CAST = Path("examples/cast/shared.story")
PICTURE = Path(__file__).parent / "lamp.png"

PANEL, GAP, MARGIN = 330, 14, 28
PAGE_WIDTH = 560
TEXT_SIZE, LINE_HEIGHT, INDENT = 18, 23.0, 10
PAPER, GROUND, INK = "#fffdf6", "#e9e4d8", "#2b2a28"
COLOURS = (
    (re.compile(r"(?:^|(?<= ))//.*"), "#9a958a"),
    (re.compile(r"^(?:character|scene|event|section|let|include)\b"), "#a3262a"),
    (re.compile(r"^[a-z-]+:"), "#1f5f8b"),
    (re.compile(r"^ +(?:caption|lead|as|image):"), "#1f5f8b"),
    (re.compile(r"\[NC\]"), "#a3262a"),
    (re.compile(r"[@{][A-Za-z]+\}?"), "#7a3e9d"),
)


def font(size: int) -> ImageFont.FreeTypeFont:
    made = ImageFont.load_default(size)
    assert isinstance(made, ImageFont.FreeTypeFont)  # noqa: S101 - Pillow's type is wider than what it gives
    return made.font_variant(layout_engine=ImageFont.Layout.BASIC)


def spans(line: str) -> list[tuple[str, str]]:
    """A line in pieces, each with its colour."""
    colours = [INK] * len(line)
    for pattern, colour in reversed(COLOURS):
        for match in pattern.finditer(line):
            colours[match.start() : match.end()] = [colour] * (match.end() - match.start())
    pieces: list[tuple[str, str]] = []
    for sign, colour in zip(line, colours, strict=True):
        if pieces and pieces[-1][1] == colour:
            pieces[-1] = (pieces[-1][0] + sign, colour)
        else:
            pieces.append((sign, colour))
    return pieces


def draw_story(picture: Image.Image, text: str, box: tuple[int, int, int, int]) -> None:
    """Draw a story's text on a sheet of paper."""
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle(box, 10, PAPER, "#cfc8b8")
    letters = font(TEXT_SIZE)
    y = box[1] + 22.0
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        x = box[0] + 26.0 + indent * INDENT
        for piece, colour in spans(line):
            shown = piece.lstrip() if x == box[0] + 26.0 + indent * INDENT else piece
            draw.text((x, y), shown, colour, letters)
            x += letters.getlength(shown)
        y += LINE_HEIGHT if line else LINE_HEIGHT * 0.55


def main() -> None:
    text = STORY.read_text("utf-8")
    result = storyscript.compile(text, name=str(STORY), reader=storyscript.FolderReader(STORY.parent))
    with tempfile.TemporaryDirectory() as folder:
        panels = storyscript.render_sync(result, out=folder, offline=True).panels
        images = [Image.open(path).convert("RGB") for path in panels]
    rows = (len(images) + 1) // 2
    height = 2 * MARGIN + rows * PANEL + (rows - 1) * GAP
    left = MARGIN + PAGE_WIDTH + MARGIN
    picture = Image.new("RGB", (left + 2 * PANEL + GAP + MARGIN, height), GROUND)
    right = MARGIN + PAGE_WIDTH
    cast_top = height - MARGIN - 196
    draw_story(picture, text, (MARGIN, MARGIN, right, cast_top - GAP))
    draw_story(picture, CAST.read_text("utf-8"), (MARGIN, cast_top, right, height - MARGIN))
    for number, image in enumerate(images):
        row, column = divmod(number, 2)
        small = image.resize((PANEL, PANEL), Image.Resampling.LANCZOS)
        picture.paste(small, (left + column * (PANEL + GAP), MARGIN + row * (PANEL + GAP)))
    # A palette keeps the file small; 256 colours are enough for flat drawings.
    picture.quantize(256, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
