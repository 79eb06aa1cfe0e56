"""`check` and `fmt` of folders: all that is below, each file once, parts as those see them that include them."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storyscript.cli import main
from storyscript.cli.arguments import parse_arguments
from storyscript.cli.parts import divide
from storyscript.cli.stories import read_files
from storyscript.folder import Bounds, FolderReader, stories_below
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.source import Located
    from storyscript.syntax import nodes

CAST = "character Mira\n  a girl\n"
CHAPTER = "scene a\n  @Mira walks home\n"
GOOD = CAST + "scene a\n  walks home\n"
BAD = CAST + "scene a\n  walks | runs\n"
LOOSE = "Scene  a [nc]\n\ta   lamp \n"
LAID_OUT = "scene a [NC]\n  a lamp\n"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return name


def run(capfd: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return code, out, err


def found(capfd: pytest.CaptureFixture[str], *argv: str) -> list[tuple[str, int, str]]:
    """File, line and code of the problems."""
    out = run(capfd, "check", "--format", "json", *argv)[1]
    return [(one["file"], one["line"], one["code"]) for one in json.loads(out)["problems"]]


def book(chapter: str = CHAPTER, cast: str = CAST) -> None:
    """A project in which nothing is right but as a part of the book."""
    write("storyscript.toml", "")
    write("people/cast.story", cast)
    write("chapters/one.story", chapter)
    write("books/book.story", "include ../people/cast.story\ninclude ../chapters/one.story\n")


# ---- which files ---------------------------------------------------------------------------------------------


def test_stories_are_called_as_if_they_were_named(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write("sub/b.story", BAD)
    write("sub/a/c.story", BAD)
    for folder, shown in ((".", "sub/"), ("sub", "sub/"), ("./sub/", "sub/"), (str(tmp_path), f"{tmp_path}/sub/")):
        code, out, err = run(capfd, "check", folder)
        assert (code, err) == (1, "2 stories: 2 errors\n")
        assert [line for line in out.splitlines() if "-->" in line] == [
            f" --> {shown}a/c.story:4:9",
            f" --> {shown}b.story:4:9",
        ]


def test_stories_come_in_the_order_of_the_parts_of_their_paths(capfd: pytest.CaptureFixture[str]) -> None:
    names = ["B.story", "a/deep/er/x.story", "a/z.story", "a-b/c.story", "a.story", "b.story", "é.story"]
    for name in reversed(names):
        write(name, BAD + LOOSE)
    assert run(capfd, "fmt", "--check", ".")[1].splitlines() == names
    assert list(dict.fromkeys(file for file, *_ in found(capfd, "."))) == names


def test_a_file_that_is_named_several_times_is_one(capfd: pytest.CaptureFixture[str]) -> None:
    write("sub/a.story", BAD)
    write("sub/b.story", GOOD)
    Path("sub/link.story").symlink_to("a.story")
    Path("too").symlink_to("sub")
    for words in (["sub", "sub/a.story"], ["sub/a.story", "sub"], ["sub", ".", "too", "sub/"], ["."]):
        code, out, err = run(capfd, "check", *words)
        assert (code, out.count("error[")) == (1, 1)
        assert err == "2 stories: 1 error\n"


@pytest.mark.parametrize("command", [["check"], ["check", "--fix"], ["check", "--diff"], ["fmt"], ["fmt", "--check"]])
def test_a_folder_without_stories_is_wrong_use(capfd: pytest.CaptureFixture[str], command: list[str]) -> None:
    write("none/a.txt", "")
    write("none/out/a.story", LOOSE)
    write("some/a.story", LOOSE)
    code, out, err = run(capfd, *command, "some", "none")
    assert (code, out, err) == (2, "", "storyscript: there is no `.story` file below `none`\n")
    assert Path("some/a.story").read_text() == LOOSE


def test_too_much_is_not_gone_through(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyscript.cli.folders.stories_below", partial(stories_below, bounds=Bounds(entries=2)))
    write("home/a.story", GOOD)
    write("home/b/c.txt", "")
    code, out, err = run(capfd, "check", "home")
    assert (code, out) == (2, "")
    assert err == "storyscript: there are more than 200,000 files below `home`; name a folder with fewer\n"


def test_a_folder_that_nobody_may_look_into(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write("sub/a.story", GOOD)
    write("sub/secret/b.story", BAD)
    real = os.scandir

    def refuse(path: str | Path) -> object:
        if str(path).endswith("secret"):  # as a mode would, which the super-user does not mind
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    code, _, err = run(capfd, "check", "sub")
    assert code == 0
    assert err == (
        "storyscript: cannot look into `sub/secret`, so it is passed over: Permission denied\n"
        "sub/a.story: no problems\n"
    )
    code, _, err = run(capfd, "check", "sub/secret")
    assert (code, err) == (2, "storyscript: cannot look into `sub/secret`: Permission denied\n")


@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["check", "--strict", "--format", "json"],
        ["check", "--fix"],
        ["check", "--diff"],
        ["fmt"],
        ["fmt", "--check"],
        ["fmt", "--diff"],
    ],
)
def test_without_a_word_all_below_the_working_folder_is_meant(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    def seen(*words: str) -> tuple[int, str, str, list[str]]:
        write("a.story", LAID_OUT)
        write("sub/b.story", "scne a [NC]\n   x\n")
        # Standard input is no story of them, whatever comes in there.
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Scene  z\n")))
        said = run(capfd, *command, *words)
        return *said, [Path(name).read_text() for name in ("a.story", "sub/b.story")]

    assert seen() == seen(".")
    assert "b.story" in "".join(seen()[1:3])


@pytest.mark.parametrize("words", [[], ["."]])
@pytest.mark.parametrize("command", [["check"], ["check", "--watch"], ["check", "--fix"], ["fmt"], ["fmt", "--check"]])
def test_a_working_folder_without_stories(
    capfd: pytest.CaptureFixture[str], command: list[str], words: list[str]
) -> None:
    said = "there is no `.story` file in the working folder or below it; `storyscript init` writes a first story"
    assert run(capfd, *command, *words) == (2, "", f"storyscript: {said}\n")


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_the_working_folder_is_gone(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir("gone")
    (tmp_path / "gone").rmdir()
    assert run(capfd, command) == (2, "", "storyscript: cannot look into `.`: No such file or directory\n")


@pytest.mark.parametrize(
    ("argv", "names"),
    [
        (["a.story", "--strict", "b.story"], ["a.story", "b.story"]),
        (
            ["--strict", "a.story", "--format=text", "b.story", "--set", "seed=1", "sub", "-"],
            ["a.story", "b.story", "sub", "-"],
        ),
        (["a.story", "--strict", "b.story", "--", "--fix", "-"], ["a.story", "b.story", "--fix", "-"]),
        (["--", "a.story", "--fix"], ["a.story", "--fix"]),
        (["--strict"], ["."]),
        (["--strict", "--"], ["."]),
    ],
)
def test_options_may_stand_between_stories(argv: list[str], names: list[str]) -> None:
    assert parse_arguments(["check", *argv]).stories == names


# ---- checking ------------------------------------------------------------------------------------------------


def test_parts_are_checked_as_the_book_sees_them(capfd: pytest.CaptureFixture[str]) -> None:
    book()
    assert run(capfd, "check", ".") == (0, "", "3 stories: no problems (2 checked as parts of the others)\n")
    assert run(capfd, "check", ".", "--strict")[0] == 0


def test_without_the_book_they_stand_for_themselves(capfd: pytest.CaptureFixture[str]) -> None:
    book()
    assert found(capfd, "chapters", "people") == [
        ("chapters/one.story", 1, "SS210"),
        ("chapters/one.story", 2, "SS205"),
    ]
    assert run(capfd, "check", "people") == (
        0,
        "",
        "people/cast.story: no problems (a fragment: it has nothing to draw)\n",
    )


def test_who_names_a_part_has_it_checked_by_itself_too(capfd: pytest.CaptureFixture[str]) -> None:
    book()
    wanted = [("chapters/one.story", 1, "SS210"), ("chapters/one.story", 2, "SS205")]
    assert found(capfd, ".", "chapters/one.story") == wanted
    assert found(capfd, "chapters/one.story", ".") == wanted
    err = run(capfd, "check", ".", "chapters/one.story")[2]
    assert err == "3 stories: 2 errors (1 checked as a part of the others)\n"


def test_a_problem_of_a_file_with_many_stories_is_told_once_and_under_its_own_name(
    capfd: pytest.CaptureFixture[str],
) -> None:
    book(chapter="scene a\n  @Mira walks | runs\n", cast="charcter Mira\n  a girl\n")
    shutil.copy("books/book.story", "books/other.story")
    wanted = [("people/cast.story", 1, "SS101"), ("chapters/one.story", 2, "SS301")]
    assert found(capfd, ".") == wanted
    code, out, err = run(capfd, "check", ".")
    assert (code, out.count("error[")) == (1, 2)
    assert err == "4 stories: 2 errors (2 checked as parts of the others)\n1 fixable with `--fix`\n"
    # Where the cast is no story of the command, it is called as the first that includes it sees it.
    assert found(capfd, "books") == [
        ("books/../people/cast.story", 1, "SS101"),
        ("books/../chapters/one.story", 2, "SS301"),
    ]


def test_an_error_for_one_story_is_one(capfd: pytest.CaptureFixture[str]) -> None:
    write("storyscript.toml", "")
    write("cast.story", "steps: 7\n" + CAST)
    write("lax/a.story", "include ../cast.story\n" + CHAPTER)
    write("strict/b.story", "include ../cast.story\n" + CHAPTER)
    assert run(capfd, "check", ".")[0] == 0
    shutil.rmtree("strict")
    write("sub/strict/storyscript.toml", "[check]\nstrict = true\n")
    write("sub/strict/cast.story", "steps: 7\n" + CAST)
    write("sub/strict/b.story", "include cast.story\n" + CHAPTER)
    Path("cast.story").unlink()
    Path("cast.story").symlink_to("sub/strict/cast.story")
    code, out, err = run(capfd, "check", ".")
    assert (code, out.count("error[SS404]"), out.count("warning[")) == (1, 1, 0)
    assert err == "3 stories: 1 error (1 checked as a part of the others)\n"


def test_stories_in_a_circle_are_checked_through_one_of_them(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.story", "include c.story\n" + CHAPTER)
    write("b.story", CAST + "include a.story\n")
    write("c.story", "include b.story\n")
    assert found(capfd, ".") == [("b.story", 3, "SS207")]
    write("0.story", CHAPTER)
    write("b.story", CAST + "include a.story\ninclude 0.story\n")
    assert [one for one in found(capfd, ".") if one[0] == "0.story"] == []
    write("self.story", "include self.story\n" + GOOD)
    assert ("self.story", 1, "SS207") in found(capfd, ".")


def test_what_an_include_does_not_reach_is_checked_by_itself(capfd: pytest.CaptureFixture[str]) -> None:
    write("books/book.story", "include ../chapter.story\n" + GOOD)  # leads out of its folder
    write("chapter.story", BAD)
    assert found(capfd, ".") == [("books/book.story", 1, "SS208"), ("chapter.story", 4, "SS301")]
    # One that may read further up sees what one that takes it in does not.
    write("books/sub/storyscript.toml", "")
    write("books/sub/deep/inner.story", "include ../leaf.story\n")
    write("books/sub/leaf.story", BAD)
    write("books/book.story", "include sub/deep/inner.story\n" + GOOD)
    assert ("books/sub/leaf.story", 4, "SS301") in found(capfd, ".")


def test_standard_input_beside_a_folder(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write("cast.story", CAST)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"include cast.story\n" + CHAPTER.encode())))
    assert run(capfd, "check", ".", "-") == (0, "", "2 stories: no problems (1 checked as a part of the others)\n")


def test_names_that_move_the_cursor_and_texts_that_are_none(capfd: pytest.CaptureFixture[str]) -> None:
    write("sub/\x1b[2J.story", BAD)
    Path("sub/wide.story").write_bytes(GOOD.encode("utf-16"))
    write("sub/empty.story", "")
    Path(os.fsdecode(b"sub/\xff.story")).write_bytes(b"\xff\n")
    code, out, err = run(capfd, "check", "sub")
    assert code == 1
    assert "\x1b" not in out + err
    assert out.count("error[SS105]") == 2


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(lambda n: n - 1, id="each before its own parts"),
        pytest.param(lambda n: n + 1, id="each after its own parts"),
        pytest.param(lambda n: (n - 1) % 30, id="in a circle"),
    ],
)
def test_a_chain_of_stories_is_read_once_whatever_the_order_of_their_names(after: Callable[[int], int]) -> None:
    for n in range(30):
        write(f"{after(n) + 1:02}.story", f"include {n + 1:02}.story\n" + GOOD)
    read: list[str] = []

    class Counting(FolderReader):
        def read(self, located: Located) -> bytes:
            read.append(located.path)
            return super().read(located)

    whole, parts = divide(read_files(["."], folders=True), lambda story: Counting(story.folder))
    assert (len(whole), len(whole) + len(parts)) == (1, len(list(Path.cwd().iterdir())))
    assert len(read) == len(set(read)) == len(parts)


@pytest.mark.parametrize("words", [["."], ["*.story"]])
@pytest.mark.parametrize("more", [[], ["--diff"]])
def test_what_several_stories_include_is_parsed_once(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], more: list[str]
) -> None:
    write("cast.story", CAST)
    for name in "abc":
        write(f"{name}.story", f"include cast.story\nscene {name}\n  @Mira walks home\n")
    words = words if words == ["."] else sorted(os.listdir())
    parsed: list[str] = []

    def parse_and_tell(text: str) -> nodes.Tree:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr("storyscript.analysis.files.parse", parse_and_tell)
    assert run(capfd, "check", *more, *words)[0] == 0
    assert parsed.count(CAST) == 1


def test_two_files_of_one_text_are_two(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.story", GOOD)
    write("b.story", GOOD)
    write("book.story", "include a.story\ninclude b.story\n")
    assert found(capfd, ".") == [("b.story", 1, "SS204"), ("b.story", 3, "SS204")]
    assert found(capfd, "book.story", "b.story", "a.story") == found(capfd, ".")


# ---- mending -------------------------------------------------------------------------------------------------


def test_each_file_is_mended_once(capfd: pytest.CaptureFixture[str]) -> None:
    book(cast="charcter Mira\n  a girl\n", chapter="scne a\n  @Mira walks home\n")
    shutil.copy("books/book.story", "books/other.story")
    before = Path("people/cast.story").read_text()
    code, out, err = run(capfd, "check", "--diff", ".")
    assert code == 1
    assert [line for line in out.splitlines() if line.startswith(("+", "-"))] == [
        "--- chapters/one.story",
        "+++ chapters/one.story",
        "-scne a",
        "+scene a",
        "--- people/cast.story",
        "+++ people/cast.story",
        "-charcter Mira",
        "+character Mira",
    ]
    assert err == "chapters/one.story: 1 fixable\npeople/cast.story: 1 fixable\n"
    assert Path("people/cast.story").read_text() == before
    code, out, err = run(capfd, "check", "--fix", ".")
    assert (code, out) == (0, "")
    assert err.splitlines() == [
        "chapters/one.story: 1 fixed",
        "people/cast.story: 1 fixed",
        "4 stories: no problems (2 checked as parts of the others)",
    ]
    assert (Path("people/cast.story").read_text(), Path("chapters/one.story").read_text()) == (CAST, CHAPTER)


def test_an_include_that_is_mended_makes_parts(capfd: pytest.CaptureFixture[str]) -> None:
    write("cast.story", CAST)
    write("lamp.story", "inclde cast.story\n" + CHAPTER)
    code, _, err = run(capfd, "check", "--fix", ".")
    assert (code, err) == (0, "lamp.story: 1 fixed\n2 stories: no problems (1 checked as a part of the others)\n")


# ---- laying out ----------------------------------------------------------------------------------------------


def test_all_stories_below_are_laid_out_included_or_not(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.story", "include  sub/b.story\n")
    for name in ("sub/b.story", "sub/.hidden.story", "out/c.story"):
        write(name, LOOSE)
    Path("link.story").symlink_to("sub/b.story")
    assert run(capfd, "fmt", "--check", ".") == (1, "a.story\nsub/b.story\n", "2 stories would change\n")
    assert run(capfd, "fmt", ".") == (0, "", "a.story: formatted\nsub/b.story: formatted\n2 stories formatted\n")
    assert (Path("sub/b.story").read_text(), Path("out/c.story").read_text()) == (LAID_OUT, LOOSE)
    assert Path("link.story").is_symlink()
    assert run(capfd, "fmt", ".", "a.story") == (0, "", "2 stories: nothing to change\n")
