"""Properties, and lines that look like structure (SS213, SS405, SS410, SS411)."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from storyscript.analysis.fixes.heads import TEXT_SETTINGS
from storyscript.analysis.near import is_one_slip
from storyscript.analysis.settings import SETTINGS
from storyscript.diagnostics.model import Fix
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.fixes.place import Place

_SIGN: Final = re.compile(r"[ \t]*(?P<sign>[:=：;])[ \t]*")
_STOP: Final = re.compile(r"[ \t]*[.,–—>-]+[ \t]*")  # noqa: RUF001 - what is typed for a colon
_ENDS: Final = re.compile(
    r"[.!?…。！？][\"'”’»)」』]*\Z|\A(?ai:none)\Z|(?<![\w-])(?ai:scene|event)(?:[ \t]+\S+)?(?:[ \t]*\[(?ai:nc)\])?\Z"  # noqa: RUF001 - of every script
)
"""A caption that does not go on: a whole sentence, none, or a head that was joined with it."""
_SHORT: Final = 2
"""A property word so short is a slip away from too many words."""


def property_twice(place: Place) -> Iterator[Fix | None]:
    """SS213: the second of two that say the same goes.

    Not sure where they stand apart: the head of another block may have been lost between them.
    """
    node, block = place.node, place.block
    if not isinstance(node, nodes.Property) or block is None:
        return
    first = next(line for line in block.lines if isinstance(line, nodes.Property) and line.word == node.word)
    if first is not node and _words(place.text, first) == _words(place.text, node):
        last = first.lines[-1] if first.lines else first
        fix = _without(place, node)
        yield None if fix is None else fix._replace(sure=place.layout.is_next(last.start, node.start))


def own_text_as_caption(place: Place) -> Iterator[Fix | None]:
    """SS410: the caption goes; the scene has the same one without it."""
    if isinstance(place.node, nodes.Property):
        yield _without(place, place.node)


def _words(text: str, line: nodes.Property) -> list[str]:
    parts = [text[line.value_start : line.end], *(text[more.start : more.end] for more in line.lines)]
    return " ".join(parts).split()


def _without(place: Place, line: nodes.Property) -> Fix | None:
    return place.cut_lines(line.start, line.lines[-1].start if line.lines else line.start)


def looks_like_structure(place: Place) -> Iterator[Fix | None]:
    """SS405: the property that was meant gets its word, its colon or its indentation; a setting goes to column 0."""
    text, kind, word = place.text, place.kind, place.word.lower()
    if not kind:
        return
    match = _SIGN.match(text, place.end, place.node.end)
    sign = match["sign"] if match else ""
    stop = _STOP.match(text, place.end, place.node.end)
    if word in nodes.PROPERTIES[kind]:
        if sign == ":":
            yield _like_its_property(place)
        elif match is not None:
            # A semicolon may be one of a sentence that goes on: `… the colour of` / `lead; a gull cries`.
            sure = sign != ";" or _is_first(place) or not text[match.end() : match.end() + 1].islower()
            yield Fix((place.edit(place.end, match.end(), ": "),), sure=sure)
        # What stands in quotes may be meant with them; `as` also begins the second line of a description.
        elif text[place.end : place.node.end].lstrip()[0].isalpha() and (word != "as" or _is_first(place)):
            yield Fix((place.insert(place.end, ":"),))
        elif stop is not None:
            yield Fix((place.edit(place.end, stop.end(), ": "),), sure=False)
    elif sign == ":":
        yield _meant_key(place, word)
    elif word in ("let", "include"):
        yield _at_column_0(place)


def _meant_key(place: Place, word: str) -> Fix | None:
    slips = [known for known in nodes.PROPERTIES[place.kind] if len(known) > _SHORT and is_one_slip(word, known)]
    if word not in SETTINGS:
        return place.replace(slips[0]) if slips else None
    return None if slips or word in TEXT_SETTINGS else _at_column_0(place)


def _is_first(place: Place) -> bool:
    return place.block is not None and place.block.lines[0] is place.node


def _like_its_property(place: Place) -> Fix | None:
    """A property that continues the one above it is indented like that one."""
    owner = place.entry.owner
    if owner is None:
        return None
    start = place.layout.line(place.start)[0]
    return Fix((place.edit(start, place.start, place.layout.indentation(owner.start)),))


def _at_column_0(place: Place) -> Fix:
    return Fix((place.edit(place.layout.line(place.start)[0], place.start, ""),))


def prose_behind_caption(place: Place) -> Iterator[Fix | None]:
    """SS411: the lines that follow a caption directly are indented to continue it.

    Sure where the first goes on in the middle of the caption's sentence, and the block stands apart from others: else
    it may be the text of a scene whose head was lost.
    """
    block = place.block
    if block is None or not isinstance(place.node, nodes.Prose):
        return
    at = next(number for number, line in enumerate(block.lines) if line is place.node)
    caption = block.lines[at - 1]
    if not isinstance(caption, nodes.Property) or caption.word != "caption":
        return
    layout = place.layout
    indentation = layout.deeper(layout.indentation(caption.start))
    lines = takewhile(lambda line: isinstance(line, nodes.Prose), block.lines[at:])
    shallow = [line for line in lines if not layout.is_deeper(line.start, caption.start)]
    last = caption.lines[-1] if caption.lines else caption
    value = " ".join(_words(place.text, caption))
    sure = (
        layout.is_next(last.start, place.node.start)
        and layout.stands_apart(block)
        and _ENDS.search(value) is None
        and not place.text[place.start].isupper()
    )
    yield Fix(tuple(place.edit(layout.line(line.start)[0], line.start, indentation) for line in shallow), sure=sure)
