"""The outline of a file: cast, sections and panels, as a writer would look for them.

It is read off the tree, so that it is there whatever is wrong with the story, and a head that is written wrong stands
in it under the name that it was meant to have.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.editing.excerpts import LOOKED_AT, MOST, excerpt
from storyscript.editing.layout import Stretch, stretches
from storyscript.editing.meant import Meanings
from storyscript.encoding import NO_CHARACTER_MARK
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyscript.editing.meant import Head

_PANELS: Final = ("scene", "event")


class Kind(Enum):
    """What a symbol stands for."""

    CHARACTER = "character"
    SCENE = "scene"
    EVENT = "event"
    SECTION = "section"
    VARIABLE = "let"
    INCLUDE = "include"
    SETTING = "setting"
    SETTINGS = "settings"
    """Settings that stand together."""
    UNKNOWN = "unknown"
    """Lines below a head of which nobody knows what it was meant to be."""


_KINDS: Final = {kind.value: kind for kind in Kind}


class Symbol(NamedTuple):
    """A line of the outline, with what stands below it.

    Attributes:
        kind: what it stands for.
        name: never empty.
        detail: a few words more, or `""`.
        start, end: all that belongs to it; a section reaches to its last panel.
        name_start, name_end: its name; the head where it has none.
        children: in the order of the text; inside of it, and none reaches into another.
    """

    kind: Kind
    name: str
    detail: str
    start: int
    end: int
    name_start: int
    name_end: int
    children: tuple[Symbol, ...] = ()


def outline(text: str, tree: nodes.Tree) -> list[Symbol]:
    """The outline of a file, in the order of its text.

    Args:
        text: what was parsed.
        tree: what it parsed to.
    """
    return list(_in_sections(_grouped(_Reader(text).symbols(tree))))


def flat(symbols: Iterable[Symbol], within: str = "") -> Iterator[tuple[Symbol, str]]:
    """Every symbol of an outline, each with the name of the section that it stands in, or `""`."""
    for symbol in symbols:
        yield symbol, within
        yield from flat(symbol.children, symbol.name if symbol.kind is Kind.SECTION else within)


def matches(query: str, name: str) -> bool:
    """Whether a name holds the signs of a query in their order, letter case aside; editors rank what does."""
    signs = iter(name.casefold())
    return all(sign in signs for sign in query.casefold() if not sign.isspace())


# ---- sections and groups -----------------------------------------------------------------------------------------


def _in_sections(symbols: Iterable[Symbol]) -> Iterator[Symbol]:
    """What follows a section stands in it."""
    section: Symbol | None = None
    inside: list[Symbol] = []
    for symbol in symbols:
        if symbol.kind is Kind.SECTION:
            if section is not None:
                yield _filled(section, inside)
            section, inside = symbol, []
        elif section is None:
            yield symbol
        else:
            inside.append(symbol)
    if section is not None:
        yield _filled(section, inside)


def _filled(section: Symbol, inside: list[Symbol]) -> Symbol:
    panels = sum(symbol.kind in (Kind.SCENE, Kind.EVENT) for symbol in inside)
    detail = f"{panels} panel{'' if panels == 1 else 's'}" if panels else ""
    end = inside[-1].end if inside else section.end
    return section._replace(children=tuple(inside), end=end, detail=detail)


def _grouped(symbols: Iterable[Symbol]) -> Iterator[Symbol]:
    """Settings that stand together are one line of the outline: nobody looks for them one by one."""
    run: list[Symbol] = []
    for symbol in symbols:
        if symbol.kind is Kind.SETTING:
            run.append(symbol)
            continue
        yield from _group(run)
        run = []
        yield symbol
    yield from _group(run)


def _group(run: list[Symbol]) -> Iterator[Symbol]:
    if len(run) <= 1:
        yield from run
        return
    first = run[0]
    detail = excerpt(", ".join(symbol.name for symbol in run[:MOST]))
    yield Symbol(
        Kind.SETTINGS, "settings", detail, first.start, run[-1].end, first.name_start, first.name_end, tuple(run)
    )


# ---- statements --------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(self, text: str) -> None:
        self._text: Final = text
        self._meanings: Final = Meanings(text)
        self._numbers: Final = dict.fromkeys(_PANELS, 0)

    def symbols(self, tree: nodes.Tree) -> Iterator[Symbol]:
        for stretch in stretches(self._text, tree):
            head = self._meanings.of(stretch.item)
            if head is not None:
                yield self._symbol(head, stretch)
            elif stretch.lines and isinstance(stretch.item, nodes.Bad):
                item = stretch.item
                name = excerpt(self._text[item.start : item.end]) or Kind.UNKNOWN.value
                detail = self._prose(stretch.lines)
                yield Symbol(Kind.UNKNOWN, name, detail, stretch.start, stretch.end, item.start, item.end)

    def _symbol(self, head: Head, stretch: Stretch) -> Symbol:
        item = stretch.item
        kind = _KINDS[head.keyword or "setting"]
        name = excerpt(self._text[head.name_start : head.name_end])
        start, end = head.name_start, head.name_end
        if head.keyword in _PANELS:
            self._numbers[head.keyword] += 1
        if not name:
            start, end = item.start, item.end
            name = self._unnamed(head.keyword)
        children = tuple(self._settings(stretch.lines))
        return Symbol(kind, name, self._detail(head, stretch), stretch.start, stretch.end, start, end, children)

    def _unnamed(self, keyword: str) -> str:
        number = self._numbers.get(keyword)
        return f"{keyword} without a name" if number is None else f"{keyword} {number}"

    def _settings(self, lines: list[nodes.BlockLine]) -> Iterator[Symbol]:
        """Settings that stand between the lines of a block."""
        for line in lines:
            if isinstance(line, nodes.Setting):
                head = self._meanings.of(line)
                if head is not None:
                    yield self._symbol(head, Stretch(line, [], line.start, line.end))

    def _detail(self, head: Head, stretch: Stretch) -> str:
        item = stretch.item
        if isinstance(item, nodes.Block):
            prose = self._prose(stretch.lines)
            marked = head.keyword == "scene" and self._is_marked(item, head)
            return f"{NO_CHARACTER_MARK} {prose}".rstrip() if marked else prose
        if isinstance(item, nodes.Setting | nodes.Let) and head.name_start < item.value_start:
            return excerpt(self._text[item.value_start : item.end])
        return ""

    def _is_marked(self, item: nodes.Block, head: Head) -> bool:
        if isinstance(item, nodes.Scene):
            return item.no_character
        return NO_CHARACTER_MARK in self._text[head.name_end : item.end].upper()

    def _prose(self, lines: list[nodes.BlockLine]) -> str:
        """The first words of a block's text."""
        found: list[str] = []
        size = 0
        for line in lines:
            if isinstance(line, nodes.Prose):
                found.append(self._text[line.start : min(line.end, line.start + MOST * LOOKED_AT)])
                size += len(found[-1])
                if size > MOST:
                    break
        return excerpt(" ".join(found))
