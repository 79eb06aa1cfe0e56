"""Completion of what begins a line: statements and settings at column 0, properties in a block; and `[NC]`.

Source: language page, "Statements".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.editing.completion_items import Item, Kind, Typed, fitting
from storyscript.editing.excerpts import excerpt
from storyscript.editing.view import all_settings
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse
from storyscript.vocabulary import KEYWORD_MEANINGS, MARK, MARK_SAYS, PROPERTIES, PROPERTY_MEANINGS, SETTING_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyscript.analysis.files import File
    from storyscript.editing.view import View
    from storyscript.vocabulary import SettingWord

_FORMS: Final = {
    "character": ("character ", "character ${1:Name}\n  $0"),
    "scene": ("scene", "scene $1\n  $0"),
    "event": ("event", "event\n  $0"),
    "section": ("section ", "section $0"),
    "let": ("let ", "let ${1:name} = $0"),
    "include": ("include ", "include $0"),
}
"""What each statement begins with, and its form with places to fill in; a name that may be left out is an empty one."""
_WORD: Final = re.compile(r"[A-Za-z-]*")
_FEWEST: Final = 2
"""From so many letters on, a line of a block may be a property rather than prose."""
_SCENE: Final = re.compile(r"(?ai:scene)(?![^ \t])")


def statements(view: View, file: File, line: tuple[int, int], offset: int, *, asked: bool) -> list[Item] | None:
    """What may begin a line at column 0; None where the cursor is behind its first word.

    Args:
        view: a story that the file is part of: settings are shown with what holds in it.
        file: the file that is written: settings that it has stand further down.
        line: where the line begins and ends.
        offset: of the cursor.
        asked: whether the writer asked: nobody else is told what an empty line may begin with.
    """
    text = file.source.readable
    start, end = line
    match = _WORD.match(text, start, end)
    stop = start if match is None else match.end()
    if offset > stop:
        return None
    typed = text[start:offset]
    known = {*KEYWORD_MEANINGS, *SETTING_MEANINGS}
    if typed.lower() in known or not (typed or asked):
        return []
    rest = text[stop:end].strip()
    found: list[Item] = []
    if not rest.startswith(":"):
        found += _keywords(Typed(typed, start, stop), alone=not rest)
    if not rest or rest.startswith(":"):
        found += _settings(view, file, Typed(typed, start, stop), alone=not rest)
    return fitting(found, typed)


def _keywords(typed: Typed, *, alone: bool) -> Iterator[Item]:
    for word in KEYWORD_MEANINGS.values():
        text, snippet = _FORMS[word.name] if alone else (word.name, "")
        yield Item(
            Kind.KEYWORD,
            word.name,
            typed.start,
            typed.end,
            text,
            snippet,
            detail=word.form,
            says=word.says,
            finds=word.name,
        )


def _settings(view: View, file: File, typed: Typed, *, alone: bool) -> Iterator[Item]:
    there = {setting.key.lower() for setting in all_settings(file.tree) if setting.start != typed.start}
    for word in SETTING_MEANINGS.values():
        yield Item(
            Kind.SETTING,
            word.name,
            typed.start,
            typed.end,
            f"{word.name}: " if alone else word.name,
            detail="set in this file" if word.name in there else f"{word.takes}{_held(view, file, word)}",
            says=word.says,
            finds=word.name,
            rank=2 if word.name in there else 1,
        )


def _held(view: View, file: File, word: SettingWord) -> str:
    """What holds where a file does not say: what another file of the story says, or its project, or the default."""
    setting = view.story.settings.get(word.name)
    if setting is not None and setting.key_span.source is not file.source:
        value = setting.span
        return f"; in this story {excerpt(value.source.readable[value.start : value.end])}"
    return f"; by default {word.default}" if word.default else ""


def properties_of(block: nodes.Item | None) -> tuple[str, ...]:
    """The properties that a block may have."""
    if not isinstance(block, nodes.Character | nodes.Scene | nodes.Event):
        return ()
    return PROPERTIES[block.type.lower()]


def properties(text: str, item: nodes.Item | None, line: tuple[int, int], offset: int, *, asked: bool) -> list[Item]:
    """The properties that a block may have and does not have yet, where the cursor is in the first word of a line.

    Nothing may be said where that word may well be prose: before its second letter, or in a capital.

    Args:
        text: of the file.
        item: the statement that the line belongs to.
        line: where the line begins and ends.
        offset: of the cursor.
        asked: whether the writer asked: nobody else is told what an empty line may begin with.
    """
    if not isinstance(item, nodes.Character | nodes.Scene | nodes.Event):
        return []
    start, end = line
    while start < offset and text[start] in " \t":
        start += 1
    typed = text[start:offset]
    match = _WORD.match(text, offset, end)
    stop = offset if match is None else match.end()
    rest = text[stop:end].strip()
    # Between the letters of a word, or before more of a line, somebody is writing prose.
    if (stop > offset or rest) and not rest.startswith(":"):
        return []
    if len(typed) < _FEWEST and not (asked and not typed and stop == offset and not rest):
        return []
    if typed != typed.lower() or _continues(text, item, line[0], start):
        return []
    have = {own.word for own in item.lines if isinstance(own, nodes.Property) and not line[0] <= own.start <= line[1]}
    words = [word for word in properties_of(item) if word.startswith(typed) and word not in have]
    if typed in words:
        return []
    return fitting(_properties(words, Typed(typed, start, stop), alone=not rest), typed)


def _properties(words: Iterable[str], typed: Typed, *, alone: bool) -> Iterator[Item]:
    for name in words:
        word = PROPERTY_MEANINGS[name]
        text = f"{name}: " if alone else name
        yield Item(Kind.PROPERTY, name, typed.start, typed.end, text, detail=word.form, says=word.says, finds=word.name)


def _continues(text: str, block: nodes.Block, line: int, start: int) -> bool:
    """Whether a word that begins at `start` would go on with the property above it, or stand outside the block."""
    above = parse(f"{text[block.start : line]}{text[line:start]}x").items
    own = above[-1] if above else None
    last = own.lines[-1] if isinstance(own, nodes.Block) and own.lines else None
    return not isinstance(last, nodes.Prose)


def mark(text: str, line: tuple[int, int], offset: int, *, asked: bool) -> list[Item]:
    """`[NC]` behind the head of a scene.

    Args:
        text: of the file.
        line: where the line begins and ends.
        offset: of the cursor.
        asked: whether the writer asked: nobody else is told before a bracket stands there.
    """
    start, end = line
    head = text[start:offset]
    typed = next((size for size in range(len(MARK) - 1, 0, -1) if head[-size:].upper() == MARK[:size]), 0)
    before = head[: len(head) - typed]
    rest = text[offset:end].strip()
    if not _SCENE.match(before) or "[" in before or rest not in ("", "]"):
        return []
    if not typed and not (asked and before[-1] in " \t"):
        return []
    stop = offset + len(text[offset:end].rstrip()) if rest else offset
    return fitting([Item(Kind.MARK, MARK, offset - typed, stop, MARK, says=MARK_SAYS, finds=MARK)], head[len(before) :])
