from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storyscript.cli import main
from storyscript.cli.arguments import COMMANDS, command_parser, whole_parser
from storyscript.cli.elsewhere import ELSEWHERE

GOOD = "character Mira\n  a girl\nscene a\n  walks home\n"
WARNED = "steps: 7\n" + GOOD
BAD = "character Mira\n  a girl\nscene a\n  walks | runs\n"
CAST = "character Mira\n  a girl\n"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str | bytes) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


# ---- build ---------------------------------------------------------------------------------------------------


def test_build_prints_one_payload_as_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "build", write("a.story", GOOD))
    assert (code, err) == (0, "")
    assert json.loads(out)["generalPrompt"] == "walks home"


def test_build_prints_several_payloads_as_an_array(capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD + "character Tom\n  a man\nscene b\n  lead: Tom\n  sits\n"
    _, out, _ = run(capsys, "build", write("a.story", text))
    assert [payload["prompt"] for payload in json.loads(out)] == ["a girl", "a man"]


def test_build_prints_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "build", "--emit", "jobs", write("a.story", GOOD))
    [job] = json.loads(out)["jobs"]
    assert job["tool"] == "wiro/story-diffusion-advanced"
    assert job["panels"][0]["source"] == {
        "file": "a.story",
        "line": 3,
        "column": 1,
        "endLine": 3,
        "endColumn": 8,
    }


def test_build_prints_text_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "build", write("a.story", GOOD.replace("walks", "läuft 日本 😀")))
    assert "läuft 日本 😀 home" in out


def test_build_writes_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "build", write("a.story", GOOD), "-o", "deep/er/a.json")
    assert (code, out) == (0, "")
    assert json.loads(Path("deep/er/a.json").read_text())["prompt"] == "a girl"
    assert os.listdir("deep/er") == ["a.json"]


def test_build_writes_a_folder_for_several_stories(capsys: pytest.CaptureFixture[str]) -> None:
    names = [write("a.story", GOOD), write("b.story", GOOD), write("two/a.story", GOOD)]
    code, _, _ = run(capsys, "build", *names, "-o", "out")
    assert code == 0
    here = Path.cwd().name
    assert sorted(os.listdir("out")) == sorted(["b.json", f"{here}-a.json", "two-a.json"])


def test_build_of_several_stories_goes_on_after_a_bad_one(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "build", write("a.story", BAD), write("b.story", GOOD), "-o", "out")
    assert code == 1
    assert "a.story:4:9" in err
    assert err.splitlines()[-1] == "storyscript: a.story: left out, since it has 1 error"
    assert os.listdir("out") == ["b.json"]
    assert "left out" not in run(capsys, "build", "a.story")[2]


def test_build_reports_errors_and_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "build", write("a.story", BAD))
    assert (code, out) == (1, "")
    assert err.startswith("error[SS301]")


def test_build_leaves_the_old_file_where_the_story_has_errors(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.json", "old")
    run(capsys, "build", write("a.story", BAD), "-o", "a.json")
    assert Path("a.json").read_text() == "old"


def test_warnings_are_shown_and_strict_makes_them_errors(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "build", write("a.story", WARNED))
    assert code == 0
    assert out
    assert err.startswith("warning[SS404]")
    code, out, err = run(capsys, "build", "a.story", "--strict")
    assert (code, out) == (1, "")
    assert err.startswith("error[SS404]")


def test_set_overrides_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "build", write("a.story", WARNED), "--set", "steps=50", "--set", "Style=line art")
    payload = json.loads(out)
    assert (payload["steps"], payload["styleName"]) == (50, "Line art")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("steps", "lacks a `=`"),
        ("stesp=3", "did you mean `steps`"),
        ("=3", "there is no setting ``"),
        ("steps=many", "whole number"),
    ],
)
def test_a_wrong_override_is_wrong_use(capsys: pytest.CaptureFixture[str], option: str, words: str) -> None:
    code, out, err = run(capsys, "build", write("a.story", GOOD), "--set", option)
    assert (code, out) == (2, "")
    assert words in err


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write("cast.story", CAST)
    feed(monkeypatch, b"include cast.story\nscene\n  walks\n")
    code, out, _ = run(capsys, "build", "-")
    assert code == 0
    assert json.loads(out)["prompt"] == "a girl"
    feed(monkeypatch, b"scene\n  a | b\n")
    code, _, err = run(capsys, "build", "-")
    assert code == 1
    assert "<stdin>:2:5" in err


