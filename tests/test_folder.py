from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from storyscript.compiler import compile as compile_story
from storyscript.folder import ALL, Bounds, FolderReader, is_below, read_plain, stories_below
from storyscript.source import OutsideRootError

if TYPE_CHECKING:
    from collections.abc import Iterable


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


def test_a_file_that_has_become_a_pipe_is_not_waited_for(root: Path) -> None:
    reader = FolderReader(root / "story")
    located = reader.locate("b.story", "")
    (root / "story/b.story").unlink()
    os.mkfifo(root / "story/b.story")
    with pytest.raises(OSError, match="no plain file"):
        reader.read(located)


def test_of_a_plain_file_no_more_is_read_than_is_wanted(root: Path) -> None:
    path = str(root / "outside.story")
    assert [read_plain(path, most) for most in (2, 100)] == [b"//", b"// outside.story\n"]
    for none in (str(root), str(root / "nowhere.story")):
        with pytest.raises(OSError):  # noqa: PT011 - which of its kinds does not matter
            read_plain(none, 2)


# ---- the stories below folders -------------------------------------------------------------------------------


def below(root: Path, folder: str = ".", bounds: Bounds = ALL) -> list[str]:
    """The paths by which stories are found below a folder, from `root`; in the order of these."""
    return shown(root, stories_below([str(root / folder)], bounds=bounds).paths.values())


def shown(root: Path, paths: Iterable[str]) -> list[str]:
    return sorted(Path(path).relative_to(root).as_posix() for path in paths)


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


def test_all_stories_below_a_folder_those_least_far_below_first(tmp_path: Path) -> None:
    put(tmp_path, "b.story", "a/z.story", "a.story", "a-b/c.story", "B.story", "a/deep/er/x.story", "a/notes.txt")
    found = stories_below([str(tmp_path)])
    assert [os.path.relpath(path, tmp_path) for path in found.paths.values()] == [
        "B.story",
        "a.story",
        "b.story",
        "a/z.story",
        "a-b/c.story",
        "a/deep/er/x.story",
    ]
    assert list(found.paths) == list(found.paths.values())
    assert found.is_all
    assert below(tmp_path, "a") == ["a/deep/er/x.story", "a/z.story"]
    assert below(tmp_path, "a/deep") == ["a/deep/er/x.story"]


def test_several_folders_and_some_without_what_is_below(tmp_path: Path) -> None:
    put(tmp_path, "a/one.story", "a/b/two.story", "a/b/c/three.story", "d/four.story", "d/e/five.story")
    (tmp_path / "d/link.story").symlink_to(tmp_path / "a/one.story")
    (tmp_path / "d/to").symlink_to(tmp_path / "a")
    every = {
        ("a",): (),
        ("a/b", "a"): (),
        (): ("a", "d"),
        ("a/b",): ("a/b", "a"),
        ("a/b/c",): ("a/b", "d"),
    }
    found = [
        stories_below([str(tmp_path / one) for one in deep], [str(tmp_path / one) for one in alone]).paths
        for deep, alone in every.items()
    ]
    assert [shown(tmp_path, paths) for paths in found] == [
        ["a/b/c/three.story", "a/b/two.story", "a/one.story"],
        ["a/b/c/three.story", "a/b/two.story", "a/one.story"],
        ["a/one.story", "d/four.story"],
        ["a/b/c/three.story", "a/b/two.story", "a/one.story"],
        ["a/b/c/three.story", "a/b/two.story", "a/one.story", "d/four.story"],
    ]
    assert found[-1][str(tmp_path / "a/one.story")] == str(tmp_path / "d/link.story")


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
    assert below(tmp_path, "here/to") == [
        "here/to/back/b.story",
        "here/to/back/m/a.story",
        *below(tmp_path, "here")[2:],
    ]


def test_of_several_links_to_one_story_the_first_by_name_is_the_way(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/c.story", "here/x.txt")
    for name in ("z.story", "n.story", "a.story", "k.story"):
        (tmp_path / "here" / name).symlink_to(tmp_path / "elsewhere/c.story")
    assert below(tmp_path, "here") == ["here/a.story"]


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

    def tell(path: str, error: OSError) -> None:
        told.append(f"{Path(path).name}: {error.strerror}")

    found = stories_below([str(tmp_path)], pass_over=tell)
    assert (shown(tmp_path, found.paths.values()), told) == (["a.story"], ["secret: Permission denied"])
    assert below(tmp_path) == ["a.story"]  # nobody wants to know
    for folder in ("secret", "nowhere", "a.story"):
        assert stories_below([str(tmp_path / folder)], pass_over=tell) == ({}, True)
    assert told[1:] == [
        "secret: Permission denied",
        "nowhere: No such file or directory",
        "a.story: Not a directory",
    ]


@pytest.mark.parametrize(
    "bounds",
    [
        pytest.param(Bounds(stories=2), id="stories"),
        pytest.param(Bounds(folders=2), id="folders"),
        pytest.param(Bounds(entries=5), id="entries"),
    ],
)
def test_of_very_many_those_least_far_below_are_found(tmp_path: Path, bounds: Bounds) -> None:
    put(tmp_path, "a.story", "sub/b.story", "sub/sub/c.story")
    (tmp_path / "sub/loop").symlink_to(tmp_path)
    assert below(tmp_path) == ["a.story", "sub/b.story", "sub/sub/c.story"]
    assert below(tmp_path, bounds=bounds) == ["a.story", "sub/b.story"]
    assert not stories_below([str(tmp_path)], bounds=bounds).is_all


@pytest.mark.parametrize(
    ("just", "too_few"),
    [
        pytest.param(Bounds(entries=5), Bounds(entries=4), id="entries"),
        pytest.param(Bounds(folders=3), Bounds(folders=2), id="folders"),
        pytest.param(Bounds(stories=2), Bounds(stories=1), id="stories"),
    ],
)
def test_what_is_just_within_the_bounds_is_all(tmp_path: Path, just: Bounds, too_few: Bounds) -> None:
    put(tmp_path, "a.story", "b/c.story", "b/d.txt")
    (tmp_path / "b/e").mkdir()
    assert stories_below([str(tmp_path)], bounds=just).is_all
    assert not stories_below([str(tmp_path)], bounds=too_few).is_all


def test_no_story_that_lies_deeper_takes_the_place_of_another(tmp_path: Path) -> None:
    put(tmp_path, "z.story", "a/b.story", "a/c.story")
    assert below(tmp_path, bounds=Bounds(stories=2)) == ["a/b.story", "z.story"]


def test_the_systems_own_folders_hold_no_stories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.story", "proc/b.story")
    monkeypatch.setattr("storyscript.folder._SYSTEM", frozenset({str(tmp_path / "proc")}))
    assert below(tmp_path) == ["a.story"]
    assert below(tmp_path, "proc") == []


def test_what_is_below_is_what_is_found_there(tmp_path: Path) -> None:
    put(
        tmp_path, "a/b.story", "a/.b.story", "a/out/c.story", "a/c/.d/e.story", "a/c/out.story", "ab/f.story", "g.story"
    )
    deep = [str(tmp_path / "a"), str(tmp_path / "nowhere")]
    paths = [str(path) for path in tmp_path.rglob("*.story")]
    assert len(paths) == 7
    assert {path for path in paths if is_below(path, deep)} == set(stories_below(deep).paths)
