"""The completion script for bash.

All of it is known when the script is made, so that a key press starts no program but bash's own `compgen`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli.completing.commands import Kind, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storyscript.cli.completing.commands import Command, Option, Value

_TEMPLATE: Final = Path(__file__).with_name("script.bash")
_MARK: Final = "@tables@\n"
_INDENT: Final = "    "


def script(commands: Sequence[Command]) -> str:
    """The script.

    Args:
        commands: the program, and behind it its commands.
    """
    return _TEMPLATE.read_text("utf-8").replace(_MARK, f"\n{_INDENT}".join(_tables(commands)) + "\n", 1)


def _tables(commands: Sequence[Command]) -> Iterator[str]:
    """The cases of all that is known."""
    yield _case("commands", Kind.LIST, (command.name for command in commands if command.name))
    for command in commands:
        yield _case(f"options {command.name}", "options", _options(command.options))
        for option in command.options:
            if option.value is not None:
                for name in option.names:
                    yield _value(f"value {command.name} {name}", option.value)
        for number, place in enumerate(command.places, 1):
            yield _value(f"place {command.name} {'more' if place.many else number}", place.value)
    found = settings()
    yield _case("settings", Kind.LIST, (setting.text for setting in found))
    for setting, values in found.items():
        if values:
            yield _case(f"setting {setting.text}", Kind.LIST, (word.text for word in values))


def _options(options: Iterable[Option]) -> Iterator[str]:
    """The names of options, those that can be given again with a `+`; of names for the same, the long one."""
    for option in options:
        long = [name for name in option.names if name.startswith("--")] or option.names
        for name in long:
            yield name + "+" * option.again


def _value(key: str, value: Value) -> str:
    return _case(key, value.kind, (word.text for word in value.words))


def _case(key: str, kind: str, words: Iterable[str]) -> str:
    found = "\n".join(words)
    return f"{_quoted(key)}) kind={_quoted(kind)}{f' found={_quoted(found)}' if found else ''} ;;"


def _quoted(text: str) -> str:
    """A text as one word of the shell, whatever is in it."""
    return "'" + text.replace("'", "'\\''") + "'"
