"""The command line in this process, for tests of commands that write into stories: files, standard input, answers."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from storyscript.cli import main

if TYPE_CHECKING:
    import pytest


def write(name: str, text: str | bytes) -> str:
    """Write a file, with the folders that it stands in; gives its name."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def run(capfdbinary: pytest.CaptureFixture[bytes], *argv: str) -> tuple[int, bytes, str]:
    """Give a command; gives its exit code, its output and its errors, among which is no traceback."""
    code = main(argv)
    out, err = capfdbinary.readouterr()
    assert b"Traceback" not in err
    return code, out, err.decode()


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let the next command read this from standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
