"""Values, settings and paths (SS202, SS203, SS206, SS401)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.near import meant
from storyscript.analysis.settings import WORDS
from storyscript.diagnostics.model import Fix
from storyscript.syntax import nodes
from storyscript.syntax.names import is_name
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.fixes.place import Layout, Place

_QUOTES: Final = (('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"), ("`", "`"))  # noqa: RUF001 - what is typed
_SIZE: Final = re.compile(r"([0-9]+)(?:px)?\s*(?:[xX×*]|by)\s*([0-9]+)(?:px)?|([0-9]+)px")  # noqa: RUF001 - what is typed
_COMMA: Final = re.compile(r"([0-9]+),([0-9]+)")
_MENTION: Final = re.compile(r"@(?:\{(?P<braced>[^{}]+)\}|(?P<plain>.+))")


def wrong_value(place: Place) -> Iterator[Fix | None]:
    """SS202: the value that was meant, where it is one of a list or the form is one slip away."""
    node, value = place.node, place.word
    if not value:
        return
    key = node.key.lower() if isinstance(node, nodes.Setting) else node.word if isinstance(node, nodes.Property) else ""
    bare = _unquoted(value)
    if bare is not None:
        yield place.replace(bare)
        return
    wanted = _meant_value(key, value)
    if wanted is not None:
        yield place.replace(wanted)
    yield place.suggestion()


def _meant_value(key: str, value: str) -> str | None:
    if key in WORDS:
        words = WORDS[key]
        same = next((word for word, others in words.items() if value.lower() in others), None)
        return same or meant(value, words)
    if key == "style":
        return meant(value, story_diffusion_advanced().styles)
    if key == "model":
        labels = [model.label for model in story_diffusion_advanced().models.values()]
        return meant(value, dict.fromkeys([*labels, *(label.partition("/")[2] for label in labels)]))
    if key == "size":
        match = _SIZE.fullmatch(value)
        return "x".join(side for side in match.groups() if side) if match else None
    if key == "guidance":
        match = _COMMA.fullmatch(value)
        return f"{match[1]}.{match[2]}" if match else None
    if key in ("lead", "main"):
        match = _MENTION.fullmatch(value)
        name = (match["braced"] or match["plain"]) if match else ""
        return name if name and is_name(name) else None
    return None


def _unquoted(value: str) -> str | None:
    most = 2
    if len(value) > most and (value[0], value[-1]) in _QUOTES:
        return value[1:-1].strip()
    return None


def setting_twice(place: Place) -> Iterator[Fix | None]:
    """SS203: the second line goes, where both say the same."""
    node, text = place.node, place.text
    first = next(
        entry.node
        for entry in place.layout.entries
        if isinstance(entry.node, nodes.Setting)
        and isinstance(node, nodes.Setting)
        and entry.node.key.lower() == node.key.lower()
    )
    assert isinstance(first, nodes.Setting)  # noqa: S101 - for the type checker: that is what was looked for
    assert isinstance(node, nodes.Setting)  # noqa: S101 - for the type checker: SS203 points at one
    if text[first.value_start : first.end].split() != text[node.value_start : node.end].split():
        return
    if place.block is not None and _ends_a_property(place.block, node):
        return  # without it, a deeper line below would continue the property above
    yield place.cut_lines(node.start, node.start)


def _ends_a_property(block: nodes.Block, setting: nodes.Setting) -> bool:
    at = next(number for number, line in enumerate(block.lines) if line is setting)
    before, after = block.lines[:at], block.lines[at + 1 :]
    above = next((line for line in reversed(before) if not isinstance(line, nodes.Setting)), None)
    below = next((line for line in after if not isinstance(line, nodes.Setting)), None)
    return isinstance(above, nodes.Property) and below is not None


def wrong_path(place: Place) -> Iterator[Fix | None]:
    """SS206: the path without quotes, with `/`, with the ending `.story`: whichever names a file that is there."""
    path = place.word.strip()
    bare = _unquoted(path) or path
    slashed = bare.replace("\\", "/")
    for other in (bare, slashed):
        yield place.rewrite(place.start, place.start + len(path), other)
    if isinstance(place.node, nodes.Include) and not slashed.endswith(".story"):
        yield place.rewrite(place.start, place.start + len(path), f"{slashed}.story")


def identity_order(place: Place) -> Iterator[Fix | None]:
    """SS401: `reorder: yes`; not sure where the story has errors: a scene may be missing only because of one."""
    layout, sure = place.layout, not place.errors
    if not layout.file.own:
        return  # the setting of a file that other stories include, too
    for entry in layout.entries:
        node = entry.node
        if isinstance(node, nodes.Setting) and node.key.lower() == "reorder":
            end = node.value_start + len(place.text[node.value_start : node.end].rstrip())
            yield Fix((place.edit(node.value_start, end, "yes"),), sure=sure)
            return
    offset, before, after = _room_for_a_setting(layout)
    yield Fix((place.insert(offset, f"{before}reorder: yes{after}"),), sure=sure)


def _room_for_a_setting(layout: Layout) -> tuple[int, str, str]:
    """Where a new setting goes: below the last one before the first block, else above the first statement."""
    items = layout.file.tree.items
    last = None
    for item in items:
        if isinstance(item, nodes.Block):
            break
        if isinstance(item, nodes.Setting):
            last = item
    if last is not None:
        start, end = layout.whole_line(last.start)
        complete = layout.text.endswith("\n", start, end)
        return end, "" if complete else layout.line_end, layout.line_end if complete else ""
    start = layout.line(items[0].start)[0]
    # Comments directly above the first statement are its own.
    while start and layout.text[layout.line(start - 1)[0] : start].lstrip().startswith("//"):
        start = layout.line(start - 1)[0]
    return start, "", layout.line_end
