"""Hover: what `storyscript.editing.hover` says, in the protocol's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from storyscript.editing.hover import hover

if TYPE_CHECKING:
    from storyscript.lsp.sight import Sight


def answer(sight: Sight, params: types.HoverParams) -> types.Hover | None:
    """What there is to say of what the writer points at."""
    found = hover(sight.view, sight.file, sight.offset(params.position), uri_named=sight.uri_named)
    if found is None:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, found.text), sight.range(found.start, found.end))
