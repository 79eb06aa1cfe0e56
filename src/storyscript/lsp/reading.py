"""Files as an editor has them: what is open counts, not what is on disk; and nothing is parsed twice."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.files import Trees
from storyscript.folder import FolderReader, read_plain
from storyscript.source import MAX_SOURCE_BYTES, Located, SourceFile
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from storyscript.lsp.document import Document
    from storyscript.syntax import nodes


class OpenReader(FolderReader):
    """Reads the files that a story names, those that are open from the editor.

    Args:
        folder: the folder that the story stands in.
        documents: what is open, by its identity.
    """

    def __init__(self, folder: Path, documents: Mapping[str, Document]) -> None:
        super().__init__(folder)
        self._documents: Final = documents

    def locate(self, path: str, base: str) -> Located:
        """Find a file, which may be open and not be on disk; see `storyscript.source.Reader.locate`."""
        try:
            return super().locate(path, base)
        except FileNotFoundError:
            lexical = os.path.normpath(os.path.join(os.path.dirname(base), path))  # noqa: PTH118, PTH120 - not resolved
            identity = os.path.realpath(self.folder / lexical)
            if identity not in self._documents:
                raise
            return Located(lexical.replace(os.sep, "/"), identity)

    def read(self, located: Located) -> bytes:
        """The bytes of a file; see `storyscript.source.Reader.read`."""
        document = self._documents.get(located.identity)
        return super().read(located) if document is None else document.data


class _Closed(NamedTuple):
    """A file that is not open, as it was when it was read last."""

    data: bytes
    source: SourceFile


class OpenTrees(Trees):
    """The texts and trees of all files: of those that are open, the editor's own.

    Args:
        documents: what is open, by its identity.
        name: what messages call a file, by its identity: the same in each story, for they share its text.
    """

    def __init__(self, documents: Mapping[str, Document], name: Callable[[str], str]) -> None:
        self._documents: Final = documents
        self.name: Final = name
        self._closed: Final[dict[str, _Closed]] = {}
        self._trees: Final[dict[SourceFile, nodes.Tree]] = {}
        self._identities: Final[dict[SourceFile, str]] = {}

    def source(self, located: Located, name: str, data: bytes) -> SourceFile:  # noqa: ARG002 - the base class has it
        """The text of an included file; the same object as long as it says the same."""
        document = self._documents.get(located.identity)
        return self._source(located.identity, data) if document is None else document.source

    def _source(self, identity: str, data: bytes) -> SourceFile:
        closed = self._closed.get(identity)
        if closed is None or closed.data != data:
            if closed is not None:
                self._forget(closed)
            closed = self._closed[identity] = _Closed(data, SourceFile.from_bytes(self.name(identity), data))
            self._identities[closed.source] = identity
        return closed.source

    def read(self, identity: str) -> SourceFile | None:
        """The text of a file that is not open; None where it cannot be read."""
        try:
            data = read_plain(identity, MAX_SOURCE_BYTES + 1)
        except (OSError, ValueError):
            return None
        return self._source(identity, data)

    def tree(self, source: SourceFile, identity: str) -> nodes.Tree:  # noqa: ARG002 - as above
        """What a text parses to."""
        document = self.document(source)
        if document is not None:
            return document.tree
        if source not in self._trees:
            self._trees[source] = parse(source.readable)
        return self._trees[source]

    def keep(self, sources: Iterable[SourceFile]) -> None:
        """Keep these texts, and forget all others that are not open."""
        kept = set(sources)
        for identity, closed in list(self._closed.items()):
            if closed.source not in kept:
                self._forget(closed)
                del self._closed[identity]

    def _forget(self, closed: _Closed) -> None:
        self._trees.pop(closed.source, None)
        self._identities.pop(closed.source, None)

    def document(self, source: SourceFile) -> Document | None:
        """The open document that has a text now."""
        return next((document for document in self._documents.values() if document.source is source), None)

    def identity(self, source: SourceFile) -> str | None:
        """Which file a text is of; None where it is of none that was read here."""
        for identity, document in self._documents.items():
            if document.source is source:
                return identity
        return self._identities.get(source)
