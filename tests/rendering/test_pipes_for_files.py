"""A named pipe where a file of ours should be: nobody waits for whoever might write to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from rendering.offline import Studio
from storyscript.errors import DiskError
from storyscript.rendering import plan
from storyscript.rendering.manifest import tasks_told

if TYPE_CHECKING:
    from pathlib import Path

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"


@pytest.mark.parametrize("name", ["plan.json", "manifest.json"])
def test_a_run_writes_its_own_in_place_of_it(tmp_path: Path, name: str) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    before = (tmp_path / "a" / name).read_bytes()
    (tmp_path / "a" / name).unlink()
    os.mkfifo(tmp_path / "a" / name)
    assert studio.render(ONE, tmp_path).errors == []
    assert (tmp_path / "a" / name).read_bytes() == before
    assert len(studio.machine.tasks()) == 1


def test_there_is_nothing_to_read_in_it(tmp_path: Path) -> None:
    for name in ("plan.json", "manifest.json"):
        os.mkfifo(tmp_path / name)
    assert tasks_told(tmp_path) == set()
    with pytest.raises(DiskError, match=r"plan.json` is damaged"):
        plan.load(tmp_path)
