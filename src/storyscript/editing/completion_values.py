"""Completion of what stands behind a colon where it is no running text: the value of a setting, a panel's lead.

Source: language page, "Settings".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.editing.completion_items import Item, Kind, Typed, fitting
from storyscript.editing.completion_texts import characters
from storyscript.editing.markdown import plain
from storyscript.syntax.names import fold
from storyscript.tool import story_diffusion_advanced
from storyscript.vocabulary import SETTING_MEANINGS, TEXT_SETTINGS, choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyscript.analysis.story import Names
    from storyscript.vocabulary import Choice

_NUMBER: Final = re.compile(r"[0-9]+")
NONE: Final = "none"


def value_typed(text: str, colon: int, end: int, offset: int) -> Typed:
    """What is typed of a value, and how far the value reaches: to the end of its line.

    Args:
        text: of the file.
        colon: where the value may begin, behind its colon.
        end: where its line ends, or the comment in it begins.
        offset: of the cursor.
    """
    start = colon
    while start < offset and text[start] in " \t":
        start += 1
    stop = start + len(text[start:end].rstrip())
    return Typed(text[start:offset], start, max(stop, offset))


def spaced(items: Iterable[Item], text: str) -> list[Item]:
    """The items, with the space that belongs behind a colon where nothing stands there yet."""
    return [
        item._replace(text=f" {item.text}")
        if item.start == item.end and text[item.start - 1 : item.start] == ":"
        else item
        for item in items
    ]


def leads(names: Names, typed: Typed) -> list[Item]:
    """Characters, where one is to be named by itself."""
    if fold(typed.text.strip()) in names.characters:
        return []
    return fitting(characters(names, typed), typed.text)


def setting_values(key: str, names: Names, typed: Typed, *, asked: bool) -> list[Item]:
    """What a setting can be given, where that is not any number or text.

    Args:
        key: the setting's, in lower case.
        names: who may be named.
        typed: what is typed of the value.
        asked: whether the writer asked; nobody else is told that a text may also be left out by `none`.
    """
    if key == "main":
        return leads(names, typed)
    if key == "size":
        return [] if typed.text.strip() else fitting(_sizes(typed), "")
    if key in TEXT_SETTINGS and (typed.text.strip() or not asked):
        return []
    known = list(choices(key))
    wanted = " ".join(typed.text.split()).lower()
    if any(wanted in choice.forms for choice in known):
        return []
    if _NUMBER.fullmatch(wanted):  # whoever begins with a digit may know an id that the table lacks
        known = [choice for choice in known if asked and choice.value.startswith(wanted)]
    return fitting(_chosen(key, known, typed), typed.text)


def _chosen(key: str, known: list[Choice], typed: Typed) -> Iterator[Item]:
    default = SETTING_MEANINGS[key].default if key in SETTING_MEANINGS else ""
    for choice in known:
        detail = "the default" if choice.value == default else ""
        finds = choice.label
        if choice.label != choice.value:
            detail = f"{choice.value}, {detail}" if detail else choice.value
            finds = f"{choice.value} {choice.label} {choice.says}"
        yield Item(
            Kind.VALUE,
            choice.label,
            typed.start,
            typed.end,
            choice.label,
            detail=detail,
            says=plain(choice.says),
            finds=finds,
            rank=int(choice.value != default),
        )


def _sizes(typed: Typed) -> Iterator[Item]:
    tool = story_diffusion_advanced()
    default = f"{tool.defaults['width']}x{tool.defaults['height']}"
    largest = f"{tool.ranges['width'].most:.0f}x{tool.ranges['height'].most:.0f}"
    for number, (size, detail) in enumerate(((default, "the default"), (largest, "the largest known to work"))):
        yield Item(Kind.VALUE, size, typed.start, typed.end, size, detail=detail, finds=size, rank=number)
