"""Servers for tests: one that all tests of a file share, and one that is a test's own."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from lsp.client import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


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
