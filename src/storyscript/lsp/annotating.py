"""What is shown beside heads, as inlay hints and code lenses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.editing.hints import Kind, hints
from storyscript.editing.lenses import lenses

if TYPE_CHECKING:
    from storyscript.lsp.sight import Sight

HINT_OPTIONS: Final = types.InlayHintOptions(resolve_provider=False)
LENS_OPTIONS: Final = types.CodeLensOptions(resolve_provider=False)
_NO_COMMAND: Final = ""
"""A lens that only tells something: editors show its title, and nothing happens where it is chosen."""


def answer_hints(sight: Sight, params: types.InlayHintParams) -> list[types.InlayHint]:
    """The hints of a stretch of a text, as far as the writer wants them."""
    wanted = {Kind.CAPTION: sight.settings.caption_hints, Kind.TOKENS: sight.settings.token_hints}
    kinds = frozenset(kind for kind, is_wanted in wanted.items() if is_wanted)
    start, end = sight.offset(params.range.start), sight.offset(params.range.end)
    return [
        types.InlayHint(sight.position(hint.offset), hint.label, tooltip=hint.more or None, padding_left=True)
        for hint in hints(sight.view, sight.file, start, end, kinds=kinds)
    ]


def answer_lenses(sight: Sight, _: types.CodeLensParams) -> list[types.CodeLens]:
    """The place of each panel, above its head, where the writer wants that."""
    if not sight.settings.lenses:
        return []
    return [
        types.CodeLens(sight.range(lens.start, lens.end), types.Command(lens.title, _NO_COMMAND))
        for lens in lenses(sight.view, sight.file)
    ]
