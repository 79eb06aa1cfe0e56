"""A settings file, from bytes to values: what is known of it is read, what is wrong with it is said.

What a file holds may be a secret, also where it stands in the wrong place. So nothing of the content is quoted but
names, and the functions that see the content raise nothing: no traceback can show it.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from storyscript.analysis.near import nearest
from storyscript.config.places import find_places
from storyscript.source import Position, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storyscript.config import places

MOST_BYTES: Final = 1024 * 1024
"""A larger file is no settings file."""

MOST_FLAWS: Final = 100
"""After this many mistakes in a file, the rest are counted."""

_PLACE: Final = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")
_DEEPEST: Final = 8
"""Tables in tables in which somebody may look for a key that must not be there."""
_OF_THE_FILE: Final = ("is ", "cannot ")
"""How a flaw begins that is one of the whole file."""

ReadValue = Callable[[object], Any]
"""Gives the value that a file's value means, or raises a `ValueError` that says what it must be."""

Keys = Mapping[str, "ReadValue | Keys"]
"""What a table holds: for each key how its value is read, or what the table of that name holds."""

WhyRefused = Callable[[str], "str | None"]
"""Says why a key must not stand in a file, in whatever table; None of one that may."""


class Mistakes(ValueError):  # noqa: N818 - several, of one value
    """Elements of an array are wrong.

    Args:
        flaws: by their numbers, what is wrong with them.
    """

    def __init__(self, flaws: Mapping[int, str]) -> None:
        super().__init__(*flaws.values())
        self.flaws: Final = flaws


class Flaw(NamedTuple):
    """A mistake in a settings file.

    Attributes:
        message: what is wrong, naming the key, and what would be right.
        first, last: where it begins and ends (exclusive); None where it has no place.
    """

    message: str
    first: Position | None = None
    last: Position | None = None


class Content(NamedTuple):
    """What a settings file says.

    Attributes:
        values: by table and key; only what is known and right.
        flaws: everything that is wrong with it, in the order of the file.
        spots: where it has everything.
    """

    values: dict[str, Any]
    flaws: tuple[Flaw, ...]
    spots: Mapping[places.Path, places.Spot]


class Bytes(NamedTuple):
    """A settings file as the disk has it.

    Attributes:
        data: its bytes, or what keeps them from being read.
        mode: its permissions.
        owner: the number of the user whose file it is.
    """

    data: bytes | Flaw
    mode: int
    owner: int


class Loaded(NamedTuple):
    """What a settings file holds.

    Attributes:
        path: the file.
        values, flaws: as in `Content`.
        mode, owner: as in `Bytes`.
    """

    path: Path
    values: dict[str, Any]
    flaws: tuple[Flaw, ...]
    mode: int
    owner: int

    def sentence(self, flaw: Flaw) -> str:
        """A flaw, with the file before it."""
        return sentence(self.path, flaw)


def sentence(path: Path, flaw: Flaw) -> str:
    """A flaw, with file and line before it."""
    if flaw.message.startswith(_OF_THE_FILE):
        return f"`{path}` {flaw.message}"
    return f"`{path}`{f', line {flaw.first.line}' if flaw.first is not None else ''}: {flaw.message}"


def _none_refused(_key: str) -> None:
    return None


def load(path: Path, keys: Keys, why_refused: WhyRefused = _none_refused) -> Loaded | None:
    """Read a file; None where there is none.

    Args:
        path: the file.
        keys: what it may hold.
        why_refused: what it must not hold.
    """
    file = read_file(path)
    if file is None:
        return None
    if isinstance(file.data, Flaw):
        return Loaded(path, {}, (file.data,), file.mode, file.owner)
    content = read_content(decode(file.data), keys, why_refused)
    return Loaded(path, content.values, content.flaws, file.mode, file.owner)


