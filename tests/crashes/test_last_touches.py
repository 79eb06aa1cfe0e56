"""All is fetched, and the process died while it gave things their names: `resume` does the rest, and pays nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crashes.judging import check_all
from crashes.stage import Stage, Told
from storyscript.rendering.manifest import manifest_of
from storyscript.rendering.plan import load
from storyscript.rendering.progress import JobRendering

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def half_a_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:200])


def a_manifest_of_what_the_story_was_before(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["story"]["sha256"] = "0" * 64
    path.write_text(json.dumps(manifest), "utf-8")


def a_panel_without_its_name(folder: Path) -> None:
    (folder / "panels" / "002-tom.png").unlink()


def a_file_half_written(folder: Path) -> None:
    (folder / "panels" / ".0123abcd.part").write_bytes(b"half")


@pytest.mark.parametrize(
    "spoil",
    [
        no_manifest,
        half_a_manifest,
        a_manifest_of_what_the_story_was_before,
        a_panel_without_its_name,
        a_file_half_written,
    ],
)
def test_what_is_left_to_do_is_done(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    stage = Stage(tmp_path)
    stage.run()
    spoil(stage.folder("a"))
    asked = stage.studio.machine.faults.seen.total()
    assert stage.resume() == Told(0, "")
    check_all(stage)
    assert stage.studio.machine.faults.seen.total() == asked


def test_a_job_without_files_is_not_done_whatever_the_ledger_says(tmp_path: Path) -> None:
    """A manifest is written in a thread, while other jobs come to their ends."""
    stage = Stage(tmp_path)
    stage.run()
    plan = load(stage.folder("a"))
    assert plan is not None
    jobs = [JobRendering(job, "there", None) for job in plan.jobs]
    manifest = json.loads(manifest_of(plan, jobs, offline=False))
    assert [(job["done"], job["files"]) for job in manifest["jobs"]] == [(False, []), (False, [])]
