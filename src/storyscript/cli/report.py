"""What `check` found in stories, and its report: for people, or in a format for programs."""

from __future__ import annotations

import posixpath
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.cli.formats import FORMATS
from storyscript.cli.merging import Merging
from storyscript.cli.parts import NotingReader, identity_of
from storyscript.cli.stories import code_of_problems, compile_story, show_problems
from storyscript.diagnostics.text import count_text, visible
from storyscript.folder import FolderReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TextIO

    from storyscript.analysis.files import Trees
    from storyscript.cli.stories import StoryFile
    from storyscript.diagnostics.model import Problem
    from storyscript.source import Reader, SourceFile

_EFFORT: Final = 1024 * 1024
"""How many characters of a story are read again at most to find fixes."""


class Checked(NamedTuple):
    """What a check found in one story.

    Attributes:
        name: as messages call the story.
        problems: all of its problems, with fixes.
        is_fragment: it has nothing to draw, so that it is one only for `include`.
        files: the identities of the files that it is made of, by what the problems call them; its own first, if it
            is a file.
    """

    name: str
    problems: tuple[Problem, ...]
    is_fragment: bool
    files: dict[str, str]

    @property
    def code(self) -> int:
        """The exit code that the problems ask for."""
        return code_of_problems(self.problems)


def check_story(
    story: StoryFile,
    overrides: SourceFile | None,
    *,
    open_folder: Callable[[Path], Reader] = FolderReader,
    trees: Trees | None = None,
) -> Checked:
    """Find the problems of a story that was read; a fragment will do.

    Args:
        story: the story.
        overrides: settings that win over the story's.
        open_folder: makes the reader of the story's folder.
        trees: makes texts and trees of files; by default anew.
    """
    reader = NotingReader(open_folder(story.folder))
    result = compile_story(story, overrides, fragment=True, effort=_EFFORT, reader=reader, trees=trees)
    name = story.source.name
    files = {posixpath.join(posixpath.dirname(name), path): identity for path, identity in reader.files.items()}
    if story.path is not None:
        files = {name: identity_of(story), **files}
    return Checked(name, result.problems, result.story is not None and not result.story.panels, files)


def each_once(checked: Sequence[Checked], parts: Sequence[StoryFile] = ()) -> list[Problem]:
    """All problems that were found, each once; files that are stories here are called as these.

    Args:
        checked: the stories that were checked by themselves.
        parts: those that were checked as parts of these.
    """
    names = {identity_of(story): story.source.name for story in parts}
    names |= {found.files[found.name]: found.name for found in reversed(checked) if found.name in found.files}
    merging = Merging(names)
    for found in checked:
        merging.add(found.problems, found.files)
    return merging.problems


def write_report(checked: Sequence[Checked], form: str, output: TextIO, parts: Sequence[StoryFile] = ()) -> None:
    """Write what was found; for people, how much it is goes to standard error.

    Args:
        checked: a check of each story that was checked by itself, at least one.
        form: `text`, or a name of `FORMATS`.
        output: where the problems go.
        parts: the stories that were checked as parts of these.
    """
    problems = each_once(checked, parts)
    if form in FORMATS:
        output.write(FORMATS[form](problems))
        return
    show_problems(problems, output)
    output.flush()  # first, where both streams are one terminal
    number = len(checked) + len(parts)
    count = f"{number} stories" if number > 1 else visible(checked[0].name)
    notes = "; ".join(
        filter(None, (_parts(len(parts)), _fragments(sum(found.is_fragment for found in checked), number)))
    )
    print(f"{count}: {count_text(problems)}{f' ({notes})' if notes else ''}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    fixable = sum(problem.sure_fix is not None for problem in problems)
    if fixable:
        print(f"{fixable} fixable with `--fix`", file=sys.stderr)  # noqa: T201 - the command line's own voice


def _parts(number: int) -> str:
    if not number:
        return ""
    return f"{number} checked as {'a part' if number == 1 else 'parts'} of the others"


def _fragments(number: int, stories: int) -> str:
    if not number:
        return ""
    if stories == 1:
        return "a fragment: it has nothing to draw"
    return (
        "1 is a fragment: it has nothing to draw"
        if number == 1
        else f"{number} are fragments: they have nothing to draw"
    )
