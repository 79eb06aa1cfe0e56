"""What a panel's block in the source tells that its meaning does not: which lines it has, and how its caption came.

The IR keeps a panel's head only. The tree of its file has the rest, and is made again where it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.syntax import nodes
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyscript.ir import Panel
    from storyscript.source import SourceFile, Span


class Origins:
    """The blocks of a story's panels.

    Args:
        panels: of one story.
    """

    def __init__(self, panels: Iterable[Panel]) -> None:
        self._numbers: dict[tuple[str, int], int] = {}
        """The panel that has a line, by file and line."""
        self._captioned: set[int] = set()
        heads: dict[str, dict[int, int]] = {}
        sources: dict[str, SourceFile] = {}
        for panel in panels:
            source = panel.span.source
            sources[source.name] = source
            heads.setdefault(source.name, {})[panel.span.start] = panel.number
        for name, source in sources.items():
            for item in parse(source.readable).items:
                number = heads[name].get(item.start)
                if number is not None and isinstance(item, nodes.Block):
                    self._take(number, item, source)

    def has_caption(self, panel: Panel) -> bool:
        """Whether its block has a `caption:`."""
        return panel.number in self._captioned

    def panel_at(self, span: Span) -> int | None:
        """The number of the panel in whose lines a place stands; None outside of all."""
        return self._numbers.get((span.source.name, span.first.line))

    def _take(self, number: int, block: nodes.Block, source: SourceFile) -> None:
        first = last = source.position(block.start).line
        others = set()
        for line in block.lines:
            start = source.position(line.start).line
            if isinstance(line, nodes.Setting):
                others.add(start)  # it stands between the block's lines, and is the whole story's
                continue
            last = start
            if isinstance(line, nodes.Property):
                if line.lines:
                    last = source.position(line.lines[-1].start).line
                if line.word == "caption":
                    self._captioned.add(number)
        for at in range(first, last + 1):
            if at not in others:
                self._numbers[source.name, at] = number
