"""What a file names that can be opened: other stories, pictures and pages of the web."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storyscript.analysis.settings import is_url
from storyscript.source import trimmed
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator


class Link(NamedTuple):
    """An address in a text.

    Attributes:
        start, end: where it stands.
        address: a URL, or a path relative to the file.
        is_url: which of the two.
    """

    start: int
    end: int
    address: str
    is_url: bool


def links(text: str, tree: nodes.Tree) -> Iterator[Link]:
    """Every address that is written in a file, in the order of its text; whether something is there, nobody asks.

    Args:
        text: what was parsed.
        tree: what it parsed to.
    """
    for item in tree.items:
        if isinstance(item, nodes.Include):
            yield from _link(text, item, urls=False)
        elif isinstance(item, nodes.Setting):
            yield from _setting(text, item)
        elif isinstance(item, nodes.Block):
            for line in item.lines:
                if isinstance(line, nodes.Setting):
                    yield from _setting(text, line)
                elif isinstance(line, nodes.Property) and line.word == "image":
                    yield from _link(text, line)


def _setting(text: str, setting: nodes.Setting) -> Iterator[Link]:
    if setting.key.lower() == "pad-image":
        yield from _link(text, setting)


def _link(text: str, line: nodes.Include | nodes.Setting | nodes.Property, *, urls: bool = True) -> Iterator[Link]:
    start, end = trimmed(text, line.value_start, line.end)
    address = text[start:end]
    if not address:
        return
    if urls and is_url(address, ("http", "https")):
        yield Link(start, end, address, is_url=True)
    elif not urls or "://" not in address:
        yield Link(start, end, address, is_url=False)
