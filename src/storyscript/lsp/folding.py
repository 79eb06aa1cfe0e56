"""Folds: what `storyscript.editing.folding` finds, in the protocol's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.editing.folding import Kind, folds

if TYPE_CHECKING:
    from storyscript.lsp.sight import Sight

_KINDS: Final = {
    Kind.SECTION: types.FoldingRangeKind.Region,
    Kind.INCLUDES: types.FoldingRangeKind.Imports,
    Kind.COMMENTS: types.FoldingRangeKind.Comment,
}


def answer(sight: Sight, _: types.FoldingRangeParams) -> list[types.FoldingRange]:
    """What of a text can be folded."""
    return [
        types.FoldingRange(sight.position(fold.start).line, sight.position(fold.end).line, kind=_KINDS.get(fold.kind))
        for fold in folds(sight.source.readable, sight.tree)
    ]