# ---- check ---------------------------------------------------------------------------------------------------


def test_check_accepts_a_fragment(capsys: pytest.CaptureFixture[str]) -> None:
    said = "a.story: no problems (a fragment: it has nothing to draw)\n"
    assert run(capsys, "check", write("a.story", CAST)) == (0, "", said)
    code, _, err = run(capsys, "build", "a.story")
    assert code == 1
    assert "SS211" in err


def test_check_says_which_number_of_stories_are_fragments(capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("a.story", CAST), ("b.story", GOOD), ("c.story", CAST)):
        write(name, text)
    one = "2 stories: no problems (1 is a fragment: it has nothing to draw)\n"
    assert run(capsys, "check", "a.story", "b.story") == (0, "", one)
    two = "3 stories: no problems (2 are fragments: they have nothing to draw)\n"
    assert run(capsys, "check", "a.story", "b.story", "c.story") == (0, "", two)
    assert run(capsys, "check", "b.story") == (0, "", "b.story: no problems\n")
    _, _, err = run(capsys, "check", write("d.story", "character M\n"))
    assert "fragment" not in err


def test_a_name_with_a_line_feed_is_shown_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    name = write("a\nb.story", GOOD)
    assert run(capsys, "check", name) == (0, "", "a\u240ab.story: no problems\n")
    _, out, err = run(capsys, "run", "--offline", name, "--out", "x\ny")
    assert out.splitlines()[1] == "  x\u240ay/a-b/panels/"
    assert [line for line in (out + err).splitlines() if line.startswith(("b", "y"))] == []
    _, out, _ = run(capsys, "run", "--offline", "--dry-run", name, "--out", "x\ny")
    assert out.splitlines()[0].endswith("to x\u240ay/a-b/")
    _, _, err = run(capsys, "build", name, write("c.story", BAD), write("d\n.story", BAD), "-o", "out")
    assert "storyscript: d\u240a.story: left out" in err


def test_check_prints_problems_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check", write("a.story", BAD), write("b.story", WARNED))
    assert code == 1
    assert "a.story:4:9" in out
    assert "b.story:1:8" in out
    assert err == "2 stories: 1 error, 1 warning\n"


def test_check_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "--format", "json", write("a.story", BAD))
    assert code == 1
    [problem] = json.loads(out)["problems"]
    assert (problem["code"], problem["file"], problem["line"], problem["column"]) == (
        "SS301",
        "a.story",
        4,
        9,
    )


def test_check_names_included_files_by_a_path_from_here(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/cast/c.story", "scne\n")
    _, out, _ = run(capsys, "check", "--format", "json", write("s/a.story", "include cast/c.story\n" + GOOD))
    assert [p["file"] for p in json.loads(out)["problems"]] == ["s/cast/c.story"]


def test_strict_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", write("a.story", WARNED))[0] == 0
    assert run(capsys, "check", "a.story", "--strict")[0] == 1


# ---- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SS405", "there is no file `SS405`; codes behind an option have commas between them: `--ignore SS404,SS41`"),
        ("nowhere.story", "there is no file `nowhere.story`; `storyscript init nowhere` writes a first story"),
        ("nowhere.txt", "there is no file `nowhere.txt`\n"),
        ("no where.story", "there is no file `no where.story`\n"),
        ("a", "there is no file `a`; did you mean `a.story`?"),
        ("A.story", "did you mean `a.story`?"),
        ("a.txt", "did you mean `a.story`?"),
        ("./a.stroy", "did you mean `./a.story`?"),
        ("folder/lmap.story", "did you mean `folder/lamp.story`?"),
        ("folder/*.txt", "no file matches `folder/*.txt`\n"),
        ("[0-9].story", "no file matches `[0-9].story`\n"),
        ("elsewhere/a.story", "there is no file `elsewhere/a.story`: there is no folder `elsewhere`"),
        ("a.story/x", "cannot read"),
        ("x\0y", "no file can have that name"),
        ("n" * 5000, "cannot read"),
    ],
)
def test_a_file_that_cannot_be_read(capsys: pytest.CaptureFixture[str], command: str, name: str, words: str) -> None:
    write("folder/lamp.story", GOOD)
    write("a.story", GOOD)
    code, out, err = run(capsys, command, name)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["build", "run"])
