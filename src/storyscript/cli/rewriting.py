"""Stories that are changed where they are: written whole or not at all, or shown as a diff."""

from __future__ import annotations

import re
import stat
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.text import visible
from storyscript.errors import DiskError
from storyscript.source import MAX_SOURCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BOM: Final = "\ufeff".encode()
_CONTEXT: Final = 3
"""Lines of a diff above and below what is changed."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file and what is to become of it.

    Attributes:
        name: as messages call it.
        path: where it is, no symlink; None for standard input.
        before, after: its bytes.
    """

    name: str
    path: Path | None
    before: bytes
    after: bytes


def write_changes(files: Iterable[ChangedFile], *, doing: str) -> None:
    """Write files, each whole and with its mode; what is not a file is left to the caller.

    All are written under other names before the first gets its own.

    Args:
        files: each once.
        doing: what is done to them, as a message would say it: `mended`.

    Raises:
        DiskError: a file was changed by somebody else meanwhile, or cannot be written.
    """
    from storyscript.rendering.files import NewFile  # noqa: PLC0415 - who only looks writes nothing

    with ExitStack() as stack:
        ready = []
        for file in files:
            if file.path is None:
                continue
            new = stack.enter_context(NewFile(file.path.parent))
            new.write(file.after)
            ready.append((file, file.path, new))
        modes = [_mode(file.name, path, file.before, doing) for file, path, _ in ready]
        for (_, path, new), mode in zip(ready, modes, strict=True):
            new.commit(path, mode=mode)


def encoded(text: str, *, like: bytes) -> bytes:
    """A source's text as bytes again, with a byte order mark where the bytes that it was read from have one."""
    mark = _BOM if like.startswith(_BOM) else b""
    return mark + text.encode("utf-8", "surrogateescape")


def print_diff(file: ChangedFile) -> None:
    """Print a file's change as a unified diff."""
    sys.stdout.flush()
    lines = unified_diff(file)
    if sys.stdout.isatty():
        print("\n".join(map(visible, lines)))  # noqa: T201 - the command line's own voice
    else:  # for `patch`: bytes as they are
        sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))


def unified_diff(file: ChangedFile) -> list[str]:
    """The lines of a diff, for people and for `patch`; only a line feed ends a line of a story."""
    from difflib import unified_diff as diff  # noqa: PLC0415 - only a diff needs it

    before, after = (
        [line for line in re.split(r"(?<=\n)", data.decode("utf-8", "surrogateescape")) if line]
        for data in (file.before, file.after)
    )
    found = []
    for line in diff(before, after, file.name, file.name, n=_CONTEXT):
        found.append(line.removesuffix("\n"))
        if not line.endswith("\n"):
            found.append("\\ No newline at end of file")
    return found


def _mode(name: str, path: Path, expected: bytes, doing: str) -> int:
    """A file's mode, if it still is what was read."""
    try:
        with path.open("r+b") as file:  # as if to write: a file that forbids that is not to be replaced
            now = file.read(MAX_SOURCE_BYTES + 1)
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        message = f"cannot write `{name}`: {error.strerror or error}; nothing was changed"
        raise DiskError(message) from error
    if now != expected:
        message = f"`{name}` changed while it was being {doing}; nothing was changed, so run the command again"
        raise DiskError(message)
    return mode
