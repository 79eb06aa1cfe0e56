"""The panels' files: what the story is now, and nothing of the user's lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rendering.offline import TWO_LEADS, Studio, described, files
from storyscript import protocol
from storyscript.errors import DiskError
from storyscript.fake import faults
from storyscript.rendering import placement

if TYPE_CHECKING:
    from pathlib import Path

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
OTHER = ONE.replace("sits", "sleeps")


def test_a_story_that_is_changed_and_changed_back_is_paid_for_once(tmp_path: Path) -> None:
    studio = Studio()
    first = studio.render(ONE, tmp_path)
    before = [path.read_bytes() for path in first.panels]
    studio.render(OTHER, tmp_path)
    assert described((tmp_path / "a/panels/002-b.png").read_bytes()) == "sleeps"
    again = studio.render(ONE, tmp_path)
    assert [path.read_bytes() for path in again.panels] == before
    assert len(studio.machine.tasks()) == 2


def test_panels_that_the_story_has_no_more_go_and_their_pictures_stay_in_the_store(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(TWO_LEADS, tmp_path)
    studio.render(ONE, tmp_path)
    assert [name for name in files(tmp_path / "a") if name.startswith("panels/")] == [
        "panels/001-a.png",
        "panels/002-b.png",
    ]
    kept = [described(path.read_bytes()) for path in sorted((tmp_path / "a/outputs").rglob("*.png"))]
    assert sorted(kept) == sorted(["walks home", "runs", "a door", "snow", "sits", "walks home", "sits"])


def test_a_retouched_panel_is_left_where_its_panel_is_unchanged(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    panel = tmp_path / "a/panels/001-a.png"
    panel.unlink()  # as programs do that write a new file in place of the old
    panel.write_bytes(b"retouched")
    rendering = studio.render(ONE, tmp_path)
    assert panel.read_bytes() == b"retouched"
    assert [file.path for job in rendering.jobs for file in job.files if file.retouched] == ["panels/001-a.png"]
    assert len(studio.machine.tasks()) == 1


def test_a_retouched_panel_is_moved_where_its_panel_has_changed(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    panel = tmp_path / "a/panels/002-b.png"
    panel.unlink()
    panel.write_bytes(b"retouched")
    rendering = studio.render(OTHER, tmp_path)
    assert described(panel.read_bytes()) == "sleeps"
    assert (tmp_path / "a/replaced/002-b.png").read_bytes() == b"retouched"
    assert rendering.moved == ("replaced/002-b.png",)


def test_a_panel_that_was_painted_over_in_place_is_left_and_the_drawn_one_kept(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    panel = tmp_path / "a/panels/001-a.png"
    with panel.open("r+b") as file:
        file.write(b"painted")
    files_asked = studio.machine.faults.seen[faults.FILES]
    rendering = studio.render(ONE, tmp_path)
    assert rendering.errors == []
    assert len(studio.machine.tasks()) == 1
    assert studio.machine.faults.seen[faults.FILES] == files_asked
    store = next((tmp_path / "a/outputs").rglob("001.png"))
    assert described(store.read_bytes()) == "walks home"
    assert panel.read_bytes().startswith(b"painted")


def test_files_of_the_users_own_are_not_touched(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(TWO_LEADS, tmp_path)
    mine = tmp_path / "a/panels/notes.txt"
    mine.write_text("mine")
    (tmp_path / "a/panels/sketches").mkdir()
    studio.render(ONE, tmp_path)
    assert mine.read_text() == "mine"
    assert (tmp_path / "a/panels/sketches").is_dir()


def test_a_picture_that_is_fetched_again_must_be_the_same(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    [store] = (tmp_path / "a/outputs").iterdir()
    good = (store / "002.png").stat()
    (store / "001.png").unlink()
    other = (tmp_path / "a/panels/002-b.png").read_bytes()
    studio.machine.faults.always(faults.FILES, faults.http(200, other))
    studio.machine.faults.always(protocol.TASK_DETAIL, faults.outputs_with(size=str(len(other))))
    [error] = studio.render(ONE, tmp_path).errors
    assert "another picture" in str(error)
    assert not (store / "001.png").exists()
    # What was good is not touched, nor asked for.
    assert ((store / "002.png").stat().st_ino, described((store / "002.png").read_bytes())) == (good.st_ino, "sits")


@pytest.mark.parametrize("name", [placement.PANELS, placement.UNPLACED, placement.REPLACED, "outputs"])
def test_a_link_in_place_of_a_folder_is_refused_before_anything_is_sent(tmp_path: Path, name: str) -> None:
    studio = Studio()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DiskError, match="link"):
        studio.render(ONE, tmp_path)
    assert studio.machine.ledger() == {"runs": []}
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_a_run_that_died_left_unplaced_goes_with_the_version_it_was_of(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.arrange("more-outputs")
    studio.render(ONE, tmp_path)
    unplaced = tmp_path / "a/unplaced"
    left = {path.name: path.read_bytes() for path in unplaced.iterdir()}
    studio.render(OTHER, tmp_path)
    assert list(unplaced.iterdir()) == []
    for name, data in left.items():  # no manifest tells of them
        (unplaced / name).write_bytes(data)
    (unplaced / "notes.txt").write_text("mine")
    (unplaced / "900.png").write_bytes(b"mine, too")
    studio.render(OTHER, tmp_path)
    assert sorted(path.name for path in unplaced.iterdir()) == ["900.png", "notes.txt"]
