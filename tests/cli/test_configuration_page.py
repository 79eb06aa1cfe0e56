"""What the page on settings shows is what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from storyscript.cli import main
from storyscript.config.files import PROJECT_KEYS, USER_KEYS
from storyscript.config.project import read_project
from storyscript.config.service import find_service

PAGE = (Path(__file__).parents[2] / "docs/configuration.md").read_text("utf-8")
SHOWN = re.findall(
    r"^```text\n\$ storyscript ((?:models|styles|init|run|check)\b[^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL
)

TOML = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def shown_mistakes() -> list[str]:
    """What the page shows of mistakes in a project file."""
    return re.findall(
        r"^storyscript: `/home/ada/comics/storyscript.toml`, line \d+: (?!`base-url`)(.*)$", PAGE, re.MULTILINE
    )


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("WIRO_API_KEY", "WIRO_API_SECRET", "WIRO_BASE_URL", "WIRO_SOCKET_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_what_a_command_prints(capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, output: str) -> None:
    if command.startswith("run"):
        main(["init", "park"])
        (tmp_path / "storyscript.toml").write_text('[wiro]\nbase-url = "https://elsewhere.example/v1"\n', "utf-8")
        capsys.readouterr()
    if command.startswith("check"):
        (tmp_path / "tales").mkdir()
        (tmp_path / "tales/park.story").write_text("scene [NC]\n  rain\n", "utf-8")
        (tmp_path / "storyscript.toml").write_text(TOML[1], "utf-8")
    main(shlex.split(command))
    out, err = capsys.readouterr()
    assert (out + err).replace(str(tmp_path.resolve()), "/home/ada/comics") == output


def test_each_kind_of_example_is_there() -> None:
    assert {command.split()[0] for command, _ in SHOWN} == {"models", "styles", "init", "run", "check"}


def test_the_project_files_are_right(tmp_path: Path) -> None:
    service_file, stories_file = TOML
    project = read_project(stories_file, tmp_path / "storyscript.toml")
    assert project.flaws == ()
    assert [default.key for default in project.settings] == ["style", "size", "seed", "negative", "reorder"]
    assert (project.strict, project.choice.ignore) == (True, ("SS404", "SS41"))
    (tmp_path / "storyscript.toml").write_text(service_file, "utf-8")
    service = find_service(environment={"WIRO_API_KEY": "k"})
    assert (service.base_url, service.socket_url) == ("http://127.0.0.1:8000/v1", "ws://127.0.0.1:8000/v1")


def test_the_mistakes_are_told_so(tmp_path: Path) -> None:
    text = "[story]\nstlye = 'x'\n\n\n\n[check]\nignore = ['SS301']\n"
    flaws = read_project(text, tmp_path / "storyscript.toml").flaws
    assert [flaw.message for flaw in flaws] == shown_mistakes()


def test_every_key_is_named() -> None:
    for keys in (USER_KEYS["wiro"], PROJECT_KEYS["wiro"], PROJECT_KEYS["check"]):
        assert not callable(keys)
        assert [name for name in keys if f"`{name}`" not in PAGE] == []
