"""Go to definition: what `storyscript.editing.definition` finds, in the protocol's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from storyscript.editing.definition import definition, highlights

if TYPE_CHECKING:
    from storyscript.lsp.sight import Sight


def answer(sight: Sight, params: types.DefinitionParams) -> list[types.Location]:
    """Where what the writer points at is defined, in each of the text's stories: one place, unless they differ."""
    offset = sight.offset(params.position)
    found = []
    for view in sight.views:
        file = view.file_of(sight.source)
        span = None if file is None else definition(view, file, offset)
        place = None if span is None else sight.location(span)
        if place is not None and place not in found:
            found.append(place)
    return found


def highlight(sight: Sight, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
    """Where else the text speaks of it: what gives it its name is shown as what writes it."""
    return [
        types.DocumentHighlight(
            sight.range(name.start, name.end),
            types.DocumentHighlightKind.Write if name.defines else types.DocumentHighlightKind.Read,
        )
        for name in highlights(sight.view, sight.file, sight.offset(params.position))
    ]
