from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from storyscript.compiler import compile as compile_story
from storyscript.folder import FolderReader, TooMuchBelowError, stories_below
from storyscript.source import OutsideRootError

if TYPE_CHECKING:
    from collections.abc import Iterator
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


# ---- the stories below a folder ------------------------------------------------------------------------------


def below(root: Path, folder: str = ".") -> list[str]:
    return shown(root, stories_below(root / folder))


def shown(root: Path, paths: Iterator[Path]) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


def test_all_stories_below_a_folder_in_the_order_of_the_parts_of_their_paths(tmp_path: Path) -> None:
    put(
        tmp_path,
        "b.story",
        "a/z.story",
        "a.story",
        "a-b/c.story",
        "B.story",
        "a/deep/er/x.story",
        "a/notes.txt",
        "é.story",
    )
    assert below(tmp_path) == [
        "B.story",
        "a/deep/er/x.story",
        "a/z.story",
        "a-b/c.story",
        "a.story",
        "b.story",
        "é.story",
    ]
    assert below(tmp_path, "a") == ["a/deep/er/x.story", "a/z.story"]
    assert below(tmp_path, "a/deep") == ["a/deep/er/x.story"]


def test_hidden_names_and_folders_without_stories_of_a_writer_are_left_out(tmp_path: Path) -> None:
    put(
        tmp_path, ".git/a.story", ".a.story", "out/a.story", "sub/node_modules/a.story", "sub/out.story", "dist/a.story"
    )
    put(tmp_path, "build/a.story", "__pycache__/a.story", "story", "a.story.bak", "A.STORY")
    assert below(tmp_path) == ["sub/out.story"]
    assert below(tmp_path, "out") == ["out/a.story"]  # who names it means it
    assert below(tmp_path, ".git") == [".git/a.story"]


def test_links_are_followed_once_and_what_is_there_itself_counts_first(tmp_path: Path) -> None:
    put(tmp_path, "here/m/a.story", "here/b.story", "elsewhere/c.story", "elsewhere/d/e.story")
    here = tmp_path / "here"
    (here / "a-link").symlink_to("m")
    (here / "b-link.story").symlink_to("b.story")
    (here / "m/up").symlink_to("..")
    (here / "m/self").symlink_to("self")
    (here / "m/self.story").symlink_to("self.story")
    (here / "gone.story").symlink_to("nowhere.story")
    (here / "to").symlink_to("../elsewhere")
    (tmp_path / "elsewhere/back").symlink_to("../here")
    assert below(tmp_path, "here") == ["here/b.story", "here/m/a.story", "here/to/c.story", "here/to/d/e.story"]


def test_what_is_called_a_story_and_is_none(tmp_path: Path) -> None:
    put(tmp_path, "folder.story/a.story")
    os.mkfifo(tmp_path / "pipe.story")
    assert below(tmp_path) == ["folder.story/a.story"]


def test_a_folder_below_that_cannot_be_looked_into_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.story", "secret/b.story")
    real = os.scandir

    def refuse(path: str | Path) -> Any:  # noqa: ANN401 - as it is
        if str(path).endswith("secret"):  # as a mode would, which the super-user does not mind
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    told: list[str] = []
    found = stories_below(tmp_path, pass_over=lambda path, error: told.append(f"{path.name}: {error.strerror}"))
    assert shown(tmp_path, found) == ["a.story"]
    assert told == ["secret: Permission denied"]
    with pytest.raises(PermissionError):
        below(tmp_path, "secret")


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    with pytest.raises(NotADirectoryError):
        list(stories_below(tmp_path / "a.txt"))
    with pytest.raises(FileNotFoundError):
        below(tmp_path, "nowhere")


def test_more_than_anybody_keeps_is_not_gone_through(tmp_path: Path) -> None:
    put(tmp_path, "a.story", "b/c.txt", "b/d.txt")
    assert shown(tmp_path, stories_below(tmp_path, most=4)) == ["a.story"]
    with pytest.raises(TooMuchBelowError):
        list(stories_below(tmp_path, most=3))
