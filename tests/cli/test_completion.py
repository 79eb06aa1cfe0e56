"""Completion: what the scripts know is what the parsers know, and what somebody sees who presses the tabulator.

With SHELL_TESTS=required a shell that is missing is a failure, and no reason to skip.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli import shells
from storyscript.cli import main
from storyscript.cli.arguments import COMMANDS, command_parser
from storyscript.cli.completing import commands
from storyscript.cli.completing.bash import script as bash_script
from storyscript.cli.completing.commands import Command, Kind, Option, Place, Value, Word
from storyscript.cli.completing.fish import script as fish_script
from storyscript.cli.completing.zsh import script as zsh_script
from storyscript.cli.completion import SHELLS
from storyscript.vocabulary import SETTING_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FILES = ("plain.story", "my story.story", 'we"ird.story', "a:b.story", "other.txt", "sub/in.story", "a dir/x.story")


def need(shell: str) -> None:
    if shutil.which(shell) is None:
        if os.environ.get("SHELL_TESTS") == "required":
            pytest.fail(f"there is no {shell}")
        pytest.skip(f"there is no {shell}")


# ---- what may stand where --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_known_of_everything_that_takes_a_value_what_that_is(name: str) -> None:
    for action in command_parser(name)._actions:
        if action.nargs == 0 or action.help == argparse.SUPPRESS or action.choices is not None:
            continue
        placeholder = str(action.metavar or action.dest.upper())
        assert placeholder in commands.KINDS, (
            f"`{name}` takes {placeholder}, and nobody knows what completes it: add it to `completing.commands.KINDS`"
        )


def test_all_words_of_all_commands_are_there() -> None:
    whole, *others = commands.program()
    assert [name for option in whole.options for name in option.names] == ["-h", "--help", "-V", "--version"]
    assert {command.name: command.about for command in others} == COMMANDS
    for command in others:
        names = {name for option in command.options for name in option.names}
        shown = command_parser(command.name).format_help()
        assert all(name in shown for name in names)
        assert {"-h", "--help"} < names or not names - {"-h", "--help"}


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_has_all_commands_options_and_settings(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    text = capsys.readouterr().out
    assert re.findall("@[a-z]+@", text) == []
    for command in commands.program():
        assert command.name in text
        for name in (name for option in command.options for name in option.names if name.startswith("--")):
            assert (f"-l {name[2:]} " if shell == "fish" else name) in text
    assert all(name in text for name in SETTING_MEANINGS)


def test_lists_of_words() -> None:
    found = {
        command.name: {key: [word.text for word in value.words] for key, value in command.values()}
        for command in commands.program()
    }
    assert found["task"]["1"] == ["show", "cancel", "kill", "delete"]
    assert found["completion"]["1"] == list(SHELLS)
    assert "SS301" in found["explain"]["1"]
    assert "RealCartoon" in found["models"]["1"]
    assert "reset" in found["fake"]["--fault"]
    values = {setting.text: [word.text for word in words] for setting, words in commands.settings().items()}
    assert "Line art" in values["style"]
    assert "Digital/Oil Painting" in values["style"]
    assert "RealVisXL_V4.0" in values["model"]
    assert values["reorder"] == ["yes", "no"]
    assert values["title"] == []


# ---- quoting ---------------------------------------------------------------------------------------------------

NASTY = "$(touch gone) `touch gone` 'a' \"b\" \\c :d [e] %s {f} ~ * ? & ; | < > ! # é 漫"


@pytest.mark.parametrize(
    ("shell", "script"), [("bash", bash_script), ("zsh", zsh_script), ("fish", fish_script)], ids=SHELLS
)
def test_no_text_is_taken_for_something_of_the_shells(
    shell: str, script: Callable[[list[Command]], str], tmp_path: Path
) -> None:
    need(shell)
    value = Value("X:[Y]'", Kind.LIST, (Word(NASTY, NASTY), Word("b", "")))
    option = Option(("-o", "--odd"), NASTY, value, again=False)
    found = [Command("", "", (), ()), Command("check", NASTY, (option,), (Place(value, many=True),))]
    (tmp_path / "script").write_text(script(found), "utf-8")
    typed = "storyscript check "
    if shell == "fish":
        [first, _] = sorted(shells.fish(tmp_path, tmp_path / "script", typed))
        assert first == f"{NASTY}\t{NASTY}"
    else:
        with getattr(shells, shell)(tmp_path, "source ./script") as running:
            seen = running.press(typed + "\\$")
            assert shlex_of(shell, seen.line, tmp_path) == ["storyscript", "check", NASTY]
    assert not (tmp_path / "gone").exists()


def shlex_of(shell: str, line: str, folder: Path) -> list[str]:
    """The words of a line, as the shell itself takes them."""
    done = subprocess.run(
        [shell, "-c", f"set -- {line}\nprintf '%s\\n' \"$@\""], capture_output=True, text=True, check=True, cwd=folder
    )
    return done.stdout.splitlines()


# ---- in bash and zsh ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    for shell in SHELLS:
        (folder / f".{shell}").write_text(shells.script(shell), "utf-8")
    return folder


@pytest.fixture(scope="module", params=["bash", "bash with bash-completion", "zsh"])
def running(request: pytest.FixtureRequest, home: Path) -> Iterator[tuple[str, shells.Shell]]:
    name = str(request.param).partition(" ")[0]
    need(name)
    setup = f"source ./.{name}"
    if request.param == "bash with bash-completion":
        if not Path(shells.BASH_COMPLETION).exists():
            (pytest.fail if os.environ.get("SHELL_TESTS") == "required" else pytest.skip)("no bash-completion")
        setup = f"source {shells.BASH_COMPLETION}; {setup}"
    with getattr(shells, name)(home, setup) as shell:
        yield name, shell


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("ch", "check "),
        ("check my", r"check my\ story.story "),
        ("check we", r"check we\"ird.story "),
        ("check a:", "check a:b.story "),
        (r"check a\ d", r"check a\ dir/"),
        ("check 'my st", "check 'my story.story' "),
        ('check "my', 'check "my story.story" '),
        ("check ~/p", "check ~/plain.story "),
        ("check sub/", "check sub/in.story "),
        ("check --format=s", "check --format=sarif "),
        ("check --format sa", "check --format sarif "),
        ("check --format json pl", "check --format json plain.story "),
        ("check --set sty", "check --set style="),
        ("check --set style=L", r"check --set style=Line\ art "),
        ("check --set style=li", r"check --set style=Line\ art "),
        ("check --set=style=li", r"check --set=style=Line\ art "),
        (r"check --set style=Line\ ", r"check --set style=Line\ art "),
        ("check --set 'style=L", None),
        ('check --set "style=Co', None),
        ("check --set title=x", "check --set title=x"),
        ("build --emit ht", "build --emit html "),
        ("run --out s", "run --out sub/"),
        ("run --out=s", "run --out=sub/"),
        ("run --jobs 1", "run --jobs 1"),
        ("import o", "import other.txt "),
        ("task sh", "task show "),
        ("task show 2", "task show 2"),
        ("explain SS301 SS30", "explain SS301 SS30"),
        ("explain 3", "explain 30"),
        ("check --ignore ", "check --ignore SS4"),
        ("check --ignore SS404,", "check --ignore SS404,SS4"),
        (r"check --ignore \$HOME,SS40", r"check --ignore \$HOME,SS40"),
        ("explain 301", "explain 301 "),
        ("explain ss301", "explain SS301 "),
        ("explain SS301 411", "explain SS301 411 "),
        ("completion z", "completion zsh "),
        ("nonsense x", "nonsense x"),
    ],
)
def test_what_the_line_becomes(running: tuple[str, shells.Shell], typed: str, line: str | None) -> None:
    _, shell = running
    found = shell.press(f"storyscript {typed}").line.removeprefix("storyscript ")
    if line is None:  # in quotes, which zsh puts around the whole word and bash behind the key
        assert found in ("check --set 'style=Line art' ", 'check --set "style=Comic book" ')
    else:
        assert found == line


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", ["build", "check", "completion", "run", "task"]),
        ("check ", ["plain.story", "a:b.story", "sub/"]),
        ("check --format ", ["text", "json", "sarif", "github"]),
        ("check --set ", ["style", "model", "font-size"]),
        ("check --set reorder=", ["yes", "no"]),
        ("check --", ["--format", "--watch", "--set", "--strict"]),
        ("task ", ["cancel", "delete", "kill", "show"]),
        ("explain SS41", ["SS410", "SS414"]),
        ("explain 30", ["301", "305"]),
        ("check --ignore SS4", ["SS401", "SS404"]),
        ("check --ignore SS404,SS4", ["SS401", "SS405"]),
        ("check --select=ss404,SS41", ["SS411", "SS414"]),
        ("fake --fault re", ["reset", "reset-after", "refused"]),
    ],
)
def test_what_is_listed(running: tuple[str, shells.Shell], typed: str, wanted: list[str]) -> None:
    _, shell = running
    seen = shell.press(f"storyscript {typed}")
    words = re.split("[ =,]+", " ".join(seen.listed))
    assert [word for word in wanted if word not in words] == []
    assert "other.txt" not in words


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("check --ignore SS404", "check --ignore SS404"),
        ("check --ignore SS404,SS405", "check --ignore SS404,SS405"),
        ("check --ignore ss404,ss405", "check --ignore ss404,SS405"),
        ("check --ignore=SS41,SS404,SS405", "check --ignore=SS41,SS404,SS405"),
        ("check --ignore SS404,SS301", "check --ignore SS404,SS301"),  # an error, which is always shown
    ],
)
def test_another_code_may_follow_at_once(running: tuple[str, shells.Shell], typed: str, line: str) -> None:
    name, shell = running
    found = shell.press(f"storyscript {typed}").line.removeprefix("storyscript ")
    # The comma that zsh puts there goes away with the next blank.
    assert found == line + "," * (name == "zsh" and "SS301" not in line)


@pytest.mark.parametrize("more", ["", " ", " x", ",SS405"])
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_what_the_program_gets_of_codes_that_were_completed(home: Path, shell: str, more: str) -> None:
    need(shell)
    with getattr(shells, shell)(home, f"source ./.{shell}") as running:
        found = running.words(f"check --ignore SS41,ss405\t{more}")
    codes, *others = f"SS41,SS405{more}".split()
    assert found == ["check", "--ignore", codes, *others]


def test_a_code_that_was_given_is_not_offered_again(running: tuple[str, shells.Shell]) -> None:
    _, shell = running
    listed = [line.split() for line in shell.press("storyscript check --ignore ss404,SS405,SS4").listed]
    # bash lists what the word becomes, and zsh what comes to it and what that means.
    found = {words[0].removeprefix("ss404,SS405,") for words in listed}
    assert found == {f"SS4{number:02}" for number in range(15)} - {"SS404", "SS405"}


def test_a_file_that_is_no_story_is_not_offered_for_one(home: Path) -> None:
    need("bash")  # zsh offers any file where no name fits, as it does for all programs
    with shells.bash(home, "source ./.bash") as shell:
        assert shell.press("storyscript check o").line == "storyscript check o"


def test_an_option_that_was_given_is_not_offered_again_unless_it_may_be(running: tuple[str, shells.Shell]) -> None:
    _, shell = running
    words = " ".join(shell.press("storyscript check --watch --set seed=7 --").listed).split()
    assert "--watch" not in words
    assert "--set" in words


def test_zsh_says_what_each_is(home: Path) -> None:
    need("zsh")
    with shells.zsh(home, "source ./.zsh") as shell:
        assert any(
            line.startswith("check") and COMMANDS["check"] in line for line in shell.press("storyscript ").listed
        )


def test_zsh_finds_it_as_a_file(home: Path) -> None:
    need("zsh")
    (home / ".zfunc").mkdir()
    shutil.copy(home / ".zsh", home / ".zfunc" / "_storyscript")
    with shells.zsh(home, "fpath=(~/.zfunc $fpath); autoload -U compinit && compinit -u -D") as shell:
        assert shell.press("storyscript explain SS301 SS21").line == "storyscript explain SS301 SS21"
        assert shell.press("storyscript check pl").line == "storyscript check plain.story "


def test_bash_finds_it_as_a_file(home: Path) -> None:
    need("bash")
    if not Path(shells.BASH_COMPLETION).exists():
        (pytest.fail if os.environ.get("SHELL_TESTS") == "required" else pytest.skip)("no bash-completion")
    folder = home / ".local/share/bash-completion/completions"
    folder.mkdir(parents=True)
    shutil.copy(home / ".bash", folder / "storyscript")
    with shells.bash(home, f"source {shells.BASH_COMPLETION}") as shell:
        assert shell.press("storyscript check pl").line == "storyscript check plain.story "


@pytest.mark.parametrize(
    "options", ["shopt -s failglob", "set -f", "shopt -s nullglob", "COMP_WORDBREAKS=${COMP_WORDBREAKS//[=:]/}"]
)
def test_bash_with_options_of_a_users_own(home: Path, options: str) -> None:
    need("bash")
    with shells.bash(home, f"{options}\nsource ./.bash") as shell:
        assert shell.press("storyscript check my").line == r"storyscript check my\ story.story "
        assert shell.press("storyscript check a:").line == "storyscript check a:b.story "
        assert shell.press("storyscript check nothing").line == "storyscript check nothing"
        assert shell.press("storyscript check --set style=L").line == r"storyscript check --set style=Line\ art "
        assert shell.press("storyscript check --format=sa").line == "storyscript check --format=sarif "


# ---- in fish -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ch", [f"check\t{COMMANDS['check']}"]),
        ("check ", ["a dir/", "a:b.story", "my story.story", "plain.story", "sub/", 'we"ird.story']),
        ("check my", ["my story.story"]),
        ("check sub/", ["sub/in.story"]),
        ("check -- -", []),
        ("check --format ", ["github", "json", "sarif", "text"]),
        ("check --format=s", ["--format=sarif"]),
        ("check --set sty", ["style=\tHow the pictures are drawn."]),
        ("check --set style=L", ["style=Line art"]),
        ("check --set=style=L", ["--set=style=Line art"]),
        ("check --set title=", []),
        ("task ", ["cancel", "delete", "kill", "show"]),
        ("task show ", []),
        ("explain SS301 SS30", [f"SS30{number}" for number in range(1, 6)]),
        ("explain 30", [f"30{number}" for number in range(1, 6)]),
        ("explain ss305", ["SS305"]),
        ("check --ignore SS40", [f"SS40{number}" for number in range(10)]),
        ("check --ignore SS404,SS41", [f"SS404,SS41{number}" for number in range(5)]),
        ("check --ignore SS410,ss412,SS41", [f"SS410,ss412,SS41{number}" for number in (1, 3, 4)]),
        ("check --ignore=SS404,SS41", [f"--ignore=SS404,SS41{number}" for number in range(5)]),
        ("import o", ["other.txt"]),
        ("run --out=s", ["--out=sub/"]),
        ("completion ", ["bash", "fish", "zsh"]),
        ("check --format json plain.story my", ["my story.story"]),
        ("explain check ", None),
    ],
)
def test_fish(home: Path, typed: str, offered: list[str] | None) -> None:
    need("fish")
    found = shells.fish(home, home / ".fish", f"storyscript {typed}")
    if offered is None:  # a word that is called as a command is none
        assert all(line.startswith("SS") for line in found)
    else:
        assert [
            line if "\t" in wanted else line.partition("\t")[0] for line, wanted in zip(found, offered, strict=True)
        ] == offered


# ---- the scripts -------------------------------------------------------------------------------------------------


def test_the_script_for_bash_has_nothing_that_is_known_to_go_wrong(tmp_path: Path) -> None:
    path = tmp_path / "storyscript"
    path.write_text(shells.script("bash"), "utf-8")
    checker = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([checker, "-s", "bash", path], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_an_unknown_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    assert "invalid choice: 'tcsh'" in capsys.readouterr().err
