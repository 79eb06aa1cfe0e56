"""What may stand where on the command line, read off the parsers that read it.

What a word or an option's value stands for is told by its placeholder, the same that `--help` shows.
"""

from __future__ import annotations

import argparse
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.cli.arguments import COMMANDS, MANY, command_parser, whole_parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_SHORTEST: Final = 3
"""Letters of a word of a model's label that is worth completing."""


class Kind(StrEnum):
    """What a word is completed by."""

    STORY = "story"
    FILE = "file"
    FOLDER = "folder"
    SETTING = "setting"
    LIST = "list"
    CODE = "code"  # from a list; with its number alone where that was begun
    CODES = "codes"  # from a list, with commas between them
    FREE = "free"


class Word(NamedTuple):
    """A word that may stand somewhere.

    Attributes:
        text: the word.
        about: what it means, on one line, or `""`.
    """

    text: str
    about: str = ""


class Value(NamedTuple):
    """What a word of a command, or the value of an option, stands for.

    Attributes:
        placeholder: what the help calls it.
        kind: what it is completed by.
        words: of what is from a list, those that may stand there.
    """

    placeholder: str
    kind: Kind
    words: tuple[Word, ...] = ()


class Option(NamedTuple):
    """An option.

    Attributes:
        names: its names, such as `-o` and `--output`.
        about: what it does.
        value: what it takes; None for one that takes nothing.
        again: it can be given more than once.
    """

    names: tuple[str, ...]
    about: str
    value: Value | None
    again: bool


class Place(NamedTuple):
    """A place for words that are no options.

    Attributes:
        value: what stands there.
        many: any number of words may.
    """

    value: Value
    many: bool


class Command(NamedTuple):
    """A command, or the program before its command is given.

    Attributes:
        name: the command's; `""` for the program.
        about: what it does.
        options: all of them.
        places: in their order.
    """

    name: str
    about: str
    options: tuple[Option, ...]
    places: tuple[Place, ...]

    def values(self) -> Iterator[tuple[str, Value]]:
        """All that is completed: of options under their last name, of places under their number from 1."""
        for option in self.options:
            if option.value is not None:
                yield option.names[-1], option.value
        for number, place in enumerate(self.places, 1):
            yield str(number), place.value


def program() -> tuple[Command, ...]:
    """The program itself, and behind it each of its commands in the order of the help."""
    whole = _command("", "", whole_parser())
    return (whole, *(_command(name, about, command_parser(name)) for name, about in COMMANDS.items()))


def settings() -> Mapping[Word, tuple[Word, ...]]:
    """The settings that `--set` takes, and of each the values to choose from."""
    from storyscript.vocabulary import SETTING_MEANINGS, choices  # noqa: PLC0415 - it loads the language

    found = {}
    for name, setting in SETTING_MEANINGS.items():
        values = []
        for choice in choices(name):
            if choice.label == choice.value:
                values.append(Word(choice.value))
            else:  # a model, which nobody knows by its number
                values.append(Word(choice.label.partition("/")[2] or choice.label, f"number {choice.value}"))
        found[Word(name, _line(setting.says))] = tuple(values)
    return found


def _codes() -> Iterator[Word]:
    from storyscript.diagnostics.catalog import TITLES  # noqa: PLC0415 - only this list needs it

    return (Word(code, title) for code, title in TITLES.items())


def _warnings() -> Iterator[Word]:
    from storyscript.diagnostics.catalog import severity  # noqa: PLC0415 - only this list needs it
    from storyscript.diagnostics.model import Severity  # noqa: PLC0415 - as above

    return (word for word in _codes() if severity(word.text) is Severity.WARNING)


def _words_of_models() -> Iterator[Word]:
    from storyscript.tool import story_diffusion_advanced  # noqa: PLC0415 - only this list needs it

    seen: dict[str, str] = {}
    for model in story_diffusion_advanced().models.values():
        for word in re.findall(r"[^\W_]+", model.label.partition("/")[2]):
            if len(word) >= _SHORTEST:
                seen.setdefault(word.casefold(), word)
    return map(Word, sorted(seen.values(), key=str.casefold))


def _faults() -> Iterator[Word]:
    from storyscript.fake.catalogue import CATALOGUE  # noqa: PLC0415 - only this list needs it

    return (Word(name, _line(entry.what)) for name, entry in CATALOGUE.items())


_LISTS: Final[dict[str, tuple[Kind, Callable[[], Iterator[Word]]]]] = {
    "CODE": (Kind.CODE, _codes),
    "CODES": (Kind.CODES, _warnings),
    "WORD": (Kind.LIST, _words_of_models),
    "FAULT": (Kind.LIST, _faults),
}

KINDS: Final = {
    "STORY": Kind.STORY,
    "FILE": Kind.FILE,
    "DIR": Kind.FOLDER,
    "NAME": Kind.FOLDER,  # of a file that is not there yet, in a folder that is
    "KEY=VALUE": Kind.SETTING,
    **{placeholder: kind for placeholder, (kind, _) in _LISTS.items()},
    **dict.fromkeys(
        ("ID", "TASKID", "JOB", "N", "USD", "PORT", "URL", "KEY", "SECRET", "SPEED", "SEED"),
        Kind.FREE,
    ),
}
"""What each placeholder is completed by."""


def _command(name: str, about: str, parser: argparse.ArgumentParser) -> Command:
    options, places = [], []
    for action in parser._actions:  # noqa: SLF001 - no other way
        if action.help == argparse.SUPPRESS or isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            continue
        if action.option_strings:
            value = None if action.nargs == 0 else _value(action)
            again = isinstance(action, argparse._AppendAction)  # noqa: SLF001 - as above
            options.append(Option(tuple(action.option_strings), _line(action.help or ""), value, again))
        else:
            places.append(Place(_value(action), action.nargs in MANY))
    return Command(name, about, tuple(options), tuple(places))


def _value(action: argparse.Action) -> Value:
    placeholder = str(action.metavar or action.dest.upper())
    if action.choices is not None:
        return Value(placeholder, Kind.LIST, tuple(Word(str(choice)) for choice in action.choices))
    if placeholder in _LISTS:
        kind, words = _LISTS[placeholder]
        return Value(placeholder, kind, tuple(words()))
    return Value(placeholder, KINDS.get(placeholder, Kind.FREE))


def _line(text: str) -> str:
    return " ".join(text.split())
