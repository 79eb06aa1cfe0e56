"""Which of several stories are checked by themselves, and which as parts of the others.

A chapter that a book includes may use the book's cast, and means nothing without it. Who names it wants to know of it;
who names a folder wants to know of the book.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.files import Trees, load
from storyscript.diagnostics.sink import Sink
from storyscript.folder import FolderReader
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from storyscript.cli.stories import StoryFile
    from storyscript.source import Located, Reader, SourceFile


class Division(NamedTuple):
    """Stories, divided.

    Attributes:
        whole: those that are checked by themselves, in their order.
        parts: those that are checked as parts of these.
    """

    whole: list[StoryFile]
    parts: list[StoryFile]


def divide(
    stories: Sequence[StoryFile],
    open_folder: Callable[[StoryFile], Reader] = lambda story: FolderReader(story.folder),
) -> Division:
    """Find out which stories are parts of others: found in a folder, and read by one that is checked by itself.

    Of stories that include each other in a circle, and that no other includes, the first is checked by itself.

    Args:
        stories: those of one command, as they were read.
        open_folder: makes the reader of a story.
    """
    if not any(story.found for story in stories):
        return Division(list(stories), [])
    names = [identity_of(story) for story in stories]
    trees = _Includes({name: story.source for name, story in zip(names, stories, strict=True) if name})
    whole = {n: trees.read_by(story, open_folder(story)) for n, story in enumerate(stories) if not story.found}
    seen = set[str]().union(*whole.values())
    found = {name: n for n, (name, story) in enumerate(zip(names, stories, strict=True)) if story.found}
    # Those that another names come last: most have been read by then, and need not be read for themselves.
    included = set[str]().union(
        *(trees.named_by(name, story.source) for name, story in zip(names, stories, strict=True))
    )
    for name, n in sorted(found.items(), key=lambda item: item[0] in included):
        if name in seen:
            continue
        whole[n] = trees.read_by(stories[n], open_folder(stories[n]))
        seen |= whole[n]
        for part in whole[n] & found.keys():
            whole.pop(found[part], None)
    # A story that took others in may itself have been taken in by one that may not read as far up.
    seen = set[str]().union(*whole.values())
    for name, n in found.items():
        if n not in whole and name not in seen:
            whole[n] = trees.read_by(stories[n], open_folder(stories[n]))
            seen |= whole[n]
    return Division(
        [story for n, story in enumerate(stories) if n in whole],
        [story for n, story in enumerate(stories) if n not in whole],
    )


def identity_of(story: StoryFile) -> str:
    """What a story's readers call its file; `""` for standard input."""
    return "" if story.path is None else os.path.realpath(story.path)


class NotingReader:
    """A reader that notes what it reads.

    Args:
        reader: does the reading.

    Attributes:
        files: the identity of each file that was read, by its path from the story's folder.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader: Final = reader
        self.files: Final[dict[str, str]] = {}

    def locate(self, path: str, base: str) -> Located:
        """Find a file, as the reader does."""
        return self._reader.locate(path, base)

    def read(self, located: Located) -> bytes:
        """The bytes of a file, as the reader gives them."""
        data = self._reader.read(located)
        self.files[located.path] = located.identity
        return data


class _Includes(Trees):
    """Of each file the includes alone, read once, however many stories have it.

    Args:
        sources: the texts at hand, by the identities of their files.
    """

    def __init__(self, sources: dict[str, SourceFile]) -> None:
        self._sources: Final = sources
        self._trees: Final[dict[SourceFile, nodes.Tree]] = {}

    def read_by(self, story: StoryFile, reader: Reader) -> set[str]:
        """The identities of the files that a story reads, its own left out."""
        noting = NotingReader(reader)
        load(story.source, noting, Sink(), self)
        return set(noting.files.values())

    def named_by(self, identity: str, source: SourceFile) -> Iterator[str]:
        """What a file itself includes, as far as that can be told by the paths alone."""
        folder = os.path.dirname(identity)  # noqa: PTH120 - as strings, for there may be thousands
        for item in self.tree(source, identity).items:
            assert isinstance(item, nodes.Include)  # noqa: S101 - for the type checker: there are no others
            path = source.readable[item.value_start : item.end].strip()
            yield os.path.normpath(os.path.join(folder, path))  # noqa: PTH118 - as above

    def source(self, located: Located, name: str, data: bytes) -> SourceFile:
        """The text of an included file."""
        known = self._sources.get(located.identity)
        if known is None:
            known = self._sources[located.identity] = super().source(located, name, data)
        return known

    def tree(self, source: SourceFile, identity: str) -> nodes.Tree:
        """The includes in a text; one without the word has none."""
        known = self._trees.get(source)
        if known is None:
            items = super().tree(source, identity).items if "include" in source.readable.lower() else []
            known = self._trees[source] = nodes.Tree([item for item in items if item.__class__ is nodes.Include])
        return known
