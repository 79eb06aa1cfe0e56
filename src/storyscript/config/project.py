"""What a project file says of stories: the settings that they begin with, and which of their warnings are shown.

The nearest project file above a story counts, alone. `load_project` reads it from disk; `read_project` takes its text,
such as an editor has it before it is saved.

Source: settings page, "What a project says of its stories".
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.analysis.defaults import Default, Defaults
from storyscript.compiler import compile_source
from storyscript.config import files, reading
from storyscript.config.reading import Flaw
from storyscript.diagnostics.choosing import ALL, EVERY_WARNING, Choice
from storyscript.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyscript.config import places
    from storyscript.diagnostics.model import Problem

_ANY_STORY: Final = "scene [NC]\n  rain\n"
_OF_VALUES: Final = frozenset({"SS104", "SS202", "SS404", "SS412", "SS413"})
"""The codes that a setting's value has by itself: names and files are each story's own."""
NOT_OURS: Final = (
    f"the tables [{files.CHECK}] and [{files.STORY}] are not followed, because the file belongs to another user, and "
    "the folder of the story does not: delete it, or make it yours"
)


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What a project says.

    Attributes:
        path: the project file; None without one.
        choice: which warnings are shown.
        strict: whether warnings count as errors.
        settings: what holds where a story says nothing, in the order of the file.
        flaws: everything that is wrong with the file; what is right in it is read all the same.
        source: the file's text, which `settings` point into.
    """

    path: Path | None = None
    choice: Choice = EVERY_WARNING
    strict: bool = False
    settings: tuple[Default, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    source: SourceFile | None = None

    def defaults(self, folder: Path) -> Defaults | None:
        """The settings, for the compilation of a story in a folder; None without any."""
        if self.path is None or self.source is None or not self.settings:
            return None
        return Defaults(self.source, self.settings, _relative(self.path, folder))

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the settings' values in any story, so far as that does not hang on what a story has."""
        if self.path is None:
            return ()
        story = SourceFile.from_text("", _ANY_STORY)
        result = compile_source(story, defaults=self.defaults(self.path.parent))
        return tuple(p for p in result.problems if p.span.source is self.source and p.code in _OF_VALUES)

    def chosen(
        self, *, select: tuple[str, ...] | None, ignore: tuple[str, ...] | None, strict: bool | None
    ) -> ProjectSettings:
        """The same, but what is given wins."""
        return replace(
            self,
            choice=Choice(
                self.choice.select if select is None else select, self.choice.ignore if ignore is None else ignore
            ),
            strict=self.strict if strict is None else strict,
        )

    def sentences(self) -> list[str]:
        """What is wrong with the file, for people: one line each, naming file and line."""
        return [reading.sentence(self.path, flaw) for flaw in self.flaws] if self.path is not None else []


def load_project(folder: Path) -> ProjectSettings:
    """Read the project file that counts for the stories of a folder: the nearest, there or above. Never fails.

    A file of another user is not followed, since anybody can leave one in `/tmp`; but whoever owns the folder of a
    story may say what the story says.
    """
    path = files.project_file(folder)
    file = None if path is None else reading.read_file(path)
    if path is None or file is None:
        return ProjectSettings()
    if isinstance(file.data, Flaw):
        return ProjectSettings(path, flaws=(file.data,))
    project = _read(reading.decode(file.data), path)
    says = project.settings or project.strict or project.choice != EVERY_WARNING
    if not says or files.is_trusted_owner(file.owner) or file.owner == _owner(folder):
        return project
    return ProjectSettings(path, flaws=(*project.flaws, Flaw(NOT_OURS)))


def read_project(text: str, path: Path) -> ProjectSettings:
    """Read a project file whose text is at hand. Never fails.

    Args:
        text: of the file.
        path: where it is.
    """
    return _read(text.removeprefix("\ufeff"), path)


def _read(text: str | Flaw, path: Path) -> ProjectSettings:
    content = reading.read_content(text, files.PROJECT_KEYS, files.why_refused)
    source = None if isinstance(text, Flaw) else SourceFile.from_text(_shown(path), text)
    check = content.values.get(files.CHECK, {})
    choice = Choice(check.get("select", ALL), check.get("ignore", ()))
    settings = () if source is None else _settings(content.values.get(files.STORY, {}), content.spots, source)
    return ProjectSettings(path, choice, check.get("strict", False), settings, content.flaws, source)


def _settings(
    values: Mapping[str, str], spots: Mapping[places.Path, places.Spot], source: SourceFile
) -> tuple[Default, ...]:
    found = []
    for key, value in values.items():
        spot = spots.get((files.STORY, key))
        (key_start, key_end), (start, end) = spot if spot is not None else ((0, 0), (0, 0))
        found.append(Default(key, value, Span(source, key_start, key_end), Span(source, start, end)))
    return tuple(found)


def _shown(path: Path) -> str:
    """What messages call a file: its path from the working folder, as stories are called."""
    try:
        return os.path.relpath(path).replace(os.sep, "/")
    except (OSError, ValueError):  # the working folder is gone, or on another drive
        return str(path).replace(os.sep, "/")


def _relative(path: Path, folder: Path) -> str:
    """A project file as a story in a folder would name it."""
    try:
        home = os.path.relpath(path.parent, os.path.realpath(folder))
    except (OSError, ValueError):
        return path.name
    return (Path(home) / path.name).as_posix()


def _owner(folder: Path) -> int | None:
    try:
        return folder.stat().st_uid
    except OSError:
        return None
