"""Completion within a text: `@` and who may be mentioned, `{` and what may be inserted.

Source: language page, "Text".
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.text import Mentions
from storyscript.diagnostics.text import visible
from storyscript.editing.completion_items import Item, Kind, Typed, fitting
from storyscript.editing.excerpts import excerpt
from storyscript.editing.markdown import code, plain
from storyscript.editing.view import written
from storyscript.syntax import nodes
from storyscript.syntax.names import fold, name_end
from storyscript.syntax.signs import Kind as SignKind
from storyscript.syntax.signs import signs

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from storyscript.analysis.files import File
    from storyscript.analysis.story import Character, Names, Variable
    from storyscript.editing.view import View

_MOST_SAID: Final = 400


class TextPlace(NamedTuple):
    """A text, or the line of one that the cursor is in.

    Attributes:
        start, end: its offsets.
        mentions: what `@` means in it.
        let: the variable that it is the text of, which sees only those above it.
    """

    start: int
    end: int
    mentions: Mentions
    let: nodes.Let | None = None


def in_text(view: View, file: File, place: TextPlace, offset: int) -> list[Item]:
    """Who may be mentioned, or what inserted, where the cursor is; nothing in plain prose."""
    text = file.source.readable
    begin = _word_start(text, place.start, offset)
    sign = begin - 1
    if sign < place.start or not _may_be_name(text[begin:offset]):
        return []
    if text[sign] == "@":
        if place.mentions in (Mentions.ALLOWED, Mentions.KEPT) and _may_mention(text, place, sign):
            return _mentions(view.story.names, text, Typed(text[begin:offset], begin, offset), place.end)
        return []
    if text[sign] != "{" or _is_literal(text, place, sign):
        return []
    before = text[sign - 1] if sign > place.start else ""
    typed = _braced(text, Typed(text[begin:offset], begin, offset), place.end)
    if before == "@" and place.mentions is not Mentions.TEXT:
        if place.mentions is Mentions.FORBIDDEN:
            return []
        return _braced_mentions(view.story.names, text, typed)
    return [] if before == "{" else _variables(_insertable(view.story.names, file, place), text, typed)


def mentions_in(block: nodes.Block) -> Mentions:
    """What `@` means in the texts of a block."""
    is_character = isinstance(block, nodes.Character) or (
        isinstance(block, nodes.BadHead) and block.keyword == "character"
    )
    return Mentions.FORBIDDEN if is_character else Mentions.ALLOWED


def characters(names: Names, typed: Typed) -> Iterator[Item]:
    """Every character, by name, to stand where only a name stands; found by what the text calls them, too."""
    for character in names.characters.values():
        if visible(character.name) != character.name:  # it holds bytes that are no text
            continue
        yield Item(
            Kind.CHARACTER,
            character.name,
            typed.start,
            typed.end,
            character.name,
            detail=_called(character),
            says=plain(excerpt(character.description, _MOST_SAID)),
            finds=f"{character.name} {_called(character)}".rstrip(),
        )


def _called(character: Character) -> str:
    return "" if character.called == character.name else excerpt(character.called)


# ---- where the cursor is -----------------------------------------------------------------------------------------


def _word_start(text: str, start: int, offset: int) -> int:
    """Where the signs that names are made of begin before the cursor."""
    while offset > start and (text[offset - 1] in "-_" or not text[offset - 1].isascii() or text[offset - 1].isalnum()):
        offset -= 1
    return offset


def _may_be_name(typed: str) -> bool:
    end = name_end(typed, 0, len(typed))
    return end == len(typed) or (end == len(typed) - 1 and end > 0 and typed[-1] == "-")


def _may_mention(text: str, place: TextPlace, sign: int) -> bool:
    before = text[sign - 1] if sign > place.start else " "
    if before.isascii() and (before.isalnum() or before in "_."):
        return False
    return not _is_literal(text, place, sign) and not _is_braced(text, place, sign)


def _is_literal(text: str, place: TextPlace, sign: int) -> bool:
    """Whether a sign stands in a `{"…"}`, be it closed yet or not."""
    if text.startswith('{"', sign, place.end):
        return True
    return any(
        found.kind is SignKind.WRONG and text.startswith('{"', found.start)
        for found in signs(text, place.start, sign, mentions=False)
    )


def _is_braced(text: str, place: TextPlace, sign: int) -> bool:
    """Whether a sign stands between braces, which make `{@Name}` no mention."""
    return any(
        found.kind is SignKind.WRONG and found.start < sign < found.end
        for found in signs(text, place.start, place.end, mentions=True)
    )


# ---- what is offered ---------------------------------------------------------------------------------------------


def _mentions(names: Names, text: str, typed: Typed, end: int) -> list[Item]:
    if fold(typed.text) in names.characters:
        return []
    typed = typed._replace(end=_name_stop(text, typed, end, names.characters))
    behind = text[typed.end : min(typed.end + 2, end)]
    items = []
    for item in characters(names, typed):
        follows = name_end(item.text + behind, 0, len(item.text) + len(behind)) > len(item.text)
        items.append(item._replace(text=f"{{{item.text}}}") if follows else item)
    return fitting(items, typed.text)


def _braced_mentions(names: Names, text: str, typed: Typed) -> list[Item]:
    if _is_closed(text, typed) and fold(typed.text) in names.characters:
        return []
    return fitting(
        (item._replace(text=f"{item.text}}}") for item in characters(names, typed)),
        typed.text,
    )


def _insertable(names: Names, file: File, place: TextPlace) -> dict[str, Variable]:
    """The variables that a text may insert."""
    found = {}
    for key, variable in names.all_variables.items():
        if place.let is not None and variable.file is file and variable.node.start >= place.let.start:
            break
        # What mentions somebody can be inserted only where somebody may be mentioned.
        if place.mentions is not Mentions.FORBIDDEN or all(isinstance(part, str) for part in variable.parts):
            found[key] = variable
    return found


def _variables(known: dict[str, Variable], text: str, typed: Typed) -> list[Item]:
    if _is_closed(text, typed) and fold(typed.text) in known:
        return []
    return fitting(_inserting(known.values(), typed), typed.text)


def _inserting(variables: Iterable[Variable], typed: Typed) -> Iterator[Item]:
    for variable in variables:
        if visible(variable.name) != variable.name:
            continue
        value = written(variable)
        shown, whole = excerpt(value), excerpt(value, _MOST_SAID)
        yield Item(
            Kind.VARIABLE,
            variable.name,
            typed.start,
            typed.end,
            f"{variable.name}}}",
            detail=shown,
            says=code(whole) if whole != shown else "",
            finds=variable.name,
        )


# ---- how far it reaches ------------------------------------------------------------------------------------------


def _braced(text: str, typed: Typed, end: int) -> Typed:
    """The name in braces: with its closing brace, where it has one."""
    stop = max(name_end(text, typed.start, end), typed.start + len(typed.text))
    if text.startswith("}", stop, end):
        return typed._replace(end=stop + 1)
    return typed._replace(end=_name_stop(text, typed, end, ()))


def _is_closed(text: str, typed: Typed) -> bool:
    """Whether nothing but the closing brace stands behind the cursor."""
    return typed.end == typed.start + len(typed.text) + 1 and text[typed.end - 1] == "}"


def _name_stop(text: str, typed: Typed, end: int, known: Container[str]) -> int:
    """How far the name reaches that the cursor is in.

    Letters behind the cursor are the rest of the name, but where none is typed yet, or where they are of a script
    that puts no space between words: there they are more likely what the text goes on with, which is not for a
    completion to delete.
    """
    cursor = typed.start + len(typed.text)
    stop = name_end(text, typed.start, end)
    if stop <= cursor:
        return cursor
    if fold(text[typed.start : stop]) in known:
        return stop
    return cursor if not typed.text or unicodedata.category(text[cursor]) == "Lo" else stop
