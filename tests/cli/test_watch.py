"""`check --watch`, as a process beside somebody who saves files."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storyscript.cli import main
from storyscript.cli.ingredients import Ingredients

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = "character Mira\n  a girl\nscene a\n  walks home\n"
WARNED = "steps: 7\n" + GOOD
BAD = "character Mira\n  a girl\nscene a\n  walks | runs\n"
PATIENCE = 60.0


class Watch:
    """A watch that runs; what it writes comes line by line."""

    def __init__(self, process: subprocess.Popen[bytes], output: int) -> None:
        self.process = process
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(output,), daemon=True).start()

    def _read(self, output: int) -> None:
        with open(output, encoding="utf-8", newline="\n") as stream, contextlib.suppress(OSError):
            for line in stream:
                self._lines.put(line.removesuffix("\n").removesuffix("\r"))
        self._lines.put(None)

    def line(self) -> str:
        line = self._lines.get(timeout=PATIENCE)
        assert line is not None, "it ended"
        return line

    def report(self) -> list[str]:
        """The lines of the next report, of which the last says when and why."""
        lines = [self.line()]
        while not lines[-1].startswith("checked at"):
            lines.append(self.line())
        return lines

    def rest(self) -> list[str]:
        return list(iter(lambda: self._lines.get(timeout=PATIENCE), None))

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextlib.contextmanager
def watch(*words: str, terminal: bool = False, **environment: str) -> Iterator[Watch]:
    env = {"PATH": os.environ["PATH"], "HOME": str(Path.cwd()), "TERM": "xterm", **environment}
    reader, writer = pty.openpty() if terminal else os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "storyscript", "check", "--watch", *words],
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=writer,
        env=env,
    )
    os.close(writer)
    with process:
        try:
            yield Watch(process, reader)
        finally:
            process.kill()


def save(name: str, text: str) -> str:
    """Save as careful editors do: beside it, and then in its place."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)
    return name


def watched(report: list[str]) -> str:
    return report[-1].partition("; watching ")[2]


def test_it_checks_at_once_and_after_each_save() -> None:
    with watch(save("a.story", BAD)) as running:
        first = running.report()
        assert first[0].startswith("error[SS301]")
        assert first[-2] == "a.story: 1 error"
        assert re.fullmatch(r"checked at \d\d:\d\d:\d\d; watching a\.story \(Ctrl-C ends it\)", first[-1])
        save("a.story", WARNED)
        second = running.report()
        assert re.fullmatch(r"---- \d\d:\d\d:\d\d", second[0])
        assert second[1].startswith("warning[SS404]")
        assert ", since a.story changed; " in second[-1]
        Path("a.story").write_text(GOOD, "utf-8")  # in place
        assert running.report()[1:-1] == ["a.story: no problems"]


def test_the_report_is_whole_though_only_one_story_changed() -> None:
    with watch(save("a.story", BAD), save("b.story", GOOD)) as running:
        assert running.report()[-2] == "2 stories: 1 error"
        save("b.story", WARNED)
        report = running.report()
        assert report[-2] == "2 stories: 1 error, 1 warning"
        assert ", since b.story changed; watching a.story and b.story " in report[-1]


def test_what_it_includes_may_come_later_with_its_folder_and_be_moved_away() -> None:
    save("a.story", "include cast/all/people.story\nscene a\n  @Mira walks home\n")
    with watch("a.story") as running:
        assert any(line.startswith("error[SS206]: `cast/all/people.story` does not exist") for line in running.report())
        save("cast/all/people.story", "character Mira\n  a girl\n")
        report = running.report()
        assert "a.story: no problems" in report
        assert watched(report).startswith("a.story and cast/all/people.story ")
        Path("cast").rename("elsewhere")
        assert any("SS206" in line for line in running.report())
        shutil.copytree("elsewhere", "cast")
        assert "a.story: no problems" in running.report()
        save("cast/all/people.story", "character Mira\n  a | girl\n")  # in a folder that is another than at first
        assert any(line.startswith("error[SS30") for line in running.report())


def test_an_image_that_it_names_is_waited_for() -> None:
    save("a.story", "character Mira\n  image: mira.png\n  img girl\nscene a\n  walks home\n")
    with watch("a.story") as running:
        assert any("`mira.png` does not exist" in line for line in running.report())
        save("mira.png", "no picture, but there")
        report = running.report()
        assert "SS206" not in "".join(report)
        assert watched(report).startswith("a.story and mira.png ")


def test_a_project_file_above_it_says_what_it_may_read() -> None:
    save("cast.story", "character Mira\n  a girl\n")
    save("chapters/one/a.story", "include ../../cast.story\nscene a\n  @Mira walks home\n")
    with watch("chapters/one/a.story") as running:
        assert any("SS208" in line for line in running.report())
        save("storyscript.toml", "")
        assert "chapters/one/a.story: no problems" in running.report()
        Path("storyscript.toml").unlink()
        assert any("SS208" in line for line in running.report())


