"""`--help`: pages that fit a terminal, with examples that are read by the real parser and, where they can be, run."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storyscript.cli import main
from storyscript.cli.arguments import COMMANDS, command_parser, parse_arguments

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
ASKS_THE_SERVICE = {"login", "task"}
SERVES = {"fake", "lsp"}
COLUMNS = 80


def pages() -> dict[str, str]:
    """The help of everything, by command; that of the whole under `""`."""
    return {"": whole(), **{name: command_parser(name).format_help() for name in COMMANDS}}


def whole() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "storyscript", "--help"], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return done.stdout


def examples(page: str) -> list[tuple[str, str]]:
    """What each example of a page is for, and its line."""
    part = page.partition("\nexamples:\n")[2].partition("\n\n")[0]
    return re.findall(r"^  # (.+)\n  (storyscript(?: .*)?)$", part + "\n", re.MULTILINE)


ALL = [(name, line) for name in COMMANDS for _, line in examples(command_parser(name).format_help())]
RUN = [
    (name, line)
    for name, line in ALL
    if name not in ASKS_THE_SERVICE | SERVES
    and "--watch" not in line
    and (name not in ("run", "doctor") or re.search("--(offline|dry-run)", line))
]


def test_every_page_fits_a_terminal_and_shows_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    for name, page in pages().items():
        assert [line for line in page.splitlines() if len(line) > COLUMNS] == []
        found = examples(page)
        assert found, name
        part = page.partition("\nexamples:\n")[2].partition("\n\n")[0]
        assert len(part.splitlines()) == 2 * len(found), "a line that is neither an example nor what it is for"
        assert all(line.startswith(f"storyscript {name}".rstrip()) for _, line in found)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_whole_program_shows_each_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    page = capsys.readouterr().out
    assert page.startswith(f"usage: storyscript {name} [-h]")
    assert f"{COMMANDS[name][1:].split(',')[0][:20]}" in " ".join(page.split())


@pytest.mark.parametrize(("name", "line"), ALL, ids=[line for _, line in ALL])
def test_an_example_is_understood(name: str, line: str) -> None:
    words = shlex.split(re.split(" [<>] ", line)[0])
    assert words[0] == "storyscript"
    assert parse_arguments(words[1:]).name == name


def test_the_examples_of_the_whole_are_understood() -> None:
    for _, line in examples(whole()):
        words = shlex.split(line)[1:]
        if "--help" in words:
            with pytest.raises(SystemExit) as ended:
                parse_arguments(words)
            assert ended.value.code == 0
        else:
            assert parse_arguments(words).name == words[0]


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with all that examples speak of."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "examples" / "lamp.story", tmp_path / "park.story")
    shutil.copytree(ROOT / "examples" / "cast", tmp_path / "cast")  # which it includes
    assert main(["build", str(ROOT / "examples" / "squirrel.story")]) == 0
    payload = capsys.readouterr().out
    (tmp_path / "payload.json").write_text(payload, "utf-8")
    (tmp_path / "request.md").write_text(
        "```sh\ncurl https://api.wiro.ai/v1/Run/wiro/story-diffusion-advanced "
        f"-H 'Content-Type: application/json' -d {shlex.quote(json.dumps(json.loads(payload)))}\n```\n",
        "utf-8",
    )
    (tmp_path / "drafts").mkdir()
    return tmp_path


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """A line as somebody would type it."""
    credentials = {"WIRO_API_KEY": "key-of-mine", "WIRO_API_SECRET": "secret-of-mine"} if "doctor" in line else {}
    program = shlex.join([sys.executable, "-W", "error", "-m", "storyscript"])
    return subprocess.run(
        ["/bin/bash", "-c", f'storyscript() {{ {program} "$@"; }}\n{line}'],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), **credentials},
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize(("name", "line"), RUN, ids=[line for _, line in RUN])
def test_an_example_runs(folder: Path, name: str, line: str) -> None:
    if name == "resume":
        (folder / "out").mkdir()
    if name == "init":
        (folder / "park.story").unlink()
    done = shell(folder, line)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    for flag, target in re.findall(r"(-o|init) ([\w.]+)$", line):
        written = folder / (f"{target}.story" if flag == "init" else target)
        assert written.stat().st_size > 0


def test_the_examples_of_the_whole_are_a_first_session(folder: Path) -> None:
    (folder / "park.story").unlink()
    lines = [line for _, line in examples(whole())]
    done = shell(folder, " && ".join(lines))
    assert done.returncode == 0, done.stderr
    assert list((folder / "out" / "park" / "panels").iterdir())
