"""Completion: what `storyscript.editing.completion` offers, in the protocol's terms.

A list is always incomplete, so that editors ask again at each sign that is typed: only so can it come out empty where
a word is whole, and Enter stays Enter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.editing.completion import TRIGGERS, complete
from storyscript.editing.completion_items import Kind

if TYPE_CHECKING:
    from storyscript.editing.completion_items import Item
    from storyscript.lsp.sight import Sight

OPTIONS: Final = types.CompletionOptions(trigger_characters=list(TRIGGERS), resolve_provider=False)
"""What the server says of its completion; no sign takes what a list shows first."""

_KINDS: Final = {
    Kind.KEYWORD: types.CompletionItemKind.Keyword,
    Kind.SETTING: types.CompletionItemKind.Property,
    Kind.PROPERTY: types.CompletionItemKind.Field,
    Kind.VALUE: types.CompletionItemKind.Value,
    Kind.CHARACTER: types.CompletionItemKind.Class,
    Kind.VARIABLE: types.CompletionItemKind.Variable,
    Kind.FILE: types.CompletionItemKind.File,
    Kind.FOLDER: types.CompletionItemKind.Folder,
    Kind.MARK: types.CompletionItemKind.Constant,
    Kind.CODE: types.CompletionItemKind.EnumMember,
}


def answer(sight: Sight, params: types.CompletionParams) -> types.CompletionList:
    """What may stand where the cursor is.

    Args:
        sight: the document.
        params: where the cursor is, and whether the writer asked or a sign did.
    """
    context = params.context
    asked = context is None or context.trigger_kind is types.CompletionTriggerKind.Invoked
    items = complete(sight.view, sight.file, sight.offset(params.position), asked=asked, folder=sight.folder)
    shown = [_shown(sight, item, number) for number, item in enumerate(items)]
    return types.CompletionList(is_incomplete=bool(shown), items=shown)


def _shown(sight: Sight, item: Item, number: int) -> types.CompletionItem:
    filled = sight.settings.snippets and bool(item.snippet)
    return types.CompletionItem(
        label=item.label,
        kind=_KINDS[item.kind],
        detail=item.detail or None,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, item.says) if item.says else None,
        sort_text=f"{number:04}",
        filter_text=item.finds,
        insert_text_format=types.InsertTextFormat.Snippet if filled else types.InsertTextFormat.PlainText,
        text_edit=types.TextEdit(sight.range(item.start, item.end), item.snippet if filled else item.text),
    )
