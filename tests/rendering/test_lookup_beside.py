"""A lost task is looked for among those that are nobody's: also nobody's of the folders beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rendering.offline import Studio, ledger
from storyscript import protocol
from storyscript.errors import DiskError, SubmissionUnknownError
from storyscript.fake import faults
from storyscript.rendering.ledger import LEDGER

if TYPE_CHECKING:
    from pathlib import Path

STORY = """\
character Mira
  a young woman
scene
  walks home
"""


def test_the_task_of_an_equal_job_in_a_finished_folder_is_not_the_lost_one(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(STORY, tmp_path, name="done.story")
    studio.machine.faults.order(protocol.RUN, faults.Broken("reset"))
    studio.render(STORY, tmp_path, name="lost.story")
    rendering = studio.render(STORY, tmp_path, name="lost.story")
    assert [type(error) for error in rendering.errors] == [SubmissionUnknownError]
    assert [line["step"] for line in ledger(tmp_path / "lost")] == ["intended"]


def test_where_a_ledger_beside_cannot_be_read_nothing_is_taken_for_lost(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(STORY, tmp_path, name="done.story")
    studio.machine.faults.order(protocol.RUN, faults.Broken("reset"))
    studio.render(STORY, tmp_path, name="lost.story")
    (tmp_path / "done" / LEDGER).write_text("{}\n")
    rendering = studio.render(STORY, tmp_path, name="lost.story")
    assert [type(error) for error in rendering.errors] == [DiskError]
    assert [line["step"] for line in ledger(tmp_path / "lost")] == ["intended"]
