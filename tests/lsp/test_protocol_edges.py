"""What the language server does with frames and messages that are not as they should be."""

from __future__ import annotations

import json

import pytest

from lsp.asking import (
    GOOD,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    WRONG,
    check_alive,
    opening,
)
from lsp.client import Client, ResponseError
from lsp.wire import frame

# ---- frames ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_frame_may_come_in_pieces(client: Client, size: int) -> None:
    data = frame({"jsonrpc": "2.0", "id": f"split {size}", "method": "no/such", "params": {"text": "日本\U0001f98a"}})
    for at in range(0, len(data), size):
        client.write(data[at : at + size])
        client.wait_until_read()
    with pytest.raises(ResponseError) as caught:
        client.answer(f"split {size}")
    assert caught.value.code == METHOD_NOT_FOUND
    check_alive(client)


def test_several_frames_may_come_at_once(client: Client) -> None:
    numbers = [f"at once {n}" for n in range(20)]
    messages = [{"jsonrpc": "2.0", "id": number, "method": "no/such"} for number in numbers]
    client.write(b"".join(frame(message) for message in [*messages, opening("untitled:one", WRONG)]))
    for number in numbers:
        with pytest.raises(ResponseError):
            client.answer(number)
    check_alive(client)
    published = [message["params"]["uri"] for message in client.messages if "params" in message]
    assert "untitled:one" in published


@pytest.mark.parametrize(
    "headers",
    [
        "content-length: {size}\r\n",
        "CONTENT-LENGTH:{size}\r\n",
        "Content-Length:   {size}  \r\n",
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: {size}\r\n",
        "Content-Length: {size}\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n",
        "X-Trace: 1\r\nContent-Length: {size}\r\nX-More: Content-Length: 3\r\n",
    ],
)
def test_headers_are_read_as_headers_are(client: Client, headers: str) -> None:
    uri = f"untitled:{headers}"
    client.write(frame(opening(uri, WRONG), headers=headers))
    client.wait_for(lambda message: message.get("params", {}).get("uri") == uri, "its diagnostics")
    check_alive(client)


@pytest.mark.parametrize("garbage", [b"\r\n", b"hello\r\n", b"\n\n", b"\x00\xff\r\n", b"Content-Length: x\r\n"])
def test_lines_before_a_header_are_passed_over(client: Client, garbage: bytes) -> None:
    client.write(garbage)
    check_alive(client)


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b"{'a': 1}", b"[" * 200_000, b'{"jsonrpc": "2.0", '])
def test_what_is_no_json_is_a_parse_error(client: Client, body: bytes) -> None:
    client.write(frame(body))
    assert client.refusal() == PARSE_ERROR
    check_alive(client)


@pytest.mark.parametrize(
    "message",
    [
        [],
        1,
        "x",
        None,
        {},
        {"jsonrpc": "2.0"},
        {"jsonrpc": "2.0", "id": "alone"},
        {"jsonrpc": "2.0", "method": 5},
        {"jsonrpc": "1.0", "method": "textDocument/didOpen"},
        [{"jsonrpc": "2.0", "id": "many", "method": "shutdown"}],
        {"jsonrpc": "2.0", "id": "never asked", "result": {"a": 1}},
        {"jsonrpc": "2.0", "id": 99, "error": {"code": 1, "message": "x"}},
        {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "x"}},
    ],
    ids=json.dumps,
)
def test_json_that_is_no_message_does_no_harm(client: Client, message: object) -> None:
    client.write(frame(message))
    check_alive(client)


def test_any_id_comes_back_as_it_is(client: Client) -> None:
    for number in (0, -1, 2**31 - 1, "a", "", "日本", "1"):
        client.write(frame({"jsonrpc": "2.0", "id": number, "method": "no/such"}))
        with pytest.raises(ResponseError) as caught:
            client.answer(number)
        assert caught.value.code == METHOD_NOT_FOUND


# ---- methods -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["no/such", "$/no/such", "textDocument/nosuch", "", "workspace/executeCommandX"])
def test_a_method_that_is_not_there_is_not_found(client: Client, method: str) -> None:
    with pytest.raises(ResponseError) as caught:
        client.request(method, {})
    assert caught.value.code == METHOD_NOT_FOUND
    check_alive(client)


def test_notifications_that_nobody_knows_are_ignored(client: Client) -> None:
    client.notify("no/such")
    client.notify("$/no/such", {"a": 1})
    client.notify("$/setTrace", {"value": "verbose"})
    client.notify("$/cancelRequest", {"id": 12345})
    client.notify("$/cancelRequest", {"id": "no such"})
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.notify("workspace/didChangeWatchedFiles", {"changes": []})
    check_alive(client)


@pytest.mark.parametrize("params", [5, [], {}, {"textDocument": None}, {"textDocument": {"uri": 5}}], ids=json.dumps)
@pytest.mark.parametrize("method", ["textDocument/hover", "textDocument/completion", "textDocument/formatting"])
def test_a_request_with_other_params_is_refused(client: Client, method: str, params: object) -> None:
    with pytest.raises(ResponseError) as caught:
        client.request(method, params)
    assert caught.value.code == INVALID_PARAMS
    check_alive(client)


@pytest.mark.parametrize("params", [5, [], {}, {"textDocument": None}, {"textDocument": {"uri": 5}}], ids=json.dumps)
@pytest.mark.parametrize("method", ["textDocument/didOpen", "textDocument/didChange", "$/cancelRequest"])
def test_a_notification_with_other_params_is_dropped(client: Client, method: str, params: object) -> None:
    client.notify(method, params)
    check_alive(client)


def test_a_document_that_is_not_open_does_no_harm(client: Client) -> None:
    gone = {"textDocument": {"uri": "file:///gone.story", "version": 3}}
    client.notify("textDocument/didChange", {**gone, "contentChanges": [{"text": "x"}]})
    client.notify("textDocument/didSave", gone)
    client.notify("textDocument/didClose", gone)
    at = {**gone, "position": {"line": 3, "character": 9}}
    for method in ("textDocument/hover", "textDocument/completion", "textDocument/definition"):
        assert client.request(method, at) is None
    check_alive(client)


@pytest.mark.parametrize(("line", "character"), [(0, 999), (999, 0), (3, 2**31 - 1), (2**31 - 1, 2**31 - 1)])
def test_a_position_outside_the_text_does_no_harm(client: Client, line: int, character: int) -> None:
    client.open("a.story", GOOD)
    for method in ("textDocument/hover", "textDocument/completion", "textDocument/definition"):
        client.request(method, client.at("a.story", {"line": line, "character": character}))
    check_alive(client)


def test_a_request_that_is_cancelled_has_one_answer(client: Client) -> None:
    client.open("a.story", GOOD * 1000)
    numbers = [client.ask("textDocument/documentSymbol", client.at("a.story")) for _ in range(20)]
    for number in numbers:
        client.notify("$/cancelRequest", {"id": number})
    for number in numbers:
        try:
            assert client.answer(number)
        except ResponseError as error:
            assert error.code == -32800  # noqa: PT017 - either will do
    check_alive(client)
