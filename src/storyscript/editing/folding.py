"""What of a file can be folded away: blocks, sections, captions of several lines, and what stands together."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.editing.layout import last_line, stretches
from storyscript.editing.meant import Meanings
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.editing.layout import Stretch


class Kind(Enum):
    """What a fold hides."""

    BLOCK = auto()
    SECTION = auto()
    PROPERTY = auto()
    """The lines that continue a caption, or what a character is called."""
    STATEMENTS = auto()
    """Settings and variables that stand together."""
    INCLUDES = auto()
    COMMENTS = auto()


class Fold(NamedTuple):
    """Lines that can be folded away, without blank lines at their end.

    Attributes:
        kind: what they are.
        start: an offset in the line that stays to be seen.
        end: an offset in the last line that does not.
    """

    kind: Kind
    start: int
    end: int


_TOGETHER: Final = (nodes.Setting, nodes.Let, nodes.Include)


def folds(text: str, tree: nodes.Tree) -> list[Fold]:
    """What can be folded, in the order of the text, the larger first.

    Args:
        text: what was parsed.
        tree: what it parsed to.
    """
    laid = list(stretches(text, tree))
    found = [*_blocks(laid), *_sections(text, laid), *_runs(text, laid), *_comments(text, tree.comments)]
    found = [fold for fold in found if text.find("\n", fold.start, fold.end) >= 0]
    return sorted(found, key=lambda fold: (fold.start, -fold.end))


def _blocks(laid: list[Stretch]) -> Iterator[Fold]:
    for stretch in laid:
        if not isinstance(stretch.item, nodes.Block):
            continue
        if not isinstance(stretch.item, nodes.Stray):
            yield Fold(Kind.BLOCK, stretch.start, stretch.end)
        for line in stretch.lines:
            if isinstance(line, nodes.Property) and line.lines:
                yield Fold(Kind.PROPERTY, line.start, last_line(line).end)


def _sections(text: str, laid: list[Stretch]) -> Iterator[Fold]:
    """Each section down to the last statement before the next one."""
    meanings = Meanings(text)
    start, end = -1, 0
    for stretch in laid:
        if isinstance(stretch.item, nodes.Section | nodes.BadHead):
            head = meanings.of(stretch.item)
            if head is not None and head.keyword == "section":
                if start >= 0:
                    yield Fold(Kind.SECTION, start, end)
                start = stretch.start
        end = stretch.end
    if start >= 0:
        yield Fold(Kind.SECTION, start, end)


def _runs(text: str, laid: list[Stretch]) -> Iterator[Fold]:
    """Settings, variables and includes on lines that follow each other."""
    run: list[Stretch] = []
    for stretch in laid:
        if run and not _follows(text, run[-1].end, stretch.start):
            yield from _run(run)
            run = []
        if isinstance(stretch.item, _TOGETHER):
            run.append(stretch)
        else:
            yield from _run(run)
            run = []
    yield from _run(run)


def _run(run: list[Stretch]) -> Iterator[Fold]:
    if run:
        only_includes = all(isinstance(stretch.item, nodes.Include) for stretch in run)
        yield Fold(Kind.INCLUDES if only_includes else Kind.STATEMENTS, run[0].start, run[-1].end)


def _comments(text: str, comments: Sequence[nodes.Comment]) -> Iterator[Fold]:
    """Comments alone on lines that follow each other."""
    start = end = -1
    for comment in comments:
        if comment.alone and start >= 0 and _follows(text, end, comment.start):
            end = comment.end
            continue
        if start >= 0:
            yield Fold(Kind.COMMENTS, start, end)
        start, end = (comment.start, comment.end) if comment.alone else (-1, -1)
    if start >= 0:
        yield Fold(Kind.COMMENTS, start, end)


def _follows(text: str, end: int, start: int) -> bool:
    """Whether one thing ends on a line and the other begins on the next."""
    return text.count("\n", end, start) == 1
