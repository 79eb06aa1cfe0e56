"""What was paid for is still there after whatever a user does to a story's folder, and is not paid for again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from rendering.offline import Studio, described

if TYPE_CHECKING:
    from pathlib import Path

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
OTHER = ONE.replace("sits", "sleeps")


def shown(folder: Path) -> list[str]:
    """What the pictures of a folder and those in it show, however they are called."""
    return sorted(described(path.read_bytes()) for path in folder.rglob("*.png"))


# ---- a store that is gone ------------------------------------------------------------------------------------------


def test_panels_whose_store_is_gone_stay_where_the_service_has_forgotten_them_too(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    shutil.rmtree(tmp_path / "a/outputs")
    studio.machine.faults.arrange("url-expired@1")
    rendering = studio.render(ONE, tmp_path)
    assert "http" not in str(rendering.errors[0])
    assert shown(tmp_path / "a/panels") == ["sits", "walks home"]
    assert len(studio.machine.tasks()) == 1


def test_panels_whose_store_is_gone_are_not_drawn_over(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    shutil.rmtree(tmp_path / "a/outputs")
    rendering = studio.render(OTHER, tmp_path)
    assert rendering.errors == []
    assert shown(tmp_path / "a/panels") == ["sleeps", "walks home"]
    assert "sits" in shown(tmp_path / "a/replaced")


def test_a_ledger_that_was_moved_away_does_not_have_its_pictures_written_over(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    (tmp_path / "a/ledger.jsonl").rename(tmp_path / "a/ledger.damaged")
    studio.render(OTHER, tmp_path)
    assert shown(tmp_path / "a/outputs") == ["sits", "sleeps", "walks home", "walks home"]
