"""Everything that the server knows: what is open, what lies on disk beside it, and the stories made of both."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.folder import read_plain
from storyscript.lsp.document import Document
from storyscript.lsp.including import MOST_STORIES, Includers
from storyscript.lsp.index import Index
from storyscript.lsp.named import Named
from storyscript.lsp.reading import OpenTrees
from storyscript.lsp.roots import name_in, roots
from storyscript.lsp.sight import EditorSettings, Sight
from storyscript.lsp.stories import Story
from storyscript.lsp.uris import identity_of, path_of, uri_of
from storyscript.source import MAX_SOURCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lsprotocol import types

    from storyscript.source import SourceFile


_LOG: Final = logging.getLogger(__name__)


class Workspace:
    """What is open in an editor, and its stories.

    Attributes:
        folders: the editor's.
        settings: what the writer wants to see.
        documents: what is open, by its identity: the file's, or the URI of what was never saved. An editor may have
            one file open under several URIs, with a text of its own for each: the one that it spoke of last counts.
        revision: counts the changes.
        named: the names in files that are not open.
    """

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.settings = EditorSettings()
        self.documents: Final[dict[str, Document]] = {}
        self.revision = 0
        self.named: Final = Named()
        self._open: Final[dict[str, tuple[str, Document]]] = {}
        """By URI: the identity, and the text."""
        self._trees: Final = OpenTrees(self.documents, lambda identity: name_in(self.folders, Path(identity)))
        self._stories: Final[dict[str, Story]] = {}
        self._changed: Final[dict[str, int]] = {}
        self._everything_changed = 0
        self._index: Final = Index()
        self._includers: Final = Includers(self._index, self.documents)

    # ---- what changes ----------------------------------------------------------------------------------------

    def open(self, uri: str, version: int | None, text: str) -> None:
        """Take a text from the editor; without a version, one from disk that no editor counts the changes of."""
        path = path_of(uri)
        identity = uri if path is None else identity_of(path)
        name = (uri.rpartition("/")[2] or uri) if path is None else name_in(self.folders, path)
        self.close(uri)
        document = Document(uri, version, text, name)
        self._open[uri] = identity, document
        self.documents[identity] = document
        self._includers.note(identity)
        if path is not None:
            self._look_beside([path])
        self._change_everything()

    def change(self, uri: str, version: int, changes: Iterable[tuple[types.Range | None, str]]) -> None:
        """Make edits in an open text.

        Args:
            uri: of the text.
            version: what it is after them.
            changes: each a range and what stands there then, in the text as the one before left it; None for all of it.
        """
        identity, document = self._open.get(uri, ("", None))
        if document is None:
            return
        edits: list[tuple[types.Range, str]] = []
        for where, text in changes:
            if where is None:
                document.replace(text)
                edits.clear()
            else:
                edits.append((where, text))
        document.edit(edits)
        document.version = version
        self._put(identity, document)

    def _put(self, identity: str, document: Document) -> None:
        """Let a text be the one of its file, as it is now."""
        self.documents[identity] = document
        self.revision += 1
        self._changed[identity] = self.revision
        self._includers.note(identity)

    def close(self, uri: str) -> None:
        """Give a text up: what is on disk counts again, or the same file's text under another URI."""
        identity, document = self._open.pop(uri, ("", None))
        if document is None or self.documents.get(identity) is not document:
            return
        other = next((other for known, other in reversed(self._open.values()) if known == identity), None)
        if other is not None:
            self._put(identity, other)
            return
        del self.documents[identity]
        self._changed.pop(identity, None)
        self._includers.drop(identity)
        path = path_of(uri)
        if path is not None:
            self._look_beside([path])
        self._change_everything()

    def look_around(self, files: Sequence[str] | None = None) -> None:
        """Look at what is on disk again.

        Args:
            files: the URIs of what has changed; None where nobody knows.
        """
        if files is None:
            self._index.look(*roots(self.folders, self._paths()))
        else:
            self._look_beside(filter(None, map(path_of, files)))
        self._change_everything()

    def _look_beside(self, paths: Iterable[Path]) -> None:
        """Look at some files again, and at all only where stories are looked for in other folders than before."""
        deep, alone = roots(self.folders, self._paths())
        if self._index.is_of(deep, alone):
            for path in paths:
                self._index.look_at(path)
        else:
            self._index.look(deep, alone)

    def _paths(self) -> Iterator[Path]:
        return filter(None, (path_of(document.uri) for document in self.documents.values()))

    def _change_everything(self) -> None:
        self.revision += 1
        self._everything_changed = self.revision
        self._includers.forget()

    # ---- which stories there are -----------------------------------------------------------------------------

    def stories(self) -> Iterator[Story]:
        """All stories that something open is a part of, analysed one by one; what was typed in last comes first.

        Between two of them other questions may be answered, but nothing may change: who gives it up begins anew.
        """
        last = sorted(self.documents, key=lambda identity: -self._changed.get(identity, 0))
        tops = [self._includers.tops(identity) for identity in last]
        known = {}
        for top in dict.fromkeys([*(some[0] for some in tops), *(top for some in tops for top in some)]):
            story = self._try(top)
            if story is not None:
                known[top] = story
                yield story
        for identity in last:
            if identity not in known and not any(identity in story.files for story in known.values()):
                story = self._try(identity)  # it is included, but in vain
                if story is not None:
                    known[identity] = story
                    yield story
        for gone in self._stories.keys() - known.keys():
            del self._stories[gone]
        self._trees.keep(file.source for story in known.values() for file in story.view.story.files)

    def _try(self, identity: str) -> Story | None:
        """A story, or None: a fault of the server's in one must not keep the problems of all others from the editor."""
        try:
            return self._story(identity)
        except Exception:  # noqa: BLE001 - whatever the fault is
            _LOG.exception("%s could not be analysed", self.name_of(identity))
            return None

    def _story(self, identity: str) -> Story:
        folder = self._folder(identity)
        story = self._stories.get(identity)
        if story is None or story.folder != folder:
            story = self._stories[identity] = Story(identity, folder, self.documents, self._trees)
        changed = max((self._changed.get(file, 0) for file in story.files), default=0)
        if story.revision < max(changed, self._everything_changed):
            story.analyse(self.revision)
            if story.gone:  # with its folder, of which no editor tells
                self._index.look_at(Path(identity))
                self._includers.forget()
        return story

    def _folder(self, identity: str) -> Path | None:
        """The folder that a story's files are relative to."""
        document = self.documents.get(identity)
        path = Path(identity) if document is None else path_of(document.uri)
        return None if path is None else path.parent

    # ---- how an editor sees it -------------------------------------------------------------------------------

    @contextmanager
    def opened(self, uri: str) -> Iterator[Sight | None]:
        """A text to answer questions of, for as long as the context lasts.

        Whether a file is open makes no difference to what can be asked of it: one that is not is read from disk. (Helix
        asks for hints just before it opens the file, and believes what it is told until the text changes.)

        Args:
            uri: of the text; None comes back where it is neither open nor a file that can be read.
        """
        known = self.sight(uri)
        text = self._on_disk(uri) if known is None else None
        if text is None:
            yield known
            return
        self.open(uri, None, text)
        try:
            yield self.sight(uri)
        finally:
            self.close(uri)

    def _on_disk(self, uri: str) -> str | None:
        path = path_of(uri)
        try:
            data = b"" if path is None else read_plain(str(path), MAX_SOURCE_BYTES + 1)
            return None if path is None or len(data) > MAX_SOURCE_BYTES else data.decode("utf-8-sig")
        except (OSError, ValueError):
            return None

    def sight(self, uri: str) -> Sight | None:
        """One of the open texts; None for any other."""
        if uri not in self._open:
            path = path_of(uri)
            open_one = None if path is None else self.documents.get(identity_of(path))
            uri = uri if open_one is None else open_one.uri  # the same file under another URI
        identity, document = self._open.get(uri, ("", None))
        if document is None:
            return None
        if self.documents[identity] is not document:
            self._put(identity, document)
        return Sight(self, document, identity)

    def stories_of(self, identity: str, most: int | None = MOST_STORIES) -> Iterator[Story]:
        """Every story that a file is a part of, each analysed as of now when it is asked for; at least one."""
        found = False
        for top in self._includers.tops(identity, most):
            story = self._story(top)
            if identity in story.files:
                found = True
                yield story
        if not found:
            yield self._story(identity)

    def stories_with(self, source: SourceFile) -> list[Story]:
        """Every story that a file is a part of, analysed as of now, however many those are."""
        identity = self._trees.identity(source)
        return [] if identity is None else list(self.stories_of(identity, None))

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

    def name_of(self, identity: str) -> str:
        """What messages call a file."""
        return self._trees.name(identity)

    def files(self) -> list[str]:
        """The identities of all stories on disk and all texts that are open, in order."""
        return sorted({*self._index, *self.documents})
