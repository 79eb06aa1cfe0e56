"""What a file names that can be opened: other stories, pictures and pages of the web."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.settings import is_url
from storyscript.source import trimmed
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ADDRESS: Final = re.compile(r"""(?ai:\bhttps?)://[^\s\x00-\x1f\x7f{}<>"`\ud800-\udfff]+""")
_BEHIND: Final = ".,;:!?…'’”»*_|])、。，；：！？」』】）"  # noqa: RUF001 - they end sentences, too
"""What a sentence goes on with behind an address, rather than a part of it."""


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
    yield from _with_others(_named(text, tree), text)


def _named(text: str, tree: nodes.Tree) -> Iterator[Link]:
    """The files and addresses that the story names."""
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


def _with_others(named: Iterable[Link], text: str) -> Iterator[Link]:
    """The links, and between them every other address that stands in the text: in prose, captions or comments."""
    at = 0
    for link in named:
        yield from _addresses(text, at, link.start)
        yield link
        at = link.end
    yield from _addresses(text, at, len(text))


def _addresses(text: str, start: int, end: int) -> Iterator[Link]:
    for match in _ADDRESS.finditer(text, start, end):
        address = _without_sentence(match[0])
        if is_url(address, ("http", "https")):
            yield Link(match.start(), match.start() + len(address), address, is_url=True)


def _without_sentence(address: str) -> str:
    """An address without the signs behind it that are the sentence's; a bracket that it opens is its own."""
    stop = len(address.rstrip(_BEHIND))
    opened = address.count("(", 0, stop) - address.count(")", 0, stop)
    while opened > 0 and address.startswith(")", stop):
        stop, opened = stop + 1, opened - 1
    return address[:stop]
