"""The words of the command line.

Each command is a module of this package, loaded when its command is given: it says how it is used (`EXAMPLES`: lines,
and what each is for; `MORE`, if that is not all), which words it takes (`add_words`), and does it (`run`). What it
imports at its top is what it needs at once. What a word stands for is told by its placeholder (`metavar`), which people
see in the help and completion goes by (`completing.commands.KINDS`).
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn

from storyscript import __version__
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROGRAM: Final = "storyscript"

COMMANDS: Final = {
    "build": "check a story and compile it",
    "check": "report what is wrong with a story",
    "run": "compile a story, have it drawn, and fetch the panels",
    "resume": "go on with whatever earlier runs left",
    "fmt": "lay stories out in their canonical form",
    "import": "turn a payload, or a curl command that sends one, into a story",
    "explain": "say what a problem's code means, and how to mend it",
    "models": "list the base models that a story can be drawn with",
    "styles": "list the styles that a story can be drawn in",
    "task": "look at a task of the service, stop it, or delete its files there",
    "init": "write a first story, to run and to change",
    "lsp": "the language server, for editors",
    "fake": "a Wiro of your own on a port of this machine, to try things against",
    "completion": "print what has a shell complete commands, options and values",
    "login": "keep your Wiro project's credentials in your user file",
    "doctor": "look at settings, credentials, the service and its tool",
}
"""What each command does, in the order of `--help`; a command's module has its name, or is in `_MODULES`."""

_EXAMPLES: Final = {
    "storyscript init park": "a first story, park.story, to change",
    "storyscript check park.story": "what is wrong with it",
    "storyscript run --offline park.story": "its panels, as placeholders: no account, nothing paid",
    "storyscript check --help": "more of a command",
}

MANY: Final = ("*", "+")
"""How `argparse` is told that any number of words may stand somewhere."""

_MODULES: Final[dict[str, str]] = {"import": "storyscript.cli.importing"}
"""The modules of commands whose names are words of Python."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line, like every other of the program's."""

    discreet = False
    """Whether a complaint may not repeat what was given."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(**options, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message: str) -> NoReturn:
        command = self.prog.removeprefix(_PROGRAM).strip()
        if self.discreet:
            message = "there is a word or an option that it does not know, not repeated here, for it may be a secret"
        where = f"{command}: " if command else ""
        raise ConfigurationError(f"{where}{message} (`{self.prog} --help` shows how it is used)")


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; `command` of the result runs it.

    Raises:
        ConfigurationError: it makes no sense; the message names the nearest that would.
    """
    first = next((word for word in argv if not word.startswith("-")), None)
    parser, owner = _parsers(first)
    if first is not None and first not in COMMANDS:
        parser.error(f"there is no command `{first}`{_meant(first, argv)}")
    arguments, rest = parser.parse_known_args(argv)
    rest = _taken_up(rest, arguments, owner)
    if rest:
        owner.error(_too_much(rest, owner))
    if arguments.name is None:
        parser.error("which command? One of: " + ", ".join(COMMANDS))
    return arguments


def command_parser(name: str) -> argparse.ArgumentParser:
    """The parser of one command, for who describes it."""
    return _parsers(name)[1]


def whole_parser() -> argparse.ArgumentParser:
    """The parser of what may stand before a command."""
    return _parsers(None)[0]


def add_stories(parser: argparse.ArgumentParser) -> None:
    """The words of a command that compiles stories, each of which is named."""
    parser.add_argument("stories", nargs="+", metavar="STORY", help="a `.story` file, or `-` for standard input")
    add_wishes(parser)