def test_a_story_that_is_deleted_is_waited_for() -> None:
    with watch(save("sub/a.story", GOOD), save("b.story", GOOD)) as running:
        running.report()
        shutil.rmtree("sub")
        report = running.report()
        assert "b.story: no problems" in report
        assert "storyscript: `sub/a.story` is gone; it is waited for" in report
        save("sub/a.story", BAD)
        assert "2 stories: 1 error" in running.report()


def test_the_one_story_is_deleted() -> None:
    with watch(save("a.story", GOOD)) as running:
        running.report()
        Path("a.story").unlink()
        assert running.report()[1:-1] == ["storyscript: `a.story` is gone; it is waited for"]
        save("a.story", GOOD)
        assert running.report()[1:-1] == ["a.story: no problems"]


def test_stories_of_a_folder_come_and_go() -> None:
    save("book/a.story", GOOD)
    with watch("book") as running:
        first = running.report()
        assert first[:-1] == ["book/a.story: no problems"]
        assert watched(first).startswith("book/ and book/a.story ")
        save("book/new/deep/b.story", BAD)
        report = running.report()
        assert report[1].startswith("error[SS301]")
        assert report[-2] == "2 stories: 1 error"
        assert ", since book/new/deep/b.story changed; " in report[-1]
        shutil.rmtree("book/new")
        assert "book/a.story: no problems" in running.report()
        Path("book/a.story").unlink()
        assert "storyscript: there is no `.story` file below `book`" in running.report()
        save("book/c.story", WARNED)
        assert "book/c.story: 1 warning" in running.report()
        Path("book").rename("moved")
        assert "storyscript: `book` is gone; it is waited for" in running.report()
        Path("moved").rename("book")
        assert "book/c.story: 1 warning" in running.report()


def test_without_a_word_the_working_folder_is_watched() -> None:
    save("a.story", GOOD)
    with watch() as running:
        first = running.report()
        assert first[:-1] == ["a.story: no problems"]
        assert watched(first).startswith("./ and a.story ")
        save("new/b.story", BAD)
        assert running.report()[-2] == "2 stories: 1 error"


def test_a_story_of_a_folder_is_a_part_as_long_as_another_includes_it() -> None:
    save("cast.story", "character Mira\n  a girl\n")
    save("one.story", "scene a\n  @Mira walks home\n")
    book = "include cast.story\ninclude one.story\n"
    with watch(save("book.story", book), ".") as running:
        assert running.report()[:-1] == ["3 stories: no problems (2 checked as parts of the others)"]
        save("one.story", "scene a\n  @Mira walks | runs\n")
        report = running.report()
        assert report[2] == " --> one.story:2:15"
        assert report[-2] == "3 stories: 1 error (2 checked as parts of the others)"
        save("book.story", "include cast.story\nscene b\n  @Mira sits\n")
        report = running.report()
        assert [line[:12] for line in report if line.startswith("error")] == [
            "error[SS210]",
            "error[SS205]",
            "error[SS301]",
        ]
        assert report[-2] == "3 stories: 3 errors (1 checked as a part of the others)"
        save("book.story", book)
        assert running.report()[-2] == "3 stories: 1 error (2 checked as parts of the others)"


@pytest.mark.parametrize("terminal", [False, True])
def test_all_mistakes_of_a_project_file_are_shown_and_it_is_watched(*, terminal: bool) -> None:
    with watch(save("a.story", GOOD), save("b.story", GOOD), terminal=terminal) as running:
        running.report()
        save("storyscript.toml", "[check]\nstrickt = true\n[stroy]\n")
        report = running.report()
        mistakes = [line for line in report if "storyscript.toml" in line][:-1]
        assert [("strickt" in line, "stroy" in line) for line in mistakes] == [(True, False), (False, True)]
        assert watched(report).startswith("a.story, b.story and storyscript.toml ")
        save("storyscript.toml", "")
        report = running.report()
        assert report[-2].endswith("2 stories: no problems")
        assert watched(report).startswith("a.story, b.story and storyscript.toml ")


def test_a_link_leads_elsewhere() -> None:
    save("one/x.story", GOOD)
    save("two/x.story", WARNED)
    Path("a.story").symlink_to("one/x.story")
    with watch("a.story") as running:
        assert "a.story: no problems" in running.report()
        save("one/x.story", BAD)
        assert "a.story: 1 error" in running.report()
        Path("b").symlink_to("two/x.story")
        Path("b").replace("a.story")
        assert "a.story: 1 warning" in running.report()


