"""Texts as a story writes them: literals around what would mean something, and lines of a readable width.

Source: language page, "Lines, white space, names" and "Text".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.checks.mentions import words_of_text
from storyscript.analysis.checks.structure import looks_like_structure
from storyscript.analysis.settings import SETTINGS
from storyscript.analysis.story import Names
from storyscript.syntax import nodes
from storyscript.syntax.names import fold, name_end

if TYPE_CHECKING:
    from collections.abc import Collection

WIDTH: Final = 80
_MOST_IN_LITERAL: Final = 60

_SIGNS: Final = re.compile(r"[{}@]|(?:^|(?<= ))//|//(?= |$)")
_MENTION_BEFORE: Final = re.compile(r"[A-Za-z0-9_.]\Z")
_HALVES: Final = re.compile(r'(?<=")(?=\})')
_FIRST_WORD: Final = re.compile(r"[^\W\d][\w-]*")
_NO_NAMES: Final = Names()
_STARTERS: Final = frozenset({*nodes.PROPERTY_WORDS, *nodes.KEYWORDS})


def literal(text: str) -> str:
    """A text in which no sign has a meaning; `"}` in it, which would end a literal, is parted into two."""
    return "".join(f'{{"{half}"}}' for half in _HALVES.split(text))


def is_none(text: str) -> bool:
    """Whether a text is the word that stands for no text."""
    return text.lower() == "none"


def value(text: str) -> str:
    """A text as the value of a setting, where `@` is plain text."""
    return " ".join(_chunks(text, (), mentions=False))


def prose(text: str, kind: str, indent: str, foreign: Collection[str] = ()) -> list[str]:
    """A text as the lines of a block's prose.

    Args:
        text: normalized.
        kind: the kind of block.
        indent: begins each line.
        foreign: the characters, by their folded names, whose bare names must not be taken for a slip.
    """
    return _fill(_chunks(text, foreign, mentions=True), kind, indent, indent)


def caption(text: str, indent: str) -> list[str]:
    """A text as the lines of a `caption:`; deeper lines continue it."""
    first = f"{indent}caption: "
    if is_none(text):
        return [first + literal(text)]
    return _fill(_chunks(text, (), mentions=True), "scene", first, indent * 2)


def _chunks(text: str, foreign: Collection[str], *, mentions: bool) -> list[str]:
    """The words of a text; those that would mean something are literals, neighbours of them in one."""
    words = text.split(" ")
    if _SIGNS.search(text) is None and not foreign:
        return words
    chunks: list[str] = []
    shielded: list[str] = []
    size = 0
    for word in words:
        if not _means_something(word, foreign, mentions=mentions):
            if shielded:
                chunks.append(literal(" ".join(shielded)))
                shielded = []
            chunks.append(word)
            continue
        if shielded and size + len(word) > _MOST_IN_LITERAL:
            chunks.append(literal(" ".join(shielded)))
            shielded = []
        size = size + len(word) + 1 if shielded else len(word)
        shielded.append(word)
    if shielded:
        chunks.append(literal(" ".join(shielded)))
    return chunks


def _means_something(word: str, foreign: Collection[str], *, mentions: bool) -> bool:
    if "{" in word or "}" in word or word.startswith("//") or word.endswith("//"):
        return True
    if mentions and "@" in word:
        at = word.find("@")
        while at >= 0:
            if name_end(word, at + 1, len(word)) > at + 1 and not _MENTION_BEFORE.search(word[max(at - 1, 0) : at]):
                return True
            at = word.find("@", at + 1)
    return bool(foreign) and any(fold(word[start:end]) in foreign for start, end in words_of_text(word))


def _fill(chunks: list[str], kind: str, first: str, indent: str) -> list[str]:
    """Lines of chunks; none looks like structure but the first of a property, which is one.

    Args:
        chunks: what may not be parted.
        kind: of block.
        first: begins the first line; more than white space where that is a property.
        indent: begins the others.
    """
    lines: list[str] = []
    begin, at, width = first, 0, len(first)
    for number, chunk in enumerate(chunks):
        if number > at and width + len(chunk) > WIDTH:
            stop = _better_break(chunks, at, number)
            lines.append(_line(begin, chunks[at:stop], kind))
            begin, at = indent, stop
            width = len(indent) + sum(len(carried) + 1 for carried in chunks[stop:number])
        width += len(chunk) + 1
    lines.append(_line(begin, chunks[at:], kind))
    return lines


def _better_break(chunks: list[str], at: int, number: int) -> int:
    """Where to break before `number` so that the next line begins with a plain word, if one of the last three is."""
    for stop in range(number, max(number - 3, at), -1):
        if not _may_look_like_structure(chunks[stop], chunks[stop + 1] if stop + 1 < len(chunks) else ""):
            return stop
    return number


def _may_look_like_structure(chunk: str, following: str) -> bool:
    match = _FIRST_WORD.match(chunk)
    if match is None:
        return False
    rest = chunk[match.end() :] or following
    word = match[0].lower()
    return word in _STARTERS or rest[:1] in (":", "=", "：") or (word in SETTINGS and rest[:1] == ":")


def _line(begin: str, chunks: list[str], kind: str) -> str:
    line = begin + " ".join(chunks)
    if begin.isspace() and looks_like_structure(line, kind, _NO_NAMES):
        # Whatever the line looks like, it does by its first word.
        return " ".join([begin + literal(chunks[0]), *chunks[1:]])
    return line
