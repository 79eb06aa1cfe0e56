"""The project files of the stories on the command line, and the options that win over them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError
from storyscript.folder import PROJECT_FILE, FolderReader

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from pathlib import Path

    from storyscript.config.project import ProjectSettings


class Wishes(NamedTuple):
    """What options say of warnings; None where they say nothing.

    Attributes:
        select, ignore: as in `storyscript.diagnostics.choosing.Choice`.
        strict: whether warnings count as errors.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    strict: bool | None = None


NO_WISHES = Wishes()


def read_wishes(arguments: argparse.Namespace) -> Wishes:
    """The options `--select`, `--ignore` and `--strict`.

    Raises:
        ConfigurationError: one names what is no code of a warning.
    """
    return Wishes(_codes("--select", arguments.select), _codes("--ignore", arguments.ignore), arguments.strict)


def _codes(option: str, given: list[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    from storyscript.config.codes import flaw_of_code  # noqa: PLC0415 - most commands choose nothing

    codes = tuple(code.strip().upper() for codes in given for code in codes.split(",") if code.strip())
    flaw = next(filter(None, map(flaw_of_code, codes)), None)
    if flaw is not None:
        raise ConfigurationError(f"`{option}` {flaw}")
    return codes


class Projects:
    """Reads the project files of stories, each once.

    Args:
        wishes: what wins over all of them.
    """

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._of_folder: dict[str, ProjectSettings | None] = {}
        self._read: dict[tuple[object, object], ProjectSettings] = {}

    def of(self, folder: Path) -> ProjectSettings | None:
        """What the project of a folder says, and the options; None where nobody says anything."""
        key = os.path.realpath(folder)
        if key not in self._of_folder:
            self._of_folder[key] = self._load(folder)
        return self._of_folder[key]

    def _load(self, folder: Path) -> ProjectSettings | None:
        is_there = os.path.isfile(FolderReader(folder).root / PROJECT_FILE)  # noqa: PTH113 - False where it is forbidden
        if not is_there and self._wishes == NO_WISHES:
            return None
        from storyscript.config.project import load_project  # noqa: PLC0415 - many stories have none

        loaded = load_project(folder)
        # One object for all stories of a project, so that a problem of its file is known again.
        project = self._read.setdefault((loaded.path, loaded.flaws), loaded)
        return project.chosen(**self._wishes._asdict())


def require_right(projects: Iterable[ProjectSettings | None]) -> None:
    """Refuse project files with mistakes, and tell each mistake once.

    Raises:
        ConfigurationError: there are some; the message has the last.
    """
    told = dict.fromkeys(sentence for project in projects if project is not None for sentence in project.sentences())
    if told:
        *before, last = told
        for sentence in before:
            print(f"storyscript: {visible(sentence)}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        raise ConfigurationError(last)