def test_quick_saves_are_one_check_and_a_check_is_not_its_own_cause() -> None:
    with watch(save("a.story", GOOD)) as running:
        running.report()
        running.process.send_signal(signal.SIGSTOP)  # so that they are quick, however slow this machine is
        for number in range(20):
            save("a.story", GOOD + f"scene s{number}\n  sits\n" * 2)
        save("a.story", WARNED)
        running.process.send_signal(signal.SIGCONT)
        assert "a.story: 1 warning" in running.report()
        save("a.story", BAD)
        assert "a.story: 1 error" in running.report()
        assert running.end() == 130
        assert running.rest() == ["storyscript: interrupted"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_as_every_command_that_is_interrupted(number: int) -> None:
    with watch(save("a.story", GOOD)) as running:
        running.report()
        assert running.end(number) == 130
        assert running.rest() == ["storyscript: interrupted"]


def test_it_ends_quietly_when_nobody_reads_any_more() -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "storyscript", "check", "--watch", save("a.story", BAD)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline()
            process.stdout.close()
            assert process.wait(PATIENCE) == 0
            assert process.stderr.read().count(b"\n") == 2  # how many problems there are, and when it checked
        finally:
            process.kill()


def test_each_check_is_a_line_for_programs() -> None:
    with watch(save("a.story", BAD), "--format", "json") as running:
        [problem] = json.loads(running.line())["problems"]
        assert (problem["code"], problem["line"]) == ("SS301", 4)
        save("a.story", GOOD)
        assert json.loads(running.line()) == {"problems": []}
        save("a.story", WARNED)
        assert json.loads(running.line())["problems"][0]["severity"] == "warning"


def test_settings_and_strictness_hold_for_each_check() -> None:
    with watch(save("a.story", BAD), "--strict", "--set", "steps=7") as running:
        running.report()
        save("a.story", GOOD)
        report = running.report()
        assert report[1].startswith("error[SS404]")
        assert report[-2] == "a.story: 1 error"


@pytest.mark.parametrize(("environment", "clears"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_the_screen_is_cleared_where_it_is_one(environment: dict[str, str], *, clears: bool) -> None:
    with watch(save("a.story", GOOD), terminal=True, **environment) as running:
        assert running.report()[0].startswith("\x1b[H\x1b[2J") == clears
        save("a.story", WARNED)
        report = running.report()
        assert report[0].startswith("\x1b[H\x1b[2J") == clears
        assert report[0].startswith("---- ") != clears


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["a.story", "--fix"], "`--fix` would change files that are open in an editor"),
        (["a.story", "--diff"], "`--diff` shows changes once"),
        (["a.story", "--format", "sarif"], "`--format sarif` is for a check that ends"),
        (["a.story", "--format", "github"], "`--format github` is for a check that ends"),
        (["-"], "`-` is standard input"),
        (["pipe"], "`pipe` is no plain file"),
        (["b.story"], "there is no file `b.story`"),
        (["empty"], "there is no `.story` file below `empty`"),
        (["a.story", "--set", "stepz=1"], "there is no setting `stepz`"),
    ],
)
def test_what_cannot_be_watched_is_refused(words: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    save("a.story", GOOD)
    os.mkfifo("pipe")
    Path("empty").mkdir()
    assert main(["check", "--watch", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert why in err
    assert err.count("\n") == 1


# ---- what a check depended on ----------------------------------------------------------------------------------


def test_a_file_of_the_same_times_and_size_is_another_if_it_says_another_thing(folder: Path) -> None:
    path = folder / save("a.story", "scene a\n")
    parts = Ingredients(path, "a.story")
    before = path.stat()
    assert parts.changed() == []
    path.write_text("scene b\n", "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert parts.changed() == [path]


def test_only_its_own_ingredients_change_a_story(folder: Path) -> None:
    one, two = folder / save("one/a.story", GOOD), folder / save("two/b.story", GOOD)
    parts = [Ingredients(one, "a"), Ingredients(two, "b")]
    save("two/b.story", BAD)
    save("two/other.story", BAD)
    assert [part.changed() for part in parts] == [[], [two]]
    save("one/storyscript.toml", "")
    assert [part.changed() for part in parts] == [[one.parent / "storyscript.toml"], [two]]


def test_names_that_no_file_can_have(folder: Path) -> None:
    reader = Ingredients(folder / "a.story", "a.story").open_folder(Path())
    for name in ("a\0b", "x" * 5000, "a/" * 3000 + "b"):
        with pytest.raises((OSError, ValueError)):
            reader.locate(name, "")


def test_links_that_lead_to_each_other(folder: Path) -> None:
    Path("a.story").symlink_to("b.story")
    Path("b.story").symlink_to("a.story")
    parts = Ingredients(folder / "a.story", "a.story")
    assert str(folder) in parts.folders()
    assert parts.changed() == []
    Path("b.story").unlink()
    save("b.story", GOOD)
    assert parts.changed() == [folder / "a.story"]
