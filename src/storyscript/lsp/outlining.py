"""Outlines and the search for names: what `storyscript.editing.outline` finds, in the protocol's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.editing.outline import Kind, flat, matches, outline
from storyscript.lsp.document import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_NAMED: Final = (Kind.CHARACTER, Kind.SCENE, Kind.EVENT, Kind.SECTION, Kind.VARIABLE)
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
        for symbol in _symbols(workspace, identity, params.query):
            if len(found) == _MOST_FOUND:
                return found
            found.append(symbol)
    return found


def _symbols(workspace: Workspace, identity: str, query: str) -> Iterator[types.WorkspaceSymbol]:
    read = workspace.source_of(identity)
    uri = None if read is None else workspace.uri_of(read[0])
    if read is None or uri is None:
        return
    source, tree = read
    text = workspace.text_of(source) or Text(source)
    for symbol, section in flat(outline(source.readable, tree)):
        named = symbol.kind in _NAMED and (symbol.kind is Kind.SECTION or symbol.name_start > symbol.start)
        if named and matches(query, symbol.name):
            where = types.Location(uri, text.range(symbol.name_start, symbol.name_end))
            yield types.WorkspaceSymbol(where, symbol.name, _KINDS[symbol.kind], container_name=section or source.name)
