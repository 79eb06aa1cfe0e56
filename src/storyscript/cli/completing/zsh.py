"""The completion script for zsh."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli.completing.commands import Kind, Word, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storyscript.cli.completing.commands import Command, Option, Value

_TEMPLATE: Final = Path(__file__).with_name("script.zsh")
_GO_ON: Final = " \\"
_ACTIONS: Final = {
    Kind.STORY: "_files -g '*.story(-.)'",
    Kind.FILE: "_files",
    Kind.FOLDER: "_files -/",
    Kind.SETTING: " __storyscript_setting",
    Kind.FREE: " ",
}


def script(commands: Sequence[Command]) -> str:
    """The script.

    Args:
        commands: the program, and behind it its commands.
    """
    program, *others = commands
    found = settings()
    parts = {
        "lists": _lists(commands),
        "settings": _described(found),
        "commands": _described(_named(others)),
        "program": [spec + _GO_ON for spec in _options(program, alone=True)],
        "cases": _cases(others),
    }
    text = _TEMPLATE.read_text("utf-8")
    for name, lines in parts.items():
        before, _, after = text.partition(f"@{name}@\n")
        indent = before.rpartition("\n")[2]
        text = before.removesuffix(indent) + "".join(f"{indent}{line}\n" for line in lines) + after
    return text


def _named(commands: Iterable[Command]) -> Iterator[Word]:
    return (Word(command.name, command.about) for command in commands)


def _lists(commands: Sequence[Command]) -> Iterator[str]:
    """The cases of all lists of words."""
    for command in commands:
        for key, value in command.values():
            if value.words:
                yield from _list(f"{command.name} {key}", value.words)
    for setting, values in settings().items():
        if values:
            yield from _list(f"setting {setting.text}", values)


def _list(key: str, words: Iterable[Word]) -> Iterator[str]:
    yield f"{_quoted(key)}) found=("
    yield from (f"  {line}" for line in _described(words))
    yield ") ;;"


def _described(words: Iterable[Word]) -> Iterator[str]:
    """Words as `_describe` takes them, which has a colon before what a word means."""
    for word in words:
        text = re.sub(r"([\\:])", r"\\\1", word.text)
        yield _quoted(f"{text}:{word.about}" if word.about else text)


def _cases(commands: Iterable[Command]) -> Iterator[str]:
    for command in commands:
        specs = [*_options(command, alone=False), *_places(command)]
        yield f"{command.name})"
        yield "  _arguments -S -C" + _GO_ON
        yield from (f"    {spec}{_GO_ON}" for spec in specs)
        yield "    && ret=0"
        yield "  ;;"


def _options(command: Command, *, alone: bool) -> Iterator[str]:
    """The specifications of options; `alone`, one leaves nothing else to be said."""
    for option in command.options:
        for name in option.names:
            yield _quoted(_option(command.name, option, name, alone=alone))


def _option(command: str, option: Option, name: str, *, alone: bool) -> str:
    before = "*" if option.again else f"({' '.join(option.names)})"
    if alone or "--help" in option.names:
        before = "(- : *)"
    about = re.sub(r"([\\\[\]:])", r"\\\1", option.about)
    if option.value is None:
        return f"{before}{name}[{about}]"
    sign = "=" if name.startswith("--") else "+"
    return f"{before}{name}{sign}[{about}]{_message(f'{command} {option.names[-1]}', option.value)}"


def _places(command: Command) -> Iterator[str]:
    for number, place in enumerate(command.places, 1):
        key = f"{command.name} {number}"
        yield _quoted(("*" if place.many else str(number)) + _message(key, place.value))


def _message(key: str, value: Value) -> str:
    """What a value is called, and what completes it."""
    called = re.sub(r"([\\:])", r"\\\1", value.placeholder)
    action = _ACTIONS.get(value.kind)
    if action is None:
        action = f" __storyscript_list {_quoted(value.placeholder)} {_quoted(key)}"
        if value.kind is not Kind.LIST:
            action += f" {value.kind}"
    return f":{called}:{action}"


def _quoted(text: str) -> str:
    """A text as one word of the shell, whatever is in it."""
    return "'" + text.replace("'", "'\\''") + "'"
