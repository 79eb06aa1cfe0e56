"""Stories named on the command line: reading them, compiling them, showing their problems."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.near import nearest
from storyscript.analysis.settings import SETTINGS
from storyscript.cli import exits
from storyscript.cli.projects import NO_WISHES, Projects, Wishes, require_right
from storyscript.cli.terminal import shows_colour
from storyscript.compiler import Compilation, compile_source
from storyscript.diagnostics.model import Severity
from storyscript.diagnostics.text import count_text, visible
from storyscript.errors import ConfigurationError
from storyscript.folder import FolderReader
from storyscript.source import MAX_SOURCE_BYTES, SourceFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from storyscript.analysis.defaults import Defaults
    from storyscript.analysis.files import Trees
    from storyscript.config.project import ProjectSettings
    from storyscript.diagnostics.model import Problem
    from storyscript.source import Reader

STANDARD_INPUT: Final = "-"
_STANDARD_INPUT_NAME: Final = "<stdin>"
OVERRIDES_NAME: Final = "<--set>"


class StoryFile(NamedTuple):
    """A story that was read.

    Attributes:
        source: its text.
        folder: what its files are relative to.
        data: its bytes.
        path: where it is; None for standard input.
        project: what its project says, and the options that win over that; None where nobody says anything.
        found: it was found in a folder that was named, and not named itself.
    """

    source: SourceFile
    folder: Path
    data: bytes
    path: Path | None
    project: ProjectSettings | None = None
    found: bool = False

    def defaults(self) -> Defaults | None:
        """The settings that hold where the story says nothing."""
        return None if self.project is None else self.project.defaults(self.folder)

    def shown(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Those of its problems that are shown."""
        return tuple(problems) if self.project is None else self.project.choice.of(problems)


def read_stories(paths: Sequence[str], wishes: Wishes = NO_WISHES, *, folders: bool = False) -> list[StoryFile]:
    """Read all stories, and their project files, before anything is done with one.

    Args:
        paths: as given.
        wishes: what wins over the project files.
        folders: whether a path may be a folder, for all stories below it.

    Raises:
        ConfigurationError: one of them cannot be read, or a project file has mistakes.
    """
    stories = in_projects(read_files(paths, folders=folders), wishes)
    require_right(story.project for story in stories)
    return stories


def read_files(paths: Sequence[str], *, folders: bool = False) -> list[StoryFile]:
    """Read all stories, and nothing of what their projects say, before anything is done with one.

    Raises:
        ConfigurationError: one of them cannot be read.
    """
    if paths.count(STANDARD_INPUT) > 1:
        raise ConfigurationError("`-` stands for standard input, which can be read only once")
    if not folders:
        return [read_file(path) for path in paths]
    from storyscript.cli.folders import stories_named  # noqa: PLC0415 - only some commands take folders

    return [read_file(name.path)._replace(found=name.found) for name in stories_named(paths)]


def in_projects(stories: Sequence[StoryFile], wishes: Wishes) -> list[StoryFile]:
    """Stories with what their project files say, mistakes or not; each file is read once."""
    projects = Projects(wishes)
    return [story._replace(project=projects.of(story.folder)) for story in stories]


def read_file(path: str) -> StoryFile:
    """Read one story, which is no folder.

    Raises:
        ConfigurationError: it cannot be read.
    """
    most = MAX_SOURCE_BYTES + 1
    if path == STANDARD_INPUT and sys.stdin is None:
        raise ConfigurationError("standard input is closed, so no story can be read from it")
    if path == STANDARD_INPUT:
        data = sys.stdin.buffer.read(most)
        return StoryFile(SourceFile.from_bytes(_STANDARD_INPUT_NAME, data), Path(), data, None)
    if not path:
        raise ConfigurationError("a story's name is empty")
    try:
        with Path(path).open("rb") as file:
            data = file.read(most)
    except FileNotFoundError:
        from storyscript.cli.missing import missing_story  # noqa: PLC0415 - only a mistake needs it

        raise ConfigurationError(missing_story(path)) from None
    except IsADirectoryError:
        every = os.path.join(path, "*.story")  # noqa: PTH118 - a Path drops the `./`
        raise ConfigurationError(f"`{path}` is a folder; name the stories in it, as `{every}`") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise ConfigurationError(f"cannot read `{path}`: {reason or 'no file can have that name'}") from None
    return StoryFile(SourceFile.from_bytes(path.replace(os.sep, "/"), data), Path(path).parent, data, Path(path))


