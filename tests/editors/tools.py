"""The tools that the editors' tests need and that Python does not bring; and the extension's scripts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest

from editors.word_lists import EDITORS

if TYPE_CHECKING:
    from collections.abc import Sequence

EXTENSION: Final = EDITORS / "vscode"
PATIENCE: Final = 60
"""Seconds that a tool may take before it is taken for hanging."""


def needed(there: object, what: str) -> None:
    """Skip a test that lacks a tool; with `EDITOR_TESTS=required` in the environment that is a failure."""
    if not there:
        if os.environ.get("EDITOR_TESTS") == "required":
            pytest.fail(f"{what} is missing")
        pytest.skip(f"needs {what}")


def node() -> str:
    """The path of Node.js, with the extension's packages beside it."""
    program = shutil.which("node")
    needed(program and (EXTENSION / "node_modules/vscode-textmate").is_dir(), "Node.js, and `npm ci` in editors/vscode")
    return str(program)


@cache
def neovim() -> str:
    """The path of a Neovim that is new enough."""
    program = shutil.which("nvim")
    version = ""
    if program:
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"NVIM v(\d+)\.(\d+)", version)
    needed(found and (int(found[1]), int(found[2])) >= (0, 8), "Neovim 0.8 or newer")
    return str(program)


def helix() -> str:
    """The path of Helix."""
    program = shutil.which("hx")
    needed(program, "Helix (`hx`)")
    return str(program)


@cache
def built() -> str:
    """The folder of the extension's tests, bundled anew; one for each of pytest's workers."""
    folder = f"pytest-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    subprocess.run([node(), "build.mjs", f"--tests={folder}"], cwd=EXTENSION, check=True, timeout=PATIENCE)
    return str(EXTENSION / "dist" / folder)


def textmate(texts: Sequence[str]) -> list[list[list[tuple[str, list[str]]]]]:
    """What the TextMate grammar makes of texts: of each the lines, of each line the tokens with their scopes."""
    done = subprocess.run(
        [node(), f"{built()}/print-tokens.js"],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    found: Any = json.loads(done.stdout)
    return [[[(text, scopes) for text, scopes in line] for line in story] for story in found]
