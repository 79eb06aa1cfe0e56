"""Outlines and the search for names: what `storyscript.editing.outline` finds, in the protocol's terms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.editing.outline import Kind, matches, outline
from storyscript.lsp.named import names_in
from storyscript.lsp.uris import uri_of

if TYPE_CHECKING:
    from storyscript.editing.outline import Symbol
    from storyscript.lsp.sight import Sight
    from storyscript.lsp.workspace import Workspace

_KINDS: Final = {
    Kind.CHARACTER: types.SymbolKind.Class,
    Kind.SCENE: types.SymbolKind.Function,
    Kind.EVENT: types.SymbolKind.Event,
    Kind.SECTION: types.SymbolKind.Namespace,
    Kind.VARIABLE: types.SymbolKind.Variable,
    Kind.INCLUDE: types.SymbolKind.File,
    Kind.SETTING: types.SymbolKind.Property,
    Kind.SETTINGS: types.SymbolKind.Object,
    Kind.UNKNOWN: types.SymbolKind.Null,
}
_MOST_FOUND: Final = 1000


def answer(sight: Sight, _: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    """The outline of a text."""
    return [_shown(sight, symbol) for symbol in outline(sight.source.readable, sight.tree)]


def _shown(sight: Sight, symbol: Symbol) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=symbol.name,
        kind=_KINDS[symbol.kind],
        range=sight.range(symbol.start, symbol.end),
        selection_range=sight.range(symbol.name_start, symbol.name_end),
        detail=symbol.detail or None,
        children=[_shown(sight, child) for child in symbol.children],
    )


def search(workspace: Workspace, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
    """What has a name that a query may mean, in all stories on disk and all texts that are open."""
    found: list[types.WorkspaceSymbol] = []
    for identity in workspace.files():
        document = workspace.documents.get(identity)
        uri = uri_of(Path(identity)) if document is None else document.uri
        named = workspace.named.of(identity) if document is None else names_in(document, document.tree)
        for name in named:
            if matches(params.query, name.name):
                if len(found) == _MOST_FOUND:
                    return found
                where = types.Location(uri, name.range)
                container = name.section or workspace.name_of(identity)
                found.append(types.WorkspaceSymbol(where, name.name, _KINDS[name.kind], container_name=container))
    return found
