"""Breaking text into lines."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from storyscript.drawing.clusters import clusters, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# East Asian text breaks between any two characters, but no line begins with one of these: closing brackets,
# stops, and (escaped, for they look like ASCII) the full-width , . ! ? : ; ) and the long vowel sign.
_NEVER_FIRST = frozenset("、。」』】〉》・…々ゝゞ\u3015\uff0c\uff0e\uff01\uff1f\uff1a\uff1b\uff09\u30fc")
_WIDE = frozenset("WF")
_FIRST_WIDE = "\u1100"
_DASHES = frozenset("-\N{EN DASH}\N{EM DASH}")


def wrap(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Break a text into lines that are no wider than `width`.

    Breaks at spaces, after dashes, and between the characters of text that has none (Chinese, Japanese,
    emoji). A word that is wider than a line breaks between its characters. Lazy, and linear in what is asked
    for: taking three lines of a megabyte costs three lines.

    Args:
        text: any text; it is laid out as `collapse` gives it.
        width: of a line, in the unit of `measure`.
        measure: the width of one cluster (see `clusters`).

    Yields:
        Lines without spaces at their ends. Only a line that is one cluster may be wider than `width`.
    """
    line = _Line(measure)
    # The piece that cannot be broken yet: it moves to the next line as a whole.
    piece = _Line(measure)
    space = measure(" ")
    for word in words(text):
        gap = bool(line.parts)
        for cluster in clusters(word):
            if piece.parts and _may_break(piece.parts[-1], cluster):
                line.take(piece, gap=gap)
                gap = False
            piece.add(cluster)
            if line.parts and line.width + gap * space + piece.width > width:
                yield line.flush()
                gap = False
            if len(piece.parts) > 1 and not line.parts and piece.width > width:
                piece.drop_last()
                yield piece.flush()
                piece.add(cluster)
        line.take(piece, gap=gap)
    if line.parts:
        yield line.flush()


def unbroken(text: str, width: float, measure: Callable[[str], float]) -> bool:
    """Whether `wrap` would break the text at its natural places only, never inside a word.

    Args:
        text: any text.
        width: of a line, in the unit of `measure`.
        measure: the width of one cluster.
    """
    for word in words(text):
        used = 0.0
        before = ""
        for cluster in clusters(word):
            used = measure(cluster) + (0.0 if before and _may_break(before, cluster) else used)
            if used > width:
                return False
            before = cluster
    return True


class _Line:
    """Clusters in a row, and how wide they are together."""

    __slots__ = ("_measure", "parts", "width")

    def __init__(self, measure: Callable[[str], float]) -> None:
        self._measure = measure
        self.parts: list[str] = []
        self.width = 0.0

    def add(self, part: str) -> None:
        self.parts.append(part)
        self.width += self._measure(part)

    def drop_last(self) -> None:
        self.width -= self._measure(self.parts.pop())

    def take(self, other: _Line, *, gap: bool) -> None:
        if gap:
            self.add(" ")
        self.parts += other.parts
        self.width += other.width
        other.clear()

    def clear(self) -> None:
        self.parts = []
        self.width = 0.0

    def flush(self) -> str:
        text = "".join(self.parts)
        self.clear()
        return text


def _may_break(before: str, after: str) -> bool:
    if before in _DASHES:
        return after.isalpha()
    return (_wide(before) or _wide(after)) and after[0] not in _NEVER_FIRST


def _wide(cluster: str) -> bool:
    return cluster[0] >= _FIRST_WIDE and unicodedata.east_asian_width(cluster[0]) in _WIDE
