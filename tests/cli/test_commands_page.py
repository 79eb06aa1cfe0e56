"""The page on commands says what the parsers, the exit codes and the files on the disk say.

With UPDATE_COMMANDS in the environment the tables of words are written into the page.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rendering.offline import Studio, files
from storyscript import protocol
from storyscript.cli import exits, main
from storyscript.cli import run as run_command
from storyscript.cli.arguments import COMMANDS, command_parser
from storyscript.config import service
from storyscript.fake import faults, transport
from storyscript.sessions import Session
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[2] / "docs/commands.md"
STORY = "size: 256\ncharacter Mira\n  a girl\nscene attic\n  walks home\nevent\n  snow\n"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("WIRO_API_KEY", "key-of-mine")
    monkeypatch.setenv("WIRO_API_SECRET", "secret-of-mine")
    monkeypatch.setenv("WIRO_BASE_URL", "https://127.0.0.1:9/v1")
    Path("lamp.story").write_text(STORY, "utf-8")


def section(title: str) -> str:
    """What stands below a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def first_column(text: str) -> list[str]:
    """The words in code style that the first cells of a section's tables hold."""
    return [word for row in re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE) for word in re.findall("`([^`]*)`", row)]


def table(name: str) -> str:
    """The table of a command's words, from its parser."""
    rows = []
    for action in command_parser(name)._actions:
        if action.help == argparse.SUPPRESS or "--help" in action.option_strings:
            continue
        many = "…" if action.nargs in ("+", "*") else ""
        value = "" if action.nargs == 0 else f"{action.metavar or action.dest.upper()}{many}"
        words = [f"`{option} {value}".rstrip() + "`" for option in action.option_strings] or [f"`{value}`"]
        choices = f" (one of {', '.join(f'`{choice}`' for choice in action.choices)})" if action.choices else ""
        rows.append(f"| {', '.join(words)} | {action.help}{choices} |\n")
    return "".join(["| word | means |\n|---|---|\n", *rows]) if rows else ""


@pytest.mark.skipif(not os.environ.get("UPDATE_COMMANDS"), reason="only writes the page")
def test_write_the_tables() -> None:
    text = PAGE.read_text("utf-8")
    for name in COMMANDS:
        old = section(f"`{name}`")
        parts = re.split(r"(?<=\n)(?=\| word \| means \|\n)", old)
        rest = re.sub(r"\A(?:\|[^\n]*\n)*", "", parts[-1])
        text = text.replace(f"## `{name}`\n{old}", f"## `{name}`\n{parts[0]}{table(name)}{rest}")
    PAGE.write_text(text, "utf-8")


def test_each_command_has_its_section_in_the_order_of_help() -> None:
    assert re.findall(r"^## `([a-z]+)`$", PAGE.read_text("utf-8"), re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_words_of_a_command(name: str) -> None:
    assert table(name) in section(f"`{name}`")
    assert [row for row in re.findall(r"^\| `.*\n", section(f"`{name}`"), re.MULTILINE) if row not in table(name)] == []


def test_all_exit_codes() -> None:
    text = section("Exit codes")
    known = {value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}
    assert [int(code) for code in first_column(text)] == sorted(known)
    order = [int(code) for code in re.findall(r"[0-9]+", text.partition("the first of ")[2].partition(".")[0])]
    assert sorted(order) == sorted(known - {exits.DONE})
    for better, worse in itertools.combinations(order, 2):
        assert exits.worst([worse, better, exits.DONE]) == better


def test_all_variables_of_our_own() -> None:
    ours = {value for name, value in vars(service).items() if name.endswith("_VARIABLE")}
    assert {name for name in first_column(section("Environment")) if name.startswith("WIRO_")} == ours


# ---- on the disk ---------------------------------------------------------------------------------------------


def names(value: Any, at: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    """The paths of all keys: `story.title`, `jobs[].lead`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from names(inner, f"{at}.{key}" if at else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            yield from names(inner, f"{at}[]")
    else:
        yield at


def drawn(monkeypatch: pytest.MonkeyPatch, *orders: faults.Fault) -> None:
    """Have the story drawn as by a service on the network."""
    studio = Studio()
    studio.machine.faults.order(protocol.TASK_DETAIL, *orders)

    def session(*_folders: Path) -> Session:
        client = WiroClient(
            Credentials("key-of-mine", "secret-of-mine"),
            base_url=studio.machine.base_url,
            transport=transport(studio.machine),
            now=studio.clock.now,
            sleep=studio.clock.sleep,
        )
        return Session(client, studio.world, lasting=True)

    monkeypatch.setattr(run_command, "online_session", session)
    assert main(["run", "--yes", "lamp.story"]) == 0


def fewer(answer: dict[str, object]) -> object:
    match answer:
        case {"tasklist": [{"outputs": [first, *_]}]}:
            return faults.task_with(outputs=[first]).edit(answer)
        case _:
            return answer


def test_the_files_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    [tree] = re.findall(r"^```text\n(out/.*?)^```$", section("What a run leaves"), re.MULTILINE | re.DOTALL)
    shown, folders = set(), [""]
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.split()[0]
        folders[depth:] = [name]
        if not name.endswith("/"):
            shown.add("".join(folders[1:]))
    drawn(monkeypatch)
    there = set(files(Path("out")))
    assert there | {"lamp/.lock", "lamp/outputs/0001/001.png"} == {
        name for name in shown if "unplaced" not in name and "replaced" not in name
    }
    assert Path("out/lamp/outputs/0001/001.png").read_bytes() == Path("out/lamp/panels/001-attic.png").read_bytes()
    assert Path("out/lamp/.lock").exists()


def test_outputs_that_have_no_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn(monkeypatch, *[faults.Edited(fewer)] * 20)
    [name] = os.listdir("out/lamp/unplaced")
    assert f"    unplaced/\n      {name} " in section("What a run leaves")


def test_the_fields_of_the_files_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    text = section("What a run leaves")
    drawn(monkeypatch)
    never_here = {"why", "upload", "url", "images"}  # of refusals, and of local images
    for name in ("manifest.json", "ledger.jsonl", "plan.json"):
        part = text.partition(f"### {name}\n")[2].partition("\n### ")[0]
        written = Path("out/lamp", name).read_text("utf-8")
        lines = map(json.loads, written.splitlines() if name.endswith("l") else [written])
        held = {re.sub(r"(parameters|images)\b.*", r"\1", found) for line in lines for found in names(line)}
        assert set(first_column(part)) - never_here == held


def test_a_dry_run_prints_what_the_page_shows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    [(command, output)] = re.findall(
        r"^```text\n\$ storyscript (run [^\n]*)\n(.*?)^```$", section("`run`"), re.MULTILINE | re.DOTALL
    )
    assert main(command.split()) == 0
    assert capsys.readouterr().out == output
