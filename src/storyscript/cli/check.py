"""`storyscript check`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.cli.arguments import add_stories
from storyscript.cli.formats import FORMATS
from storyscript.cli.stories import (
    code_of_problems,
    compile_story,
    read_overrides,
    read_stories,
    show_problems,
)
from storyscript.diagnostics.text import count_text

if TYPE_CHECKING:
    import argparse

    from storyscript.diagnostics.model import Problem


EXAMPLE: Final = "storyscript check examples/*.story --strict"


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--format", choices=("text", *FORMATS), default="text", help="for people (default) or for programs"
    )
    add_stories(parser)


def run(arguments: argparse.Namespace) -> int:
    """Report the problems of stories; fragments will do."""
    stories = read_stories(arguments.stories)
    overrides = read_overrides(arguments.set)
    problems: list[Problem] = []
    codes = []
    for story in stories:
        result = compile_story(story, overrides, strict=arguments.strict, fragment=True)
        problems += result.problems
        codes.append(code_of_problems(result.problems))
    if arguments.format in FORMATS:
        sys.stdout.write(FORMATS[arguments.format](problems))
    else:
        show_problems(problems, sys.stdout)
        count = f"{len(stories)} stories" if len(stories) > 1 else stories[0].source.name
        print(f"{count}: {count_text(problems)}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    return exits.USE if exits.USE in codes else exits.worst(codes)
