"""What the tests of rendering share: a machine, a client over it, a clock on which waiting takes no time."""

from __future__ import annotations

import asyncio
import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

from storyscript.compiler import compile as compile_story
from storyscript.fake import Machine, transport
from storyscript.rendering.ledger import LEDGER
from storyscript.rendering.manifest import MANIFEST
from storyscript.rendering.plan import PLAN
from storyscript.rendering.render import Options, render
from storyscript.rendering.store import OUTPUTS
from storyscript.rendering.world import World, in_place
from storyscript.sessions import VirtualClock
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storyscript.fake.frames import Frame
    from storyscript.rendering.render import Progress, Rendering

TWO_LEADS = """\
reorder: yes
character Mira
  a young woman
character Tom
  an old man
scene door [NC]
  a door
scene
  walks home
scene tom
  lead: Tom
  sits
  caption: Late.
scene rain
  runs
event
  snow
"""


def draw(frame: Frame) -> bytes:
    """A picture of one pixel that says whose it is: its description stands behind the image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + chunk(b"tEXt", b"what\0" + frame.description.encode())
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def described(data: bytes) -> str:
    """What `draw` was asked for."""
    start = data.index(b"what\0") + 5
    return data[start : data.index(b"IDAT") - 8].decode()


class Studio:
    """A machine and a client that live by one clock."""

    def __init__(self, machine: Machine | None = None, clock: VirtualClock | None = None) -> None:
        self.clock = clock or VirtualClock()
        self.machine = machine or Machine(now=self.clock.now, draw=draw)
        self.world = World(self.clock.now, self.clock.now, self.clock.sleep, in_place)

    def render(
        self,
        story: str,
        out: Path,
        *,
        name: str = "a.story",
        on_progress: Callable[[Progress], None] | None = None,
        lasting: bool = True,
        force: bool = False,
        deadline: float = 1800.0,
    ) -> Rendering:
        async def go() -> Rendering:
            client = WiroClient(
                Credentials("key-for-tests", "secret-for-tests"),
                base_url=self.machine.base_url,
                transport=transport(self.machine),
                now=self.clock.now,
                sleep=self.clock.sleep,
            )
            async with client:
                return await render(
                    compile_story(story, name=name),
                    client,
                    out=out,
                    world=self.world,
                    on_progress=on_progress,
                    options=Options(deadline=deadline),
                    lasting=lasting,
                    force=force,
                )

        return asyncio.run(go())


BOOKS = [LEDGER, MANIFEST, PLAN]
"""What a run keeps of itself in a story's folder."""


def files(folder: Path) -> list[str]:
    """All files below a folder but locks and the store, by their relative paths."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    names = (path.relative_to(folder).as_posix() for path in paths)
    return sorted(name for name in names if f"{OUTPUTS}/" not in name)


def ledger(folder: Path) -> list[dict[str, Any]]:
    """The steps that a story's ledger holds, in order."""
    lines = map(json.loads, (folder / LEDGER).read_text().splitlines())
    return [line for line in lines if "step" in line]
