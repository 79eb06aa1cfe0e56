"""References: what `storyscript.editing.references` finds, in the protocol's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.editing.references import references
from storyscript.lsp.naming import KnownStories

if TYPE_CHECKING:
    from lsprotocol import types

    from storyscript.lsp.sight import Sight


def answer(sight: Sight, params: types.ReferenceParams) -> list[types.Location]:
    """Every place in any story that speaks of what the writer points at."""
    definitions = params.context.include_declaration
    found = references(KnownStories(sight), sight.file, sight.offset(params.position), definitions=definitions)
    return [place for place in map(sight.location, found) if place is not None]
