"""Mending stories: the fixes that checks give, made in the files (`storyscript check --fix`).

All stories of a command are mended together, since one may include another, or both a third: a fix is made where
none of them gets worse by it. Nothing is written until all is worked out.
"""

from __future__ import annotations

import posixpath
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.cli.parts import divide, identity_of
from storyscript.cli.rewriting import ChangedFile, encoded, print_diff, write_changes
from storyscript.cli.trees import SharedTrees
from storyscript.compiler import compile_source
from storyscript.diagnostics.fixes import apply, choose, edits_in, is_no_worse, make_most, weight_of
from storyscript.diagnostics.model import Edit, Fix
from storyscript.diagnostics.text import visible
from storyscript.folder import FolderReader
from storyscript.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from storyscript.cli.stories import StoryFile
    from storyscript.diagnostics.model import Problem
    from storyscript.source import Located, Reader

EFFORT: Final = 16 * 1024 * 1024
"""How many characters of a story are read again in each round to find fixes that hold."""
_MOST_ROUNDS: Final = 100
"""Each round leaves less that is wrong, so this is a bound for what nobody has thought of."""


@dataclass(frozen=True, slots=True)
class FixedFile(ChangedFile):
    """A file that fixes were made in.

    Attributes:
        number: how many problems were mended in it.
    """

    number: int