def test_what_costs_money_takes_no_folder(capsys: pytest.CaptureFixture[str], command: str) -> None:
    write("folder/lamp.story", GOOD)
    code, out, err = run(capsys, command, "folder")
    assert (code, out) == (2, "")
    assert err == "storyscript: `folder` is a folder; name the stories in it, as `folder/*.story`\n"


def test_a_file_without_permission(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path(write("a.story", GOOD)).chmod(0)
    if os.access("a.story", os.R_OK):  # the super-user reads everything
        real = Path.open

        def refuse(self: Path, *args: object, **kwargs: object) -> object:
            if self.name == "a.story":
                raise PermissionError(13, "Permission denied")
            return real(self, *args, **kwargs)  # type: ignore[call-overload]  # whatever it was called with

        monkeypatch.setattr(Path, "open", refuse)
    code, _, err = run(capsys, "build", "a.story")
    assert (code, err) == (2, "storyscript: cannot read `a.story`: Permission denied\n")


def test_nothing_is_done_where_one_of_several_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = run(capsys, "build", write("a.story", GOOD), "nowhere.story", "-o", "out")
    assert code == 2
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SS211"),
        (bytes(range(256)) * 40, "SS105"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "SS105"),
        ("scene\n  x".encode("utf-16"), "SS105"),
        (b"\n\n  \n// only a comment", "SS211"),
        (b"x" * (100 * 1024 * 1024), "SS106"),
    ],
    ids=["empty", "binary", "picture", "utf-16", "comment", "100 MB"],
)
def test_a_file_that_is_no_story(capsys: pytest.CaptureFixture[str], data: bytes, code: str) -> None:
    exit_code, out, err = run(capsys, "build", write("a.story", data))
    assert (exit_code, out) == (1, "")
    assert f"error[{code}]" in err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "which command?"),
        (["biuld", "a.story"], "did you mean `build`?"),
        (["compile", "a.story"], "there is no command `compile`; did you mean `build`?"),
        (["Watch"], "did you mean `check --watch`?"),
        (["help"], "did you mean `--help`?"),
        (["help", "--x", "nonsense", "check"], "did you mean `check --help`?"),
        (["version"], "did you mean `--version`?"),
        (["build"], "required: STORY"),
        (["build", "a.story", "--emti", "jobs"], "did you mean `--emit`?"),
        (["build", "a.story", "--emit", "jbos"], "invalid choice"),
        (["check", "a.story", "--fromat=json"], "did you mean `--format`?"),
        (["--verison"], "did you mean `--version`?"),
        (["styles", "extra"], "styles: takes no words, and `extra` is one (`storyscript styles --help`"),
        (["import", "a", "b"], "import: takes one FILE, and `b` is another (`storyscript import --help`"),
        (["init", "a", "-"], "init: takes one NAME, and `-` is another"),
        (["init", "--", "-a", "b"], "init: takes one NAME, and `b` is another"),
        (["check", "a.story", "--strict", "b.story", "--fxi", "c"], "unknown option `--fxi`; did you mean `--fix`?"),
        (["fake", "--bogus=x", "y"], "fake: unknown option `--bogus`"),
        (["doctor", "--offlin", "y"], "did you mean `--offline`?"),
        (["build", "a.story", "b.story"], "`-o DIR`"),
        (["build", "-", "-"], "only once"),
        (["build", "a.story", "b.story", "-o", "a.story"], "is a file"),
    ],
)
def test_wrong_use_is_one_line_that_says_what_to_do(
    capsys: pytest.CaptureFixture[str], argv: list[str], words: str
) -> None:
    write("a.story", GOOD)
    write("b.story", GOOD)
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert words in err
    assert err.startswith("storyscript: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(("word", "meant"), ELSEWHERE.items())
def test_what_other_tools_call_a_command_leads_to_words_that_do_it(word: str, meant: str) -> None:
    assert word not in COMMANDS
    first, *more = meant.split()
    if first in COMMANDS:
        shown = " ".join(command_parser(first).format_help().split())
        assert [other for other in more if other not in shown] == []
    else:
        assert meant in whole_parser().format_help()


def test_the_disk_fails(capsys: pytest.CaptureFixture[str]) -> None:
    write("file", "x")
    code, _, err = run(capsys, "build", write("a.story", GOOD), "-o", "file/a.json")
    assert code == 6
    assert "cannot write `file" in err


# ---- as a process --------------------------------------------------------------------------------------------


def process(*argv: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]  # options are passed on
        [sys.executable, "-m", "storyscript", *argv], capture_output=True, text=True, check=False, **options
    )


