from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.diagnostics.text import visible
from storyscript.errors import DiskError
from storyscript.ir import Panel
from storyscript.naming import extension, panel_file, story_folder
from storyscript.rendering.files import NewFile, renew_file, write_file
from storyscript.rendering.manifest import total
from storyscript.source import SourceFile, Span

if TYPE_CHECKING:
    from pathlib import Path


def panel(number: int, name: str | None, kind: str = "scene") -> Panel:
    return Panel(
        number=number,
        kind="event" if kind == "event" else "scene",
        name=name,
        section=None,
        description="x",
        caption=None,
        words="",
        no_character=False,
        lead=None,
        span=Span(SourceFile("x", ""), 0, 0),
    )


def test_a_file_without_commit_leaves_nothing(tmp_path: Path) -> None:
    with NewFile(tmp_path / "new") as file:
        file.write(b"data")
    assert list((tmp_path / "new").iterdir()) == []


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")

    def fail(file: NewFile) -> None:
        file.write(b"new")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), NewFile(tmp_path) as file:
        fail(file)
    assert (tmp_path / "x").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x"]


def test_head_size_and_hash_are_of_all_that_was_written(tmp_path: Path) -> None:
    with NewFile(tmp_path) as file:
        for part in (b"ab", b"c" * 100, b""):
            file.write(part)
        file.commit(tmp_path / "x")
    assert file.size == 102
    assert file.head == b"ab" + b"c" * 30
    import hashlib  # noqa: PLC0415 - beside its use

    assert file.sha256 == hashlib.sha256((tmp_path / "x").read_bytes()).hexdigest()


def test_what_was_flushed_can_be_read_under_the_temporary_name(tmp_path: Path) -> None:
    with NewFile(tmp_path) as file:
        file.write(b"one")
        file.flush()
        file.write(b"two")
        assert file.path is not None
        assert (tmp_path / file.path).read_bytes() == b"one"
        file.commit(tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"onetwo"


def test_a_file_larger_than_what_is_gathered(tmp_path: Path) -> None:
    part = bytes(range(256)) * 4096
    with NewFile(tmp_path) as file:
        for _ in range(9):
            file.write(part)
        file.commit(tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == part * 9
    assert file.size == 9 * len(part)


def test_a_file_is_renewed_only_where_it_differs(tmp_path: Path) -> None:
    path = tmp_path / "x"
    renew_file(path, b"one")
    first = path.stat().st_ino
    renew_file(path, b"one")
    assert path.stat().st_ino == first
    renew_file(path, b"two")
    assert path.read_bytes() == b"two"


def test_a_link_to_the_same_bytes_is_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"one")
    (tmp_path / "x").symlink_to(tmp_path / "elsewhere")
    renew_file(tmp_path / "x", b"one")
    assert not (tmp_path / "x").is_symlink()
    assert (tmp_path / "x").read_bytes() == b"one"


def test_a_folder_in_a_files_place(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(DiskError, match="nothing was left half-written"):
        write_file(tmp_path / "x", b"data")
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize(
    ("head", "ending"),
    [
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"RIFF\0\n\0\0WEBPVP8 ", "webp"),
        (b"GIF89a", "gif"),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_endings_come_from_the_bytes(head: bytes, ending: str | None) -> None:
    assert extension(head) == ending


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (panel(1, "attic"), "001-attic.png"),
        (panel(12, None), "012-scene.png"),
        (panel(13, None, "event"), "013-event.png"),
        (panel(1000, "e\u0301-1"), "1000-é-1.png"),
        (panel(2, "日本"), "002-日本.png"),
    ],
)
def test_names_of_panels(made: Panel, name: str) -> None:
    assert panel_file(made, "png") == name


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("stories/lamp.story", "lamp"),
        ("lamp", "lamp"),
        ("<stdin>", "stdin"),
        (".story", "story"),
        ("...story", "story"),
        ("a:b?.story", "a-b"),
        ("a/ .story", "story"),
    ],
)
def test_names_of_stories_folders(file: str, folder: str) -> None:
    assert story_folder(file) == folder


@given(st.text(), st.text())
def test_any_name_is_one_that_a_file_can_have(name: str, file: str) -> None:
    for made in (panel_file(panel(1, name or None), "png"), story_folder(file)):
        assert made not in ("", ".", "..")
        assert "/" not in made
        assert "\0" not in made
        assert len(made.encode()) < 200


@given(st.text(st.sampled_from("a.\x1b\x7f\x80\x9b\x9f\u061c\u200e\u202e\u2066\u2069\u2028é漢")))
def test_no_name_steers_a_terminal_or_turns_its_writing_round(name: str) -> None:
    for made in (panel_file(panel(1, name or None), "png"), story_folder(name)):
        assert visible(made) == made
        assert not set(made) & set("\u061c\u200e")


@pytest.mark.parametrize(
    ("amounts", "sum_"),
    [
        (["0.1", "0.2"], "0.3"),
        ([], None),
        (["1", None], None),
        (["x"], None),
        (["nan"], None),
        (["100"], "100"),
    ],
)
def test_amounts_are_added_exactly_or_not_at_all(amounts: list[str | None], sum_: str | None) -> None:
    assert total(amounts) == sum_
