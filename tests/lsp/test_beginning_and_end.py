"""When the language server begins to answer, and with what it ends."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from end_to_end.processes import environment
from lsp.asking import (
    GOOD,
    INVALID_REQUEST,
    NOT_INITIALIZED,
    WRONG,
    check_alive,
    codes,
    opening,
)
from lsp.client import SERVER, Client, ResponseError
from lsp.connection import PATIENCE
from lsp.wire import frame

if TYPE_CHECKING:
    from pathlib import Path


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
