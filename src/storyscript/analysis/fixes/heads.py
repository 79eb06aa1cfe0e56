"""Lines at column 0 (SS101, SS102, SS201)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.heads import keyword_meant, property_meant
from storyscript.analysis.near import is_one_slip, meant, nearest
from storyscript.analysis.settings import SETTINGS
from storyscript.diagnostics.model import Fix
from storyscript.syntax import nodes
from storyscript.syntax.names import fold, is_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.fixes.place import Place

TEXT_SETTINGS: Final = frozenset({"title", "author", "negative", "private-model"})
"""Settings that take any text: whether one was meant, the value does not tell."""
_SHORT_PROPERTY: Final = 2
_ENDS_A_SENTENCE: Final = tuple(".!?…,;:\"'”’»)。！？、」』")  # noqa: RUF001 - full-width signs end sentences, too
_LISTS: Final = "-*+>#=~"
_MARKS: Final = re.compile(r"\||\[\s*(?ai:nc)\s*\]")
_SETTING: Final = re.compile(r"[ \t]*(?P<sign>[=：]?)[ \t]*(?=(?P<first>\S))")
_COLON: Final = re.compile(r"[ \t]*[:：][ \t]*")
_COLONS_AT_END: Final = re.compile(r"[ \t]*[:：]+")
_QUOTED: Final = re.compile(r"[ \t]+[\"'“”‘’`](?P<name>[^\s\"'“”‘’`]+)[\"'“”‘’`](?P<rest>.*)")  # noqa: RUF001
_NAME: Final = r"[^\s\[\]()]+"
_MARKED: Final = re.compile(
    rf"(?:[ \t]+(?P<name>{_NAME}))?[ \t]*"
    rf"(?:[\[(][ \t]*(?ai:nc)[ \t]*[\])]|(?<=[ \t])NC)(?:[ \t]*(?P<other>{_NAME}))?"
)
_LET: Final = re.compile(r"[ \t]+(?P<name>[^\s=:：]+)[ \t]*(?:[:：]=?|=>|==)[ \t]*(?=\S)")


def unknown_statement(place: Place) -> Iterator[Fix | None]:
    """SS101: the keyword that was meant; the colon of a setting; text of the block above is indented."""
    node, text, word = place.node, place.text, place.word
    if not isinstance(node, nodes.Bad):
        return
    if word.lower() in SETTINGS:
        match = _SETTING.match(text, place.end, node.end)
        if match is not None and (
            match["sign"] or word.lower() not in TEXT_SETTINGS or (word.islower() and not match["first"].islower())
        ):
            yield Fix((place.edit(place.end, match.end(), ": "),))
        return
    if word.lower() != "as" and property_meant(word.lower()) is not None:
        return  # a property or a line of text: both are indented, but only one of them has a colon
    near = meant(word, nodes.KEYWORDS)
    if near is not None and word.islower():
        yield place.replace(near)
        return
    if nearest(word, nodes.KEYWORDS) is not None:
        return
    block = _block_above(place, node)
    if block is None:
        return
    head = text[node.start : node.end]
    content = head.strip()
    spaces = len(head) - len(head.lstrip())
    if spaces or _is_prose(content, node, block):
        yield Fix((place.edit(node.start, node.start + spaces, place.layout.indentation_of(block)),))


def _block_above(place: Place, node: nodes.Bad) -> nodes.Block | None:
    """The block whose text a line may be, behind other lines that lost their indentation."""
    above: nodes.Item | None = node
    while isinstance(above, nodes.Bad):
        above = place.layout.before(above)
    return above if isinstance(above, nodes.Block) and not isinstance(above, nodes.Stray) else None


def _is_prose(content: str, node: nodes.Bad, block: nodes.Block) -> bool:
    """Whether a line can only be text: not a title such as `Act One`, not the head of what is indented below it."""
    if content[0] in _LISTS or not any(sign.isalpha() for sign in content) or _MARKS.search(content):
        return False
    if content.endswith(_ENDS_A_SENTENCE) and not content.endswith((":", "：")):
        return True
    words = content.split()
    if node.lines or len(words) == 1:
        return False
    empty = not any(isinstance(line, nodes.Prose) for line in block.lines)
    return empty or any(word[0].islower() for word in words)


def malformed_statement(place: Place) -> Iterator[Fix | None]:
    """SS102: what a head has too much is taken out, where what is left can only be what was meant."""
    node = place.node
    if not isinstance(node, nodes.BadHead):
        return
    head = place.text[node.start : node.end].rstrip(" \t")
    keyword = head[: len(node.keyword)]
    for form in _forms(node.keyword, head[len(keyword) :]):
        yield place.rewrite(node.start, node.start + len(head), keyword + form)


def _forms(keyword: str, rest: str) -> Iterator[str]:
    plain = re.sub(r"[^\S \t]+", " ", rest)
    if plain != rest:
        yield plain.rstrip()
        return
    colon = _COLON.match(rest)
    if colon is not None:
        value = rest[colon.end() :]
        yield f" {value}" if value else ""
        return
    if keyword == "let":
        match = _LET.match(rest)
        if match is not None:
            yield f" {match['name']} = {rest[match.end() :]}"
        return
    if keyword not in ("scene", "event", "character"):
        return
    colons = _COLONS_AT_END.search(rest)
    if colons is not None and colons.end() == len(rest):
        yield rest[: colons.start()]
    quoted = _QUOTED.fullmatch(rest)
    if quoted is not None:
        yield f" {quoted['name']}{quoted['rest']}"
    marked = _MARKED.fullmatch(rest) if keyword == "scene" else None
    if marked is not None and not (marked["name"] and marked["other"]):
        name = marked["name"] or marked["other"] or ""
        yield f" {name} [NC]" if name else " [NC]"


def unknown_setting(place: Place) -> Iterator[Fix | None]:
    """SS201: the setting that was meant; a property or a line of speech is indented."""
    node = place.node
    if not isinstance(node, nodes.Setting):
        return
    key = node.key.lower()
    setting = meant(key, SETTINGS)
    speaks = fold(node.key) in place.story.names.characters
    if not place.kind:
        if setting is not None and not speaks:
            yield place.replace(setting)
        return
    assert place.block is not None  # noqa: S101 - for the type checker: it has a kind
    indentation = place.layout.indentation_of(place.block)
    indented = Fix((place.insert(node.start, indentation),))
    if key in nodes.PROPERTY_WORDS:
        yield indented
        return
    if speaks:
        yield indented
        # Where the panel does not show who speaks, the name has to be a mention.
        yield Fix((place.insert(node.start, f"{indentation}@"),))
        return
    if keyword_meant(key, nearest(key, SETTINGS)) is not None:
        return
    slips = [word for word in nodes.PROPERTIES[place.kind] if len(word) > _SHORT_PROPERTY and is_one_slip(key, word)]
    if slips and setting is None:
        yield place.replace(f"{indentation}{slips[0]}")
    elif setting is not None and not slips:
        yield place.replace(setting)
    elif nearest(key, SETTINGS) is None and is_name(node.key) and not node.key[:1].islower():
        yield indented  # a line of speech
