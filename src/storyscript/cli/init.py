"""`storyscript init`."""

from __future__ import annotations

import contextlib
import os
import pkgutil
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from storyscript.cli import exits
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError, DiskError

if TYPE_CHECKING:
    import argparse

EXAMPLES: Final = {
    "storyscript init": "into first.story",
    "storyscript init park": "into park.story",
}

_ENDING: Final = ".story"
_STANDS_FOR_FILE: Final = "FILE.story"
"""What the story of the package says where its own name belongs."""
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff<>:"|?*\\]')
"""Signs that some system has no file names with; a story is made to be passed on."""
_OTHER_ENDING: Final = re.compile(r".*[^.](?P<ending>\.[a-z]{1,8})", re.ASCII | re.IGNORECASE)
"""What ends like a file of another kind. With a digit it may be a version: `v1.2`."""
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "file",
        nargs="?",
        default="first",
        metavar="NAME",
        help="the story's file, in a folder that is there, with `.story` or without (default: first)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the story where no file is yet."""
    path = _path(arguments.file)
    _write(path, _story().replace(_STANDS_FOR_FILE, _word(path.name)))
    command = _word(os.fspath(path))
    sys.stdout.write(
        f"{visible(os.fspath(path))}: a story of six panels, written for you to change\n"
        f"next: storyscript run --offline {command}\n"
        "      draws placeholders into `out`: no account, no network, no cost\n"
    )
    return exits.DONE


def _word(path: str) -> str:
    """A path as a word of a command, which is no option."""
    return shlex.quote(f"./{path}" if path.startswith("-") else path)


def _story() -> str:
    return (pkgutil.get_data(__name__, "first.story") or b"").decode()


def _path(given: str) -> Path:
    """The file that a name means.

    Raises:
        ConfigurationError: no file should have that name, or its folder is not there.
    """
    name = os.path.basename(given)  # noqa: PTH119 - of `a/` it is nothing; of a Path it is `a`
    has_ending = name.lower().endswith(_ENDING)
    stem = name[: -len(_ENDING)] if has_ending else name
    if given == "-" or not stem.strip(". "):
        raise ConfigurationError(f"init: `{given}` is no name for a story: write `storyscript init NAME`")
    sign = _FORBIDDEN.search(stem)
    if sign is not None:
        raise ConfigurationError(f"init: a story's name has no `{sign[0]}` in it, since not all systems allow that")
    if _DEVICES.fullmatch(stem) or stem.endswith((" ", ".")) or stem.startswith(" "):
        raise ConfigurationError(f"init: not all systems allow the name `{stem}`: choose another")
    other = None if has_ending else _OTHER_ENDING.fullmatch(stem)
    if other is not None:
        start = given[: -len(other["ending"])]
        raise ConfigurationError(
            f"init: a story's name ends with `{_ENDING}`, not with `{other['ending']}`: write `storyscript init "
            f"{start}`, or `{given}{_ENDING}` in full if that is meant"
        )
    folder = Path(os.path.dirname(given))  # noqa: PTH120 - as for the name
    with contextlib.suppress(OSError, ValueError):  # what else is wrong shows when the file is made
        if not folder.is_dir():
            raise ConfigurationError(f"init: there is no folder `{folder}`: make it first, or leave it out")
    return folder / f"{stem}{_ENDING}"


def _write(path: Path, text: str) -> None:
    """Make the file, whole or not at all.

    Raises:
        ConfigurationError: there is one already.
        DiskError: it could not be written.
    """
    try:
        # Exclusively: between a look and a write somebody else may have made it.
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        raise ConfigurationError(
            f"init: there is already a `{path}`, which is left as it is: choose another name"
        ) from None
    except (OSError, ValueError) as error:
        _fail(path, error)
    try:
        with file:
            file.write(text)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink()
        _fail(path, error)


def _fail(path: Path, error: OSError | ValueError) -> NoReturn:
    reason = error.strerror if isinstance(error, OSError) else None
    raise DiskError(f"cannot write `{path}`: {reason or 'no file can have that name'}") from None
