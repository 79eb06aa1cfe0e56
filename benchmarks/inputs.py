"""What is measured: a realistic story and a realistic screenplay, made up but always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.words import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE: Final = 1_000_000
SCENES: Final = 10_000
"""A story of so many scenes is about one megabyte."""

_CAST: Final = """\
// A long story, to measure by.
title: The Long Way Home
style: Japanese Anime
size: 768x768
seed: 42
negative: blurry, extra limbs, watermark

let rain = heavy rain, grey light
let alley = a narrow cobbled alley, wet stone

character Mira
  a young woman, short black hair,
  red scarf

character Tom
  as: the old keeper
  an old man, grey beard, brass lantern

character Ada
  a girl of ten, yellow raincoat, rubber boots

"""


def story(scenes: int) -> str:
    """A story in `.story` form, ASCII, without a problem in it."""
    writer = Writer(scenes)
    parts = [_CAST]
    section = 0
    for number in range(scenes):
        if number % 40 == 0:
            section += 1
            parts.append(f"section Chapter {section}\n\n")
        if writer.chance(3):
            parts.append(f"// TODO draw the {writer.thing()} again\n")
        parts.append(_scene(writer, number))
    parts.append("event\n  snow begins to fall over the harbour\n")
    return "".join(parts)


def _scene(writer: Writer, number: int) -> str:
    # The first scenes fix what their characters look like: one without its character would be warned of there.
    marked = number >= SCENES // 10 and writer.chance(6)
    head = f"scene {writer.thing()}-{number}" if writer.chance(70) else "scene"
    lines = [f"{head} [NC]" if marked else head]
    if not marked and writer.chance(12):
        lines.append("  lead: Tom" if writer.chance(60) else "  lead: Ada")
    first = writer.action()
    if not marked and writer.chance(8):
        first += ", @Mira smiles" if writer.chance(30) else ", talks to @Tom"
    if writer.chance(6):
        first += ", {rain}" if writer.chance(50) else " in {alley}"
    if writer.chance(2):
        first += " // wide shot"
    lines.append(f"  {first}")
    if writer.chance(35):
        lines.append(f"  {writer.action()}.")
    if writer.chance(30):
        lines.append(f"  caption: {writer.speech()}")
        if writer.chance(10):
            lines.append(f"    {writer.speech()}")
    elif writer.chance(4):
        lines.append("  caption: none")
    return "\n".join([*lines, "", ""])


def _every_line_wrong(text: str) -> str:
    text = text.replace("\n  ", "\n\t ").replace("\n\n", "  \n\n\n").replace(" a ", "  a ")
    return text.replace("caption:", "Caption :").replace("scene ", "Scene  ")


LAYOUTS: Final[dict[str, Callable[[str], str]]] = {
    "laid out": lambda text: text,
    "indented by tabs": lambda text: text.replace("\n    ", "\n\t\t").replace("\n  ", "\n\t"),
    "wrong in every line": _every_line_wrong,
}
"""Ways to lay a story out, each made from the canonical one."""


def screenplay(size: int) -> str:
    """A screenplay in Fountain of at least so many bytes: scenes of action and talk, as screenwriters write them."""
    writer = Writer(size)
    parts = ["Title: The Long Way Home\nCredit: written by\nAuthor: Nobody\nDraft date: 1 May 2024\n\n"]
    written, number = 0, 0
    while written < size:
        number += 1
        scene = _screenplay_scene(writer, number)
        parts.append(scene)
        written += len(scene)
    return "".join(parts)


def _screenplay_scene(writer: Writer, number: int) -> str:
    paragraphs = []
    if number % 20 == 1:
        paragraphs.append(f"# Chapter {number // 20 + 1}\n\n= The {writer.thing()} is found.")
    place, inside, day = writer.thing().upper(), writer.chance(50), writer.chance(60)
    paragraphs.append(f"{'INT.' if inside else 'EXT.'} {place} - {'DAY' if day else 'NIGHT'}")
    paragraphs.append(_action(writer))
    while writer.chance(80):
        if writer.chance(60):
            cue = "MIRA" if writer.chance(50) else "TOM (O.S.)"
            hint = "(quietly)\n" if writer.chance(15) else ""
            more = f" {writer.speech()}" if writer.chance(40) else ""
            paragraphs.append(f"{cue}\n{hint}{writer.speech()}{more}")
        else:
            paragraphs.append(_action(writer))
    if writer.chance(10):
        paragraphs.append("CUT TO:")
    if writer.chance(3):
        paragraphs.append(f"/* {_action(writer)} */")
    return "\n\n".join([*paragraphs, ""]) + "\n"


def _action(writer: Writer) -> str:
    text = f"Mira {writer.action()}."
    if writer.chance(60):
        text += f" Tom {writer.action()}."
    if writer.chance(8):
        text += f" A *sudden* noise from the {writer.thing()}."
    if writer.chance(3):
        text += " [[check the weather]]"
    return text
