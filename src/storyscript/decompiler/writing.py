"""A story as text: settings first, a blank line between blocks, two spaces before what belongs to a block."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from storyscript.decompiler import texts
from storyscript.decompiler.notes import short
from storyscript.decompiler.parameters import CALLBACK, is_sayable
from storyscript.encoding import CAPTION_SIGN, normalize
from storyscript.syntax.names import fold
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from storyscript.decompiler.arrange import Arrangement, Panel
    from storyscript.decompiler.inputs import Input
    from storyscript.decompiler.notes import Notes

_INDENT: Final = "  "


def write(given: Input, story: Arrangement, settings: dict[str, str | int], notes: Notes) -> str:
    """Write a story.

    Args:
        given: what it comes from; a plan's title and author are in it.
        story: its characters and panels.
        settings: the parameters that all its jobs share, by the service's names.
        notes: takes what a plan has and a story cannot say.
    """
    blocks = ["\n".join([*_head_lines(given, notes), *_settings(story, settings)])]
    for character in story.characters:
        lines = [f"character {character.name}"]
        if character.image:
            lines.append(f"{_INDENT}image: {character.image}")
        blocks.append("\n".join(lines + texts.prose(character.description, "character", _INDENT)))
    names = {fold(character.name): character.name for character in story.characters}
    section: str | None = None
    for panel in _by_sections(story.scenes, story.events):
        title = _section(panel)
        if title is None and section is not None and panel.planned is not None:
            notes.add(
                f"panel {panel.planned.number} of the plan is in no section; in the story it is in the one above it"
            )
        elif title is not None and title != section:
            section = title
            if _is_title(title):
                blocks.append(f"section {title}")
            else:
                notes.add(f"`{short(title)}` can be no section's title; left out")
        blocks.append("\n".join(_panel(panel, story, names)))
    return "\n\n".join(filter(None, blocks)) + "\n"


def _section(panel: Panel) -> str | None:
    return panel.planned.section if panel.planned is not None else None


def _by_sections(scenes: list[Panel], events: list[Panel]) -> Iterator[Panel]:
    """Scenes, then events; but events of a section that is not the last stand at its end."""
    waiting = deque(events)
    section: str | None = None
    for scene in scenes:
        title = _section(scene)
        if title is not None and title != section:
            while waiting and _section(waiting[0]) == section:
                yield waiting.popleft()
            section = title
        yield scene
    yield from waiting


def _head_lines(given: Input, notes: Notes) -> Iterator[str]:
    for key, written in (("title", given.title), ("author", given.author)):
        text = normalize(written)
        if text and is_sayable(text):
            yield f"{key}: {texts.value(text)}"
        elif text:
            notes.add(f"the {key} holds control characters or half a character; left out")


def _settings(story: Arrangement, settings: dict[str, str | int]) -> Iterator[str]:
    """The settings that differ from the tool's defaults, in the order of the language page."""
    defaults = story_diffusion_advanced().defaults

    def differs(*names: str) -> bool:
        return any(settings.get(name, "") != defaults.get(name, "") for name in names)

    rows = (
        ("style", differs("styleName"), settings["styleName"]),
        ("model", differs("selectedModel"), _model(str(settings["selectedModel"]))),
        ("private-model", differs("selectedModelPrivate"), settings["selectedModelPrivate"]),
        ("size", differs("width", "height"), f"{settings['width']}x{settings['height']}"),
        ("steps", differs("steps"), settings["steps"]),
        ("guidance", differs("scale"), settings["scale"]),
        ("seed", differs("seed"), settings["seed"]),
        ("identity", story.identity is not None, story.identity),
        ("negative", differs("negativePrompt"), _negative(str(settings["negativePrompt"]))),
        ("font-size", differs("fontSize"), settings["fontSize"]),
        ("pad-image", differs("inputImageUrl"), settings["inputImageUrl"]),
        ("captions", story.captionless, "none"),
        ("lettering", story.local, "local"),
        ("reorder", story.reorder, "yes"),
        ("callback", differs(CALLBACK), settings.get(CALLBACK)),
    )
    for key, wanted, value in rows:
        if wanted:
            yield f"{key}: {value}"


def _negative(text: str) -> str:
    if texts.is_none(text):
        return texts.literal(text)
    return texts.value(text) or "none"


def _model(number: str) -> str:
    """A model by the part of its label that people know it by, where only one is called so."""
    models = story_diffusion_advanced().models
    if number not in models:
        return number
    label = models[number].label
    tail = label.partition("/")[2]
    for name in (tail, label):
        called = [m for m in models.values() if name.lower() in (m.label.lower(), m.label.partition("/")[2].lower())]
        if len(called) == 1 and name and not name.isdigit() and name == normalize(name) and "//" not in name:
            return name
    return number


def _panel(panel: Panel, story: Arrangement, names: dict[str, str]) -> Iterator[str]:
    name = f" {panel.name}" if panel.name else ""
    yield f"{panel.kind}{name}{' [NC]' if panel.no_character else ''}"
    lead = story.characters[panel.job].name if story.characters else ""
    if panel.names_lead:
        yield f"{_INDENT}lead: {lead}"
    foreign: Collection[str] = names.keys() if panel.no_character else names.keys() - {fold(lead)}
    yield from texts.prose(panel.description, panel.kind, _INDENT, foreign)
    if panel.caption:
        yield from texts.caption(panel.caption, _INDENT)
    # A `#` in the text has to be answered by the scene's own `caption:`, whatever is so by default.
    elif panel.caption is not None and (not story.captionless or CAPTION_SIGN in panel.description):
        yield f"{_INDENT}caption: none"


def _is_title(title: str) -> bool:
    return title == normalize(title) != "" and is_sayable(title) and title[0] != ":" and "//" not in title.split(" ")
