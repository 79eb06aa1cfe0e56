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
from storyscript.diagnostics.text import count_text, visible

if TYPE_CHECKING:
    import argparse

    from storyscript.diagnostics.model import Problem

_EFFORT: Final = 1024 * 1024
"""How many characters of a story are read again at most to find fixes."""
EXAMPLES: Final = {
    "storyscript check examples/*.story --strict": "all stories of a folder, where a warning counts as an error",
    "storyscript check --diff examples/lamp.story": "what `--fix` would mend",
}


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--format", choices=("text", *FORMATS), default="text", help="for people (default) or for programs"
    )
    parser.add_argument("--fix", action="store_true", help="mend in the files what is sure to be a slip")
    parser.add_argument("--diff", action="store_true", help="show what `--fix` would change, and change nothing")
    add_stories(parser)


def run(arguments: argparse.Namespace) -> int:
    """Report the problems of stories; fragments will do."""
    stories = read_stories(arguments.stories)
    overrides = read_overrides(arguments.set)
    output = sys.stdout
    if arguments.fix or arguments.diff:
        from storyscript.cli.fixing import fix_stories, show_changes  # noqa: PLC0415 - the others change nothing

        if arguments.diff:
            return show_changes(stories, overrides)
        stories, output = fix_stories(stories, overrides)
    problems: list[Problem] = []
    codes = []
    fragments = 0
    for story in stories:
        result = compile_story(story, overrides, strict=arguments.strict, fragment=True, effort=_EFFORT)
        problems += result.problems
        codes.append(code_of_problems(result.problems))
        fragments += result.story is not None and not result.story.panels
    if arguments.format in FORMATS:
        output.write(FORMATS[arguments.format](problems))
    else:
        show_problems(problems, output)
        count = f"{len(stories)} stories" if len(stories) > 1 else visible(stories[0].source.name)
        note = f" ({_fragments(fragments, len(stories))})" if fragments else ""
        print(f"{count}: {count_text(problems)}{note}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        fixable = sum(problem.fix is not None for problem in problems)
        if fixable:
            print(f"{fixable} fixable with `--fix`", file=sys.stderr)  # noqa: T201 - the command line's own voice
    return exits.USE if exits.USE in codes else exits.worst(codes)


def _fragments(number: int, stories: int) -> str:
    if stories == 1:
        return "a fragment: it has nothing to draw"
    return (
        "1 is a fragment: it has nothing to draw"
        if number == 1
        else f"{number} are fragments: they have nothing to draw"
    )
