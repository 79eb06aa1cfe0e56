"""One open text as a question about it finds it: its positions, and the stories that it is a part of."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.lsp.document import Document, Text
from storyscript.lsp.uris import uri_of
from storyscript.source import OutsideRootError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from storyscript.analysis.files import File
    from storyscript.diagnostics.model import Edit, Problem
    from storyscript.editing.mending import Seen
    from storyscript.editing.view import View
    from storyscript.lsp.stories import Story
    from storyscript.lsp.workspace import Workspace
    from storyscript.source import SourceFile, Span
    from storyscript.syntax import nodes

_MOST_ENTRIES: Final = 1000


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """What a writer wants to see.

    Attributes:
        caption_hints: the caption of scenes that write none.
        token_hints: how long a long prompt is.
        lenses: where each panel stands in its job.
        pause: seconds without a keystroke after which problems are told: half a word is no mistake.
        snippets: whether the editor knows forms with places to fill in.
        versions: whether the editor can tell edits of a text that it has changed meanwhile.
    """

    caption_hints: bool = True
    token_hints: bool = True
    lenses: bool = True
    pause: float = 0.3
    snippets: bool = False
    versions: bool = False


class Sight:
    """An open text.

    Args:
        workspace: what it is open in.
        document: the text.
        identity: of its file.
    """

    def __init__(self, workspace: Workspace, document: Document, identity: str) -> None:
        self._workspace: Final = workspace
        self._document: Final = document
        self._identity: Final = identity
        self.source: Final = document.source
        self.tree: Final[nodes.Tree] = document.tree
        self.settings: Final = workspace.settings

    @cached_property
    def _first(self) -> Story:
        """The story that most questions are answered from, so that not all others need to be analysed for them."""
        return next(self._workspace.stories_of(self._identity))

    @cached_property
    def _stories(self) -> list[Story]:
        """Every story that the text is a part of."""
        return list(self._workspace.stories_of(self._identity))

    @property
    def view(self) -> View:
        """The story that questions are answered from."""
        return self._first.view

    @property
    def views(self) -> list[View]:
        """Every story that the text is a part of."""
        return [story.view for story in self._stories]

    @cached_property
    def file(self) -> File:
        """The text in the story that questions are answered from."""
        file = self.view.file_of(self.source)
        assert file is not None  # noqa: S101 - for the type checker: the story was chosen because it has the file
        return file

    @property
    def problems(self) -> list[Problem]:
        """What is told of this text, as its stories see it; each once."""
        found = {
            (problem.code, problem.span, problem.message): problem
            for story in self._stories
            for problem in story.problems
            if problem.span.source is self.source
        }
        return list(found.values())

    def with_fixes(self, wanted: Callable[[Problem], bool]) -> list[Problem]:
        """Those of its problems that are asked for, each with its fix where one is found."""
        found = {
            (problem.code, problem.span, problem.message): problem
            for story in reversed(self._stories)
            for problem in story.with_fixes(lambda one: one.span.source is self.source and wanted(one))
        }
        return list(found.values())

    def stories_with(self, source: SourceFile) -> list[Story]:
        """Every story that another file of its stories is a part of."""
        return self._workspace.stories_with(source)

    def seen_with(self, text: str, *, fixes: bool) -> list[Seen]:
        """What would be told of every story that the text is a part of if it said something else."""
        return [story.seen_with(self.source, text, fixes=fixes) for story in self._stories]

    # ---- places ----------------------------------------------------------------------------------------------

    def offset(self, position: types.Position) -> int:
        """The offset of a position, which may be beyond its line or the text."""
        return self._document.offset(position)

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        return self._document.position(offset)

    def range(self, start: int, end: int) -> types.Range:
        """The range of a stretch of this text."""
        return self._document.range(start, end)

    def text_of(self, source: SourceFile) -> Text:
        """The positions of another file of its stories."""
        return self._workspace.text_of(source) or Text(source)

    def uri_of(self, source: SourceFile) -> str | None:
        """The URI of another file of its stories; None where it is no file."""
        return self._workspace.uri_of(source)

    def location(self, span: Span) -> types.Location | None:
        """Where a stretch of any file of its stories is; None where that is no file."""
        uri = self.uri_of(span.source)
        return None if uri is None else types.Location(uri, self.text_of(span.source).range(span.start, span.end))

    def workspace_edit(self, edits: Sequence[Edit]) -> types.WorkspaceEdit:
        """Edits of any files of its stories, for the editor to make."""
        changes: dict[str, list[types.TextEdit]] = {}
        versions: dict[str, int | None] = {}
        for edit in edits:
            uri = self.uri_of(edit.span.source)
            if uri is not None:
                text = self.text_of(edit.span.source)
                versions[uri] = text.version if isinstance(text, Document) else None
                where = text.range(edit.span.start, edit.span.end)
                changes.setdefault(uri, []).append(types.TextEdit(where, edit.text))
        if not self.settings.versions:
            return types.WorkspaceEdit(changes=dict(changes))
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), list(made))
                for uri, made in changes.items()
            ]
        )

    # ---- files -----------------------------------------------------------------------------------------------

    def uri_named(self, path: str) -> str | None:
        """The URI of a file that the text names; None where no such file is there to be opened."""
        reader = self._first.inputs.reader
        if reader is None:
            return None
        try:
            return uri_of(Path(reader.locate(path, self.file.path).identity))
        except (OSError, OutsideRootError, ValueError):
            return None

    @property
    def folder(self) -> Folder | None:
        """What lies on disk beside the text; None for one that was never saved."""
        reader = self._first.inputs.reader
        if reader is None:
            return None
        return Folder((reader.folder / self.file.path).parent if self.file.path else reader.folder, reader.root)


class Folder:
    """A folder on disk, for who names files relative to it.

    Args:
        path: of the folder.
        root: that nothing outside of it is shown.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self._path: Final = path
        self._root: Final = root

    def entries(self, path: str) -> Iterator[tuple[str, bool]]:
        """What a folder holds: each name, and whether it is a folder itself; hidden ones are left out.

        Args:
            path: relative to this one, with `/`; `""` for this one. It may lead up, to the root at most.
        """
        try:
            folder = Path(os.path.realpath(self._path / path))
            if not folder.is_relative_to(self._root) or Path(path).is_absolute():
                return
            with os.scandir(folder) as found:
                entries = sorted((entry.name, _is_folder(entry)) for entry in found if not entry.name.startswith("."))
        except (OSError, ValueError):
            return
        yield from entries[:_MOST_ENTRIES]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False
