"""What several tests of the language server ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lsp.client import Client

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
NOT_INITIALIZED: Final = -32002

GOOD: Final = "character Mira\n  a woman, red scarf\nscene\n  walks home\n"
WRONG: Final = "scne a\n"
"""A story with one problem, SS101, in its first line, and another about the whole."""


def codes(diagnostics: list[dict[str, Any]]) -> list[str]:
    return [diagnostic["code"] for diagnostic in diagnostics]


def check_alive(client: Client) -> None:
    """The server still does its work."""
    client.open("alive.story", WRONG)
    assert "SS101" in codes(client.diagnostics("alive.story"))


def opening(uri: str, text: str) -> dict[str, Any]:
    item = {"uri": uri, "languageId": "story", "version": 1, "text": text}
    return {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}}
