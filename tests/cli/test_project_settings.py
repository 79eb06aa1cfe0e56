"""What `storyscript.toml` says of stories, as the commands have it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from rendering.commands import Killed, Shop, picture
from storyscript.cli import main

STORY = "character Mira\n  a girl\nscene a\n  walks home\n"
WARNED = "steps: 7\n" + STORY


@pytest.fixture(autouse=True)
def in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("WIRO_API_KEY", "WIRO_API_SECRET", "WIRO_BASE_URL", "WIRO_SOCKET_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))


def write(name: str, text: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return name


def project(text: str, folder: str = ".") -> None:
    write(f"{folder}/storyscript.toml", text)


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def codes(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, list[str]]:
    """The exit code, and what was found: the code, the file and the line of each problem."""
    code, out, _ = run(capsys, "check", "--format", "json", *argv)
    return code, [f"{p['code']} {p['file']}:{p['line']}" for p in json.loads(out)["problems"]]


def parameters(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, object]:
    code, out, err = run(capsys, "build", *argv)
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


# ---- defaults ------------------------------------------------------------------------------------------------


def test_option_story_include_and_project_win_in_this_order(capsys: pytest.CaptureFixture[str]) -> None:
    project('[story]\nseed = 1\nsteps = 41\nguidance = 1.5\nfont-size = 11\nstyle = "Line art"\n')
    write("cast.story", "steps: 42\nguidance: 2.5\nfont-size: 12\nseed: 2\n")
    story = write("tales/a.story", "include ../cast.story\nguidance: 3.5\nfont-size: 13\n" + STORY)
    found = parameters(capsys, "--set", "font-size=14", story)
    assert [found[key] for key in ("styleName", "seed", "steps", "scale", "fontSize")] == ["Line art", 2, 42, "3.5", 14]


def test_each_story_has_its_own_project(capsys: pytest.CaptureFixture[str]) -> None:
    project("[story]\nseed = 1\n[check]\nignore = ['SS404']\n", "one")
    project("[story]\nseed = 2\n", "two")
    stories = [write(f"{folder}/{folder}.story", WARNED) for folder in ("one", "two", "three")]
    code, _, err = run(capsys, "build", "-o", "built", *stories)
    assert code == 0
    built = [json.loads(Path(f"built/{name}.json").read_text("utf-8")) for name in ("one", "two", "three")]
    assert [payload["seed"] for payload in built] == [1, 2, 123456]
    assert [line.split()[1] for line in err.splitlines() if "-->" in line] == [
        "two/two.story:1:8",
        "three/three.story:1:8",
    ]


def test_a_story_from_standard_input_has_the_project_of_the_working_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project("[story]\nseed = 9\npad-image = 'pad.png'\n")
    write("pad.png", "")
    Path("deep").mkdir()
    monkeypatch.chdir("deep")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(STORY.encode())))
    found = parameters(capsys, "-")
    assert (found["seed"], found["inputImageUrl"]) == (9, "file:../pad.png")


def test_what_is_wrong_with_a_default_is_shown_in_the_project_file_once(capsys: pytest.CaptureFixture[str]) -> None:
    project('[story]\nmain = "Mia"\nstyle = "Line ard"\n')
    stories = [write(name, STORY) for name in ("a.story", "tales/b.story")]
    code, out, err = run(capsys, "check", *stories)
    assert code == 1
    assert err == "2 stories: 2 errors\n"
    assert out == (
        "error[SS205]: unknown character `Mia`\n"
        " --> storyscript.toml:2:9\n"
        "  |\n"
        '2 | main = "Mia"\n'
        "  |         ^^^\n"
        "  |\n"
        "  = help: did you mean `Mira`?\n"
        "\n"
        "error[SS202]: there is no style `Line ard`\n"
        " --> storyscript.toml:3:10\n"
        "  |\n"
        '3 | style = "Line ard"\n'
        "  |          ^^^^^^^^\n"
        "  |\n"
        "  = help: did you mean `Line art`?\n"
        "\n"
    )
    code, out, err = run(capsys, "build", "-o", "built", *stories)
    assert (code, out, err.count("storyscript.toml:2:9"), err.count("left out")) == (1, "", 1, 2)
    assert not Path("built").exists()


def test_a_cast_needs_nobody_that_the_project_names(capsys: pytest.CaptureFixture[str]) -> None:
    project('[story]\nmain = "Mira"\nnegative = "{blur}"\n')
    assert codes(capsys, write("cast.story", "character Tom\n  a man\n")) == (0, [])


@pytest.mark.parametrize(
    ("settings", "text", "code", "made"),
    [
        ('style = "Comic bok"\n', "stpes: 25\n" + STORY, 1, "steps: 25"),
        ("identity = 2\n", STORY + "scene b [NC]\n  rain\nscene c\n  runs\n", 0, "reorder: yes"),
    ],
)
def test_fixes_are_made_in_the_story_alone(
    settings: str, text: str, code: int, made: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project(f"[story]\n{settings}")
    story = write("a.story", text)
    ended, _, err = run(capsys, "check", "--fix", story)
    assert (ended, "1 fixed" in err) == (code, True)
    assert made in Path(story).read_text("utf-8")
    assert Path("storyscript.toml").read_text("utf-8") == f"[story]\n{settings}"


# ---- warnings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "flags", "shown"),
    [
        ("", (), ["SS404", "SS413"]),
        ("ignore = ['SS404']", (), ["SS413"]),
        ("select = ['SS404']", (), ["SS404"]),
        ("select = ['SS404', 'SS4']\nignore = ['SS40']", (), ["SS404", "SS413"]),
        ("select = []", (), []),
        ("ignore = ['SS404']", ("--ignore", "SS413"), ["SS404"]),
        ("ignore = ['SS404']", ("--ignore", ""), ["SS404", "SS413"]),
        ("ignore = ['SS404']", ("--select", "ss404,SS4"), ["SS413"]),
        ("ignore = ['SS404']", ("--select", "SS404", "--ignore", "SS4"), ["SS404"]),
        ("select = ['SS404']", ("--select", "SS404", "--select", "SS413"), ["SS404", "SS413"]),
    ],
)
def test_which_warnings_are_shown(
    capsys: pytest.CaptureFixture[str], check: str, flags: tuple[str, ...], shown: list[str]
) -> None:
    project(f"[check]\n{check}\n")
    story = write("a.story", "steps: 7\ncharacter Mira\n  a girl\nscene a\n  walks // home\n  to //her\n")
    code, found = codes(capsys, *flags, story)
    assert (code, [problem.split()[0] for problem in found]) == (0, shown)


def test_errors_are_shown_whatever_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    project("[check]\nselect = []\nignore = ['SS']\n")
    assert codes(capsys, write("a.story", WARNED.replace("home", "| home"))) == (1, ["SS301 a.story:5"])


def test_a_comment_that_silences_what_the_project_ignores_has_its_effect(capsys: pytest.CaptureFixture[str]) -> None:
    project("[check]\nignore = ['SS404']\n")
    story = write("a.story", WARNED.replace("7\n", "7 // storyscript: ignore SS404\n"))
    assert codes(capsys, story) == (0, [])
    idle = write("b.story", STORY.replace("home", "home // storyscript: ignore SS404"))
    assert codes(capsys, idle) == (0, ["SS400 b.story:4"])
    assert codes(capsys, "--ignore", "SS400", idle) == (0, [])


@pytest.mark.parametrize(
    ("check", "flags", "code"),
    [
        ("", (), 0),
        ("strict = true", (), 1),
        ("strict = true", ("--no-strict",), 0),
        ("strict = false", ("--strict",), 1),
        ("strict = true\nignore = ['SS404']", (), 0),
    ],
)
def test_strict(capsys: pytest.CaptureFixture[str], check: str, flags: tuple[str, ...], code: int) -> None:
    project(f"[check]\n{check}\n")
    story = write("a.story", WARNED)
    assert run(capsys, "check", *flags, story)[0] == code
    assert run(capsys, "build", *flags, story)[0] == code
    assert run(capsys, "run", "--offline", *flags, story)[0] == code
    assert Path("out/a/manifest.json").exists() == (code == 0)


def test_only_what_is_shown_is_mended(capsys: pytest.CaptureFixture[str]) -> None:
    text = STORY.replace("home", "home // storyscript: ignore SS404")
    project("[check]\nignore = ['SS400']\n")
    assert run(capsys, "check", "--fix", write("a.story", text))[:2] == (0, "")
    assert Path("a.story").read_text("utf-8") == text
    run(capsys, "check", "--fix", "--ignore", "", "a.story")
    assert Path("a.story").read_text("utf-8") == STORY


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--ignore", "SS404,SS301"), "`--ignore` names `SS301` (`|` in a text), which is an error; errors are always"),
        (("--select", "SS499"), "`--select` names `SS499`, and there is no such code; did you mean"),
        (("--select", "E501"), "`--select` names `E501`, which is no code; "),
        (("--ignor", "SS404"), "did you mean `--ignore`?"),
    ],
)
def test_a_flag_with_what_is_no_code(capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], says: str) -> None:
    code, out, err = run(capsys, "check", *flags, write("a.story", STORY))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


# ---- mistakes in the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "build", "run"])
def test_every_mistake_is_told_before_anything_is_done(capsys: pytest.CaptureFixture[str], command: str) -> None:
    project("[check]\nignor = []\n[story]\nsede = 7\nsteps = true\n")
    write("other/storyscript.toml", "[storry]\n")
    stories = [write(name, STORY) for name in ("a.story", "b.story", "other/c.story")]
    code, out, err = run(capsys, command, *stories)
    assert (code, out) == (2, "")
    whole = "must be a whole number, or a text in quotes, as a story has it"
    own, other = Path("storyscript.toml").resolve(), Path("other/storyscript.toml").resolve()
    assert err.splitlines() == [
        f"storyscript: `{own}`, line 2: there is no key `ignor` in the table [check]; did you mean `ignore`?",
        f"storyscript: `{own}`, line 4: there is no key `sede` in the table [story]; did you mean `seed`?",
        f"storyscript: `{own}`, line 5: `steps` in the table [story] {whole}: a whole number from 1",
        f"storyscript: `{other}`, line 1: there is no table [storry]; did you mean [story]?",
    ]
    assert not Path("out").exists()


def test_nothing_that_moves_a_cursor_comes_out_of_a_project_file(capsys: pytest.CaptureFixture[str]) -> None:
    project('"\\u001b[2J" = 1\n[story]\n"\\u202e" = 1\n[check]\nignore = ["\\u001b[2J"]\n')
    code, out, err = run(capsys, "check", write("a.story", STORY))
    assert (code, out) == (2, "")
    assert not {"\x1b", "\u202e"} & set(err)


# ---- runs ----------------------------------------------------------------------------------------------------


def sent(shop: Shop) -> list[dict[str, Any]]:
    """The parameters of each Run."""
    ledger: dict[str, Any] = shop.machine.ledger()
    return [run["parameters"] for run in ledger["runs"]]


def styles(shop: Shop) -> list[tuple[str, int]]:
    return [(parameters["styleName"], parameters["seed"]) for parameters in sent(shop)]


def test_a_run_draws_with_the_defaults_and_resume_keeps_what_was_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Shop(tmp_path, monkeypatch, capsys)
    project('[story]\nstyle = "Line art"\nseed = 5\n')
    story = write("tales/a.story", STORY)

    def dies(path: str) -> None:
        if path.startswith("/Task/Detail"):
            raise Killed

    shop.wire.before = dies
    with pytest.raises(Killed):
        shop.run(story)
    shop.wire.before = lambda _path: None
    project("[story]\nseed = 6\n")
    assert shop.resume().code == 0
    assert styles(shop) == [("Line art", 5)]
    # Another default is another payload, as if the story had been changed; the same one is there already.
    assert shop.run(story).code == 0
    assert styles(shop) == [("Line art", 5), ("Comic book", 6)]
    assert shop.run(story).code == 0
    assert len(sent(shop)) == 2


def test_a_pad_image_of_the_project_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Shop(tmp_path, monkeypatch, capsys)
    project('[story]\npad-image = "pad.png"\n')
    Path("pad.png").write_bytes(picture("a pad"))
    assert shop.run(write("tales/a.story", STORY)).code == 0
    [parameters] = sent(shop)
    assert parameters["inputImageUrl"].startswith("http")


# ---- the doctor ----------------------------------------------------------------------------------------------


def test_the_doctor_tells_what_the_project_says_and_what_no_story_can_use(capsys: pytest.CaptureFixture[str]) -> None:
    project('[story]\nstyle = "Comik"\nmain = "Mira"\nsteps = 7\n[check]\nstrict = true\n')
    _, out, _ = run(capsys, "doctor", "--offline")
    path = Path("storyscript.toml").resolve()
    lines = [line.removesuffix("\n") for line in out.splitlines() if " project file " in line]
    assert lines[0] == f"ok       project file  `{path}` holds [story] main, steps, style; [check] strict"
    assert lines[1].startswith(
        f"error    project file  `{path}`, line 2: there is no style `Comik`; one of: Comic book"
    )
    assert lines[2].startswith(f"warning  project file  `{path}`, line 4: `steps: 7` is outside the range")
    assert len(lines) == 3
