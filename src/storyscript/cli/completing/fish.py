"""The completion script for fish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli.completing.commands import Kind, Word, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storyscript.cli.completing.commands import Command, Option, Value

_TEMPLATE: Final = Path(__file__).with_name("script.fish")
_CANDIDATES: Final = {
    Kind.STORY: r"(__storyscript_files '^[^\t]*(?:/|\.story)(?:\t.*)?$')",
    Kind.FILE: "(__storyscript_files '.*')",
    Kind.FOLDER: r"(__storyscript_files '^[^\t]*/(?:\t.*)?$')",
    Kind.SETTING: "(__storyscript_setting)",
}
_FROM_LISTS: Final = {
    Kind.LIST: "__storyscript_list",
    Kind.CODE: "__storyscript_code",
    Kind.CODES: "__storyscript_codes",
}


def script(commands: Sequence[Command]) -> str:
    """The script.

    Args:
        commands: the program, and behind it its commands.
    """
    text = _TEMPLATE.read_text("utf-8")
    text = text.replace("@takers@", " ".join(map(_quoted, _takers(commands))), 1)
    text = text.replace("        @lists@\n", "".join(f"        {line}\n" for line in _lists(commands)), 1)
    return text.replace("@rules@\n", "".join(f"complete -c storyscript {rule}\n" for rule in _rules(commands)), 1)


def _takers(commands: Iterable[Command]) -> Iterator[str]:
    """The options that take a value, each behind its command."""
    for command in commands:
        for option in command.options:
            if option.value is not None:
                yield from (f"{command.name} {name}" for name in option.names)


def _lists(commands: Iterable[Command]) -> Iterator[str]:
    """The cases of all lists of words."""
    for command in commands:
        for key, value in command.values():
            if value.words:
                yield from _list(f"{command.name} {key}", value.words)
    found = settings()
    yield from _list("settings", (Word(f"{setting.text}=", setting.about) for setting in found))
    for setting, values in found.items():
        if values:
            yield from _list(f"setting {setting.text}", values)


def _list(key: str, words: Iterable[Word]) -> Iterator[str]:
    yield f"case {_quoted(key)}"
    yield r"    printf '%s\t%s\n' \ ".rstrip()
    lines = [f"        {_quoted(word.text)} {_quoted(word.about)}" for word in words]
    yield from (f"{line} \\" for line in lines[:-1])
    yield from lines[-1:]


def _rules(commands: Sequence[Command]) -> Iterator[str]:
    """The words behind `complete` for all that may stand somewhere."""
    for command in commands:
        if command.name:
            yield f"-n '__storyscript_at \"\" 1' -a {_quoted(command.name)} -d {_quoted(command.about)}"
        for option in command.options:
            yield _option(command.name, option)
        for number, place in enumerate(command.places, 1):
            at = f"{number}+" if place.many else str(number)
            candidates = _candidates(f"{command.name} {number}", place.value)
            if candidates:
                yield f"-n '__storyscript_at {command.name} {at}' -a {_quoted(candidates)}"


def _option(command: str, option: Option) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    at = _quoted(f"__storyscript_at {command or _quoted('')}")
    rule = f"-n {at} {names} -d {_quoted(option.about)}"
    if option.value is None:
        return rule
    candidates = _candidates(f"{command} {option.names[-1]}", option.value)
    return f"{rule} -x" + (f" -a {_quoted(candidates)}" if candidates else "")


def _candidates(key: str, value: Value) -> str:
    if value.kind in _FROM_LISTS:
        return f"({_FROM_LISTS[value.kind]} {_quoted(key)})"
    return _CANDIDATES.get(value.kind, "")


def _quoted(text: str) -> str:
    """A text as one word of the shell, whatever is in it; fish has a backslash before a quote in quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
