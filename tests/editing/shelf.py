"""Several stories in memory that share files, as an editor knows them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from editing.views import MARK
from storyscript.analysis.analyse import analyse
from storyscript.diagnostics.fixes import apply
from storyscript.diagnostics.sink import Sink
from storyscript.editing.renaming import rename
from storyscript.editing.view import View
from storyscript.source import Located, SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storyscript.analysis.files import File
    from storyscript.source import Span

BOM: Final = "\ufeff"


class ShelfReader:
    """Reads files by their path on the shelf, for a story that stands in a folder of it."""

    def __init__(self, texts: Mapping[str, str], folder: str) -> None:
        self._texts = texts
        self._folder = folder

    def locate(self, path: str, base: str) -> Located:
        name = posixpath.normpath(posixpath.join(self._folder, posixpath.dirname(base), path))
        if name not in self._texts:
            raise FileNotFoundError(name)
        return Located(posixpath.relpath(f"/{name}", f"/{self._folder}"), name)

    def read(self, located: Located) -> bytes:
        return self._texts[located.identity].encode("utf-8", "surrogatepass")


class Shelf:
    """Stories by their path.

    Args:
        texts: every file; a mark in one of them is where the cursor stands.
        stories: which of them are looked at as stories; by default all.
    """

    def __init__(self, texts: Mapping[str, str], stories: Sequence[str] | None = None) -> None:
        self.texts = {name: text.replace(MARK, "") for name, text in texts.items()}
        self.stories = list(self.texts) if stories is None else stories
        self.known = {name: self._analysed(name, self.texts) for name in self.stories}
        self.marked = next((name for name, text in texts.items() if MARK in text), "")
        self.offset = texts[self.marked].index(MARK) if self.marked else -1

    def _analysed(self, name: str, texts: Mapping[str, str]) -> View:
        sink = Sink()
        source = SourceFile.from_text(name, texts[name])
        story = analyse(source, sink, reader=ShelfReader(texts, posixpath.dirname(name)), fragment=True)
        return View(story, sink.problems())

    @property
    def file(self) -> File:
        """The file with the cursor, as the first story has it that it is part of."""
        return self.file_in(next(view for view in self.known.values() if self._has(view, self.marked)))

    def file_in(self, view: View) -> File:
        """The file with the cursor, as a story has it."""
        return next(file for file in view.story.files if self.identity(file.source) == self.marked)

    def _has(self, view: View, name: str) -> bool:
        return any(self.identity(file.source) == name for file in view.story.files)

    # ---- what the queries ask for ----------------------------------------------------------------------------

    def views(self, source: SourceFile) -> list[View]:
        return [view for view in self.known.values() if self._has(view, self.identity(source))]

    def identity(self, source: SourceFile) -> str:
        return posixpath.normpath(source.name)

    def analyse(self, view: View, texts: Mapping[SourceFile, str]) -> View:
        changed = {self.identity(source): BOM + text for source, text in texts.items()}
        return self._analysed(view.story.files[0].source.name, {**self.texts, **changed})

    # ---- what tests look at ----------------------------------------------------------------------------------

    def renamed(self, new: str) -> dict[str, str]:
        """All files once the name at the cursor is another one."""
        edits = rename(self, self.file, self.offset, new)
        changed = {}
        for source, made in edits.items():
            name = self.identity(source)
            assert name not in changed
            before = self.texts[name]
            changed[name] = before[: len(before) - len(source.text)] + apply(source.text, made)
        return {**self.texts, **changed}

    def shown(self, spans: Sequence[Span]) -> dict[str, str]:
        """The files in which spans are, with each of them in brackets."""
        shown: dict[str, str] = {}
        moved: dict[str, int] = {}
        for source, start, end in spans:
            name = self.identity(source)
            text, by = shown.get(name, source.text), moved.get(name, 0)
            shown[name] = f"{text[: start + by]}[{text[start + by : end + by]}]{text[end + by :]}"
            moved[name] = by + 2
        return shown
