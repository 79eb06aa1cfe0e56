from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from storyscript.compiler import compile as compile_story
from storyscript.folder import FolderReader
from storyscript.source import OutsideRootError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("story/cast/a.story", "story/b.story", "shared/c.story", "outside.story"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"// {name}\n")
    return tmp_path


def test_paths_are_relative_to_the_file_that_names_them(root: Path) -> None:
    reader = FolderReader(root / "story")
    assert reader.locate("cast/a.story", "").path == "cast/a.story"
    assert reader.locate("../b.story", "cast/a.story").path == "b.story"
    assert reader.locate("./cast/../b.story", "").identity == reader.locate("b.story", "").identity
    assert reader.read(reader.locate("b.story", "")) == b"// story/b.story\n"


@pytest.mark.parametrize("path", ["../outside.story", "../shared/c.story", "/etc/passwd", "cast/../../outside.story"])
def test_nothing_outside_the_storys_folder_is_read(root: Path, path: str) -> None:
    with pytest.raises(OutsideRootError):
        FolderReader(root / "story").locate(path, "")


def test_a_project_file_further_up_widens_the_root(root: Path) -> None:
    (root / "storyscript.toml").write_text("")
    assert FolderReader(root / "story").locate("../shared/c.story", "").path == "../shared/c.story"
    (root / "story/storyscript.toml").write_text("")
    with pytest.raises(OutsideRootError):
        FolderReader(root / "story").locate("../shared/c.story", "")


def test_symbolic_links_are_followed_before_the_root_is_looked_at(root: Path) -> None:
    (root / "story/link.story").symlink_to(root / "outside.story")
    (root / "story/cast/inside.story").symlink_to(root / "story/b.story")
    reader = FolderReader(root / "story")
    with pytest.raises(OutsideRootError):
        reader.locate("link.story", "")
    assert reader.locate("cast/inside.story", "").identity == reader.locate("b.story", "").identity


def test_what_is_no_plain_file_is_refused(root: Path) -> None:
    reader = FolderReader(root / "story")
    os.mkfifo(root / "story/pipe.story")
    (root / "story/circle.story").symlink_to("circle.story")
    for path in ("cast", "pipe.story", "circle.story", "nowhere.story", ".", "x" * 5000):
        with pytest.raises(OSError):  # noqa: PT011 - which of its kinds does not matter
            reader.locate(path, "")
    with pytest.raises(ValueError, match="null"):
        reader.locate("a\0b", "")


def test_a_story_includes_itself(root: Path) -> None:
    (root / "story/b.story").write_text("include b.story\nscene [NC]\n  x\n")
    text = (root / "story/b.story").read_text()
    result = compile_story(text, name="b.story", reader=FolderReader(root / "story"))
    assert [problem.code for problem in result.problems] == ["SS207"]


def test_a_local_image_is_named_relative_to_the_story(root: Path) -> None:
    (root / "story/cast/m.png").write_bytes(b"")
    (root / "story/cast/a.story").write_text("character Mira\n  a girl img\n  image: m.png\n")
    text = "include cast/a.story\nscene\n  walks\n"
    [payload] = compile_story(text, name="b.story", reader=FolderReader(root / "story")).payloads
    assert payload["inputImage2Url"] == "file:cast/m.png"
