from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storyscript.cli import main

GOOD = '{"prompt": "a girl", "generalPrompt": "walks home #Late. | sits", "imageLength": 2}'
STORY = "character Girl\n  a girl\n\nscene walks-home\n  walks home\n  caption: Late.\n\nscene sits\n  sits\n"
NOTED = GOOD[:-1] + ', "callbackUrl": "x"}'
NOTE = "`callbackUrl` takes an https address, not `x`; left out\n"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str | bytes) -> str:
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["import", *argv])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def test_the_story_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, write("a.json", GOOD)) == (0, STORY, "")


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + GOOD.encode())))
    assert run(capsys, "-") == (0, STORY, "")


def test_notes_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, write("a.json", NOTED)) == (0, STORY, f"note: {NOTE}")


def test_plain_text_is_taken_with_a_note_and_a_story_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, write("a.txt", "walks\nhome | sits\n"))
    assert (code, err.splitlines()[0]) == (0, "note: taken for a `generalPrompt`: walks home | sits")
    assert out.endswith("scene walks-home\n  walks home\n\nscene sits\n  sits\n")
    assert run(capsys, write("a.story", STORY), "-o", "b.story")[0] == 2
    assert not Path("b.story").exists()


def test_strict_takes_notes_for_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, write("a.json", NOTED), "--strict", "-o", "a.story") == (1, "", f"error: {NOTE}")
    assert not Path("a.story").exists()
    assert run(capsys, write("a.json", GOOD), "--strict")[0] == 0


def test_a_file_is_written_and_not_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.json", GOOD)
    assert run(capsys, "a.json", "-o", "new/a.story") == (0, "", "")
    assert Path("new/a.story").read_text() == STORY
    write("b.story", "mine")
    code, out, err = run(capsys, "a.json", "-o", "b.story")
    assert (code, out) == (2, "")
    assert "`b.story` exists" in err
    assert Path("b.story").read_text() == "mine"
    assert run(capsys, "a.json", "-o", "b.story", "--force")[0] == 0
    assert Path("b.story").read_text() == STORY
    assert sorted(os.listdir()) == ["a.json", "b.story", "new"]


def test_what_is_imported_is_never_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, write("a.json", GOOD), "-o", "./a.json", "--force")
    assert code == 2
    assert "would be written over" in err
    assert Path("a.json").read_text() == GOOD


def test_files_are_looked_for_where_the_story_will_stand(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.json", '{"prompt": "a girl img", "generalPrompt": "sits", "inputImage2Url": "file:me.png"}')
    Path("out").mkdir()
    write("out/me.png", b"")
    assert "which cannot be read from the story's folder" in run(capsys, "a.json")[2]
    assert run(capsys, "a.json", "-o", "out/a.story") == (0, "", "")
    assert main(["build", "out/a.story"]) == 0
    assert json.loads(capsys.readouterr().out)["inputImage2Url"] == "file:me.png"


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["missing.json"], "there is no file `missing.json`"),
        ([""], "the name of the file is empty"),
        (["a\0b"], "no file can have that name"),
        (["."], "`.` is a folder"),
        (["latin.json"], "is not UTF-8 (byte 2)"),
        (["broken.json"], "broken.json: this is not JSON from line 1, column 2 on"),
        (["empty.json"], "empty.json: there is nothing here to import"),
        (["large.json"], "is over 16 MiB"),
        (["good.json", "-o", ""], "`-o` names no file"),
        (["good.json", "-o", "."], "is a folder"),
        (["good.json", "--output", "a\0b"], "no file can be named"),
        (["good.json", "--forse"], "did you mean `--force`?"),
        ([], "FILE"),
    ],
    ids=range(13),
)
def test_wrong_use_is_one_line_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], argv: list[str], says: str
) -> None:
    write("good.json", GOOD)
    write("latin.json", b'"\xe9"')
    write("broken.json", '{"')
    write("empty.json", " \n")
    write("large.json", b" " * (16 * 1024 * 1024 + 1))
    before = sorted(os.listdir())
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert sorted(os.listdir()) == before


def test_a_closed_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    code, _, err = run(capsys, "-")
    assert (code, err) == (2, "storyscript: standard input is closed, so nothing can be read from it\n")


def test_notes_cannot_move_the_terminals_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, write("a.json", GOOD[:-1] + ', "\\u001b[2J\\u202e": 1}'))
    assert "\x1b" not in err
    assert "\u202e" not in err


def test_a_pipe_of_real_processes() -> None:
    write("a.story", STORY)
    program = [sys.executable, "-m", "storyscript"]
    built = subprocess.run([*program, "build", "--emit", "jobs", "a.story"], capture_output=True, check=True)
    again = subprocess.run([*program, "import", "-"], input=built.stdout, capture_output=True, check=True)
    assert again.stdout.decode() == f"title: a\n\n{STORY}"
    assert again.stderr == b""
