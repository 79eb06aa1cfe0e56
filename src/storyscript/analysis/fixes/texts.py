"""Names, and signs in texts (SS104, SS205, SS303, SS406, SS414)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.near import is_one_slip, meant
from storyscript.diagnostics.model import Fix
from storyscript.syntax import nodes
from storyscript.syntax.names import fold, is_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.fixes.place import Place
    from storyscript.analysis.story import Names

_LEAD: Final = "lead"
_HEAD: Final = re.compile(r"(?<![\w-])(?ai:scene)(?:[ \t]+\S+)?[ \t]*\Z")
_AT: Final = re.compile(r"@(?P<spaces>[ \t]*)[^\w\s]*\Z")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_BRACES: Final = re.compile(r"(?P<open>\{+)[ \t]*(?P<at>@?)(?P<name>[^\s{}@\"]+)[ \t]*(?P<close>\}+)")


def braces(place: Place) -> Iterator[Fix | None]:
    """SS104: braces around the name of something that there is."""
    match = _BRACES.match(place.text, place.start)
    if match is None:
        return
    key, names = fold(match["name"]), place.story.names
    if match["at"]:
        if key in names.characters:
            start = match.start() - (place.text[match.start() - 1 : match.start()] == "@")
            yield place.rewrite(start, match.end(), f"@{{{match['name']}}}")
    elif key in names.all_variables:
        yield place.rewrite(*match.span(), f"{{{match['name']}}}")


def unknown_name(place: Place) -> Iterator[Fix | None]:
    """SS205: the name that was meant; the form that inserts a variable, or mentions a character."""
    text, name, names = place.text, place.word, place.story.names
    key = fold(name)
    before = text[max(place.start - 2, 0) : place.start]
    if before.endswith("{") and before != "@{":
        if key in names.all_variables:
            return  # it comes later
        near = meant(name, names.all_variables)
        if near is not None:
            yield place.replace(names.all_variables[near].name)
        elif key in names.characters and not isinstance(place.node, nodes.Setting):
            yield Fix((place.insert(place.start - 1, "@"),))
        yield place.suggestion()
        return
    mention = before.endswith("@")
    if mention:
        called = _with_text_behind(name, [character.name for character in names.characters.values()])
        if called is not None:
            yield place.replace(f"{{{called}}}{name[len(called) :]}")
            return
    near = meant(name, names.characters)
    if near is not None:
        character = names.characters[near]
        more = _number_of(character.name, names) - _number_of(name, names)
        # The definition may be what is wrong: no harm where its name is not sent.
        unsent = not mention or character.called != character.name
        whole = text[place.end : place.end + 1] != "-"  # a part of the name, in the wrong place
        yield place.replace(character.name)._replace(sure=whole and (more > 0 or (more == 0 and unsent)))
    elif key in names.all_variables and mention:
        yield Fix((place.edit(place.start - 1, place.end, f"{{{name}}}"),))
    yield place.suggestion()


def _number_of(name: str, names: Names) -> int:
    """How often a name stands in a story's files, its definition too."""
    letters = re.escape(name)
    word = re.compile(rf"{letters}(?<![\w-]{letters})(?![\w-])")  # what begins with letters is searched for fast
    return sum(len(word.findall(source.readable)) for source in names.sources)


def _with_text_behind(name: str, known: list[str]) -> str | None:
    """The name that a longer one begins with, where what follows can only be text: `s`, or a script without case."""
    found = [other for other in known if name.startswith(other)]
    if not found:
        return None
    longest = max(found, key=len)
    behind = name[len(longest)]
    return longest if name == f"{longest}s" or (behind.lower() == behind.upper() and behind.isalpha()) else None


def mark_in_text(place: Place) -> Iterator[Fix | None]:
    """SS303: `[NC]` moves to the head of its scene."""
    scene = place.block
    if place.word != "[NC]" or not isinstance(scene, nodes.Scene) or place.in_literal():
        return
    if _HEAD.search(place.text, place.node.start, place.start):
        return  # what was meant is the head of another scene, indented or behind a line that was joined with it
    cut = place.cut_word(place.start, place.end)
    if scene.no_character:
        yield Fix((cut,))
        return
    end = scene.start + len(place.text[scene.start : scene.end].rstrip())
    yield Fix((place.insert(end, " [NC]"), cut))


def unused_name(place: Place) -> Iterator[Fix | None]:
    """SS406: the line of a variable goes, if no comment goes with it. Not sure: it may be there for later."""
    if isinstance(place.node, nodes.Let):
        cut = place.cut_lines(place.node.start, place.node.start)
        yield None if cut is None else cut._replace(sure=False)


def bare_name(place: Place) -> Iterator[Fix | None]:
    """SS414: `@` before the name; not sure where the block has an error, which may be what its line lacks."""
    name = place.word
    if not is_name(name) or fold(name) not in place.story.names.characters or not isinstance(place.block, nodes.Block):
        return
    before = place.text[place.start - 1]
    at = _AT.search(place.text, place.node.start, place.start)
    if at is not None:  # there is one, with a sign too many behind it
        if at.end("spaces") == place.start:
            yield Fix((place.edit(at.start("spaces"), place.start, ""),))
        return
    above = "".join(_LETTERS.findall(place.text, place.node.start, place.start)).lower()
    if (above == _LEAD or is_one_slip(above, _LEAD)) and not place.text[place.end : place.node.end].strip():
        return  # `lead. Tom`, `le ad: Tom`
    sure = not place.has_error(place.block)
    if before.isascii() and (before.isalnum() or before in "_."):
        yield place.replace(f"@{{{name}}}")._replace(sure=sure)  # behind these, an `@` is text
    else:
        yield Fix((place.insert(place.start, "@"),), sure=sure)
