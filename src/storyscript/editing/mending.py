"""A file with all of its sure fixes made, as far as together they only mend."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from storyscript.diagnostics.fixes import apply, choose, edits_in, is_no_worse, make_most, weight_of
from storyscript.diagnostics.model import Edit, Fix
from storyscript.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.diagnostics.model import Problem

_MOST_ROUNDS: Final = 100
"""Each round leaves less that is wrong, so this is a bound for what nobody has thought of."""
_MOST_COMPARED: Final = 2000
"""Lines in which it is looked for what changed; beyond, all of them are one change."""
_MARK: Final = "\ufeff"


class Seen(NamedTuple):
    """A story that a file belongs to, with a text of the file.

    Attributes:
        source: the file in the story.
        problems: all of the story, sorted.
    """

    source: SourceFile
    problems: Sequence[Problem]


class Analyse(Protocol):
    """Analyses the stories that a file belongs to."""

    def __call__(self, text: str, *, fixes: bool) -> list[Seen]:
        """What the stories are with this text of the file, always in the same order.

        Args:
            text: of the file, without a byte order mark of its own.
            fixes: whether to look for the fixes of the file's problems, which takes its time.
        """
        ...


def mended(text: str, analyse: Analyse) -> str:
    """A file's text with its sure fixes made in it, round by round, as long as none of its stories gets worse by that.

    It comes to an end: a round that makes a fix leaves fewer errors in all stories together, or as many and fewer
    problems (`weight_of`), and such a pair of numbers cannot go down for ever. A round that makes none refuses a fix
    for good, and in between the text, and so the fixes that it has, stay as they are.

    Args:
        text: as it is, without a byte order mark.
        analyse: what finds problems and fixes.
    """
    refused: set[Fix] = set()
    trial = _Trial(text, analyse)
    for _ in range(_MOST_ROUNDS):
        chosen = choose(fix for fix in trial.fixes if fix not in refused)
        if not chosen:
            break
        if make_most(chosen, trial.make):
            trial = _Trial(trial.text, analyse)
        else:
            refused.add(chosen[0])
    return trial.text


class _Trial:
    """A round: makes fixes in a text, and keeps the text where they only mend.

    Attributes:
        text: with what could be made.
        fixes: the sure ones of the text as it was, in the order of their problems; each once.
    """

    def __init__(self, text: str, analyse: Analyse) -> None:
        self.text = text
        self._analyse: Final = analyse
        self._seen: Final = analyse(text, fixes=True)
        self._source: Final = SourceFile("", _MARK + text)
        own = (
            _moved(problem.sure_fix, self._source)
            for seen in self._seen
            for problem in seen.problems
            if problem.sure_fix is not None and problem.span.source is seen.source
        )
        self.fixes: Final = list(dict.fromkeys(own))

    def make(self, fixes: Sequence[Fix]) -> bool:
        edits = edits_in(self._source, fixes)
        fixed = apply(self._source.text, edits)
        after = self._analyse(fixed, fixes=False)
        if _weight(after) >= _weight(self._seen):
            return False
        for was, left in zip(self._seen, after, strict=True):
            if not is_no_worse(was.problems, left.problems, _moved(Fix(tuple(edits)), was.source).edits):
                return False
        self.text = fixed
        return True


def _weight(seen: Sequence[Seen]) -> tuple[int, int]:
    errors, problems = zip(*(weight_of(story.problems) for story in seen), strict=True)
    return sum(errors), sum(problems)


def _moved(fix: Fix, source: SourceFile) -> Fix:
    return Fix(tuple(Edit(Span(source, edit.span.start, edit.span.end), edit.text) for edit in fix.edits))


def changes(source: SourceFile, other: str) -> list[Edit]:
    """The edits that make a file's text another, each of whole lines, in the order of the text."""
    one = source.text
    shortest = min(len(one), len(other))
    same = one.rfind("\n", 0, _common(one, other, shortest)) + 1
    behind = _common(one[same:][::-1], other[same:][::-1], shortest - same)
    first_end, second_end = _line_from(one, len(one) - behind), _line_from(other, len(other) - behind)
    if len(one) - first_end != len(other) - second_end:  # one of them ends in the middle of a line of the other
        first_end, second_end = len(one), len(other)
    old, new = one[same:first_end], other[same:second_end]
    edits = []
    for start, end, text in _differences(_lines(old), _lines(new)):
        edits.append(Edit(Span(source, same + start, same + end), text))
    return edits


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[int, int, str]]:
    if max(len(old), len(new)) > _MOST_COMPARED:
        yield 0, sum(map(len, old)), "".join(new)
        return
    from difflib import SequenceMatcher  # noqa: PLC0415 - only a file that was mended needs it

    starts = [0, *accumulate(map(len, old))]
    for tag, first, last, new_first, new_last in SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal":
            yield starts[first], starts[last], "".join(new[new_first:new_last])


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _line_from(text: str, offset: int) -> int:
    """The first line that begins at an offset or behind it."""
    if offset == 0 or text[offset - 1] == "\n":
        return offset
    return text.find("\n", offset) + 1 or len(text)


def _common(one: str, other: str, most: int) -> int:
    """How many signs two texts begin with alike."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
