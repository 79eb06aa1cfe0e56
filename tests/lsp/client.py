"""An editor in a few lines: the protocol's beginning and end, and documents that are opened, changed and closed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from end_to_end.processes import PROGRAM
from lsp.connection import Connection, ResponseError, ServerError
from lsp.positions import apply_edits, offset_at, position_of, range_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["SERVER", "Client", "Document", "ResponseError", "ServerError", "position_of", "range_of"]

SERVER: Final = (*PROGRAM, "lsp")
_NOTHING_TO_SAY: Final = (
    "client/registerCapability",
    "client/unregisterCapability",
    "window/workDoneProgress/create",
    "window/showMessageRequest",
    "workspace/codeLens/refresh",
    "workspace/diagnostic/refresh",
    "workspace/foldingRange/refresh",
    "workspace/inlayHint/refresh",
    "workspace/inlineValue/refresh",
    "workspace/semanticTokens/refresh",
)
"""What a server may ask that is answered with null."""


@dataclass
class Document:
    """A document that is open."""

    version: int
    text: str


class Client(Connection):
    """Starts a server and is its editor.

    Args:
        root: the working folder of the server, and the folder that is opened.
        command: the server.
        variables: more of its environment.

    Attributes:
        documents: by their URIs.
        settings: what `workspace/configuration` is answered with, by section.
        capabilities: the server's, once it is initialized.
    """

    def __init__(self, root: Path, command: Sequence[str] = SERVER, variables: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.documents: dict[str, Document] = {}
        self.settings: dict[str, object] = {}
        self.capabilities: dict[str, Any] = {}
        super().__init__(root, command, variables)
        self.answers |= dict.fromkeys(_NOTHING_TO_SAY, lambda _: None)
        self.answers |= {
            "workspace/configuration": lambda asked: [
                self.settings.get(item.get("section")) for item in asked["items"]
            ],
            "workspace/workspaceFolders": lambda _: [{"uri": root.as_uri(), "name": root.name}],
            "workspace/applyEdit": self._apply,
            "window/showDocument": lambda _: {"success": True},
        }

    # ---- from beginning to end -----------------------------------------------------------------------------------

    def initialize(
        self,
        capabilities: Mapping[str, object] | None = None,
        *,
        process: int | None = -1,
        options: object = None,
    ) -> dict[str, Any]:
        """Initialize the server, and say that it is.

        Args:
            capabilities: the client's.
            process: the id of the process whose end ends the server; -1 for this one.
            options: the `initializationOptions`; by default problems are told without a pause.

        Returns:
            The server's answer, whole.
        """
        result: dict[str, Any] = self.request(
            "initialize",
            {
                "processId": os.getpid() if process == -1 else process,
                "clientInfo": {"name": "test"},
                "rootUri": self.root.as_uri(),
                "workspaceFolders": [{"uri": self.root.as_uri(), "name": self.root.name}],
                "capabilities": capabilities or {},
                "initializationOptions": options or {"diagnostics": {"delay": 0}},
            },
        )
        self.capabilities = result["capabilities"]
        self.notify("initialized")
        return result

    def shutdown_exit(self) -> None:
        """Let the server end as it should.

        Raises:
            ServerError: it does not end, or not with code 0.
        """
        assert self.request("shutdown") is None
        self.notify("exit")
        code = self.exit_code()
        if code != 0:
            raise ServerError(f"an orderly end has code 0, not {code}\n{self._state()}")

    # ---- documents -----------------------------------------------------------------------------------------------

    def uri(self, target: Path | str) -> str:
        """The URI of a document: of a path from the root, or a URI as it is."""
        return target if isinstance(target, str) and ":" in target else (self.root / target).as_uri()

    def text(self, target: Path | str) -> str:
        """The text of an open document."""
        return self.documents[self.uri(target)].text

    def open(self, target: Path | str, text: str | None = None, language: str = "story") -> str:
        """Open a document, with the text of its file where none is given; gives its URI."""
        uri = self.uri(target)
        if text is None:
            text = (self.root / target).read_bytes().decode()
        self.documents[uri] = Document(1, text)
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def change(self, target: Path | str, *changes: str | tuple[dict[str, dict[str, int]], str]) -> int:
        """Change an open document; gives its new version.

        Args:
            target: which.
            changes: one after the other: the whole new text, or a range and what shall stand there. A range speaks of
                the text as the changes before have made it.
        """
        document = self.documents[self.uri(target)]
        sent: list[dict[str, object]] = []
        for change in changes:
            if isinstance(change, str):
                document.text = change
                sent.append({"text": change})
            else:
                where, new = change
                start, end = (offset_at(document.text, where[side]) for side in ("start", "end"))
                document.text = document.text[:start] + new + document.text[end:]
                sent.append({"range": where, "text": new})
        document.version += 1
        changed = {"uri": self.uri(target), "version": document.version}
        self.notify("textDocument/didChange", {"textDocument": changed, "contentChanges": sent})
        return document.version

    def save(self, target: Path | str) -> None:
        """Write an open document into its file, and say so."""
        (self.root / target).write_bytes(self.text(target).encode())
        self.notify("textDocument/didSave", {"textDocument": {"uri": self.uri(target)}, "text": self.text(target)})

    def close(self, target: Path | str) -> None:
        """Close a document."""
        del self.documents[self.uri(target)]
        self.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(target)}})

    def at(self, target: Path | str, position: dict[str, int] | None = None, **more: object) -> dict[str, object]:
        """The params of a request about an open document, or a position in it."""
        params: dict[str, object] = {"textDocument": {"uri": self.uri(target)}, **more}
        return params if position is None else {**params, "position": position}

    def diagnostics(self, target: Path | str, since: int = 0) -> list[dict[str, Any]]:
        """What the server says of an open document in its present version, from the mark `since` on."""
        uri, document = self.uri(target), self.documents[self.uri(target)]

        def is_of_document(message: dict[str, Any]) -> bool:
            if message["method"] != "textDocument/publishDiagnostics":
                return False
            return bool(message["params"]["uri"] == uri and message["params"].get("version") == document.version)

        what = f"the diagnostics of {uri}, version {document.version}"
        found: list[dict[str, Any]] = self.wait_for(is_of_document, what, since)["params"]["diagnostics"]
        return found

    def _apply(self, asked: dict[str, Any]) -> dict[str, object]:
        """Make an edit that the server asks for, in open documents, as an editor does."""
        edit = asked["edit"]
        listed = [
            (change["textDocument"]["uri"], change["textDocument"].get("version"), change["edits"])
            for change in edit.get("documentChanges", ())
        ] or [(uri, None, edits) for uri, edits in edit.get("changes", {}).items()]
        for uri, version, _ in listed:
            document = self.documents.get(uri)
            if document is None or version not in (None, document.version):
                return {"applied": False, "failureReason": f"{uri} is not open, or has another version"}
        for uri, _, edits in listed:
            self.change(uri, apply_edits(self.documents[uri].text, edits))
        return {"applied": True}
