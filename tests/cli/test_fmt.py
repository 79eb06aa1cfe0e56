import os
import stat
import subprocess
from pathlib import Path

import pytest

from cli import running
from cli.running import feed, write
from storyscript.source import MAX_SOURCE_BYTES, SourceFile
from storyscript.syntax.formatter import format_source

LOOSE = "Scene  a [nc]\n\ta   lamp \n"
LAID_OUT = "scene a [NC]\n  a lamp\n"
BROKEN = "scne a\n\tx\n  Caption:  {\nScene\n"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(capfdbinary: pytest.CaptureFixture[bytes], *argv: str) -> tuple[int, bytes, str]:
    return running.run(capfdbinary, "fmt", *argv)


# ---- in files ------------------------------------------------------------------------------------------------


def test_stories_are_laid_out_where_they_are(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    names = [write("a.story", LOOSE), write("b.story", LAID_OUT), write("deep/c.story", BROKEN)]
    assert run(capfdbinary, *names) == (
        0,
        b"",
        "a.story: formatted\ndeep/c.story: formatted\n2 stories formatted, 1 left as it was\n",
    )
    assert [Path(name).read_text() for name in names] == [
        LAID_OUT,
        LAID_OUT,
        "scne a\n  x\n  caption: {\nscene\n",
    ]
    assert sorted(os.listdir()) == ["a.story", "b.story", "deep"]
    assert run(capfdbinary, *names) == (0, b"", "3 stories: nothing to change\n")


def test_a_file_that_is_laid_out_is_not_touched(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    before = Path(write("a.story", LAID_OUT)).stat()
    assert run(capfdbinary, "a.story") == (0, b"", "1 story: nothing to change\n")
    after = Path("a.story").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_bytes_that_are_no_text_line_ends_and_the_mark_stay(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("a.story", b"\xef\xbb\xbf\r\n// Caf\xe9 \xff \r\nScene  a\r\n\tx\x00 \n  y\r")
    assert run(capfdbinary, "a.story")[0] == 0
    assert Path("a.story").read_bytes() == b"\xef\xbb\xbf// Caf\xe9 \xff\r\nscene a\r\n  x\x00\n  y\r"


def test_a_file_keeps_its_mode_and_a_link_stays_one(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Path(write("deep/a.story", LOOSE)).chmod(0o640)
    Path("link.story").symlink_to("deep/a.story")
    assert run(capfdbinary, "link.story") == (0, b"", "link.story: formatted\n")
    assert Path("link.story").is_symlink()
    assert Path("deep/a.story").read_text() == LAID_OUT
    assert stat.S_IMODE(Path("deep/a.story").stat().st_mode) == 0o640


def test_a_file_that_is_named_twice_is_one(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("a.story", LOOSE)
    Path("link.story").symlink_to("a.story")
    assert run(capfdbinary, "a.story", "link.story", "./a.story") == (0, b"", "a.story: formatted\n")
    assert Path("a.story").read_text() == LAID_OUT


def test_only_files_that_are_named_are_changed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("cast.story", "Character  Mira\n\tx\n")
    write("a.story", "Include  cast.story\n")
    assert run(capfdbinary, "a.story")[0] == 0
    assert Path("cast.story").read_text() == "Character  Mira\n\tx\n"


def test_a_project_does_not_matter(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("storyscript.toml", "this is no [ toml")
    assert run(capfdbinary, write("a.story", LOOSE))[0] == 0
    assert Path("a.story").read_text() == LAID_OUT


def test_nothing_is_touched_where_one_story_cannot_be_read(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Path("folder").mkdir()
    for wrong in ("missing.story", "folder", ""):
        code, out, err = run(capfdbinary, write("a.story", LOOSE), wrong)
        assert (code, out, err.count("\n")) == (2, b"", 1)
    assert Path("a.story").read_text() == LOOSE


def test_what_is_no_plain_file_cannot_be_changed_in_place(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("a.story", LOOSE)
    reading, writing = os.pipe()
    os.write(writing, LOOSE.encode())
    os.close(writing)
    code, out, err = run(capfdbinary, "a.story", f"/dev/fd/{reading}")
    os.close(reading)
    assert (code, out) == (2, b"")
    assert "is no plain file, which is what can be changed in place; `-` is a filter" in err
    assert Path("a.story").read_text() == LOOSE


def test_what_is_no_text_stays_and_is_named(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    wide, large = LOOSE.encode("utf-16"), b" x\n" * (MAX_SOURCE_BYTES // 3 + 1)
    names = write("wide.story", wide), write("large.story", large), write("a.story", LOOSE)
    code, out, err = run(capfdbinary, *names)
    assert (code, out) == (1, b"")
    assert err == (
        "a.story: formatted\n"
        "1 story formatted, 2 left as they were\n"
        "storyscript: wide.story: left as it is, since it is UTF-16, not UTF-8\n"
        "storyscript: large.story: left as it is, since it is larger than 16 MiB\n"
    )
    assert [Path(name).read_bytes() for name in names] == [wide, large, LAID_OUT.encode()]


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.story", LOOSE)
    write("b.story", LOOSE)

    def busy(source: SourceFile) -> str:
        write("b.story", "somebody else\n")
        return format_source(source)

    monkeypatch.setattr("storyscript.cli.fmt.format_source", busy)
    code, out, err = run(capfdbinary, "a.story", "b.story")
    assert (code, out) == (6, b"")
    assert "`b.story` changed while it was being formatted; nothing was changed" in err
    assert Path("a.story").read_text() == LOOSE
    assert Path("b.story").read_text() == "somebody else\n"
    assert sorted(os.listdir()) == ["a.story", "b.story"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write what forbids it")
def test_a_file_that_may_not_be_written_stays(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Path(write("a.story", LOOSE)).chmod(0o444)
    code, _, err = run(capfdbinary, "a.story")
    assert (code, "cannot write `a.story`" in err) == (6, True)
    assert Path("a.story").read_text() == LOOSE


# ---- only to see ---------------------------------------------------------------------------------------------


def test_check_names_what_would_change_and_changes_nothing(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    names = [write("a.story", LOOSE), write("b.story", LAID_OUT), write("c.story", LOOSE)]
    assert run(capfdbinary, "--check", *names) == (1, b"a.story\nc.story\n", "2 of 3 stories would change\n")
    assert Path("a.story").read_text() == LOOSE
    assert run(capfdbinary, "--check", "a.story") == (1, b"a.story\n", "1 story would change\n")
    assert run(capfdbinary, "--check", "b.story") == (0, b"", "1 story: nothing to change\n")


def test_broken_stories_that_are_laid_out_pass(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(capfdbinary, "--check", write("a.story", "scne a\n  {\n"))[0] == 0


@pytest.mark.parametrize("words", [["--diff"], ["--diff", "--check"]])
def test_diff_shows_what_would_change(capfdbinary: pytest.CaptureFixture[bytes], words: list[str]) -> None:
    code, out, err = run(capfdbinary, *words, write("a.story", LOOSE), write("b.story", LAID_OUT))
    assert (code, err) == (1, "1 of 2 stories would change\n")
    assert out.decode().splitlines() == [
        "--- a.story",
        "+++ a.story",
        "@@ -1,2 +1,2 @@",
        "-Scene  a [nc]",
        "-\ta   lamp ",
        "+scene a [NC]",
        "+  a lamp",
    ]
    assert Path("a.story").read_text() == LOOSE


def test_what_diff_prints_can_be_applied(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    text = b"// \xff \r\n\r\n\r\n" + LOOSE.replace("\n", "\r\n").encode() + b"Style:Line art"
    _, out, _ = run(capfdbinary, "--diff", write("a.story", text))
    write("a.diff", out)
    git = subprocess.run(["git", "apply", "-p0", "a.diff"], check=False, capture_output=True)  # noqa: S607 - whichever
    assert (git.returncode, git.stderr) == (0, b"")
    by_patch = Path("a.story").read_bytes()
    write("a.story", text)
    assert run(capfdbinary, "a.story")[0] == 0
    assert Path("a.story").read_bytes() == by_patch


# ---- in a pipe -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [LOOSE, LAID_OUT, "", "\t\n"])
def test_standard_input_comes_out_laid_out(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    feed(monkeypatch, text.encode())
    assert run(capfdbinary, "-") == (0, LAID_OUT.encode() if text.strip() else b"", "")


def test_standard_input_may_stand_among_files(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, LOOSE.encode())
    assert run(capfdbinary, write("a.story", LOOSE), "-") == (0, LAID_OUT.encode(), "a.story: formatted\n")


def test_what_is_said_of_files_counts_files_alone(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [write("a.story", LAID_OUT), write("b.story", LAID_OUT)]
    feed(monkeypatch, LOOSE.encode())
    assert run(capfdbinary, *names, "-") == (0, LAID_OUT.encode(), "2 stories: nothing to change\n")
    feed(monkeypatch, LAID_OUT.encode())
    write("a.story", LOOSE)
    said = "a.story: formatted\n1 story formatted, 1 left as it was\n"
    assert run(capfdbinary, *names, "-") == (0, LAID_OUT.encode(), said)


def test_standard_input_can_be_checked(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, LOOSE.encode())
    assert run(capfdbinary, "--check", "-") == (1, b"<stdin>\n", "1 story would change\n")
    feed(monkeypatch, LAID_OUT.encode())
    assert run(capfdbinary, "--check", "-") == (0, b"", "1 story: nothing to change\n")


@pytest.mark.parametrize(
    "data", [LOOSE.encode("utf-16"), b"Scene  a\n" * (MAX_SOURCE_BYTES // 9 + 1000)], ids=["UTF-16", "too large"]
)
def test_a_filter_loses_nothing(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    feed(monkeypatch, data)
    code, out, err = run(capfdbinary, "-")
    assert code == 1
    assert out == data
    assert err.startswith("storyscript: <stdin>: left as it is, since it is ")
