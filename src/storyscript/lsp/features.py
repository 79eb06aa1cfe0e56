"""What the server does, feature by feature: the protocol's name of each, what is said of it, and who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lsprotocol import types

from storyscript.folder import PROJECT_FILE, SUFFIX
from storyscript.lsp import (
    acting,
    annotating,
    colouring,
    completing,
    defining,
    folding,
    formatting,
    hovering,
    linking,
    outlining,
    referring,
    renaming,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.lsp.server import StoryServer
    from storyscript.lsp.sight import Sight


class Feature(NamedTuple):
    """A question about one open text.

    Attributes:
        method: the protocol's.
        answer: gives the answer.
        options: what an editor is told of it.
    """

    method: str
    answer: Callable[[Sight, Any], Any]
    options: Any = None


FEATURES: Final = (
    Feature(types.TEXT_DOCUMENT_COMPLETION, completing.answer, completing.OPTIONS),
    Feature(types.TEXT_DOCUMENT_HOVER, hovering.answer),
    Feature(types.TEXT_DOCUMENT_DEFINITION, defining.answer),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, defining.highlight),
    Feature(types.TEXT_DOCUMENT_REFERENCES, referring.answer),
    Feature(types.TEXT_DOCUMENT_PREPARE_RENAME, renaming.prepare),
    Feature(types.TEXT_DOCUMENT_RENAME, renaming.answer, renaming.OPTIONS),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, outlining.answer),
    Feature(types.TEXT_DOCUMENT_FOLDING_RANGE, folding.answer),
    Feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, colouring.answer, colouring.LEGEND),
    Feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, colouring.answer_range, colouring.LEGEND),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, linking.answer, linking.OPTIONS),
    Feature(types.TEXT_DOCUMENT_INLAY_HINT, annotating.answer_hints, annotating.HINT_OPTIONS),
    Feature(types.TEXT_DOCUMENT_CODE_LENS, annotating.answer_lenses, annotating.LENS_OPTIONS),
    Feature(types.TEXT_DOCUMENT_CODE_ACTION, acting.answer, acting.OPTIONS),
    Feature(types.TEXT_DOCUMENT_FORMATTING, formatting.answer),
    Feature(types.TEXT_DOCUMENT_RANGE_FORMATTING, formatting.answer_range),
)
"""Everything that can be asked of an open text."""


FILES: Final = (f"**/*{SUFFIX}", f"**/{PROJECT_FILE}")
"""Patterns of the files that a story may be made of."""
_MOVES: Final = types.FileOperationRegistrationOptions(
    [
        types.FileOperationFilter(types.FileOperationPattern(pattern, matches), scheme="file")
        for pattern, matches in (
            *((pattern, types.FileOperationPatternKind.File) for pattern in FILES),
            ("**/*", types.FileOperationPatternKind.Folder),
        )
    ]
)
"""Of which files and folders an editor is to tell that it has made, moved or deleted them: not every editor watches
files, and of a folder that moves those that do may not tell what was in it."""


def register(server: StoryServer) -> None:
    """Let a server answer everything that it can."""
    for feature in FEATURES:
        server.feature(feature.method, feature.options)(_answering(server, feature.answer))

    @server.feature(types.WORKSPACE_SYMBOL)
    def _(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        return outlining.search(server.workspace, params)

    @server.feature(types.INITIALIZED)
    def _(_: types.InitializedParams) -> None:
        server.watch()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _(params: types.DidSaveTextDocumentParams) -> None:
        server.look_around([params.text_document.uri], others=True)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _(params: types.DidChangeWatchedFilesParams) -> None:
        server.look_around([change.uri for change in params.changes])

    for method in (
        types.WORKSPACE_DID_CREATE_FILES,
        types.WORKSPACE_DID_RENAME_FILES,
        types.WORKSPACE_DID_DELETE_FILES,
    ):

        @server.feature(method, _MOVES)
        def _(_: types.CreateFilesParams | types.RenameFilesParams | types.DeleteFilesParams) -> None:
            server.look_around(None)  # a folder may hold any number of them

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def _(params: types.DidChangeConfigurationParams) -> None:
        server.change_settings_now(params.settings)


def _answering(server: StoryServer, answer: Callable[[Sight, Any], Any]) -> Callable[[Any], Any]:
    """What answers a question about a text; where it is neither open nor on disk, there is nothing to say."""

    def handle(params: Any) -> Any:  # noqa: ANN401 - each method has its own
        workspace, revision = server.workspace, server.workspace.revision
        with workspace.opened(params.text_document.uri) as sight:
            found = None if sight is None else answer(sight, params)
        if workspace.revision != revision:  # what was being told of stories as they were is to be begun anew
            server.tell_soon()
        return found

    return handle
