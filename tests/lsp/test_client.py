"""The client of the language server's tests, tried on a server of which is known what it does."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsp.connection
from lsp.client import Client, ResponseError, ServerError
from lsp.positions import apply_edits, offset_at, position_at, position_of, range_of, text_in
from lsp.wire import BrokenFrameError, frame, read_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

FAKE = [sys.executable, str(Path(__file__).with_name("fake_server.py"))]
TEXT = "a\U0001f98a é\r\nsecond @Tom\rthird\u2028@Tom 日本\n"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with Client(tmp_path, [*FAKE, "--orderly"]) as client:
        yield client


# ---- messages ----------------------------------------------------------------------------------------------------


def test_a_request_has_its_own_answer_in_whatever_order_it_is_asked_for(client: Client) -> None:
    numbers = [client.ask("echo", {"n": n, "text": "é\U0001f98a\n"}) for n in range(50)]
    assert [client.answer(number)["n"] for number in reversed(numbers)] == list(reversed(range(50)))
    assert client.request("echo", {"text": "é\U0001f98a\n"}) == {"text": "é\U0001f98a\n"}


def test_an_answer_may_be_an_error(client: Client) -> None:
    with pytest.raises(ResponseError) as caught:
        client.request("fail")
    assert (caught.value.code, caught.value.message, caught.value.data) == (-32803, "no", [1])


def test_what_has_no_id_is_answered_apart(client: Client) -> None:
    numbers = [client.ask(method) for method in ("refuse", "echo", "refuse")]
    assert [client.refusal(), client.refusal()] == [-32700, -32700]
    assert client.answer(numbers[1]) is None


def test_what_a_server_asks_is_answered(client: Client) -> None:
    client.settings["storyscript"] = {"command": "x"}
    asked: list[tuple[str, object]] = [
        ("workspace/configuration", {"items": [{"section": "storyscript"}, {"section": "other"}, {}]}),
        ("workspace/workspaceFolders", None),
        ("client/registerCapability", {"registrations": []}),
        ("window/workDoneProgress/create", {"token": 1}),
        ("workspace/semanticTokens/refresh", None),
        ("window/showDocument", {"uri": "file:///x"}),
        ("no/such", None),
    ]
    assert client.request("ask", asked) == [
        {"result": [{"command": "x"}, None, None]},
        {"result": [{"uri": client.root.as_uri(), "name": client.root.name}]},
        {"result": None},
        {"result": None},
        {"result": None},
        {"result": {"success": True}},
        {"error": {"code": -32601, "message": "no/such"}},
    ]
    assert [message["method"] for message in client.messages] == [method for method, _ in asked]


def test_both_may_write_much_at_once(client: Client) -> None:
    huge = "x" * 3_000_000
    numbers = [client.ask("flood", huge) for _ in range(3)]
    assert [client.answer(number) for number in numbers] == [len(huge)] * 3
    assert len(client.messages) == 600


def test_what_is_written_in_pieces_is_read_in_pieces(client: Client) -> None:
    data = frame({"jsonrpc": "2.0", "id": "pieces", "method": "echo", "params": "日本"})
    for at in range(0, len(data), 10):
        client.write(data[at : at + 10])
        client.wait_until_read()
    assert client.answer("pieces") == "日本"


def test_a_server_that_does_not_read_is_told_of(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.ask("hang")
    client.wait_until_read()
    monkeypatch.setattr(lsp.connection, "PATIENCE", 0.01)
    client.write(b"x" * 1_000_000)
    with pytest.raises(ServerError, match="the server does not read"):
        client.wait_until_read()


# ---- documents ---------------------------------------------------------------------------------------------------


def test_diagnostics_are_those_of_the_documents_version(client: Client) -> None:
    client.open("a.story", "scene x")
    client.open("untitled:b", "x")
    assert client.diagnostics("a.story") == [{"message": "7"}]
    assert client.change("a.story", "scene") == 2
    client.change("untitled:b", "xyz")
    assert client.diagnostics("a.story") == [{"message": "5"}]
    assert client.diagnostics("untitled:b") == [{"message": "3"}]
    mark = client.mark()
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": client.uri("a.story"), "version": 2}, "contentChanges": [{"text": "other"}]},
    )
    assert client.diagnostics("a.story", mark) == [{"message": "5"}]


def test_changes_are_made_one_after_the_other(client: Client) -> None:
    client.open("a.story", TEXT)
    client.change("a.story", (range_of(TEXT, "@Tom", 1), "@Ida"), (range_of(TEXT, "\U0001f98a"), ""))
    assert client.text("a.story") == TEXT.replace("\u2028@Tom", "\u2028@Ida").replace("\U0001f98a", "")


def test_a_document_is_saved_into_its_file_and_opened_from_there(client: Client) -> None:
    client.open("a.story", TEXT)
    client.save("a.story")
    client.close("a.story")
    assert (client.root / "a.story").read_bytes() == TEXT.encode()
    client.open(client.root / "a.story")
    assert client.text("a.story") == TEXT


def test_an_edit_that_the_server_asks_for_is_made(client: Client) -> None:
    uri = client.open("a.story", "one two three")
    edits = [{"range": range_of("one two three", word), "newText": word.upper()} for word in ("three", "one")]
    versioned = {"documentChanges": [{"textDocument": {"uri": uri, "version": 1}, "edits": edits}]}
    asked = [["workspace/applyEdit", {"edit": edit}] for edit in (versioned, versioned, {"changes": {uri: edits[:1]}})]
    answers = [answer["result"]["applied"] for answer in client.request("ask", asked)]
    assert answers == [True, False, True]
    assert client.documents[uri].version == 3
    assert client.text("a.story") == "ONE two THREE"


# ---- servers that do wrong ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("die", "ended with code 3"),
        ("die", "I am dying"),
        ("print", "no header: b'hello\\n'"),
        ("lie", "no message"),
        ("short", "the output ends inside a frame"),
    ],
)
def test_a_server_that_does_wrong_is_told_of_at_once(client: Client, method: str, said: str) -> None:
    with pytest.raises(ServerError) as caught:
        client.request(method)
    assert said in str(caught.value)


def test_a_second_answer_is_one_too_many(client: Client) -> None:
    client.request("twice")
    with pytest.raises(ServerError, match="a second answer"):
        client.request("echo")


def test_what_does_not_come_is_waited_for_only_so_long(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsp.connection, "PATIENCE", 0.01)
    with pytest.raises(ServerError, match="an answer to request 1 has not come\nthe server runs"):
        client.request("hang")
    with pytest.raises(ServerError, match="the server does not end"):
        client.exit_code()


def test_a_server_that_hangs_is_killed_with_its_threads(tmp_path: Path) -> None:
    before = threading.active_count()
    client = Client(tmp_path, FAKE)
    error = ZeroDivisionError()
    with contextlib.suppress(ZeroDivisionError), client:
        client.ask("hang")
        client.write(b"x" * 1_000_000)
        raise error
    assert client.process.returncode is not None
    assert threading.active_count() == before
    assert "the server runs" in error.__notes__[0]


def test_an_orderly_end_has_code_0(tmp_path: Path) -> None:
    with Client(tmp_path, [*FAKE, "--orderly"]) as client:
        assert client.initialize() == {"capabilities": {"for": os.getpid()}}
        client.shutdown_exit()
    with Client(tmp_path, FAKE) as client:
        client.initialize(process=None)
        with pytest.raises(ServerError, match="has code 0, not 1"):
            client.shutdown_exit()


# ---- frames ------------------------------------------------------------------------------------------------------


def _read(tmp_path: Path, data: bytes) -> object:
    path = tmp_path / "frames"
    path.write_bytes(data)
    with path.open("rb") as stream:
        return read_frame(stream)


def test_a_frame_is_read_as_it_was_written(tmp_path: Path) -> None:
    message = {"jsonrpc": "2.0", "method": "é\U0001f98a"}
    typed = "Content-Length: {size}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
    assert _read(tmp_path, frame(message) + frame(1)) == message
    assert _read(tmp_path, frame(message, headers=typed)) == message
    assert _read(tmp_path, b"") is None


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n{}",
        b"Content-Length: 2\n\n{}",
        b"Content-Length: 2\r\n{}",
        b"Length: 2\r\n\r\n{}",
        frame(b"{"),
        frame(b'"\xff"'),
        frame([]),
        frame({"id": 1, "result": 1}),
        frame({"jsonrpc": "2.0", "id": 1}),
        frame({"jsonrpc": "2.0", "id": 1, "result": 1, "error": {}}),
    ],
)
def test_what_is_no_frame_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BrokenFrameError):
        _read(tmp_path, data)


# ---- positions ---------------------------------------------------------------------------------------------------


def test_positions_count_lines_as_the_protocol_does_and_utf_16() -> None:
    assert position_of(TEXT, "é") == {"line": 0, "character": 4}
    assert position_of(TEXT, "\r\n") == {"line": 0, "character": 5}
    assert position_of(TEXT, "@Tom") == {"line": 1, "character": 7}
    assert range_of(TEXT, "@Tom", 1) == {"start": {"line": 2, "character": 6}, "end": {"line": 2, "character": 10}}
    assert text_in(TEXT, range_of(TEXT, "日本")) == "日本"
    assert position_at(TEXT, len(TEXT)) == {"line": 3, "character": 0}


@given(st.text(st.sampled_from("a\U0001f98aé\n\r\u2028\ud83e")))
def test_every_offset_has_a_position_and_each_position_its_offset(text: str) -> None:
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            assert offset_at(text, position_at(text, offset)) == offset


@pytest.mark.parametrize(("line", "character"), [(0, 2), (0, 7), (4, 0), (2, 99)])
def test_a_position_that_is_none_is_refused(line: int, character: int) -> None:
    with pytest.raises((AssertionError, IndexError)):
        offset_at(TEXT, {"line": line, "character": character})


def test_edits_speak_of_the_text_as_it_was() -> None:
    text = "one two"
    edits = [{"range": range_of(text, "two"), "newText": "2"}, {"range": range_of(text, "one"), "newText": "first"}]
    assert apply_edits(text, edits) == "first 2"
    with pytest.raises(AssertionError, match="overlap"):
        apply_edits(text, [*edits, {"range": range_of(text, "e tw"), "newText": ""}])
