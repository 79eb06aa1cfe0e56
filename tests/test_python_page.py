"""The page on Python names what is public, and its examples print what it shows.

With UPDATE_COMMANDS in the environment the table of names is written into the page.
"""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path

import pytest

import storyscript
from storyscript import errors

PAGE = Path(__file__).parent.parent / "docs/python.md"
HEAD = "## All names\n\n| name | is |\n|---|---|\n"
EXAMPLES = re.findall(
    r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)


def table() -> str:
    """Each public name with the first line of what it says of itself."""
    rows = []
    for name in sorted(storyscript.__all__, key=str.lower):
        said = (inspect.getdoc(getattr(storyscript, name)) or "").splitlines()[0]
        rows.append(f"| `{name}` | {said.removesuffix('.')} |\n")
    return "".join(rows)


@pytest.mark.skipif(not os.environ.get("UPDATE_COMMANDS"), reason="only writes the page")
def test_write_the_table() -> None:
    PAGE.write_text(PAGE.read_text("utf-8").partition(HEAD)[0] + HEAD + table(), "utf-8")


def test_the_page_has_all_names_and_no_others() -> None:
    assert PAGE.read_text("utf-8").partition(HEAD)[2] == table()


def test_the_tree_of_errors_is_the_one_of_the_module() -> None:
    tree = inspect.cleandoc((errors.__doc__ or "").partition("\n\n")[2].partition("\n\n")[0])
    assert tree.startswith("StoryscriptError\n")
    assert f"```text\n{tree}\n```" in PAGE.read_text("utf-8")


@pytest.mark.parametrize(("code", "output"), EXAMPLES, ids=["compile", "format", "render"])
def test_an_example_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, output: str
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, PAGE.name, "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out == output
