"""Everything that the server knows: what is open, what lies on disk beside it, and the stories made of both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.lsp.disk import SUFFIX
from storyscript.lsp.document import Document
from storyscript.lsp.index import Index
from storyscript.lsp.reading import OpenTrees
from storyscript.lsp.sight import EditorSettings, Sight
from storyscript.lsp.stories import Story
from storyscript.lsp.uris import identity_of, named_from, path_of, uri_of
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lsprotocol import types

    from storyscript.source import SourceFile

MOST_STORIES: Final = 100
"""So many stories that include a file are analysed when it changes."""


class Workspace:
    """What is open in an editor, and its stories.

    Attributes:
        folders: the editor's.
        settings: what the writer wants to see.
        documents: what is open, by its identity: the file's, or the URI of what was never saved.
        revision: counts the changes.
    """

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.settings = EditorSettings()
        self.documents: Final[dict[str, Document]] = {}
        self.revision = 0
        self._identities: Final[dict[str, str]] = {}
        self._paths: Final[dict[str, Path]] = {}
        self._trees: Final = OpenTrees(self.documents, lambda identity: self._name(Path(identity)))
        self._stories: Final[dict[str, Story]] = {}
        self._changed: Final[dict[str, int]] = {}
        self._everything_changed = 0
        self._index: Final = Index()
        self._named: Final[dict[str, tuple[str, ...]]] = {}
        self._included: Final[dict[str, tuple[str, ...]]] = {}
        self._includers: dict[str, set[str]] | None = None

    # ---- what changes ----------------------------------------------------------------------------------------

    def open(self, uri: str, version: int, text: str) -> None:
        """Take a text from the editor."""
        path = path_of(uri)
        identity = uri if path is None else identity_of(path)
        name = (uri.rpartition("/")[2] or uri) if path is None else self._name(path)
        self._identities[uri] = identity
        if path is not None:
            self._paths[identity] = path
        document = Document(uri, version, text, name)
        self.documents[identity] = document
        self._note_includes(identity)
        self.look_around()

    def change(self, uri: str, version: int, changes: Iterable[tuple[types.Range | None, str]]) -> None:
        """Make edits in an open text.

        Args:
            uri: of the text.
            version: what it is after them.
            changes: each a range and what stands there then, in the text as the one before left it; None for all of it.
        """
        identity = self._identities.get(uri)
        document = self.documents.get(identity) if identity is not None else None
        if document is None or identity is None:
            return
        for where, text in changes:
            if where is None:
                document.replace(text)
            else:
                document.edit(where, text)
        document.version = version
        self.revision += 1
        self._changed[identity] = self.revision
        self._note_includes(identity)

    def close(self, uri: str) -> None:
        """Give a text up: what is on disk counts again."""
        identity = self._identities.pop(uri, None)
        if identity is None or self.documents.get(identity, None) is None or self.documents[identity].uri != uri:
            return
        del self.documents[identity]
        del self._named[identity], self._included[identity]
        self.look_around()

    def look_around(self, files: Sequence[str] | None = None) -> None:
        """Look at what is on disk again.

        Args:
            files: the URIs of what has changed; None where nobody knows.
        """
        if files is None:
            self._index.look(self._roots())
        else:
            for path in filter(None, map(path_of, files)):
                self._index.look_at(path)
        self.revision += 1
        self._everything_changed = self.revision
        self._includers = None

    def _roots(self) -> list[Path]:
        """The folders in which stories are looked for: the editor's, and those of texts that are outside them."""
        roots = list(self.folders)
        for identity in self.documents:
            path = self._paths.get(identity)
            if path is not None and not any(Path(identity).is_relative_to(identity_of(root)) for root in roots):
                roots.append(path.parent)
        return roots

    def _name(self, path: Path) -> str:
        """What messages call a file: its path in the editor's folder, for there may be several of one name."""
        for folder in self.folders:
            for root in (folder, Path(identity_of(folder))):
                if path.is_relative_to(root):
                    return path.relative_to(root).as_posix()
        return path.name

    def _note_includes(self, identity: str) -> None:
        document = self.documents[identity]
        text = document.source.readable
        includes = (item for item in document.tree.items if isinstance(item, nodes.Include))
        paths = tuple(text[item.value_start : item.end].strip() for item in includes)
        if self._named.get(identity) != paths:
            self._named[identity] = paths
            found = (named_from(identity, path) for path in paths)
            self._included[identity] = tuple(name for name in found if name is not None)
            self._includers = None

    # ---- which stories there are -----------------------------------------------------------------------------

    def tops(self, identity: str, most: int | None = MOST_STORIES) -> list[str]:
        """The stories that a file is a part of: those that include it, and that nothing includes; else itself.

        Args:
            identity: of the file.
            most: how many of them are asked for; None for all.
        """
        includers = self._all_includers()
        found, waiting, known = [], [identity], {identity}
        while waiting:
            file = waiting.pop()
            above = includers.get(file, set()) - {file}
            if not above:
                found.append(file)
            waiting += above - known
            known |= above
        found.sort()
        return found[:most] or [identity]

    def _all_includers(self) -> dict[str, set[str]]:
        if self._includers is None:
            self._includers = {}
            for file in {*self._index, *self.documents}:
                for included in self._included[file] if file in self.documents else self._index.includes(file):
                    self._includers.setdefault(included, set()).add(file)
        return self._includers

    def stories(self) -> list[Story]:
        """All stories that something open is a part of, analysed as of now."""
        tops = dict.fromkeys(top for identity in self.documents for top in self.tops(identity))
        stories = {top: self._story(top) for top in tops}
        for identity in self.documents:
            if not any(identity in story.files for story in stories.values()):
                stories[identity] = self._story(identity)  # it is included, but in vain
        for gone in self._stories.keys() - stories.keys():
            del self._stories[gone]
        return list(stories.values())

    def _story(self, identity: str) -> Story:
        story = self._stories.get(identity)
        if story is None:
            folder = self._folder(identity)
            story = self._stories[identity] = Story(identity, folder, self.documents, self._trees)
        changed = max((self._changed.get(file, 0) for file in story.files), default=0)
        if story.revision < max(changed, self._everything_changed):
            story.analyse(self.revision)
        return story

    def _folder(self, identity: str) -> Path | None:
        """The folder that a story's files are relative to."""
        if identity in self._paths:
            return self._paths[identity].parent
        path = Path(identity)
        return path.parent if path.is_absolute() else None

    # ---- how an editor sees it -------------------------------------------------------------------------------

    def sight(self, uri: str) -> Sight | None:
        """One of the open texts, to answer a question of; None for any other."""
        identity = self._identities.get(uri)
        document = None if identity is None else self.documents.get(identity)
        if identity is None or document is None:
            return None
        return Sight(self, document, self._stories_with(identity, MOST_STORIES))

    def stories_with(self, source: SourceFile) -> list[Story]:
        """Every story that a file is a part of, analysed as of now, however many those are."""
        identity = self._trees.identity(source)
        return [] if identity is None else self._stories_with(identity, None)

    def _stories_with(self, identity: str, most: int | None) -> list[Story]:
        stories = [self._story(top) for top in self.tops(identity, most)]
        return [story for story in stories if identity in story.files] or [self._story(identity)]

    def text_of(self, source: SourceFile) -> Document | None:
        """The open text that a file has now."""
        return self._trees.document(source)

    def uri_of(self, source: SourceFile) -> str | None:
        """What the editor calls the file of a text; None where it is no file."""
        document = self._trees.document(source)
        if document is not None:
            return document.uri
        identity = self._trees.identity(source)
        return None if identity is None else uri_of(Path(identity))

    def files(self) -> list[str]:
        """The identities of all stories on disk and all texts that are open, in order."""
        return sorted({*self._index, *self.documents})

    def source_of(self, identity: str) -> tuple[SourceFile, nodes.Tree] | None:
        """The text and tree of a file, open or on disk; None where it cannot be read."""
        document = self.documents.get(identity)
        if document is not None:
            return document.source, document.tree
        if not identity.endswith(SUFFIX):
            return None
        source = self._trees.read(identity)
        return None if source is None else (source, self._trees.tree(source))