def read_file(path: Path) -> Bytes | None:
    """The bytes of a file, at most one more than it may have; None where there is none."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            plain = stat.S_ISREG(status.st_mode)
            data = file.read(MOST_BYTES + 1) if plain else Flaw("is no plain file: delete it")
    except FileNotFoundError:
        return None
    except OSError as error:
        return Bytes(Flaw(f"cannot be read: {error.strerror or 'the disk failed'}"), 0, -1)
    return Bytes(data, status.st_mode, status.st_uid)


def decode(data: bytes) -> str | Flaw:
    """The text of a file, or why it is none."""
    if len(data) > MOST_BYTES:
        return Flaw(f"is larger than {MOST_BYTES} bytes, so it is no settings file")
    try:
        # Some editors begin a file with a byte order mark, of which TOML knows nothing.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Flaw("is no TOML file: it is not UTF-8")


def read_content(text: str | Flaw, keys: Keys, why_refused: WhyRefused = _none_refused) -> Content:
    """What a file says.

    Args:
        text: of the file, or why it has none.
        keys: what it may hold.
        why_refused: what it must not hold.
    """
    tables = text if isinstance(text, Flaw) else _parse(text)
    if isinstance(tables, Flaw) or isinstance(text, Flaw):  # the second is for the type checker
        return Content({}, (tables,) if isinstance(tables, Flaw) else (), {})
    found: list[_Found] = []
    values = _judge(tables, keys, keys, (), found)
    refused = {one.path: one for one in _refused(tables, why_refused)}
    found = [*refused.values(), *(one for one in found if one.path not in refused)]
    spots = find_places(text)
    source = SourceFile.from_text("", text)
    told = (_placed(one, spots, source) for one in found[:MOST_FLAWS])
    flaws = sorted(told, key=lambda flaw: flaw.first or Position(0, 0))
    if len(found) > MOST_FLAWS:
        flaws.append(Flaw(f"and {len(found) - MOST_FLAWS} more mistakes"))
    return Content(values, tuple(flaws), spots)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; of a pipe, do not wait until somebody writes into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _parse(text: str) -> dict[str, Any] | Flaw:
    """The file's tables, or what is wrong with it, without a word of what it holds."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        return Flaw("is no TOML file that can be read: it is nested too deeply")
    except ValueError as error:
        place = _PLACE.search(str(error))
        if "at end of document" in str(error):
            return Flaw("is no TOML file, it stops in the middle: mend or delete it")
        if place is None:
            return Flaw("is no TOML file: mend or delete it")
        first = Position(int(place[1]), int(place[2]))
        where = f"from line {first.line}, column {first.column} on"
        return Flaw(f"is no TOML file {where}: mend or delete it", first, first)


class _Found(NamedTuple):
    """A flaw before its place is known: the keys that lead there, and whether it is the last of those."""

    path: places.Path
    message: str
    of_key: bool = False


def _placed(found: _Found, spots: Mapping[places.Path, places.Spot], source: SourceFile) -> Flaw:
    spot = spots.get(found.path)
    if spot is None:
        return Flaw(found.message)
    start, end = spot.key if found.of_key else spot.value
    return Flaw(found.message, source.position(start), source.position(end))


def _refused(tables: Mapping[str, Any], why_refused: WhyRefused) -> Iterator[_Found]:
    """The keys that must not be there, also in tables that are not known."""
    waiting: list[tuple[places.Path, Any]] = [((), tables)]
    while waiting:
        path, content = waiting.pop()
        inner = content.items() if isinstance(content, dict) else enumerate(content)
        for key, value in inner:
            why = why_refused(key) if isinstance(key, str) else None
            if why is not None:
                yield _Found((*path, key), f"`{key}`{_where(path)} {why}", of_key=True)
            elif isinstance(value, (dict, list)) and len(path) < _DEEPEST:
                waiting.append(((*path, key), value))


def _where(path: places.Path) -> str:
    names = [name for name in path if isinstance(name, str)]
    return f" in the table [{'.'.join(names)}]" if names else ""


def _judge(
    content: Mapping[str, Any], keys: Keys, file: Keys, path: tuple[str, ...], found: list[_Found]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    where = _where(path)
    for key, value in content.items():
        known, here = keys.get(key), (*path, key)
        if known is None:
            what = "table" if isinstance(value, dict) and not path else "key"
            named = f"[{key}]" if what == "table" else f"`{key}`"
            found.append(
                _Found(here, f"there is no {what} {named}{where}; {_suggestion(key, keys, file)}", of_key=True)
            )
        elif isinstance(known, Mapping):
            if isinstance(value, dict):
                values[key] = _judge(value, known, file, here, found)
            else:
                message = f"`{key}`{where} is a table: write [{key}] on a line of its own, and its keys below"
                found.append(_Found(here, message, of_key=True))
        else:
            try:
                values[key] = known(value)
            except Mistakes as error:
                found += [_Found((*here, n), f"`{key}`{where} {flaw}") for n, flaw in error.flaws.items()]
            except ValueError as error:
                found.append(_Found(here, f"`{key}`{where} {error}"))
    return values


def _suggestion(key: str, keys: Keys, file: Keys) -> str:
    home = next((name for name, table in file.items() if isinstance(table, Mapping) and callable(table.get(key))), None)
    if home is not None:
        return f"it belongs into the table [{home}]"
    near = nearest(key, keys)
    if near:
        return f"did you mean {_named(near, keys[near])}?"
    return "known here: " + ", ".join(_named(name, read) for name, read in keys.items())


def _named(name: str, read: ReadValue | Keys) -> str:
    return f"[{name}]" if isinstance(read, Mapping) else f"`{name}`"


def text(value: object) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes that is not empty")
    return value.strip()


def switch(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - a file's mistake
    return value
