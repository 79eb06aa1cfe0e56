"""What has a name in stories that are not open: read when somebody searches, and again when a file has changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from lsprotocol import types

from storyscript.editing.outline import Kind, flat, outline
from storyscript.folder import read_plain
from storyscript.lsp.document import Text
from storyscript.source import MAX_SOURCE_BYTES, SourceFile
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.syntax import nodes

_NAMED: Final = (Kind.CHARACTER, Kind.SCENE, Kind.EVENT, Kind.SECTION, Kind.VARIABLE)


class Name(NamedTuple):
    """A name and where it is given.

    Attributes:
        kind: what has it.
        name: itself.
        section: that it stands in, or `""`.
        lines: first line, its column, last line and its column, as an editor counts.
    """

    kind: Kind
    name: str
    section: str
    lines: tuple[int, int, int, int]

    @property
    def range(self) -> types.Range:
        """Where it is given."""
        first, start, last, end = self.lines
        return types.Range(types.Position(first, start), types.Position(last, end))


def names_in(text: Text, tree: nodes.Tree) -> Iterator[Name]:
    """All that has a name in a text, in its order."""
    for symbol, section in flat(outline(text.source.readable, tree)):
        if symbol.kind in _NAMED and (symbol.kind is Kind.SECTION or symbol.name_start > symbol.start):
            start, end = text.position(symbol.name_start), text.position(symbol.name_end)
            lines = (start.line, start.character, end.line, end.character)
            yield Name(symbol.kind, symbol.name, section, lines)


class Named:
    """The names in files; neither their texts nor their trees are kept."""

    def __init__(self) -> None:
        self._known: Final[dict[str, tuple[tuple[int, int], Sequence[Name]]]] = {}

    def of(self, identity: str) -> Sequence[Name]:
        """The names in a file; none where it cannot be read."""
        try:
            status = os.stat(identity)  # noqa: PTH116 - asked of thousands of files at each key of a search
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._known.get(identity)
            if known is None or known[0] != stamp:
                text = Text(SourceFile.from_bytes("", read_plain(identity, MAX_SOURCE_BYTES + 1)))
                known = self._known[identity] = (stamp, tuple(names_in(text, parse(text.source.readable))))
        except (OSError, ValueError):
            self._known.pop(identity, None)
            return ()
        return known[1]
