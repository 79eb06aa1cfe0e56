"""The STORY words of a command line that may be folders: which files they stand for."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError
from storyscript.folder import MOST_ENTRIES, Below, stories_below

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

_HERE: Final = "."


def add_stories_and_folders(parser: argparse.ArgumentParser, standard_input: str = "") -> None:
    """The words of a command that takes folders too, and without a word the working folder.

    Args:
        parser: takes them.
        standard_input: what else is to be said of `-`.
    """
    parser.add_argument(
        "stories",
        nargs="*",
        default=[_HERE],
        metavar="STORY",
        help="a `.story` file, a folder for all stories below it (default: the working folder), or `-` for standard "
        f"input{standard_input}",
    )


class Named(NamedTuple):
    """A story that is meant.

    Attributes:
        path: as it was given; of one that was found, with the folder's as it was given in front.
        found: it was found in a folder, and not named itself.
    """

    path: str
    found: bool


class Meant(NamedTuple):
    """What words stand for.

    Attributes:
        names: the stories, in order.
        troubles: a sentence for each folder that cannot be gone through, or has no stories.
        passed_over: one for each folder below them that cannot be looked into.
    """

    names: list[Named]
    troubles: list[str]
    passed_over: list[str]


def stories_named(words: Iterable[str]) -> list[Named]:
    """The stories that words stand for, as `meant`; what cannot be looked into below a folder is told.

    Raises:
        ConfigurationError: a folder cannot be looked into, or has no stories.
    """
    found = meant(words)
    for sentence in found.passed_over:
        print(f"storyscript: {visible(sentence)}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    if found.troubles:
        raise ConfigurationError(found.troubles[0])
    return found.names


def meant(words: Iterable[str]) -> Meant:
    """The stories that words stand for: each file that is named, and of folders each file once.

    Args:
        words: as given. What is no folder is taken for a file, whether there is one or not.
    """
    words = list(words)
    # A file that is named itself as well is that, wherever it stands among the words.
    known = {_real(word) for word in words if not is_folder(word)}
    result = Meant([], [], [])
    for word in words:
        if is_folder(word):
            result.names.extend(Named(str(path), found=True) for path in _first(_look_below(word, result), known))
        else:
            result.names.append(Named(word, found=False))
    return result


def _look_below(word: str, result: Meant) -> list[Path]:
    """The stories below a folder, in the order of the parts of their paths; why there are none is noted."""
    trouble = f"there is no `.story` file below `{word}`"
    if word == _HERE:  # perhaps nobody has named it
        trouble = "there is no `.story` file in the working folder or below it; `storyscript init` writes a first story"

    def pass_over(folder: str, error: OSError) -> None:
        nonlocal trouble
        reason = error.strerror or error
        if folder == word:
            trouble = f"cannot look into `{word}`: {reason}"
        else:
            result.passed_over.append(f"cannot look into `{Path(folder)}`, so it is passed over: {reason}")

    try:
        found = stories_below([word], pass_over=pass_over)
    except OSError as error:  # the working folder is gone, so nobody knows where that is
        found = Below({}, is_all=True)
        pass_over(word, error)
    if not found.is_all:
        result.troubles.append(f"there are more than {MOST_ENTRIES:,} files below `{word}`; name a folder with fewer")
        return []
    if not found.paths:
        result.troubles.append(trouble)
    return sorted(map(Path, found.paths.values()), key=lambda path: path.parts)


def is_folder(word: str) -> bool:
    """Whether a word stands for a folder; also of words that no file can be called."""
    return os.path.isdir(word)  # noqa: PTH112 - False also where it is forbidden


def _first(paths: Iterable[Path], known: set[str]) -> Iterator[Path]:
    """Those files that are not known yet; they are noted."""
    for path in paths:
        real = _real(path)
        if real not in known:
            known.add(real)
            yield path


def _real(path: str | Path) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # no file can have that name
        return str(path)
