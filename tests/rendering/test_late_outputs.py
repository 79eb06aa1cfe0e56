"""A task that has ended and names its outputs late is looked at again, and no such look makes it fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rendering.offline import Studio, draw, ledger
from storyscript import protocol
from storyscript.fake import Machine, faults
from storyscript.sessions import VirtualClock

if TYPE_CHECKING:
    from pathlib import Path

STORY = """\
character Mira
  a young woman
scene
  walks home
"""


def test_a_status_that_nobody_knows_does_not_undo_a_tasks_end(tmp_path: Path) -> None:
    clock = VirtualClock()
    studio = Studio(Machine(speed=0, now=clock.now, draw=draw), clock)
    studio.machine.faults.order(faults.TASKS, faults.Fate(late=2))
    studio.machine.faults.order(protocol.TASK_DETAIL, faults.task_with(), faults.UNKNOWN_STATUS)
    rendering = studio.render(STORY, tmp_path)
    assert rendering.errors == []
    assert [line["step"] for line in ledger(tmp_path / "a")] == ["intended", "accepted", "ended", "saved"]
    assert [path.name for path in rendering.panels] == ["001-scene.png"]
