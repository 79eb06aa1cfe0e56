from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from storyscript.cli import main
from storyscript.cli.listing import Column, write_list
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Sequence

TOOL = story_diffusion_advanced()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(argv) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def ids(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    return [line.partition("\t")[0] for line in printed(capsys, "models", *words).splitlines()]


def test_all_models_stand_on_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "models").splitlines()
    assert len(lines) == 51
    assert [line.split("\t")[:3] for line in lines] == [[m.id, m.label, m.description] for m in TOOL.models.values()]
    assert [line for line in lines if "\tdefault" in line] == [
        f"79\tstabilityai/stable-diffusion-xl-base-1.0\t{TOOL.models['79'].description}\tdefault"
    ]
    [nijistyle] = [line for line in lines if line.startswith("966\t")]
    assert nijistyle.endswith("\t\tniji style")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["ANIME"], ["1049", "1007"]),
        (["juggernaut V10"], ["425"]),
        (["zavy"], ["939", "389"]),
        (["zavy", "V10.0"], ["389"]),
        (["v10.0", "Zavy"], ["389"]),
        (["SG161222"], ["556", "555"]),
        (["555"], ["555"]),
    ],
)
def test_words_choose_models(capsys: pytest.CaptureFixture[str], words: Sequence[str], found: Sequence[str]) -> None:
    assert ids(capsys, *words) == found


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["jugernaut"], "no model has `jugernaut` in its id, label or description; did you mean `Juggernaut`?"),
        (
            ["zavy", "dreemshaper"],
            "no model has `dreemshaper` in its id, label or description; did you mean `DreamShaper`?",
        ),
        (["qqqq"], "no model has `qqqq` in its id, label or description; `storyscript models` lists them all"),
        (["zavy", "Juggernaut"], "no model has all of `zavy`, `Juggernaut`; try fewer words"),
        (["\x1b[31m"], "no model has `␛[31m` in its id, label or description; `storyscript models` lists them all"),
    ],
)
def test_nothing_found(capsys: pytest.CaptureFixture[str], words: Sequence[str], says: str) -> None:
    assert main(["models", *words]) == 2
    assert capsys.readouterr() == ("", f"storyscript: {says}\n")
    assert main(["models", *words, "--format", "json"]) == 2
    assert json.loads(capsys.readouterr().out) == {"models": []}


def test_a_suggestion_finds_something(capsys: pytest.CaptureFixture[str]) -> None:
    assert ids(capsys, "Juggernaut") == ["425"]
    assert ids(capsys, "DreamShaper") == ["850"]


def test_models_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    [model] = json.loads(printed(capsys, "models", "966", "--format", "json"))["models"]
    assert model == {
        "id": "966",
        "label": "StableDiffusionVN/SDVN7-NijiStyleXL",
        "description": "SDVN7-NijiStyleXL",
        "triggerWords": ["niji style"],
        "default": False,
    }
    models = json.loads(printed(capsys, "models", "--format", "json"))["models"]
    assert [model["id"] for model in models if model["default"]] == ["79"]
    assert len(models) == 51


def test_styles(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "styles").splitlines()
    assert [line.partition("\t")[0] for line in lines] == list(TOOL.styles)
    assert [line for line in lines if "default" in line] == ["Comic book\tdefault"]
    styles = json.loads(printed(capsys, "styles", "--format", "json"))["styles"]
    assert [style["name"] for style in styles] == list(TOOL.styles)
    assert [style["name"] for style in styles if style["default"]] == ["Comic book"]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_terminal_gets_a_table_that_fits(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    rows = [("79", "a long description " * 9, "[bold]"), ("1201", "short", "default")]
    write_list((Column("id"), Column("description", wraps=True), Column("")), rows, terminal)
    lines = [line.rstrip() for line in terminal.getvalue().splitlines()]
    assert max(map(len, lines)) <= width
    assert lines[0].split() == ["id", "description"]
    assert "[bold]" in terminal.getvalue()
    assert lines[-1].split() == ["1201", "short", "default"]
    assert {line.index("description") for line in lines[:1]} == {line.index("short") for line in lines[-1:]}
    assert "\x1b" not in terminal.getvalue()
