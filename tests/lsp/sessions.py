"""A server in this process, and all that an editor would show of it: for tests that compare one server with another."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from lsp.positions import position_at
from lsp.wire import frame, read_frame
from storyscript.lsp.server import StoryServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

CAPABILITIES: Final = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    }
}
_OF_THE_SERVER: Final = -32603
"""The code of an error that is the server's own fault."""
WHOLE: Final = (
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/documentLink",
    "textDocument/codeLens",
    "textDocument/formatting",
)
"""What is asked of a whole text."""
OF_PLACES: Final = (
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
)
"""What is asked of a place in a text."""
OF_RANGES: Final = (
    "textDocument/inlayHint",
    "textDocument/codeAction",
    "textDocument/semanticTokens/range",
    "textDocument/rangeFormatting",
)
"""What is asked of a range of a text."""


class Session:
    """An editor and its server.

    Args:
        root: the folder that is opened.
        capabilities: the editor's.
        options: the writer's settings.

    Attributes:
        problems: what the server has told of each file: its diagnostics.
        asked: the methods of what the server has asked itself.
        answer: what the server has said of itself.
    """

    def __init__(self, root: Path, capabilities: Mapping[str, object] = CAPABILITIES, options: object = None) -> None:
        self._server: Final = StoryServer("0", at_once=True)
        self._said: Final = io.BytesIO()
        self._server.protocol.set_writer(self)  # type: ignore[arg-type]  # as much of a writer as pygls uses
        self._number = 0
        self.problems: dict[str, list[Any]] = {}
        self.asked: list[str] = []
        self.answer: Any = self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri(),
                "capabilities": capabilities,
                "initializationOptions": options,
            },
        )
        self.tell("initialized", {})

    def write(self, data: bytes) -> None:
        """Take what the server says."""
        self._said.write(data)

    def tell(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: object) -> Any:  # noqa: ANN401 - each method has its own
        """Send a request, and give its answer: the result, or the error as a text."""
        self._number += 1
        answers = self._send({"id": self._number, "method": method, "params": params})
        assert [answer["id"] for answer in answers] == [self._number]
        if "error" in answers[0]:
            assert answers[0]["error"]["code"] != _OF_THE_SERVER, answers[0]
            return f"{answers[0]['error']['code']}: {answers[0]['error']['message']}"
        return answers[0]["result"]

    def _send(self, message: Mapping[str, object]) -> list[dict[str, Any]]:
        body = frame({"jsonrpc": "2.0", **message}).partition(b"\r\n\r\n")[2]
        self._said.seek(0)
        self._said.truncate()
        self._server.protocol.receive(body)
        self._said.seek(0)
        answers = []
        while (said := read_frame(self._said)) is not None:
            if said.get("method") == "textDocument/publishDiagnostics":
                params = said["params"]
                self.problems[params["uri"]] = params["diagnostics"]
            elif "method" in said:
                self.asked.append(said["method"])
            else:
                answers.append(said)
        return answers

    def open(self, uri: str, text: str) -> None:
        """Open a text."""
        self.tell(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "story", "version": 1, "text": text}}
        )

    def told(self) -> dict[str, list[Any]]:
        """Every file with problems."""
        return {uri: problems for uri, problems in self.problems.items() if problems}

    def shown(self, texts: Mapping[str, str], places: Iterable[float]) -> dict[str, Any]:
        """Everything that the server says of open texts.

        Args:
            texts: by URI, as they are now.
            places: what is looked at in each, as parts of its length.
        """
        shown: dict[str, Any] = {
            "problems": self.told(),
            "workspace/symbol": self.ask("workspace/symbol", {"query": ""}),
        }
        for uri, text in texts.items():
            document = {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}}
            for method in WHOLE:
                shown[f"{method} {uri}"] = self.ask(method, document)
            offsets = [round(place * len(text)) for place in places]
            for offset in offsets:
                at = {**document, "position": position_at(text, offset), "context": {"includeDeclaration": True}}
                for method in OF_PLACES:
                    asked = at if method != "textDocument/completion" else {**at, "context": {"triggerKind": 1}}
                    shown[f"{method} {uri} {offset}"] = self.ask(method, asked)
            for start, end in zip(sorted(offsets), sorted(offsets)[1:], strict=False):
                where = {"start": position_at(text, start), "end": position_at(text, end)}
                inside = {**document, "range": where, "context": {"diagnostics": self.problems.get(uri, [])}}
                for method in OF_RANGES:
                    shown[f"{method} {uri} {start} {end}"] = self.ask(method, inside)
        return shown
