"""Where a task's frames are drawn: late, once, and again only if they were forgotten."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from storyscript.fake.frames import Frame
    from storyscript.fake.tasks import TaskRecord

_REMEMBERED = 512
"""Frames kept as bytes. The same frame drawn again is the same bytes, so forgetting one costs time only."""


class Studio:
    """Draws frames.

    Args:
        draw: from a frame's description to the bytes of a PNG file; by default our own pictures.
    """

    def __init__(self, draw: Callable[[Frame], bytes] | None = None) -> None:
        self._draw = functools.lru_cache(maxsize=_REMEMBERED)(draw or _draw_frame)
        self._sizes: dict[tuple[int, int], int] = {}

    def frame(self, task: TaskRecord, index: int) -> bytes:
        """The PNG file of a task's panel, counted from 0."""
        panel = task.panels[index]
        frame: Frame = _frames().Frame(
            width=int(task.values["width"]),
            height=int(task.values["height"]),
            number=index + 1,
            style=str(task.values["styleName"]),
            character=panel.character,
            description=panel.description,
            caption=panel.caption,
            # A letter is never larger than the picture, whatever number was sent.
            font_size=min(max(int(task.values["fontSize"]), 1), int(task.values["height"])),
            no_character=panel.no_character,
            seed=int(task.values["seed"]),
        )
        return self._draw(frame)

    def size(self, task: TaskRecord, index: int) -> int:
        """The size of that file in bytes; remembered for good, so that polling is cheap."""
        known = (task.number, index)
        if known not in self._sizes:
            self._sizes[known] = len(self.frame(task, index))
        return self._sizes[known]


def _frames() -> ModuleType:
    # Late: drawing needs Pillow, and a server that is only asked for a task's status does not.
    return importlib.import_module("storyscript.fake.frames")


def _draw_frame(frame: Frame) -> bytes:
    return cast("bytes", _frames().draw_frame(frame))
