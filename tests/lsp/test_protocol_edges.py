"""What the language server does where an editor, or what stands between, is not as it should be."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from end_to_end.processes import environment
from lsp.client import SERVER, Client, ResponseError
from lsp.connection import PATIENCE
from lsp.positions import offset_at, position_at
from lsp.wire import frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
NOT_INITIALIZED = -32002

GOOD = "character Mira\n  a woman, red scarf\nscene\n  walks home\n"
WRONG = "scne a\n"
"""A story with one problem, SS101, in its first line, and another about the whole."""


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Client]:
    """A server that is not initialized."""
    with Client(tmp_path) as client:
        yield client


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Client]]:
    """The server that most of these tests share: to start one takes its time. A new one where a test ended the last."""
    running: list[Client] = []
    with contextlib.ExitStack() as stack:

        def present() -> Client:
            if not running or running[-1].ended:
                running.append(stack.enter_context(Client(tmp_path_factory.mktemp("root"))))
                running[-1].initialize()
            return running[-1]

        yield present
        running[-1].shutdown_exit()


@pytest.fixture
def client(server: Callable[[], Client], tmp_path: Path) -> Iterator[Client]:
    """The shared server, with no documents open and none of its messages kept."""
    client = server()
    client.root = tmp_path
    client.messages.clear()
    client.refusals.clear()
    yield client
    for uri in list(client.documents):
        client.close(uri)


def codes(diagnostics: list[dict[str, Any]]) -> list[str]:
    return [diagnostic["code"] for diagnostic in diagnostics]


def check_alive(client: Client) -> None:
    """The server still does its work."""
    client.open("alive.story", WRONG)
    assert "SS101" in codes(client.diagnostics("alive.story"))


def opening(uri: str, text: str) -> dict[str, Any]:
    item = {"uri": uri, "languageId": "story", "version": 1, "text": text}
    return {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}}


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
    assert caught.value.code in (INVALID_PARAMS, INVALID_REQUEST)
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
        try:
            assert client.request(method, at) in (None, [], {"isIncomplete": False, "items": []})
        except ResponseError as error:
            assert error.code in (INVALID_PARAMS, INVALID_REQUEST)  # noqa: PT017 - either will do
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


# ---- beginning and end -------------------------------------------------------------------------------------------


def test_before_it_is_initialized_nothing_is_answered(fresh: Client) -> None:
    fresh.notify("textDocument/didOpen", opening("untitled:early", WRONG)["params"])
    for method in ("textDocument/hover", "shutdown", "no/such"):
        with pytest.raises(ResponseError) as caught:
            fresh.request(method, {})
        assert caught.value.code == NOT_INITIALIZED
    fresh.initialize()
    check_alive(fresh)
    assert not any(message.get("params", {}).get("uri") == "untitled:early" for message in fresh.messages)


def test_it_is_initialized_once(client: Client) -> None:
    with pytest.raises(ResponseError) as caught:
        client.initialize()
    assert caught.value.code == INVALID_REQUEST
    check_alive(client)


def test_after_its_shutdown_it_only_waits_for_the_end(fresh: Client) -> None:
    client = fresh
    client.initialize()
    assert client.request("shutdown") is None
    for method in ("textDocument/hover", "shutdown", "initialize"):
        with pytest.raises(ResponseError) as caught:
            client.request(method, {})
        assert caught.value.code == INVALID_REQUEST
    client.notify("textDocument/didOpen", opening("untitled:late", WRONG)["params"])
    client.notify("exit")
    assert client.exit_code() == 0
    assert not any(message.get("params", {}).get("uri") == "untitled:late" for message in client.messages)


@pytest.mark.parametrize("initialized", [True, False])
def test_an_exit_without_shutdown_is_no_orderly_end(fresh: Client, *, initialized: bool) -> None:
    if initialized:
        fresh.initialize()
    fresh.notify("exit")
    assert fresh.exit_code() == 1
    assert "Traceback" not in fresh.complaints()


@pytest.mark.parametrize("last", [b"", b"Content-Length: 50\r\n\r\n{", b"Content-Le"])
@pytest.mark.parametrize("initialized", [True, False])
def test_it_ends_with_its_input(fresh: Client, last: bytes, *, initialized: bool) -> None:
    if initialized:
        fresh.initialize()
        fresh.open("a.story", GOOD)
        fresh.diagnostics("a.story")
    fresh.write(last)
    fresh.close_input()
    assert fresh.exit_code() == 1
    assert "Traceback" not in fresh.complaints()


def test_it_ends_where_nobody_reads_what_it_says(tmp_path: Path) -> None:
    with subprocess.Popen(
        SERVER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(tmp_path),
    ) as process:
        try:
            assert process.stdout is not None
            process.stdout.close()
            params: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
            message = frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
            _, complaints = process.communicate(message, timeout=PATIENCE)
        finally:
            process.kill()
    assert b"Traceback" not in complaints
    assert process.returncode == 1


def test_it_ends_with_the_editor_that_started_it(fresh: Client) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as editor:
        fresh.initialize(process=editor.pid)
        fresh.open("a.story", WRONG)
        assert "SS101" in codes(fresh.diagnostics("a.story"))
        editor.kill()
    assert fresh.exit_code() == 1
    assert "Traceback" not in fresh.complaints()


def test_without_an_editors_id_it_waits_for_none(fresh: Client) -> None:
    fresh.initialize(process=None)
    check_alive(fresh)


# ---- documents ---------------------------------------------------------------------------------------------------

URIS = [
    "untitled:Untitled-1",
    "untitled:a%20b.story",
    "file:///c%3A/x.story",
    "file:///C:/Users/x%20y/z.story",
    "file://server/share/a.story",
    "file:///nowhere/my%20comic.story",
    "file:///nowhere/my comic.story",
    "file:///nowhere/%C3%A9t%C3%A9%20%E6%97%A5.story",
    "file:///nowhere/été 日.story",
    "file:///nowhere/a%23b%3Fc%25.story",
    "file:///nowhere/%FF%00.story",
    "file:///nowhere/../../etc/a.story",
    "vscode-notebook-cell:/a.story#W0",
    "vscode-remote://ssh-remote%2Bhost/home/a.story",
    "git:/home/a.story?%7B%22ref%22%3A%22HEAD%22%7D",
    "file:",
    "x:",
]


@pytest.mark.parametrize("uri", URIS)
def test_a_document_may_have_any_uri(client: Client, uri: str) -> None:
    client.open(uri, "include cast.story\n" + WRONG)
    assert "SS101" in codes(client.diagnostics(uri))
    client.change(uri, "character Mira\n  a woman\n")
    assert "SS101" not in codes(client.diagnostics(uri))
    client.request("textDocument/hover", client.at(uri, {"line": 0, "character": 2}))
    client.close(uri)
    check_alive(client)


@pytest.mark.parametrize("name", ["a b", "été", "日本", "a#b", "a%20b", "a+b&c=d", "e\u0301", "\U0001f98a"])
def test_what_a_document_includes_is_found_in_a_folder_of_any_name(client: Client, name: str) -> None:
    folder = client.root / name
    folder.mkdir()
    (folder / f"cast {name}.story").write_text("character Mira\n  a woman, red scarf\n", "utf-8")
    story = folder / f"{name}.story"
    client.open(story, f"include cast {name}.story\nscene\n  meets @Mira\n")
    assert client.diagnostics(story) == []


@pytest.mark.parametrize("language", ["story", "plaintext", ""])
def test_the_editors_name_for_the_language_does_not_matter(client: Client, language: str) -> None:
    client.open("a.story", WRONG, language)
    assert "SS101" in codes(client.diagnostics("a.story"))


@pytest.mark.parametrize(
    "text", ["", "\n", "\ufeff" + GOOD, "\x00\x01\x7f", "a\rb\r\nc\u2028d\u0085e", "\U0001f98a" * 9]
)
def test_a_document_may_hold_anything(client: Client, text: str) -> None:
    client.open("a.story", text)
    for diagnostic in client.diagnostics("a.story"):
        start, end = (offset_at(text, diagnostic["range"][side]) for side in ("start", "end"))
        assert 0 <= start <= end <= len(text)
    check_alive(client)


def test_half_a_character_does_no_harm(client: Client) -> None:
    # JSON can write one half of a surrogate pair, which no UTF-8 can.
    body = json.dumps(opening("untitled:half", "scene \ud83e\n  {x\ud83e} \udd8a\n")).encode()
    client.write(frame(body))
    client.wait_for(lambda message: message.get("params", {}).get("uri") == "untitled:half", "its diagnostics")
    check_alive(client)


def test_a_large_document_is_read_and_a_too_large_one_refused(client: Client) -> None:
    large = GOOD + "scene\n  walks home in the rain\n" * 20_000
    client.open("a.story", large)
    assert "SS106" not in codes(client.diagnostics("a.story"))
    client.open("b.story", GOOD + "// " + "x" * (16 * 1024 * 1024))
    assert codes(client.diagnostics("b.story")) == ["SS106"]
    check_alive(client)


def test_of_many_changes_the_last_is_reported(client: Client) -> None:
    client.open("a.story", GOOD)
    for n in range(300):
        client.change("a.story", GOOD + f"scene s{n}\n  walks\n" + WRONG * (n % 2))
    assert "SS101" in codes(client.diagnostics("a.story"))
    check_alive(client)


@pytest.mark.parametrize("seed", range(3))
def test_a_text_that_was_changed_piece_by_piece_is_read_as_a_new_one(client: Client, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - for texts, not for secrets
    pieces = [
        "scene a\n",
        "  walks @Mira\r\n",
        "\r",
        "\U0001f98a",
        "scne\n",
        "{rain}",
        "\n",
        "  caption: x\n",
        "\u2028",
        "",
    ]
    client.open("a.story", GOOD)
    for n in range(12):
        changes = []
        text = client.text("a.story")
        for _ in range(chance.randrange(1, 8)):
            # Where a line ends in two characters, no position lies between them.
            places = [at for at in range(len(text) + 1) if text[max(at - 1, 0) : at + 1] != "\r\n"]
            start, end = sorted((chance.choice(places), chance.choice(places)))
            end = min(end, next(at for at in places if at >= min(start + 9, len(text))))
            new = "".join(chance.choices(pieces, k=chance.randrange(4)))
            changes.append(({"start": position_at(text, start), "end": position_at(text, end)}, new))
            text = text[:start] + new + text[end:]
        client.change("a.story", *changes)
        assert client.text("a.story") == text
        client.open(f"b{n}.story", text)
        assert client.diagnostics("a.story") == client.diagnostics(f"b{n}.story")


def test_a_range_beyond_the_end_ends_there(client: Client) -> None:
    client.open("a.story", "character Mira\n  a woman\n")
    beyond = {"start": {"line": 1, "character": 999}, "end": {"line": 99, "character": 5}}
    version = {"uri": client.uri("a.story"), "version": 2}
    change = {"textDocument": version, "contentChanges": [{"range": beyond, "text": "\n" + WRONG}]}
    client.notify("textDocument/didChange", change)
    client.documents[client.uri("a.story")].version = 2
    found = {d["code"]: d["range"]["start"] for d in client.diagnostics("a.story")}
    assert found["SS101"] == {"line": 2, "character": 0}


def test_a_document_that_was_closed_has_no_diagnostics(client: Client) -> None:
    uri = client.open("a.story", WRONG)
    client.diagnostics("a.story")
    mark = client.mark()
    client.close("a.story")
    empty = {"uri": uri, "diagnostics": []}
    client.wait_for(lambda message: message.get("params", {}).items() >= empty.items(), "an empty list", mark)


@pytest.mark.parametrize("capabilities", [{}, {"general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]}}])
def test_positions_are_in_the_encoding_that_was_agreed_on(fresh: Client, capabilities: dict[str, Any]) -> None:
    fresh.initialize(capabilities)
    agreed = fresh.capabilities.get("positionEncoding", "utf-16")
    fresh.open("a.story", "scene\n  \U0001f98aé {x\n")
    found = {d["code"]: d["range"]["start"] for d in fresh.diagnostics("a.story")}
    assert found["SS104"] == {"line": 1, "character": {"utf-8": 9, "utf-16": 6, "utf-32": 5}[agreed]}
