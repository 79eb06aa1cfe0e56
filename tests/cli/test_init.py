from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from storyscript.cli import main
from storyscript.compiler import compile as compile_story

PANELS = ["001-fold", "002-launch", "003-meeting", "004-boat", "005-pull", "006-lantern"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_from_nothing_to_panels_with_the_printed_commands_alone(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    program = [sys.executable, "-m", "storyscript"]
    written = subprocess.run(
        [*program, "init", "my story"], env=environment, capture_output=True, text=True, check=True
    )
    assert written.stderr == ""
    [line] = [line for line in written.stdout.splitlines() if line.startswith("next: ")]
    name, *words = shlex.split(line.removeprefix("next: "))
    assert (name, words) == ("storyscript", ["run", "--offline", "my story.story"])
    checked = subprocess.run(
        [*program, "check", "--strict", "my story.story"], env=environment, capture_output=True, text=True, check=True
    )
    assert (checked.stdout, checked.stderr) == ("", "my story.story: no problems\n")
    subprocess.run([*program, *words], env=environment, capture_output=True, check=True)
    assert [path.stem for path in sorted(Path("out/my story/panels").iterdir())] == PANELS
    # And so do those that the story's own comment names.
    comments = [line for line in Path("my story.story").read_text("utf-8").splitlines() if "  storyscript " in line]
    assert len(comments) == 3
    for comment in comments:
        words = shlex.split(comment.partition("  storyscript ")[2])
        subprocess.run([*program, *words], env=environment, capture_output=True, check=True)


def test_the_story_shows_what_the_language_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init"]) == 0
    assert "storyscript run --offline first.story" in capsys.readouterr().out
    text = Path("first.story").read_text("utf-8")
    result = compile_story(text, name="first.story")
    assert result.problems == ()
    assert result.story is not None
    assert len(result.story.jobs) == 2
    assert [panel.name for panel in result.story.panels] == [name[4:] for name in PANELS]
    assert {job.lead for job in result.story.jobs} == {"Ada", "Piet"}
    main_prompt = result.payloads[0]["generalPrompt"]
    assert isinstance(main_prompt, str)
    assert "#But the ferryman had seen smaller ships come home." in main_prompt
    assert "[NC] a paper boat drifts between large ships #" in main_prompt
    assert result.payloads[1]["generalPrompt"] == "pulls the paper boat out of the water #Its bow said @Hope."
    words = ("title:", "let ", "section ", "as:", "caption:", "lead:", "event ", "[NC]", "include ", "image:", '{"')
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("name", ["park", "park.story", "./park", "dir/park.story"])
def test_where_it_is_written(name: str) -> None:
    Path("dir").mkdir()
    assert main(["init", name]) == 0
    path = Path(name.removesuffix(".story") + ".story")
    assert b"\r" not in path.read_bytes()
    assert path.read_text("utf-8").startswith("// A first story.")


@pytest.mark.parametrize(
    ("name", "file"),
    [("UPPER.STORY", "UPPER.story"), ("x.Story", "x.story"), ("x.txt.story", "x.txt.story"), ("v1.2", "v1.2.story")],
)
def test_the_ending_is_added_once(name: str, file: str) -> None:
    assert main(["init", name]) == 0
    assert os.listdir() == [file]


@pytest.mark.parametrize("name", ["-x", "-d/x"])
def test_a_name_that_looks_like_an_option_is_printed_as_a_path(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("-d").mkdir()
    assert main(["init", "--", name]) == 0
    command = shlex.split(capsys.readouterr().out.splitlines()[1].removeprefix("next: "))
    assert command == ["storyscript", "run", "--offline", f"./{name}.story"]
    assert main(command[1:]) == 0
    assert len(os.listdir("out/x/panels")) == len(PANELS)


@pytest.mark.parametrize("name", ["みら", "ünïcode", "it's", "two words", "a$b; rm -rf x", "v1.2", "..park"])
def test_names_that_are_unusual_but_fine(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", name]) == 0
    out = capsys.readouterr().out
    command = shlex.split(out.splitlines()[1].removeprefix("next: "))
    assert command[-1] == f"{name}.story"
    assert os.listdir() == [f"{name}.story"]
    assert main(["check", "--strict", command[-1]]) == 0


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "is no name for a story"),
        ("-", "is no name for a story"),
        (".", "is no name for a story"),
        ("..", "is no name for a story"),
        (".story", "is no name for a story"),
        ("dir/", "is no name for a story"),
        ("a\nb", "has no `␊` in it"),
        ("a\0b", "has no `␀` in it"),
        ("a\x1b[31mb", "has no `␛` in it"),
        ("a:b", "has no `:` in it"),
        ("a\\b", "has no `\\` in it"),
        ("a\udcffb", "has no `�` in it"),
        ("CON", "not all systems allow the name `CON`"),
        ("nul.x", "not all systems allow the name `nul.x`"),
        ("x.txt", "ends with `.story`, not with `.txt`: write `storyscript init x`, or `x.txt.story` in full"),
        ("dir/park.JSON", "write `storyscript init dir/park`, or `dir/park.JSON.story` in full"),
        ("park.stroy", "not with `.stroy`"),
        ("park.", "not all systems allow the name `park.`"),
        ("missing/park", "there is no folder `missing`"),
        ("file/park", "there is no folder `file`"),
        ("../../" * 40 + "missing/park", "there is no folder"),
    ],
    ids=ascii,
)
def test_names_that_are_none(name: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("dir").mkdir()
    Path("file").write_text("x", "utf-8")
    assert main(["init", name]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert sorted(os.listdir()) == ["dir", "file"]
    assert os.listdir("dir") == []


@pytest.mark.parametrize("kind", ["file", "folder", "link to nothing"])
def test_what_is_there_is_left_alone(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("park.story")
    if kind == "file":
        path.write_text("mine", "utf-8")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere.story")
    assert main(["init", "park"]) == 2
    assert "there is already a `park.story`" in capsys.readouterr().err
    assert kind != "file" or path.read_text("utf-8") == "mine"
    assert not Path("nowhere.story").exists()


def test_a_name_that_is_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "a" * 300]) == 6
    assert "cannot write" in capsys.readouterr().err
    assert os.listdir() == []


def test_a_full_disk_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    resource = pytest.importorskip("resource", reason="a limit on the size of files stands for the full disk")
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, old[1]))
    try:
        code = main(["init", "park"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert code == 6
    assert os.listdir() == []
    assert "cannot write `park.story`" in capsys.readouterr().err
