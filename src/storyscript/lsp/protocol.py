"""The protocol's beginning, end and errors, where they ask for more than pygls does; and texts, which are kept here.

pygls reads and writes the protocol's types, knows what a server may do, and calls what does it. What is wrong with a
message is answered here, before pygls sees it, so that nothing that an editor sends is without its answer.
"""

from __future__ import annotations

import json
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

if TYPE_CHECKING:
    from collections.abc import Generator

    from storyscript.lsp.server import StoryServer

_VERSION: Final = "2.0"


class _Stage(Enum):
    """How far the talk has come."""

    BEGINNING = auto()
    OPEN = auto()
    CLOSING = auto()


class StoryProtocol(LanguageServerProtocol):
    """The protocol, as a `StoryServer` speaks it."""

    _server: StoryServer
    _stage = _Stage.BEGINNING  # of the class, since pygls asks for every attribute before there is one of the object

    @property
    def has_shut_down(self) -> bool:
        """Whether the editor has said that it will end."""
        return self._stage is _Stage.CLOSING

    # ---- messages --------------------------------------------------------------------------------------------

    def receive(self, body: bytes) -> None:
        """Take one message, whatever it holds."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, types.ErrorCodes.ParseError, "the message is no JSON")
            return
        if not isinstance(message, dict) or message.get("jsonrpc") != _VERSION:
            self._refuse(None, types.ErrorCodes.InvalidRequest, "the message is none of JSON-RPC 2.0")
            return
        method, number = message.get("method"), message.get("id")
        if method is None and ("result" in message or "error" in message):
            self._take(message)
            return
        asked = "id" in message
        fault = self._fault(method, asked=asked)
        if fault is None:
            try:
                self.handle_message(self.structure_message(message))
            except JsonRpcException:
                fault = (types.ErrorCodes.InvalidParams, f"`{method}` takes other parameters")
        if fault is not None and asked:
            self._refuse(number if isinstance(number, int | str) else None, *fault)

    def _fault(self, method: object, *, asked: bool) -> tuple[int, str] | None:
        """What speaks against a message, and nothing is done then."""
        if not isinstance(method, str):
            return types.ErrorCodes.InvalidRequest, "the message names no method"
        if not asked and method == types.EXIT:
            return None
        if self._stage is _Stage.BEGINNING and method != types.INITIALIZE:
            return types.ErrorCodes.ServerNotInitialized, "the server is not initialized yet"
        if self._stage is not _Stage.BEGINNING and method == types.INITIALIZE:
            return types.ErrorCodes.InvalidRequest, "the server is initialized already"
        if self._stage is _Stage.CLOSING:
            return types.ErrorCodes.InvalidRequest, "the server is shutting down"
        known = method in self.fm.features or method in self.fm.builtin_features or method == types.CANCEL_REQUEST
        return None if known else (types.ErrorCodes.MethodNotFound, f"there is no method `{method}` here")

    def _take(self, message: dict[str, Any]) -> None:
        """Take an answer; one to nothing that was asked is nobody's."""
        number = message.get("id")
        if isinstance(number, int | str) and number in self._request_futures:
            try:
                self.handle_message(self.structure_message(message))
            except JsonRpcException:
                return

    def _refuse(self, number: int | str | None, code: int, message: str) -> None:
        self._send_data({"jsonrpc": _VERSION, "id": number, "error": {"code": int(code), "message": message}})

    # ---- beginning and end -----------------------------------------------------------------------------------

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Begin; columns are counted in units of UTF-16, which every editor can."""
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = None
        self._server.begin(params)
        result = yield from super().lsp_initialize(params)
        self._stage = _Stage.OPEN
        return result

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *_: object) -> None:  # type: ignore[override]  # pygls asks whoever wants to know first
        """Take down that the editor will end."""
        self._stage = _Stage.CLOSING
        self._server.tell_nothing()

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: object) -> None:  # type: ignore[override]  # as above
        """End."""
        self._server.end()

    # ---- texts -----------------------------------------------------------------------------------------------

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take a text."""
        document = params.text_document
        self._server.workspace.open(document.uri, document.version, document.text)
        self._server.tell_soon()

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Make edits in a text."""
        document = params.text_document
        changes = [
            (change.range if isinstance(change, types.TextDocumentContentChangePartial) else None, change.text)
            for change in params.content_changes
        ]
        self._server.workspace.change(document.uri, document.version, changes)
        self._server.tell_soon(typing=True)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Give a text up."""
        self._server.workspace.close(params.text_document.uri)
        self._server.tell_soon()

    @lsp_method(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def lsp_workspace__did_change_workspace_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Take folders, and give others up."""
        self._server.change_folders(
            [folder.uri for folder in params.event.added], [folder.uri for folder in params.event.removed]
        )