class Fixing:
    """The files of stories, with fixes made in them.

    Args:
        stories: as they were read; those that are parts of others (`divide`) are mended as these see them.
        overrides: settings that win over the stories'.
        open_folder: makes the reader of a story's folder.
    """

    def __init__(
        self,
        stories: Sequence[StoryFile],
        overrides: SourceFile | None = None,
        open_folder: Callable[[Path], Reader] = FolderReader,
    ) -> None:
        self._open_folder: Final = open_folder
        self._overrides: Final = overrides
        self._texts: Final[dict[str, _Text]] = {}
        self._given: Final = stories
        for story in stories:
            path = None if story.path is None else Path(identity_of(story))
            text = _Text(story.source.name, path, story.data, story.data)
            self._texts.setdefault(identity_of(story), text)
        self._whole: Final = divide(stories, lambda story: open_folder(story.folder)).whole
        self._readers: Final = [self._open(story) for story in self._whole]
        self._mend()

    @property
    def stories(self) -> list[StoryFile]:
        """The stories, with the fixes in their texts."""
        texts = [self._texts[identity_of(story)] for story in self._given]
        return [
            story._replace(source=text.source(story.source.name), data=text.data)
            for story, text in zip(self._given, texts, strict=True)
        ]

    @property
    def files(self) -> list[FixedFile]:
        """What was changed, in the order in which it was read."""
        return [
            FixedFile(text.name, text.path, text.original, text.data, text.number)
            for text in self._texts.values()
            if text.data != text.original
        ]

    def _open(self, story: StoryFile) -> _SharedReader:
        return _SharedReader(self._open_folder(story.folder), identity_of(story), story.source.name, self._texts)

    def _compile(self, texts: dict[str, _Text], effort: int = 0) -> list[tuple[Problem, ...]]:
        found, trees = [], SharedTrees()
        for story, reader in zip(self._whole, self._readers, strict=True):
            reader.texts = texts
            result = compile_source(
                texts[reader.story].source(reader.name),
                reader=reader,
                overrides=self._overrides,
                defaults=story.defaults(),
                fragment=True,
                effort=effort,
                trees=trees,
            )
            found.append(result.problems)
        return found

    def _mend(self) -> None:
        refused: set[Fix] = set()
        for _ in range(_MOST_ROUNDS):
            problems = self._compile(self._texts, EFFORT)
            # What several stories include is mended once.
            chosen = choose(fix for fix in dict.fromkeys(self._fixes(problems)) if fix not in refused)
            if not chosen:
                return
            if not make_most(chosen, partial(self._make, before=problems)):
                refused.add(chosen[0])

    def _fixes(self, problems: list[tuple[Problem, ...]]) -> Iterator[Fix]:
        """The sure fixes of all stories, each in the text that they share."""
        for story, reader, found in zip(self._whole, self._readers, problems, strict=True):
            for problem in story.shown(found):
                if problem.sure_fix is not None:
                    source = self._texts[reader.keys[problem.span.source.name]].shared
                    yield Fix(tuple(_moved(edit, source) for edit in problem.sure_fix.edits))

    def _make(self, fixes: Sequence[Fix], before: list[tuple[Problem, ...]]) -> bool:
        """Make fixes together, if that leaves less that is wrong and no story gets worse by it."""
        texts, edits = dict(self._texts), {}
        for key, text in self._texts.items():
            edits[key] = edits_in(text.shared, fixes)
            if edits[key]:
                number = sum(fix.edits[0].span.source is text.shared for fix in fixes)
                texts[key] = text.with_edits(edits[key], number)
        after = self._compile(texts)
        if _weight(after) >= _weight(before):
            return False
        for reader, was, left in zip(self._readers, before, after, strict=True):
            named = [(SourceFile(name, ""), key) for name, key in reader.keys.items()]
            made = [_moved(edit, source) for source, key in named for edit in edits.get(key, ())]
            if not is_no_worse(was, left, made):
                return False
        self._texts.clear()
        self._texts.update(texts)
        return True

    # ---- what came out ---------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write the files that were changed, each whole and with its mode; what is not a file is left to the caller.

        Raises:
            DiskError: a file was changed by somebody else meanwhile, or cannot be written.
        """
        write_changes(self.files, doing="mended")


def fix_stories(stories: Sequence[StoryFile], overrides: SourceFile | None) -> tuple[list[StoryFile], TextIO]:
    """Mend stories: files are written, and standard input goes to standard output.

    Returns:
        The stories as they are now, and where to write what is left to say: not between the lines of a story.

    Raises:
        DiskError: a file could not be written, or was changed by somebody else meanwhile.
    """
    fixing = Fixing(stories, overrides)
    fixing.write()
    for file in fixing.files:
        print(f"{visible(file.name)}: {file.number} fixed", file=sys.stderr)  # noqa: T201 - the command line's own voice
    piped = next((story for story in fixing.stories if story.path is None), None)
    if piped is None:
        return fixing.stories, sys.stdout
    sys.stdout.flush()
    sys.stdout.buffer.write(piped.data)
    return fixing.stories, sys.stderr


def show_changes(stories: Sequence[StoryFile], overrides: SourceFile | None) -> int:
    """Print what `fix_stories` would change, as a unified diff.

    Returns:
        The exit code: 1 where there is something to change.
    """
    fixing = Fixing(stories, overrides)
    for file in fixing.files:
        print_diff(file)
        print(f"{visible(file.name)}: {file.number} fixable", file=sys.stderr)  # noqa: T201 - as above
    return exits.STORY if fixing.files else exits.DONE


def _weight(stories: Sequence[Sequence[Problem]]) -> tuple[int, int]:
    """How much is wrong with stories together."""
    errors, problems = zip(*map(weight_of, stories), strict=True)
    return sum(errors), sum(problems)


def _moved(edit: Edit, source: SourceFile) -> Edit:
    return Edit(Span(source, edit.span.start, edit.span.end), edit.text)


class _Text:
    """A file's bytes as they were, and as they are with the fixes made so far.

    Attributes:
        name: as messages call it.
        path: where it is; None for standard input.
        original, data: its bytes.
        number: how many fixes were made.
        shared: stands for the text where several stories speak of it, each by a name of its own.
    """

    def __init__(self, name: str, path: Path | None, original: bytes, data: bytes, number: int = 0) -> None:
        self.name: Final = name
        self.path: Final = path
        self.original: Final = original
        self.data: Final = data
        self.number: Final = number
        self.shared: Final = SourceFile(name, "")

    def source(self, name: str) -> SourceFile:
        return SourceFile.from_bytes(name, self.data)

    def with_edits(self, edits: Sequence[Edit], number: int) -> _Text:
        data = encoded(apply(self.source(self.name).text, edits), like=self.data)
        return _Text(self.name, self.path, self.original, data, self.number + number)


class _SharedReader:
    """A reader over a story's folder that sees the fixes made so far, and remembers what it read.

    Attributes:
        story: the key of the story's own text.
        name: what messages call the story.
        texts: all texts, by the path of their file.
        keys: the texts that the story is made of, by what messages call them.
    """

    def __init__(self, reader: Reader, story: str, name: str, texts: dict[str, _Text]) -> None:
        self._reader: Final = reader
        self._folder: Final = posixpath.dirname(name)
        self.story: Final = story
        self.name: Final = name
        self.texts = texts
        self.keys: Final = {name: story}

    def locate(self, path: str, base: str) -> Located:
        return self._reader.locate(path, base)

    def read(self, located: Located) -> bytes:
        name, key = posixpath.join(self._folder, located.path), located.identity
        text = self.texts.get(key)
        if text is None:
            data = self._reader.read(located)
            text = self.texts[key] = _Text(name, Path(key), data, data)
        self.keys[name] = key
        return text.data
