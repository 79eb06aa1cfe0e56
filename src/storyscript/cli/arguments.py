"""The words of the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final, NoReturn

from storyscript import __version__
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PROGRAM: Final = "storyscript"


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line, like every other of the program's."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(**options, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message: str) -> NoReturn:
        command = self.prog.removeprefix(_PROGRAM).strip()
        where = f"{command}: " if command else ""
        raise ConfigurationError(f"{where}{message} (`{self.prog} --help` shows how it is used)")


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; `command` of the result runs it.

    Raises:
        ConfigurationError: it makes no sense; the message names the nearest that would.
    """
    parser, commands = _parsers()
    first = next((word for word in argv if not word.startswith("-")), None)
    if first is not None and first not in commands:
        parser.error(f"there is no command `{first}`{_suggestion(first, commands)}")
    arguments, rest = parser.parse_known_args(argv)
    if rest:
        owner = commands[arguments.name] if arguments.name else parser
        word = rest[0].partition("=")[0]
        known = [option for action in owner._actions for option in action.option_strings]  # noqa: SLF001 - no other way
        owner.error(f"unknown option `{word}`{_suggestion(word, known)}")
    if arguments.name is None:
        parser.error("which command? One of: " + ", ".join(commands))
    return arguments


def _suggestion(word: str, known: Sequence[str] | dict[str, Any]) -> str:
    from storyscript.analysis.near import nearest  # noqa: PLC0415 - only a mistake needs it

    near = nearest(word, known)
    return f"; did you mean `{near}`?" if near else ""


def _parsers() -> tuple[_Parser, dict[str, _Parser]]:
    parser = _Parser(
        prog=_PROGRAM,
        description="Write comics as screenplays; compile, check and render them.",
        epilog="example:\n  storyscript run --offline examples/lamp.story",
    )
    parser.add_argument("--version", action="version", version=f"{_PROGRAM} {__version__}")
    group = parser.add_subparsers(dest="name", metavar="COMMAND", parser_class=_Parser)
    commands: dict[str, _Parser] = {}

    def add(name: str, does: str, example: str, command: Callable[[argparse.Namespace], int]) -> _Parser:
        made = group.add_parser(
            name, help=does, description=f"{does[0].upper()}{does[1:]}.", epilog=f"example:\n  {example}"
        )
        made.set_defaults(command=command)
        made.add_argument("stories", nargs="+", metavar="STORY", help="a `.story` file, or `-` for standard input")
        commands[name] = made
        return made

    def add_common(made: _Parser) -> None:
        made.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help="a setting that wins over the story's",
        )
        made.add_argument("--strict", action="store_true", help="take warnings for errors")

    build = add(
        "build",
        "check a story and compile it",
        "storyscript build examples/lamp.story --set seed=7 -o lamp.json",
        _build,
    )
    build.add_argument(
        "--emit",
        choices=("payload", "jobs"),
        default="payload",
        help="payload (default): the Run parameters as JSON; jobs: the whole plan",
    )
    build.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write here; for several stories a folder (default: standard output)",
    )
    add_common(build)

    check = add("check", "report what is wrong with a story", "storyscript check examples/*.story --strict", _check)
    check.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people (default) or for programs"
    )
    add_common(check)

    run = add(
        "run",
        "compile a story, have it drawn, and fetch the panels",
        "storyscript run --offline examples/lamp.story",
        _run,
    )
    run.add_argument("--offline", action="store_true", help="against a service in this process: no account, no network")
    run.add_argument("--out", default="out", metavar="DIR", help="where the panels go (default: out)")
    run.add_argument("--dry-run", action="store_true", help="show the plan, and stop")
    run.add_argument("--force", action="store_true", help="have jobs drawn again that are there and unchanged")
    run.add_argument("--yes", action="store_true", help="do not ask before money is spent")
    add_common(run)
    return parser, commands


def _build(arguments: argparse.Namespace) -> int:
    from storyscript.cli.build import build  # noqa: PLC0415 - a command loads only what it needs

    return build(arguments)


def _check(arguments: argparse.Namespace) -> int:
    from storyscript.cli.check import check  # noqa: PLC0415 - a command loads only what it needs

    return check(arguments)


def _run(arguments: argparse.Namespace) -> int:
    from storyscript.cli.run import run  # noqa: PLC0415 - a command loads only what it needs

    return run(arguments)
