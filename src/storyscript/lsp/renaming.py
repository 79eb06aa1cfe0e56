"""Rename: what `storyscript.editing.renaming` would change, in the protocol's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from storyscript.editing.renaming import CannotRenameError, rename, renameable
from storyscript.lsp.naming import KnownStories

if TYPE_CHECKING:
    from storyscript.lsp.sight import Sight

OPTIONS: Final = types.RenameOptions(prepare_provider=True)
"""What the server says of renaming: an editor may ask first whether there is a name."""


def prepare(sight: Sight, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """The name that the writer points at, without the signs around it; None where there is none.

    Raises:
        JsonRpcException: nothing defines it; the editor shows the message.
    """
    try:
        name = renameable(KnownStories(sight), sight.file, sight.offset(params.position))
    except CannotRenameError as error:
        raise _refusal(str(error)) from error
    if name is None:
        return None
    written = sight.source.text[name.start : name.end]
    return types.PrepareRenamePlaceholder(sight.range(name.start, name.end), written)


def answer(sight: Sight, params: types.RenameParams) -> types.WorkspaceEdit:
    """What to change in all files, open or not.

    Raises:
        JsonRpcException: the name cannot be changed into that one; the editor shows the message.
    """
    try:
        edits = rename(KnownStories(sight), sight.file, sight.offset(params.position), params.new_name)
    except CannotRenameError as error:
        raise _refusal(str(error)) from error
    return sight.workspace_edit([edit for made in edits.values() for edit in made])


def _refusal(message: str) -> JsonRpcException:
    return JsonRpcException(message, types.LSPErrorCodes.RequestFailed)
