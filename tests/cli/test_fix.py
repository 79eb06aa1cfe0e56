from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from cli.running import feed, run, write
from storyscript.cli import fixing

CAST = "character Mira\n  a girl\n"
SLIP = CAST + "scne a\n  walks home\n"
MENDED = CAST + "scene a\n  walks home\n"
BOTH = CAST + "scne a\n  walks home\nscene b\n  a | b\n"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ---- what is offered -----------------------------------------------------------------------------------------


def test_check_says_how_many_problems_have_a_fix(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, _, err = run(capfdbinary, "check", write("a.story", BOTH))
    assert (code, err) == (1, "a.story: 2 errors\n1 fixable with `--fix`\n")
    assert Path("a.story").read_text() == BOTH


def test_json_has_the_edits(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    _, out, _ = run(capfdbinary, "check", "--format", "json", write("a.story", BOTH))
    one, two = json.loads(out)["problems"]
    assert one["fix"] == {"edits": [{"line": 3, "column": 1, "endLine": 3, "endColumn": 5, "text": "scene"}]}
    assert two["fix"] is None


def test_what_may_be_a_head_or_a_setting_is_neither_counted_nor_made(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    lines = (
        "sence attic",
        "stpes 50",
        "stle = Line art",
        "mood = dark",
        "rain = grey",
        "panel two",
        "Tom: hello there",
    )
    for line in lines:
        text = f"{MENDED}{line}\n"
        code, out, err = run(capfdbinary, "check", "--fix", write("a.story", text))
        assert (code, err) == (1, "a.story: 1 error\n")
        assert f"5 | {line}".encode() in out
        assert b"help: " in out
        assert Path("a.story").read_text() == text
        assert run(capfdbinary, "check", "--diff", "a.story") == (0, b"", "")
        _, out, _ = run(capfdbinary, "check", "--format", "json", "a.story")
        assert [problem["fix"] for problem in json.loads(out)["problems"]] == [None]


# ---- in files ------------------------------------------------------------------------------------------------


def test_fix_mends_the_file(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(capfdbinary, "check", "--fix", write("a.story", SLIP)) == (
        0,
        b"",
        "a.story: 1 fixed\na.story: no problems\n",
    )
    assert Path("a.story").read_text() == MENDED
    assert os.listdir() == ["a.story"]


def test_fix_reports_what_is_left(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, err = run(capfdbinary, "check", "--fix", write("a.story", BOTH))
    assert code == 1
    assert b"error[SS301]" in out
    assert b"SS101" not in out
    assert err == "a.story: 1 fixed\na.story: 1 error\n"
    code, out, _ = run(capfdbinary, "check", "--fix", "--format", "json", "a.story")
    assert [problem["code"] for problem in json.loads(out)["problems"]] == ["SS301"]


def test_fix_touches_no_file_in_which_there_is_nothing_to_mend(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("a.story", MENDED)
    before = Path("a.story").stat()
    assert run(capfdbinary, "check", "--fix", "a.story") == (0, b"", "a.story: no problems\n")
    after = Path("a.story").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_strict_changes_nothing_about_fixing(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    text = "steps: 10 // storyscript: ignore SS406\n" + MENDED
    code, out, _ = run(capfdbinary, "check", "--fix", "--strict", write("a.story", text))
    assert (code, b"error[SS404]" in out) == (1, True)
    assert Path("a.story").read_text() == "steps: 10\n" + MENDED


def test_line_ends_the_mark_and_wrong_bytes_stay(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    panels = b"\r\n\nscene a [NC]\r\n  a lamp\r\nscene\r\n  sits\r\n" + CAST.encode()
    wrong = b"\xef\xbb\xbf// Caf\xe9 \xff\r\nstyel: Line art" + panels
    run(capfdbinary, "check", "--fix", write("a.story", wrong))
    assert Path("a.story").read_bytes() == wrong.replace(b"styel", b"style")
    # What is put in ends as the file's lines do; a line feed that stands alone goes on standing alone.
    good = b"\xef\xbb\xbf// \xc3\xa9\r\nstyel: Line art" + panels
    run(capfdbinary, "check", "--fix", write("a.story", good))
    assert Path("a.story").read_bytes() == good.replace(b"styel: Line art", b"style: Line art\r\nreorder: yes")


def test_a_file_keeps_its_mode_and_a_link_stays_one(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("deep/a.story", SLIP)
    Path("deep/a.story").chmod(0o640)
    Path("link.story").symlink_to("deep/a.story")
    assert run(capfdbinary, "check", "--fix", "link.story")[0] == 0
    assert Path("link.story").is_symlink()
    assert Path("deep/a.story").read_text() == MENDED
    assert stat.S_IMODE(Path("deep/a.story").stat().st_mode) == 0o640


def test_included_files_are_mended_too(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("cast/all.story", "charcter Mira\n  a girl\n")
    write("a.story", "include cast/all.story\nscne a\n  walks home\n")
    code, _, err = run(capfdbinary, "check", "--fix", "a.story")
    assert code == 0
    assert err == "a.story: 1 fixed\ncast/all.story: 1 fixed\na.story: no problems\n"
    assert Path("cast/all.story").read_text() == CAST


def test_stories_that_share_a_file_are_mended_together(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("cast.story", "charcter Mira\n  a girl\n")
    write("b.story", "include cast.story\nscne b\n  sits\n")
    write("a.story", "include b.story\nscene a\n  walks home\n")
    code, _, err = run(capfdbinary, "check", "--fix", "a.story", "b.story", "b.story")
    assert code == 0
    assert err.startswith("a.story: ") is False
    assert Path("cast.story").read_text() == CAST
    assert Path("b.story").read_text() == "include cast.story\nscene b\n  sits\n"


def test_a_fix_that_would_harm_another_story_is_not_made(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    # For `a`, the name in the shared file can only be `Mira`; for `b` it is a character of its own.
    shared = "scene s\n  meets @Mirra\n"
    write("shared.story", shared)
    write("a.story", "include shared.story\nmain: Mira\ncharacter Ida\n  x\ncharacter Mira\n  a girl\n")
    write("b.story", "include shared.story\ncharacter Ida\n  x\ncharacter Mirra\n  a girl\n")
    run(capfdbinary, "check", "--fix", "a.story", "b.story")
    assert Path("shared.story").read_text() == shared
    run(capfdbinary, "check", "--fix", "a.story")
    assert Path("shared.story").read_text() == shared.replace("Mirra", "Mira")


def test_rounds_go_on_until_nothing_is_left_to_mend(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    # With the settings in order, the second scene's mark can go to its head.
    scenes = "".join(f"scene s{number}\n  [NC] a lamp, [NC]\n  and Tom\n  caption: [NC] x\n" for number in range(40))
    cast = CAST + "character Tom\n  a man\nscene first\n  meets @Tom\n"
    run(capfdbinary, "check", "--fix", write("a.story", cast + scenes))
    text = Path("a.story").read_text()
    assert text == cast + "".join(
        f"scene s{number} [NC]\n  a lamp,\n  and @Tom\n  caption: x\n" for number in range(40)
    )


def test_more_problems_than_are_shown_are_mended(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    text = CAST + "character Tom\n  a man\n" + "scene\n  Tom waves\n" * 250
    code, _, err = run(capfdbinary, "check", "--fix", write("a.story", text))
    assert (code, err) == (0, "a.story: 250 fixed\na.story: no problems\n")
    assert Path("a.story").read_text() == text.replace("Tom waves", "@Tom waves")


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("cast.story", "charcter Mira\n  a girl\n")
    write("a.story", "include cast.story\nscne a\n  walks home\n")
    theirs = "include cast.story\nscne a\n  walks home, says somebody else\n"

    class Busy(fixing.Fixing):
        def write(self) -> None:
            write("a.story", theirs)
            super().write()

    monkeypatch.setattr(fixing, "Fixing", Busy)
    code, out, err = run(capfdbinary, "check", "--fix", "a.story")
    assert (code, out) == (6, b"")
    assert "`a.story` changed while it was being mended" in err
    assert Path("a.story").read_text() == theirs
    assert Path("cast.story").read_text() == "charcter Mira\n  a girl\n"
    assert sorted(os.listdir()) == ["a.story", "cast.story"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write what forbids it")
def test_a_file_that_may_not_be_written_stays(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Path(write("a.story", SLIP)).chmod(0o444)
    code, _, err = run(capfdbinary, "check", "--fix", "a.story")
    assert (code, "cannot write `a.story`" in err) == (6, True)
    assert Path("a.story").read_text() == SLIP


# ---- in a pipe -----------------------------------------------------------------------------------------------


def test_standard_input_comes_out_mended(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, BOTH.encode())
    code, out, err = run(capfdbinary, "check", "--fix", "-")
    assert (code, out.decode()) == (1, BOTH.replace("scne", "scene"))
    assert "error[SS301]" in err


def test_standard_input_comes_out_even_where_nothing_is_mended(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = b"\xef\xbb\xbf" + MENDED.replace("\n", "\r\n").encode() + b"// \xff"
    feed(monkeypatch, text)
    assert run(capfdbinary, "check", "--fix", "-")[1] == text


# ---- as a diff -----------------------------------------------------------------------------------------------


def test_diff_shows_what_fix_would_change(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, err = run(capfdbinary, "check", "--fix", "--diff", write("a.story", BOTH))
    assert (code, err) == (1, "a.story: 1 fixable\n")
    assert out.decode().splitlines() == [
        "--- a.story",
        "+++ a.story",
        "@@ -1,6 +1,6 @@",
        " character Mira",
        "   a girl",
        "-scne a",
        "+scene a",
        "   walks home",
        " scene b",
        "   a | b",
    ]
    assert Path("a.story").read_text() == BOTH


def test_diff_is_quiet_where_there_is_nothing_to_mend(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    text = MENDED.replace("home", "|")
    assert run(capfdbinary, "check", "--diff", write("a.story", text)) == (0, b"", "")


def test_what_diff_prints_can_be_applied(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    text = b"// \xff \r\n" + SLIP.replace("\n", "\r\n").encode() + b"styel: Line art"
    code, out, _ = run(capfdbinary, "check", "--diff", write("a.story", text))
    assert code == 1
    assert out.endswith(b"\n\\ No newline at end of file\n")
    write("a.diff", out)
    git = subprocess.run(["git", "apply", "-p0", "a.diff"], check=False, capture_output=True)  # noqa: S607 - whichever
    assert (git.returncode, git.stderr) == (0, b"")
    assert Path("a.story").read_bytes() == text.replace(b"scne", b"scene").replace(b"styel", b"style")
