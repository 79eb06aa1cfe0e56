"""Where a task's frames are drawn: late, once, and again only if they were forgotten."""

from __future__ import annotations

import functools
import importlib
import threading
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from storyscript.fake.frames import Frame
    from storyscript.fake.tasks import TaskRecord

_REMEMBERED = 512
"""Frames kept as bytes. The same frame drawn again is the same bytes, so forgetting one costs time only."""


class StudioClosedError(Exception):
    """Nothing is drawn any more."""


class Studio:
    """Draws frames, from several threads if they like: one frame is drawn once, and different ones side by side.

    Args:
        draw: from a frame's description to the bytes of a PNG file; by default our own pictures.
    """

    def __init__(self, draw: Callable[[Frame], bytes] | None = None) -> None:
        self._draw = draw or _draw_frame
        self._lock = threading.Lock()
        self._sheet = functools.lru_cache(maxsize=_REMEMBERED)(_Sheet)
        self._sizes: dict[tuple[int, int], int] = {}
        self._closed = False

    def frame(self, task: TaskRecord, index: int) -> bytes:
        """The PNG file of a task's panel, counted from 0.

        Raises:
            StudioClosedError: it is not drawn yet, and nothing is any more.
        """
        # A task may have more files than panels; then it has some twice.
        panel = task.panels[index % len(task.panels)]
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
        with self._lock:
            sheet = self._sheet(frame)
        with sheet.lock:
            if sheet.content is None:
                if self._closed:
                    raise StudioClosedError
                sheet.content = self._draw(frame)
            return sheet.content

    def size(self, task: TaskRecord, index: int) -> int:
        """The size of that file in bytes; remembered for good, so that polling is cheap.

        Raises:
            StudioClosedError: it is not drawn yet, and nothing is any more.
        """
        known = (task.number, index)
        if known not in self._sizes:
            self._sizes[known] = len(self.frame(task, index))
        return self._sizes[known]

    def knows_sizes(self, task: TaskRecord) -> bool:
        """All frames of a task were drawn once."""
        return all((task.number, index) in self._sizes for index in range(task.files))

    def close(self) -> None:
        """Draw nothing more: a server that stops must not wait for a hundred frames."""
        self._closed = True


class _Sheet:
    """A frame that is drawn or to be drawn; whoever holds its lock draws."""

    __slots__ = ("content", "lock")

    def __init__(self, _frame: Frame) -> None:
        self.lock = threading.Lock()
        self.content: bytes | None = None


def _frames() -> ModuleType:
    # Late: drawing needs Pillow, and a server that is only asked for a task's status does not.
    return importlib.import_module("storyscript.fake.frames")


def _draw_frame(frame: Frame) -> bytes:
    return cast("bytes", _frames().draw_frame(frame))
