"""A project's defaults for settings: what the analysis reads of them, and where a problem of one is told.

A project file is no story. So the analysis is given the defaults as a story would say them, one a line, and what it
finds wrong with a line is told where the project file has that value.

Source: settings page, "What a project says of its stories".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.files import File
from storyscript.source import SourceFile, Span
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storyscript.diagnostics.model import Problem

_COLON: Final = ": "


class Default(NamedTuple):
    """One setting.

    Attributes:
        key: the setting's, in its usual case.
        value: as a story would say it: one line, without a comment or a control character.
        key_span, value_span: where the project file has them, quotes left out.
    """

    key: str
    value: str
    key_span: Span
    value_span: Span


class Defaults:
    """The settings that hold where a story says nothing.

    Args:
        project: the file that says them.
        settings: what it says.
        path: the project file relative to the story's folder, as `storyscript.source.Located.path`: what the settings
            name by a path is beside that file.

    Attributes:
        file: the same settings for the analysis.
    """

    def __init__(self, project: SourceFile, settings: Iterable[Default], path: str) -> None:
        self._settings: Final = sorted(settings, key=lambda default: default.value_span.start)
        lines = [f"{default.key}{_COLON}{default.value}\n" for default in self._settings]
        source = SourceFile.from_text(project.name, "".join(lines))
        self.file: Final = File(source, parse(source.readable), path)

    def told(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Problems, those of a default with its place in the project file; their order stays."""
        source = self.file.source
        return tuple(
            problem._replace(span=self._place(problem.span)) if problem.span.source is source else problem
            for problem in problems
        )

    def _place(self, span: Span) -> Span:
        line = span.first.line
        key, value, key_span, value_span = self._settings[line - 1]
        begin = self.file.source.line_starts[line - 1] + len(key) + len(_COLON)
        if span.start < begin:
            return key_span
        project, start, end = value_span
        # Offsets are the same in both only where the value is written without escapes and on one line.
        if project.text[start:end] != value:
            return value_span
        return Span(project, start + span.start - begin, start + span.end - begin)
