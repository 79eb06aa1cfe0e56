"""`check --format` for programs: the same problems and the same exit codes in each form."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from storyscript import __version__
from storyscript.cli import main
from storyscript.diagnostics.catalog import TITLES
from storyscript.explanations import body

GOOD = "character Mira\n  a girl\nscene a\n  walks home\n"
WARNED = "steps: 7\n" + GOOD
BAD = "character Mira\n  a girl\nscene a\n  walks | runs\n"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return name


def check(capsys: pytest.CaptureFixture[str], form: str, *argv: str) -> tuple[int, str]:
    code = main(["check", "--format", form, *argv])
    out, err = capsys.readouterr()
    assert err == ""
    return code, out


def sarif(capsys: pytest.CaptureFixture[str], *argv: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(check(capsys, "sarif", *argv)[1])["runs"][0]["results"]
    return found


def places(found: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in found]


def test_sarif_of_several_stories_is_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, "sarif", write("a.story", BAD), write("sub/b.story", WARNED), write("c.story", GOOD))
    assert code == 1
    [run] = json.loads(out)["runs"]
    assert run["tool"]["driver"]["version"] == __version__
    assert {rule["id"]: rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]} == {
        code: body(code).replace("{", "{{").replace("}", "}}") for code in TITLES
    }
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("SS301", "error"),
        ("SS404", "warning"),
    ]
    assert [place["uri"] for place in places(run["results"])] == ["a.story", "sub/b.story"]


def test_github_of_several_stories(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, "github", write("a.story", BAD), write("b.story", WARNED), write("c.story", GOOD))
    assert code == 1
    assert [line.partition("::`")[0] for line in out.splitlines()] == [
        "::error file=a.story,line=4,col=9,endLine=4,endColumn=10,title=SS301%3A `|` in a text",
        "::warning file=b.story,line=1,col=8,endLine=1,endColumn=9,title=SS404%3A value outside the known range",
    ]


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_warnings_are_errors_where_they_are_to_be(capsys: pytest.CaptureFixture[str], form: str) -> None:
    code, out = check(capsys, form, write("a.story", WARNED))
    assert code == 0
    assert "warning" in out
    assert check(capsys, form, write("b.story", GOOD))[0] == 0
    strict, out = check(capsys, form, "a.story", "--strict")
    assert strict == 1
    if form == "github":
        assert out.startswith("::error ")
    else:
        found = json.loads(out)
        [problem] = found["problems"] if form == "json" else found["runs"][0]["results"]
        assert problem["severity" if form == "json" else "level"] == "error"


def test_no_problems(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, "github", write("a.story", GOOD)) == (0, "")
    assert sarif(capsys, "a.story") == []


def test_a_fragment_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, "github", write("cast.story", "character Mira\n  a girl\n")) == (0, "")


def test_a_wrong_setting_on_the_command_line_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, "sarif", write("a.story", GOOD), "--set", "steps=many")
    assert code == 2
    assert places(json.loads(out)["runs"][0]["results"]) == [{"uri": "%3C--set%3E"}]
    assert check(capsys, "github", "a.story", "--set", "steps=many")[0] == 2


def test_standard_input_is_no_file(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for form, shown in (("sarif", '"uri": "%3Cstdin%3E"\n'), ("github", "::error file=<stdin>,line=4")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
        code, out = check(capsys, form, "-")
        assert code == 1
        assert shown in out


@pytest.mark.parametrize("name", ["a.story", "./a.story", "sub/../a.story", "{here}/a.story", "{here}/sub/../a.story"])
def test_a_file_in_the_working_folder_is_named_from_there(capsys: pytest.CaptureFixture[str], name: str) -> None:
    Path("sub").mkdir()
    write("a.story", BAD)
    named = name.format(here=Path.cwd())
    assert places(sarif(capsys, named)) == [{"uri": "a.story", "uriBaseId": "%SRCROOT%"}]
    assert check(capsys, "github", named)[1].startswith("::error file=a.story,")


def test_a_file_elsewhere_has_an_absolute_uri(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(write("with space/a.story", BAD)).resolve()
    Path("deep").mkdir()
    monkeypatch.chdir("deep")
    wanted = [{"uri": path.as_uri()}]
    assert places(sarif(capsys, "../with space/a.story")) == wanted
    assert places(sarif(capsys, str(path))) == wanted


def test_a_link_on_the_way_is_followed_before_a_step_back(capsys: pytest.CaptureFixture[str]) -> None:
    write("real/deep/x", "")
    write("real/a.story", BAD)
    write("a.story", GOOD)
    try:
        Path("link").symlink_to(Path("real/deep"))
    except OSError:
        pytest.skip("no symbolic links here")
    assert places(sarif(capsys, "link/../a.story")) == [{"uri": "real/a.story", "uriBaseId": "%SRCROOT%"}]


def test_what_two_stories_include_is_reported_once(capsys: pytest.CaptureFixture[str]) -> None:
    write("cast/mira.story", "character Mira\n  a | girl\n")
    for name in ("a.story", "b.story"):
        write(name, "include cast/mira.story\nscene\n  walks home\n")
    assert [place["uri"] for place in places(sarif(capsys, "a.story", "b.story"))] == ["cast/mira.story"]
    assert len(check(capsys, "github", "a.story", "b.story")[1].splitlines()) == 1


def test_a_name_that_is_no_utf_8() -> None:
    try:
        Path(os.fsdecode(b"n\xff:,.story")).write_text(BAD, "utf-8")
    except OSError:
        pytest.skip("this file system takes no such names")
    for form, shown in (("sarif", b'"n%FF%3A%2C.story"'), ("github", "file=n\ufffd%3A%2C.story,".encode())):
        done = subprocess.run(
            [sys.executable, "-m", "storyscript", "check", "--format", form, b"n\xff:,.story"],
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (1, b"")
        assert shown in done.stdout
        done.stdout.decode()


def test_a_format_that_is_none_names_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--format", "xml", write("a.story", GOOD)]) == 2
    err = capsys.readouterr().err
    assert all(form in err for form in ("text", "json", "sarif", "github"))
