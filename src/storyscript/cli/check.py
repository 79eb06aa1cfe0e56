"""`storyscript check`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.cli.arguments import add_wishes
from storyscript.cli.folders import add_stories_and_folders
from storyscript.cli.formats import FORMATS
from storyscript.cli.parts import divide
from storyscript.cli.projects import read_wishes
from storyscript.cli.report import check_story, write_report
from storyscript.cli.stories import read_overrides, read_stories
from storyscript.cli.trees import SharedTrees

if TYPE_CHECKING:
    import argparse

EXAMPLES: Final = {
    "storyscript check": "all stories below the working folder",
    "storyscript check --strict examples": "those below another, where a warning counts as an error",
    "storyscript check --watch examples/lamp.story": "again each time it is saved, or what it includes",
    "storyscript check --diff examples/lamp.story": "what `--fix` would mend",
}
MORE: Final = """\
It ends with 0 where there are no errors, 1 where there are (with --strict: or
warnings), 2 where it was used wrongly. What it shows and what counts as an
error may be said once, in a storyscript.toml above the stories."""


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--format", choices=("text", *FORMATS), default="text", help="for people (default) or for programs"
    )
    parser.add_argument("--fix", action="store_true", help="mend in the files what is sure to be a slip")
    parser.add_argument("--diff", action="store_true", help="show what `--fix` would change, and change nothing")
    parser.add_argument(
        "--watch", action="store_true", help="check again whenever a story, or what it is made of, changes"
    )
    add_stories_and_folders(parser)
    add_wishes(parser)


def run(arguments: argparse.Namespace) -> int:
    """Report the problems of stories; fragments will do."""
    if arguments.watch:
        from storyscript.cli.watching import watch_stories  # noqa: PLC0415 - the others end

        return watch_stories(arguments)
    stories = read_stories(arguments.stories, read_wishes(arguments), folders=True)
    overrides = read_overrides(arguments.set)
    output = sys.stdout
    if arguments.fix or arguments.diff:
        from storyscript.cli.fixing import fix_stories, show_changes  # noqa: PLC0415 - the others change nothing

        if arguments.diff:
            return show_changes(stories, overrides)
        stories, output = fix_stories(stories, overrides)
    whole, parts = divide(stories)
    trees = SharedTrees()
    checked = [check_story(story, overrides, trees=trees) for story in whole]
    write_report(checked, arguments.format, output, parts)
    codes = [found.code for found in checked]
    return exits.USE if exits.USE in codes else exits.worst(codes)
