"""What is wrong with stories, told to the editor: the problems of each file, as all its stories see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.diagnostics.model import Severity
from storyscript.lsp.document import Text
from storyscript.lsp.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.config.reading import Flaw
    from storyscript.diagnostics.model import Problem
    from storyscript.lsp.workspace import Workspace
    from storyscript.source import Position, SourceFile

SOURCE: Final = "storyscript"
"""What an editor shows beside a problem, for who has several tools."""
_SEVERITIES: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}
_UNNECESSARY: Final = frozenset({"SS400", "SS406"})
"""What does nothing is shown paler."""


def diagnostic(workspace: Workspace, problem: Problem) -> types.Diagnostic:
    """A problem in the protocol's terms."""
    related = []
    for label in problem.labels:
        uri = workspace.uri_of(label.span.source)
        if uri is not None:
            where = types.Location(uri, _range(workspace, label.span.source, label.span.start, label.span.end))
            related.append(types.DiagnosticRelatedInformation(where, label.message))
    return types.Diagnostic(
        range=_range(workspace, problem.span.source, problem.span.start, problem.span.end),
        message=f"{problem.message}\n{problem.hint}" if problem.hint else problem.message,
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if problem.code in _UNNECESSARY else None,
        related_information=related or None,
    )


def _range(workspace: Workspace, source: SourceFile, start: int, end: int) -> types.Range:
    return (workspace.text_of(source) or Text(source)).range(start, end)


class Publisher:
    """Tells an editor what has changed since it was told last.

    Args:
        workspace: everything that the server knows.
        publish: sends the problems of one file.
    """

    def __init__(self, workspace: Workspace, publish: Callable[[types.PublishDiagnosticsParams], None]) -> None:
        self._workspace: Final = workspace
        self._publish: Final = publish
        self._told: dict[str, types.PublishDiagnosticsParams] = {}

    def tell(self) -> None:
        """Analyse what has changed, and send the problems of each file where they, or its text, are others."""
        told = self._everything()
        for uri in [*self._told.keys() - told.keys(), *told]:
            params = told.get(uri) or types.PublishDiagnosticsParams(uri, [])
            if params != self._told.get(uri):
                self._publish(params)
        self._told = told

    def _everything(self) -> dict[str, types.PublishDiagnosticsParams]:
        workspace = self._workspace
        found: dict[str, dict[object, types.Diagnostic]] = {}
        for story in workspace.stories():
            project = story.inputs.project
            for problem in story.problems:
                uri = workspace.uri_of(problem.span.source)
                if uri is None and project.path is not None and problem.span.source is project.source:
                    uri = uri_of(project.path)
                if uri is not None:
                    key = (problem.code, problem.span.start, problem.span.end, problem.message)
                    found.setdefault(uri, {}).setdefault(key, diagnostic(workspace, problem))
            if project.path is not None:
                uri = uri_of(project.path)
                found.setdefault(uri, {}).update((flaw, _flaw(flaw)) for flaw in project.flaws)
        versions: dict[str, int | None] = {one.uri: one.version for one in workspace.documents.values()}
        return {
            uri: types.PublishDiagnosticsParams(uri, list(found.get(uri, {}).values()), versions.get(uri))
            for uri in [*versions, *(uri for uri, diagnostics in found.items() if diagnostics and uri not in versions)]
        }


def _flaw(flaw: Flaw) -> types.Diagnostic:
    """A mistake of a project file; it has no code, for no story has it."""
    first = types.Position(0, 0) if flaw.first is None else _position(flaw.first)
    last = first if flaw.last is None else _position(flaw.last)
    return types.Diagnostic(types.Range(first, last), flaw.message, types.DiagnosticSeverity.Error, source=SOURCE)


def _position(position: Position) -> types.Position:
    # A settings file is not open here, so its lines are not at hand: keys and most values are plain ASCII.
    return types.Position(position.line - 1, position.column - 1)
