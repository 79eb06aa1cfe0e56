"""The extension as it is packed: what is in it, and that what it promises is there."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any, Final

import pytest

from editors.tools import EXTENSION, PATIENCE, node
from editors.word_lists import GRAMMAR
from storyscript.lsp.colouring import LEGEND

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST: Final[dict[str, Any]] = json.loads((EXTENSION / "package.json").read_text("utf-8"))
LARGEST: Final = 500_000
"""Bytes that the package may have."""


def test_the_package_holds_what_is_needed_and_nothing_else(tmp_path: Path) -> None:
    # One test for all of it: packing writes into the extension's folder, and tests run side by side.
    package = tmp_path / "storyscript.vsix"
    words = ["--no-dependencies", "--allow-missing-repository", "--out", str(package)]
    done = subprocess.run(
        [node(), str(EXTENSION / "node_modules/@vscode/vsce/vsce"), "package", *words],
        cwd=EXTENSION,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert package.stat().st_size < LARGEST
    with zipfile.ZipFile(package) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    assert sorted(held) == [
        "[Content_Types].xml",
        "extension.vsixmanifest",
        "extension/CHANGELOG.md",
        "extension/LICENSE.txt",
        "extension/README.md",
        "extension/dist/extension.LICENSES.txt",
        "extension/dist/extension.js",
        "extension/images/icon.png",
        "extension/language-configuration.json",
        "extension/package.json",
        "extension/snippets/story.json",
        "extension/syntaxes/markdown.tmLanguage.json",
        "extension/syntaxes/story.tmLanguage.json",
    ]
    assert json.loads(held["extension/package.json"])["version"] == MANIFEST["version"]
    for name, data in held.items():  # nothing of the machine that packed it
        assert str(EXTENSION.parents[1]).encode() not in data, name
        assert b"sourceMappingURL" not in data, name
    licences = held["extension/dist/extension.LICENSES.txt"].decode()
    for name in ("vscode-languageclient 9.0.1", "vscode-jsonrpc", "semver", "minimatch"):
        assert re.search(rf"^{re.escape(name)}.* \((MIT|ISC)\)$", licences, re.MULTILINE), name
    assert licences.count("Microsoft Corporation") >= 4


def test_every_file_that_is_contributed_is_there() -> None:
    contributes = MANIFEST["contributes"]
    paths = [entry["path"] for key in ("grammars", "snippets") for entry in contributes[key]]
    paths += [entry["configuration"] for entry in contributes["languages"]]
    for path in [*paths, MANIFEST["icon"]]:
        assert (EXTENSION / path).is_file(), path


def test_every_command_and_setting_is_the_codes_and_stands_in_the_readme() -> None:
    code = (EXTENSION / "src/extension.ts").read_text("utf-8")
    readme = (EXTENSION / "README.md").read_text("utf-8")
    commands = {entry["command"] for entry in MANIFEST["contributes"]["commands"]}
    assert commands == set(re.findall(r'registerCommand\("([^"]+)"', code))
    for entry in MANIFEST["contributes"]["commands"]:
        assert f"| {entry['category']}: {entry['title']} |" in readme
    properties = MANIFEST["contributes"]["configuration"]["properties"]
    assert set(re.findall(r"^\| `(storyscript\.[^`]+)` \|", readme, re.MULTILINE)) == set(properties)


def test_what_the_language_server_tells_looks_as_the_grammar_has_it() -> None:
    (entry,) = MANIFEST["contributes"]["semanticTokenScopes"]
    assert {name.partition(".")[0] for name in entry["scopes"]} == set(LEGEND.token_types)
    grammar = re.findall(r'"(?:name|contentName)": "([^"]+)"', GRAMMAR.read_text("utf-8"))
    for scopes in entry["scopes"].values():
        for scope in scopes:
            stem = scope.removesuffix(".story")
            assert any(name.startswith(stem) for name in grammar), scope


def test_every_version_is_exact() -> None:
    for kind in ("dependencies", "devDependencies", "overrides"):
        for name, version in MANIFEST[kind].items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
    lock = json.loads((EXTENSION / "package-lock.json").read_text("utf-8"))
    assert lock["version"] == MANIFEST["version"]
    for name, entry in lock["packages"].items():
        assert not name or entry.get("link") or "integrity" in entry, name


def test_the_licence_is_the_projects() -> None:
    assert (EXTENSION / "LICENSE").read_bytes() == (EXTENSION.parents[1] / "LICENSE").read_bytes()


# ---- typing -------------------------------------------------------------------------------------------------------

TYPING: Final[dict[str, Any]] = json.loads((EXTENSION / "language-configuration.json").read_text("utf-8"))


def entered(before: str, after: str = "") -> str:
    """The indentation of the line that Enter begins, between two parts of a line: a tab stands for one level more."""
    indentation = before[: len(before) - len(before.lstrip(" \t"))]
    for rule in TYPING["onEnterRules"]:
        if re.search(rule["beforeText"], before) and re.search(rule.get("afterText", ""), after):
            action = rule["action"]
            assert action["indent"] in ("indent", "none")
            kept = indentation[: max(len(indentation) - action.get("removeText", 0), 0)]
            return f"{kept}\t" if action["indent"] == "indent" else kept
    return indentation


@pytest.mark.parametrize("line", ["scene", "Scene lamp [NC]", "event", "CHARACTER Mira", "  caption:", "\tAs : "])
def test_enter_indents_behind_what_text_follows(line: str) -> None:
    assert entered(line) == f"{line[: len(line) - len(line.lstrip())]}\t"
    if not line.startswith((" ", "\t")):
        assert re.search(TYPING["indentationRules"]["increaseIndentPattern"], line)


@pytest.mark.parametrize(
    "line", ["title: x", "scene: x", "scenes", "  scene of the crime", "let a = b", "  caption: x", "section One", ""]
)
def test_enter_keeps_the_indentation_elsewhere(line: str) -> None:
    assert entered(line) == line[: len(line) - len(line.lstrip())]
    assert not re.search(TYPING["indentationRules"]["increaseIndentPattern"], line)
    assert not re.search(TYPING["indentationRules"]["decreaseIndentPattern"], line)


@pytest.mark.parametrize("line", ["  ", "    ", "\t", "  \t  "])
def test_enter_on_an_empty_line_goes_back_to_column_0(line: str) -> None:
    assert entered(line) == entered(line, "  ") == ""


def test_enter_before_a_line_leaves_it_in_its_block() -> None:
    assert entered("  ", "walks") == "  "
