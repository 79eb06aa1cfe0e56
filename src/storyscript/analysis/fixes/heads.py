"""Lines at column 0 (SS101, SS102, SS201)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.first_words import (
    keyword_meant,
    keyword_near,
    property_meant,
    setting_near,
    variable_meant,
)
from storyscript.analysis.fixes.place import continued_by
from storyscript.analysis.fixes.sentences import is_sentence, is_text
from storyscript.analysis.heads import malformed, sign_before
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
_SETTING: Final = re.compile(r"(?:\s*(?P<sign>[=：;；])|[.,>-](?=\s))?\s*(?=(?P<first>[^\s=：;；]))")  # noqa: RUF001 - what is typed
_BEGINS_A_TEXT: Final = "{@\"'“‘"  # noqa: RUF001 - what may stand before its first letter
_COLON: Final = re.compile(r"[ \t]*[:：][ \t]*")
_COLONS_AT_END: Final = re.compile(r"[ \t]*[:：]+")
_QUOTED: Final = re.compile(r"[ \t]+[\"'“”‘’`](?P<name>[^\s\"'“”‘’`]+)[\"'“”‘’`](?P<rest>.*)")  # noqa: RUF001
_NAME: Final = r"[^\s\[\]()]+"
_MARKED: Final = re.compile(
    rf"(?:[ \t]+(?P<name>{_NAME}))?[ \t]*"
    r"(?:[\[(][ \t]*(?ai:nc)[ \t]*(?:[\])]|\Z)|(?<=[ \t])(?ai:nc)[ \t]*[\])]\Z|(?<=[ \t])NC)"
    rf"(?:[ \t]*(?P<other>{_NAME}))?"
)
_LET: Final = re.compile(r"[ \t]+(?P<name>[^\s=:：]+)[ \t]*(?:[:：]=?|=>|==)[ \t]*(?=\S)")


def unknown_statement(place: Place) -> Iterator[Fix | None]:
    """SS101: the keyword that was meant; the colon of a setting; text of the block above is indented.

    Not sure, but to be chosen: what is only like a keyword or a setting, a `let` left out, lines that may be text.
    """
    node, word = place.node, place.word
    if not isinstance(node, nodes.Bad):
        return
    if word.lower() in SETTINGS:
        yield _with_colon(place, node)
        return
    head = place.text[node.start : node.end]
    sign = sign_before(head)
    if sign is not None:
        # The rest of what was meant may be missing: the end of a comment, the lines of a list.
        comment = "// " if sign.comment else ""
        yield Fix((place.edit(node.start, node.start + sign.end, comment),), sure=False)
        return
    block = _block_above(place, node)
    if word.lower() != "as" and (prop := property_meant(word.lower())) is not None:
        # A property or a line of text: both are indented, but only one of them has a colon.
        if block is not None and prop in nodes.PROPERTIES.get(block.type.lower(), ()):
            yield _instead(place, node, f"{place.layout.indentation_of(block)}{prop}: ")
        return
    keyword = meant(word, nodes.KEYWORDS)
    if keyword is not None and word.islower():
        yield place.replace(keyword)
        return
    sentence, heads = is_sentence(head), any(not isinstance(below, nodes.Setting) for below in node.lines)
    indented = None
    if block is not None:
        spaces = len(head) - len(head.lstrip())
        depth = place.layout.indentation_like(head[:spaces], block)
        indented = Fix((place.edit(node.start, node.start + spaces, depth),))
        # Behind a caption it may be the caption's own second line.
        if spaces or (sentence and not heads and continued_by(block) is None):
            yield indented
            return
    yield from _meant(place, node, head)
    if block is not None and indented is not None and (sentence or not heads) and is_text(head):
        yield from _of_caption(place, block)
        yield indented._replace(sure=False)


def _of_caption(place: Place, block: nodes.Block) -> Iterator[Fix]:
    """Indentation that makes a line behind a caption its second line."""
    owner = continued_by(block)
    if owner is not None:
        yield Fix((place.insert(place.node.start, place.layout.continuation_of(owner)),), sure=False)


def _with_colon(place: Place, node: nodes.Bad) -> Fix | None:
    """The colon of a setting: sure where a `=` or the value says that it is one."""
    match = _SETTING.match(place.text, place.end, node.end)
    if match is None:
        return None
    word, first = place.word, match["first"]
    # Behind another sign, or before one, who knows: it would become a part of the text, or not.
    spaced = place.text[place.end].isspace()
    begins = first in _BEGINS_A_TEXT or (first.isalnum() and not first.islower())
    sure = match["sign"] or word.lower() not in TEXT_SETTINGS or (word.islower() and spaced and begins)
    return Fix((place.edit(place.end, match.end(), ": "),), sure=bool(sure))


def _instead(place: Place, node: nodes.Bad, text: str) -> Fix | None:
    """Another beginning for the line, not sure: in place of its first word, and of the sign behind that."""
    match = _SETTING.match(place.text, place.end, node.end)
    return None if match is None else Fix((place.edit(node.start, match.end(), text),), sure=False)


def _meant(place: Place, node: nodes.Bad, head: str) -> Iterator[Fix | None]:
    """What the hint asks for, as that is not sure."""
    word = place.word
    keyword, setting, name = keyword_near(word), setting_near(word, head), variable_meant(head)
    if keyword is not None:
        yield place.replace(keyword)._replace(sure=False)
    elif setting is not None:
        yield _instead(place, node, f"{setting}: ")
    elif name is not None:
        yield Fix((place.insert(node.start, "let "),), sure=False)


def _block_above(place: Place, node: nodes.Bad) -> nodes.Block | None:
    """The block whose text a line may be, behind other lines that lost their indentation."""
    above: nodes.Item | None = node
    while isinstance(above, nodes.Bad):
        above = place.layout.before(above)
    return above if isinstance(above, nodes.Block) and not isinstance(above, nodes.Stray) else None


def malformed_statement(place: Place) -> Iterator[Fix | None]:
    """SS102: what a head has too much is taken out, where what is left can only be what was meant.

    Not sure: what the hint says to write, such as one name for several words.
    """
    node = place.node
    if not isinstance(node, nodes.BadHead):
        return
    head = place.text[node.start : node.end].rstrip(" \t")
    keyword = head[: len(node.keyword)]
    for form in _forms(node.keyword, head[len(keyword) :]):
        yield place.rewrite(node.start, node.start + len(head), keyword + form)
    asked = malformed(node.keyword, head).rest
    fix = None if asked is None else place.rewrite(node.start, node.start + len(head), keyword + asked)
    if fix is not None:
        yield fix._replace(sure=False)


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
    speaks = fold(node.key) in place.story.names.characters
    if not place.kind:
        if not speaks:
            yield from _setting_meant(place, node)
        return
    assert place.block is not None  # noqa: S101 - for the type checker: it has a kind
    indentation = place.layout.indentation_of(place.block)
    if speaks or node.key.lower() in nodes.PROPERTY_WORDS:
        yield Fix((place.insert(node.start, indentation),))
        if speaks:
            # Where the panel does not show who speaks, the name has to be a mention.
            yield Fix((place.insert(node.start, f"{indentation}@"),))
        return
    yield from _line_of_block(place, node, indentation)


def _line_of_block(place: Place, node: nodes.Setting, indentation: str) -> Iterator[Fix | None]:
    """An unknown setting in a block: a keyword, a property, another setting, or a line of speech."""
    key = node.key.lower()
    setting = meant(key, SETTINGS)
    if keyword_meant(key, nearest(key, SETTINGS)) is not None:
        yield from _setting_meant(place, node)
        return
    slips = [word for word in nodes.PROPERTIES[place.kind] if len(word) > _SHORT_PROPERTY and is_one_slip(key, word)]
    if slips and setting is None:
        yield place.replace(f"{indentation}{slips[0]}")
    elif not slips and nearest(key, SETTINGS) is not None:
        yield from _setting_meant(place, node)
    elif is_name(node.key) and not node.key[:1].islower():
        # A line of speech, but of nobody whom the story knows.
        yield Fix((place.insert(node.start, indentation),), sure=False)


def _setting_meant(place: Place, node: nodes.Setting) -> Iterator[Fix | None]:
    """The setting that was meant; not sure, what the key is most like: a keyword without a colon, or a setting."""
    key = node.key.lower()
    near = nearest(key, SETTINGS)
    setting = meant(key, SETTINGS)
    if setting is not None and (not place.kind or keyword_meant(key, near) is None):
        yield place.replace(setting)
        return
    if key in nodes.PROPERTY_WORDS:
        return
    keyword = keyword_meant(key, near)
    if keyword is not None:
        yield Fix((place.edit(node.start, node.value_start, f"{keyword} "),), sure=False)
    elif near is not None:
        yield place.replace(near)._replace(sure=False)
