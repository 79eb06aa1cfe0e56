"""Which files include which, open or not; and so, which stories a file is a part of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storyscript.lsp.uris import named_from
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storyscript.lsp.document import Document
    from storyscript.lsp.index import Index

MOST_STORIES: Final = 100
"""So many stories that include a file are analysed when it changes."""


class Includers:
    """Who includes whom.

    Args:
        index: what files on disk include.
        documents: what is open, by its identity; that counts, and not what is on disk.
    """

    def __init__(self, index: Index, documents: Mapping[str, Document]) -> None:
        self._index: Final = index
        self._documents: Final = documents
        self._named: Final[dict[str, tuple[str, ...]]] = {}
        self._included: Final[dict[str, tuple[str, ...]]] = {}
        self._above: dict[str, set[str]] | None = None
        self._tops: Final[dict[str, Sequence[str]]] = {}

    def note(self, identity: str) -> None:
        """Take down what an open text includes; cheap where that is what it included before."""
        document = self._documents[identity]
        text = document.source.readable
        includes = (item for item in document.tree.items if item.__class__ is nodes.Include)
        paths = tuple(text[item.value_start : item.end].strip() for item in includes)
        if self._named.get(identity) != paths:
            self._named[identity] = paths
            found = (named_from(identity, path) for path in paths if path)
            self._included[identity] = tuple(name for name in found if name is not None)
            self.forget()

    def drop(self, identity: str) -> None:
        """Take down that a text is not open any more."""
        self._named.pop(identity, None)
        self._included.pop(identity, None)
        self.forget()

    def forget(self) -> None:
        """Find out anew, since files on disk, or which of them are open, are others."""
        self._above = None
        self._tops.clear()

    def tops(self, identity: str, most: int | None = MOST_STORIES) -> Sequence[str]:
        """The stories that a file is a part of: those that include it, and that nothing includes; else itself.

        Args:
            identity: of the file.
            most: how many of them are asked for; None for all.
        """
        tops = self._tops.get(identity)
        if tops is None:
            tops = self._tops[identity] = self._find_tops(identity)
        return tops[:most]

    def _find_tops(self, identity: str) -> Sequence[str]:
        above = self._find_above()
        found, waiting, known = [], [identity], {identity}
        while waiting:
            file = waiting.pop()
            includers = above.get(file, set()) - {file}
            if not includers:
                found.append(file)
            waiting += includers - known
            known |= includers
        return sorted(found) or [identity]

    def _find_above(self) -> dict[str, set[str]]:
        if self._above is None:
            self._above = {}
            for file in {*self._index, *self._documents}:
                for included in self._included[file] if file in self._documents else self._index.includes(file):
                    self._above.setdefault(included, set()).add(file)
        return self._above
