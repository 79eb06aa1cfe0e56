"""What is wrong with stories, told to the editor: the problems of each file, as all its stories see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.diagnostics.model import Severity
from storyscript.lsp.document import Text
from storyscript.lsp.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storyscript.config.reading import Flaw
    from storyscript.diagnostics.model import Problem
    from storyscript.lsp.stories import Story
    from storyscript.lsp.workspace import Workspace
    from storyscript.source import Position, SourceFile, Span

    _Found = dict[str, dict[object, types.Diagnostic]]

SOURCE: Final = "storyscript"
"""What an editor shows beside a problem, for who has several tools."""
_SEVERITIES: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}
_UNNECESSARY: Final = frozenset({"SS400", "SS406"})
"""What does nothing is shown paler."""


class Converter:
    """Puts problems into the protocol's terms.

    Args:
        workspace: knows files and their positions.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace: Final = workspace
        self._texts: Final[dict[SourceFile, Text]] = {}

    def of(self, story: Story) -> _Found:
        """What is wrong with a story, by the URIs of the files: each problem once."""
        found: _Found = {}
        project = story.inputs.project
        for problem in story.problems:
            source = problem.span.source
            uri = self._workspace.uri_of(source)
            if uri is None and project.path is not None and source is project.source:
                uri = uri_of(project.path)
            if uri is not None:
                key = (problem.code, problem.span.start, problem.span.end, problem.message)
                found.setdefault(uri, {}).setdefault(key, self.diagnostic(problem))
        if project.path is not None and project.flaws:
            found.setdefault(uri_of(project.path), {}).update((flaw, _flaw(flaw)) for flaw in project.flaws)
        return found

    def diagnostic(self, problem: Problem) -> types.Diagnostic:
        """One problem."""
        related = []
        for label in problem.labels:
            uri = self._workspace.uri_of(label.span.source)
            if uri is not None:
                related.append(
                    types.DiagnosticRelatedInformation(types.Location(uri, self._range(label.span)), label.message)
                )
        return types.Diagnostic(
            range=self._range(problem.span),
            message=f"{problem.message}\nhelp: {problem.hint}" if problem.hint else problem.message,
            severity=_SEVERITIES[problem.severity],
            code=problem.code,
            source=SOURCE,
            tags=[types.DiagnosticTag.Unnecessary] if problem.code in _UNNECESSARY else None,
            related_information=related or None,
        )

    def _range(self, span: Span) -> types.Range:
        text = self._texts.get(span.source)
        if text is None:
            text = self._texts[span.source] = self._workspace.text_of(span.source) or Text(span.source)
        return text.range(span.start, span.end)


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
        self._of_stories: dict[Story, tuple[int, _Found]] = {}
        self._seen: set[str] = set()

    def tell(self) -> None:
        """Analyse what has changed, and send the problems of each file where they, or its text, are others."""
        for _ in self.telling():
            pass

    def telling(self) -> Iterator[None]:
        """The same, story by story, since a cast may be part of many.

        Between two of them other things may be done, but no text may change: who gives it up begins anew.
        """
        before, self._of_stories, self._seen = self._of_stories, {}, set()
        for story in self._workspace.stories():
            known = before.get(story)
            if known is None or known[0] != story.revision:
                known = (story.revision, Converter(self._workspace).of(story))
            self._of_stories[story] = known
            self._seen |= story.files
            yield
        told = self._everything()
        for uri in [*self._told.keys() - told.keys(), *told]:
            self._tell(uri, told.get(uri) or types.PublishDiagnosticsParams(uri, []))

    def tell_so_far(self) -> None:
        """Send the problems of open texts as those stories see them that were analysed by now."""
        told = self._everything()
        for identity, document in self._workspace.documents.items():
            if identity in self._seen:
                self._tell(document.uri, told[document.uri])

    def _tell(self, uri: str, params: types.PublishDiagnosticsParams) -> None:
        if params != self._told.get(uri):
            self._publish(params)
        if params.diagnostics or params.version is not None:
            self._told[uri] = params
        else:
            self._told.pop(uri, None)

    def _everything(self) -> dict[str, types.PublishDiagnosticsParams]:
        found: _Found = {}
        for _, of_story in self._of_stories.values():
            for uri, diagnostics in of_story.items():
                found[uri] = {**diagnostics, **found[uri]} if uri in found else diagnostics
        versions: dict[str, int | None] = {one.uri: one.version for one in self._workspace.documents.values()}
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
