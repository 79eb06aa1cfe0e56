"""Formatting: the canonical layout of a text or of a stretch of it, as the fewest edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from storyscript.syntax.formatter import edits, format_source

if TYPE_CHECKING:
    from storyscript.lsp.sight import Sight


def answer(sight: Sight, _: types.DocumentFormattingParams) -> list[types.TextEdit]:
    """The edits that lay a text out; a story has one layout, whatever an editor's own settings are."""
    return _edits(sight, 0, len(sight.source.text))


def answer_range(sight: Sight, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit]:
    """Those of the edits that reach into a stretch, or touch it: each can be made without the others."""
    return _edits(sight, sight.offset(params.range.start), sight.offset(params.range.end))


def _edits(sight: Sight, start: int, end: int) -> list[types.TextEdit]:
    source = sight.source
    found = [
        types.TextEdit(sight.range(at, behind), text)
        for at, behind, text in edits(source.text, sight.tree)
        if at <= end and behind >= start
    ]
    # Of a few texts the layout would make what cannot be read, so they stay as they are.
    return found if found and format_source(source) != source.text else []
