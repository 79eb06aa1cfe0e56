"""The trees of files that several stories of one command include: a cast is parsed once, and not for each chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.files import Trees

if TYPE_CHECKING:
    from storyscript.source import Located, SourceFile
    from storyscript.syntax import nodes


class _Parsed(NamedTuple):
    """A file as it was parsed last."""

    text: str
    tree: nodes.Tree


class SharedTrees(Trees):
    """Trees by file: two files of one text have one each, since within a story nodes are told apart by what they are.

    Only those of included files are kept. There may be many stories, and most are asked for once.
    """

    def __init__(self) -> None:
        self._included: Final[set[str]] = set()
        self._parsed: Final[dict[str, _Parsed]] = {}

    def source(self, located: Located, name: str, data: bytes) -> SourceFile:
        """The text of an included file, which each story calls as it sees it."""
        self._included.add(located.identity)
        return super().source(located, name, data)

    def tree(self, source: SourceFile, identity: str) -> nodes.Tree:
        """What a text parses to."""
        known = self._parsed.get(identity)
        if known is None or known.text != source.readable:
            known = _Parsed(source.readable, super().tree(source, identity))
            if identity in self._included:
                self._parsed[identity] = known
        return known.tree
