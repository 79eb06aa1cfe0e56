"""Stories in memory as an editor sees them, and texts with marks in them for a writer's cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from memory import MemoryReader
from storyscript.analysis.analyse import analyse
from storyscript.diagnostics.sink import Sink
from storyscript.editing.view import View
from storyscript.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyscript.analysis.files import File

STORY: Final = "story.story"
"""What the story's own file is called."""
MARK: Final = "▮"
"""Where the cursor is in a text of a test."""


def view_of(text: str, others: Mapping[str, str | bytes] | None = None) -> View:
    """The view of a story.

    Args:
        text: the story's own file.
        others: what it may include or name, by path relative to it.
    """
    reader = MemoryReader({STORY: text.encode("utf-8", "surrogatepass"), **(others or {})})
    sink = Sink()
    story = analyse(SourceFile.from_text(STORY, text), sink, reader=reader, fragment=True)
    return View(story, sink.problems())


def own_file(view: View) -> File:
    """The story's own file."""
    return view.story.files[0]


def file_at(view: View, path: str) -> File:
    """A file of the story, by the path that leads to it from the story's folder."""
    return next(file for file in view.story.files if file.path == path)


def unmarked(text: str) -> tuple[str, list[int]]:
    """A text without its marks, and the offsets at which they stood."""
    parts = text.split(MARK)
    offsets = [len("".join(parts[: number + 1])) for number in range(len(parts) - 1)]
    return "".join(parts), offsets
