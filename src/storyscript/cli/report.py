"""What `check` found in stories, and its report: for people, or in a format for programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.cli.formats import FORMATS
from storyscript.cli.stories import code_of_problems, compile_story, show_problems
from storyscript.diagnostics.text import count_text, visible
from storyscript.folder import FolderReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TextIO

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
    """

    name: str
    problems: tuple[Problem, ...]
    is_fragment: bool

    @property
    def code(self) -> int:
        """The exit code that the problems ask for."""
        return code_of_problems(self.problems)


def check_story(
    story: StoryFile,
    overrides: SourceFile | None,
    *,
    open_folder: Callable[[Path], Reader] = FolderReader,
) -> Checked:
    """Find the problems of a story that was read; a fragment will do.

    Args:
        story: the story.
        overrides: settings that win over the story's.
        open_folder: makes the reader of the story's folder.
    """
    result = compile_story(story, overrides, fragment=True, effort=_EFFORT, reader=open_folder(story.folder))
    return Checked(story.source.name, result.problems, result.story is not None and not result.story.panels)


def write_report(checked: Sequence[Checked], form: str, output: TextIO) -> None:
    """Write what was found; for people, how much it is goes to standard error.

    Args:
        checked: a check of each story, at least one.
        form: `text`, or a name of `FORMATS`.
        output: where the problems go.
    """
    # What is wrong with a project's default is so for each of its stories, and said once.
    problems = list(dict.fromkeys(problem for found in checked for problem in found.problems))
    if form in FORMATS:
        output.write(FORMATS[form](problems))
        return
    show_problems(problems, output)
    output.flush()  # first, where both streams are one terminal
    count = f"{len(checked)} stories" if len(checked) > 1 else visible(checked[0].name)
    fragments = sum(found.is_fragment for found in checked)
    note = f" ({_fragments(fragments, len(checked))})" if fragments else ""
    print(f"{count}: {count_text(problems)}{note}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    fixable = sum(problem.fix is not None for problem in problems)
    if fixable:
        print(f"{fixable} fixable with `--fix`", file=sys.stderr)  # noqa: T201 - the command line's own voice


def _fragments(number: int, stories: int) -> str:
    if stories == 1:
        return "a fragment: it has nothing to draw"
    return (
        "1 is a fragment: it has nothing to draw"
        if number == 1
        else f"{number} are fragments: they have nothing to draw"
    )
