"""`storyscript fmt`."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.cli.folders import add_stories_and_folders
from storyscript.cli.rewriting import ChangedFile, encoded, print_diff, write_changes
from storyscript.cli.stories import read_files
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError
from storyscript.syntax.formatter import format_source

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from storyscript.cli.stories import StoryFile

EXAMPLES: Final = {
    "storyscript fmt": "all stories below the working folder, where they are",
    "storyscript fmt --check examples": "which of those below another would change; changes none",
    "storyscript fmt - < park.story": "what comes in goes out laid out, as editors ask for it",
}
MORE: Final = """\
With --check or --diff it ends with 0 where nothing would change, else with 1."""


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("--check", action="store_true", help="name the stories that would change, and change nothing")
    parser.add_argument("--diff", action="store_true", help="show what would change, and change nothing")
    add_stories_and_folders(parser, standard_input=", which goes to standard output")


def run(arguments: argparse.Namespace) -> int:
    """Lay stories out, broken ones where they can be."""
    only_shown = arguments.check or arguments.diff
    stories = read_files(arguments.stories, folders=True)
    if not only_shown:
        _require_plain_files(stories)
    stories = _each_once(stories)
    changed = [file for file in map(_laid_out, stories) if file.after != file.before]
    if only_shown:
        _show(changed, diff=arguments.diff)
    else:
        write_changes(changed, doing="formatted")
        _hand_on(stories, changed)
    _sum_up(stories, changed, only_shown=only_shown)
    unread = [story for story in stories if story.source.utf16 or story.source.too_large]
    for story in unread:
        why = "it is UTF-16, not UTF-8" if story.source.utf16 else "it is larger than 16 MiB"
        _say(f"storyscript: {visible(story.source.name)}: left as it is, since {why}")
    return exits.STORY if unread or (only_shown and changed) else exits.DONE


def _require_plain_files(stories: Sequence[StoryFile]) -> None:
    """A pipe, as `<(…)` of a shell gives it, can be read and not written to."""
    for story in stories:
        if story.path is not None and not story.path.is_file():
            message = f"`{story.source.name}` is no plain file, which is what can be changed in place; `-` is a filter"
            raise ConfigurationError(message)


def _each_once(stories: Sequence[StoryFile]) -> list[StoryFile]:
    """The stories with the places of their files, symlinks resolved: each file once, however often it is named."""
    found: dict[Path | None, StoryFile] = {}
    for story in stories:
        path = None if story.path is None else story.path.resolve()
        found.setdefault(path, story._replace(path=path))
    return list(found.values())


def _laid_out(story: StoryFile) -> ChangedFile:
    source = story.source
    unread = source.utf16 or source.too_large
    after = story.data if unread else encoded(format_source(source), like=story.data)
    return ChangedFile(source.name, story.path, story.data, after)


def _show(changed: Sequence[ChangedFile], *, diff: bool) -> None:
    for file in changed:
        if diff:
            print_diff(file)
        else:
            print(visible(file.name))  # noqa: T201 - the command line's own voice


def _hand_on(stories: Sequence[StoryFile], changed: Sequence[ChangedFile]) -> None:
    """Write standard input to standard output, if it is among the stories: all of it, whatever it is."""
    for story in stories:
        if story.path is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(next((file.after for file in changed if file.path is None), story.data))
            if story.source.too_large:  # only its beginning was read
                shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)


def _sum_up(stories: Sequence[StoryFile], changed: Sequence[ChangedFile], *, only_shown: bool) -> None:
    if only_shown and changed:
        of = "" if len(changed) == len(stories) else f"{len(changed)} of "
        _say(f"{of}{_count(len(stories))} would change")
    elif only_shown:
        _say(f"{_count(len(stories))}: nothing to change")
    else:
        _tell_changes(
            [file.name for file in changed if file.path is not None],
            sum(story.path is not None for story in stories),
        )


def _tell_changes(names: Sequence[str], files: int) -> None:
    """Name the files that were formatted, and of several say how many were, and were not."""
    for name in names:
        _say(f"{visible(name)}: formatted")
    left = files - len(names)
    rest = f", {left} left as {'it was' if left == 1 else 'they were'}" if left else ""
    if names and files > 1:
        _say(f"{_count(len(names))} formatted{rest}")
    elif files and not names:
        _say(f"{_count(files)}: nothing to change")


def _count(stories: int) -> str:
    return "1 story" if stories == 1 else f"{stories} stories"


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201 - the command line's own voice
