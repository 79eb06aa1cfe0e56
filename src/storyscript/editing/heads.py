"""The heads of panels in a stretch of a file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.files import File
    from storyscript.analysis.story import PanelText
    from storyscript.editing.view import View


def panels_in(view: View, file: File, start: int, end: int) -> Iterator[PanelText]:
    """The panels whose head reaches into a stretch of a file, in the order of the text.

    Args:
        view: of a story that the file belongs to.
        file: one of its files.
        start: where the stretch begins.
        end: where it ends; what begins there is told, too.
    """
    items = file.tree.items
    for item in items[bisect_left(items, start, key=lambda item: item.end) : bisect_right(items, end, key=_start)]:
        panel = view.panel_of(item) if isinstance(item, nodes.Scene | nodes.Event) else None
        if panel is not None:
            yield panel


def head_end(panel: PanelText) -> int:
    """Where a panel's head ends, without white space there."""
    block = panel.block
    return block.start + len(panel.file.source.readable[block.start : block.end].rstrip())


def _start(item: nodes.Item) -> int:
    return item.start