def add_wishes(parser: argparse.ArgumentParser) -> None:
    """The options of every command that compiles stories."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a setting that wins over the story's",
    )
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help="take warnings for errors, or do not (default: as the project says, else not)",
    )
    parser.add_argument(
        "--select",
        action="append",
        metavar="CODES",
        help="show these warnings only: codes such as `SS405`, or beginnings of codes, apart by commas "
        "(default: as the project says, else all)",
    )
    parser.add_argument(
        "--ignore",
        action="append",
        metavar="CODES",
        help="do not show these warnings (default: as the project says, else none)",
    )


def _shown(examples: Mapping[str, str]) -> str:
    """Examples as `--help` shows them: what each is for, and below it the line, to be copied."""
    return "examples:\n" + "\n".join(f"  # {purpose}\n  {line}" for line, purpose in examples.items())


def _taken_up(rest: list[str], arguments: argparse.Namespace, owner: argparse.ArgumentParser) -> list[str]:
    """Give a command that takes any number of words those of the rest as well; what it does not take is left.

    `argparse` gives it only words that stand together: of `check a.story --strict b.story` the first.
    """
    taker = next((action for action in owner._actions if action.nargs in MANY), None)  # noqa: SLF001 - no other way
    if taker is None:
        return rest
    end = rest.index("--") if "--" in rest else len(rest)
    unknown = [word for word in rest[:end] if word.startswith("-") and word != "-"]
    if not unknown:
        setattr(arguments, taker.dest, [*getattr(arguments, taker.dest), *rest[:end], *rest[end + 1 :]])
    return unknown


def _too_much(rest: Sequence[str], owner: argparse.ArgumentParser) -> str:
    """What is wrong with words that nothing takes."""
    word = next((word for word in rest if word != "--"), "--")
    if word.startswith("-") and word != "-":
        word = word.partition("=")[0]
        known = [option for action in owner._actions for option in action.option_strings]  # noqa: SLF001 - no other way
        return f"unknown option `{word}`{_suggestion(word, known)}"
    taken = [str(action.metavar) for action in owner._actions if not action.option_strings]  # noqa: SLF001 - as above
    return f"takes {f'one {taken[0]}' if taken else 'no words'}, and `{word}` is {'another' if taken else 'one'}"


def _meant(word: str, argv: Sequence[str]) -> str:
    """What somebody may have meant by a word that is no command."""
    from storyscript.cli.elsewhere import ELSEWHERE  # noqa: PLC0415 - only a mistake needs it

    if word == "help":
        command = next((other for other in argv if other in COMMANDS), None)
        return f"; did you mean `{f'{command} ' if command else ''}--help`?"
    known = ELSEWHERE.get(word.lower())
    return f"; did you mean `{known}`?" if known else _suggestion(word, COMMANDS)


def _suggestion(word: str, known: Sequence[str] | dict[str, Any]) -> str:
    from storyscript.analysis.near import nearest  # noqa: PLC0415 - only a mistake needs it

    near = nearest(word, known)
    return f"; did you mean `{near}`?" if near else ""


def _parsers(wanted: str | None) -> tuple[_Parser, _Parser]:
    """The whole parser, and that of the command which is wanted, or the whole again: only that one gets its words."""
    parser = _Parser(
        prog=_PROGRAM,
        description="Write comics as screenplays; compile, check and render them.",
        epilog=_shown(_EXAMPLES),
    )
    parser.add_argument("-V", "--version", action="version", version=f"{_PROGRAM} {__version__}")
    group = parser.add_subparsers(dest="name", metavar="COMMAND", parser_class=_Parser)
    owner = parser
    for name, does in COMMANDS.items():
        if name != wanted:
            group.add_parser(name, help=does, add_help=False)
            continue
        module = import_module(_MODULES.get(name, f"storyscript.cli.{name}"))
        examples = getattr(module, "EXAMPLES", None) or {module.EXAMPLE: "to begin with"}
        epilog = "\n\n".join(filter(None, (_shown(examples), getattr(module, "MORE", ""))))
        owner = group.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.", epilog=epilog)
        owner.discreet = getattr(module, "DISCREET", False)
        module.add_words(owner)
        owner.set_defaults(command=module.run)
    return parser, owner
