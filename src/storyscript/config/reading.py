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
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from storyscript.analysis.near import nearest

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES: Final = 1024 * 1024
"""A larger file is no settings file."""

_PLACE: Final = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")

ReadValue = Callable[[object], Any]
"""Gives the value that a file's value means, or raises a `ValueError` that says what it must be."""

Keys = Mapping[str, "ReadValue | Keys"]
"""What a table holds: for each key how its value is read, or what the table of that name holds."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A key that must not stand in a file, although it would be understood.

    Attributes:
        why: what is said behind the key.
    """

    why: str

    def __call__(self, _: object) -> object:
        """Refuse any value."""
        raise ValueError(self.why)


class Loaded(NamedTuple):
    """What a settings file holds.

    Attributes:
        path: the file.
        values: by table and key; only what is known and right.
        flaws: everything that is wrong with it, each naming the key.
        mode: its permissions.
        owner: the number of the user whose file it is.
    """

    path: Path
    values: dict[str, Any]
    flaws: tuple[str, ...]
    mode: int
    owner: int

    def sentence(self, flaw: str) -> str:
        """A flaw, with the file before it."""
        return f"`{self.path}`{' ' if flaw.startswith(('is ', 'cannot ')) else ': '}{flaw}"


def load(path: Path, keys: Keys) -> Loaded | None:
    """Read a file; None where there is none.

    Args:
        path: the file.
        keys: what it may hold.
    """
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return Loaded(path, {}, ("is no plain file: delete it",), status.st_mode, status.st_uid)
            content = _parse(file.read(MOST_BYTES + 1))
    except FileNotFoundError:
        return None
    except OSError as error:
        return Loaded(path, {}, (f"cannot be read: {error.strerror or 'the disk failed'}",), 0, -1)
    if isinstance(content, str):
        return Loaded(path, {}, (content,), status.st_mode, status.st_uid)
    flaws: list[str] = []
    values = _judge(content, keys, "", flaws)
    return Loaded(path, values, tuple(flaws), status.st_mode, status.st_uid)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; of a pipe, do not wait until somebody writes into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _parse(data: bytes) -> dict[str, Any] | str:
    """The file's tables, or what is wrong with it, without a word of what it holds."""
    if len(data) > MOST_BYTES:
        return f"is larger than {MOST_BYTES} bytes, so it is no settings file"
    try:
        # Some editors begin a file with a byte order mark, of which TOML knows nothing.
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "is no TOML file: it is not UTF-8"
    except RecursionError:
        return "is no TOML file that can be read: it is nested too deeply"
    except ValueError as error:
        place = _PLACE.search(str(error))
        where = f" from line {place[1]}, column {place[2]} on" if place else ""
        if "at end of document" in str(error):
            where = ", it stops in the middle"
        return f"is no TOML file{where}: mend or delete it"


def _judge(content: Mapping[str, Any], keys: Keys, table: str, flaws: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    where = f" in the table [{table}]" if table else ""
    for key, value in content.items():
        known = keys.get(key)
        if known is None:
            flaws.append(f"there is no key `{key}`{where}; {_suggestion(key, keys)}")
        elif isinstance(known, Mapping):
            if isinstance(value, dict):
                values[key] = _judge(value, known, f"{table}.{key}" if table else key, flaws)
            else:
                flaws.append(f"`{key}`{where} is a table: write [{key}] on a line of its own, and its keys below")
        else:
            try:
                values[key] = known(value)
            except ValueError as error:
                flaws.append(f"`{key}`{where} {error}")
    return values


def _suggestion(key: str, keys: Keys) -> str:
    known = {name: read for name, read in keys.items() if not isinstance(read, Refused)}
    near = nearest(key, known)
    if near:
        return f"did you mean `{near}`?"
    return "known here: " + ", ".join(
        f"[{name}]" if isinstance(read, Mapping) else f"`{name}`" for name, read in known.items()
    )


def text(value: object) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes that is not empty")
    return value.strip()