def test_it_speaks_utf_8_whatever_the_locale() -> None:
    write("a.story", GOOD.replace("walks", "läuft 日本"))
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = process("build", "a.story", env=environment, encoding="utf-8")
    assert json.loads(done.stdout)["generalPrompt"] == "läuft 日本 home"


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    write("a.story", GOOD + "scene\n  word\n" * 20000)
    script = f"{sys.executable} -m storyscript build --emit jobs a.story | head -c 1"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("{", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_standard_output() -> None:
    write("a.story", GOOD)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "storyscript", "build", "a.story"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 6
    assert "Traceback" not in done.stderr


def test_colour_only_on_a_terminal_and_not_with_no_color() -> None:
    import pty  # noqa: PLC0415 - not everywhere

    write("a.story", BAD)

    def shown(**environment: str) -> str:
        master, slave = pty.openpty()
        with os.fdopen(master, "rb", buffering=0) as reader:
            subprocess.run(
                [sys.executable, "-m", "storyscript", "build", "a.story"],
                stderr=slave,
                check=False,
                env={**os.environ, "TERM": "xterm", **environment},
            )
            os.close(slave)
            return reader.read(100_000).decode()

    assert "\x1b[1;31merror" in shown()
    assert "\x1b" not in shown(NO_COLOR="1")
    assert "\x1b" not in process("build", "a.story").stderr


def test_heavy_libraries_stay_away_until_they_are_needed() -> None:
    heavy = ["httpx", "pydantic", "jinja2", "rich", "PIL", "respx", "asyncio", "difflib", "typing_extensions"]
    write("a.story", GOOD)
    code = (
        "import sys, storyscript\n"
        "assert 'lark' not in sys.modules\n"
        "from storyscript.cli import main\n"
        "main(['build', 'a.story', '-o', 'a.json'])\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_written_files_have_the_users_usual_mode(capsys: pytest.CaptureFixture[str]) -> None:
    old = os.umask(0o027)
    try:
        run(capsys, "build", write("a.story", GOOD), "-o", "a.json")
    finally:
        os.umask(old)
    assert stat.S_IMODE(Path("a.json").stat().st_mode) == 0o640


@pytest.mark.parametrize("command", ["build", "check"])
def test_the_exit_code_tells_where_nobody_reads_the_messages(command: str) -> None:
    write("a.story", BAD)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "storyscript", command, "a.story"],
            stdout=subprocess.DEVNULL,
            stderr=writer,
            check=False,
        )
    finally:
        os.close(writer)
    assert done.returncode == 1
