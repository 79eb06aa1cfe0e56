"""What a power cut leaves of a folder whose process has ended well."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

from rendering.offline import Studio
from simulation.disks import Platter, WorldDisk
from simulation.lives import Life
from simulation.troubles import Trouble
from storyscript.rendering.manifest import MANIFEST
from storyscript.rendering.world import World, in_place

if TYPE_CHECKING:
    from pathlib import Path

STORY = """\
character Mira
  a young woman
scene attic
  sits
scene cellar
  walks
"""


class _Loses(Random):
    """Chance at its worst: all that was not synced is lost."""

    def choice(self, seq: Any) -> Any:  # noqa: ANN401 - as the class above has it
        return seq[0]


def test_what_a_run_took_away_does_not_come_back(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    platter, studio = Platter(tmp_path / "out"), Studio()
    disk = WorldDisk(platter, Life(), Trouble())
    studio.world = World(studio.clock.now, studio.clock.now, studio.clock.sleep, in_place, disk)
    studio.render(STORY, platter.root)
    studio.render(STORY.replace("cellar", "garden"), platter.root)
    platter.cut(_Loses())
    panels = sorted(path.name for path in (platter.root / "a" / "panels").iterdir())
    assert panels == ["001-attic.png", "002-garden.png"]
    manifest = json.loads((platter.root / "a" / MANIFEST).read_bytes())
    assert [panel["file"] for panel in manifest["panels"]] == [f"panels/{name}" for name in panels]