def read_overrides(settings: Sequence[str]) -> SourceFile | None:
    """The `--set KEY=VALUE` options as a source of settings; None without any.

    Raises:
        ConfigurationError: an option has no `=`, or its key is no setting.
    """
    lines = []
    for setting in settings:
        key, sign, value = setting.partition("=")
        key = key.strip()
        if not sign:
            raise ConfigurationError(f"`--set {setting}` lacks a `=`: write `--set KEY=VALUE`")
        if key.lower() not in SETTINGS:
            near = nearest(key, SETTINGS)
            more = f"did you mean `{near}`?" if near else "settings are: " + ", ".join(SETTINGS)
            raise ConfigurationError(f"`--set {setting}`: there is no setting `{key}`; {more}")
        lines.append(f"{key}: {' '.join(value.splitlines())}\n")
    if not lines:
        return None
    source = SourceFile.from_text(OVERRIDES_NAME, "".join(lines))
    if next(source.damage(), None) is not None:
        raise ConfigurationError("`--set`: a value holds a control character, or bytes that are no UTF-8")
    return source


def compile_story(
    story: StoryFile,
    overrides: SourceFile | None,
    *,
    fragment: bool = False,
    effort: int = 0,
    reader: Reader | None = None,
    trees: Trees | None = None,
) -> Compilation:
    """Compile a story that was read, as its project and the options have it.

    Args:
        story: the story.
        overrides: settings that win over the story's.
        fragment: whether a story without scenes and events will do.
        effort: how many characters may be read again to find fixes.
        reader: opens the files that it names; by default those of its folder.
        trees: makes texts and trees of files; by default anew.
    """
    reader = reader or FolderReader(story.folder)
    result = compile_source(
        story.source,
        reader=reader,
        overrides=overrides,
        defaults=story.defaults(),
        fragment=fragment,
        effort=effort,
        trees=trees,
    )
    problems = story.shown(result.problems)
    if story.project is not None and story.project.strict and problems:
        return Compilation(None, tuple(problem._replace(severity=Severity.ERROR) for problem in problems))
    return Compilation(result.story, problems)


def not_yet_said(problems: Sequence[Problem], said: set[Problem]) -> list[Problem]:
    """Problems but those of a project file that another story's compilation gave already; they are noted in `said`."""
    fresh = [problem for problem in problems if problem not in said]
    said.update(problems)
    return fresh


def show_problems(problems: Sequence[Problem], stream: TextIO) -> None:
    """Write problems for people; in colour where a terminal shows it."""
    if problems:
        from storyscript.diagnostics.text import render_text  # noqa: PLC0415 - only a mistake needs it

        stream.write(render_text(problems, colour=shows_colour(stream)))


def tell_left_out(story: StoryFile, problems: Sequence[Problem]) -> None:
    """Say which of several stories is not gone on with, and why: its problems may have scrolled away."""
    print(  # noqa: T201 - the command line's own voice
        f"storyscript: {visible(story.source.name)}: left out, since it has {count_text(problems)}", file=sys.stderr
    )


def code_of_problems(problems: Sequence[Problem]) -> int:
    """The exit code that problems ask for: wrong use where `--set` is what is wrong, else the story's."""
    wrong = [problem for problem in problems if problem.severity is Severity.ERROR]
    if not wrong:
        return exits.DONE
    return exits.USE if any(problem.span.source.name == OVERRIDES_NAME for problem in wrong) else exits.STORY
