"""A file with all of its fixes made, as far as together they only mend."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Protocol

from storyscript.diagnostics.fixes import apply, choose, edits_in, is_no_worse, make_most, number_of
from storyscript.diagnostics.model import Edit
from storyscript.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.diagnostics.model import Fix, Problem

_MOST_ROUNDS: Final = 100
"""Each round leaves fewer problems, so this is a bound for what nobody has thought of."""
_MOST_COMPARED: Final = 2000
"""Lines in which it is looked for what changed; beyond, all of them are one change."""
_MARK: Final = "\ufeff"


class Analyse(Protocol):
    """Gives all problems of the story that a file belongs to."""

    def __call__(self, source: SourceFile, *, fixes: bool) -> Sequence[Problem]:
        """The problems with this text in place of the file's, sorted; `fixes` asks for fixes, which take time."""
        ...


def mended(source: SourceFile, analyse: Analyse) -> SourceFile:
    """The file with fixes made in it, round by round, since one may make room for the next.

    Args:
        source: the file as it is.
        analyse: what gives the problems; those of the file itself have their spans in the source that it is given.

    Returns:
        The same object where nothing is to be mended.
    """
    refused: set[Fix] = set()
    problems = analyse(source, fixes=True)
    for _ in range(_MOST_ROUNDS):
        own = [problem.fix for problem in problems if problem.fix is not None and problem.span.source is source]
        chosen = choose(fix for fix in own if fix not in refused)
        if not chosen:
            break
        trial = _Trial(source, problems, analyse)
        if make_most(chosen, trial.make):
            source = trial.source
            problems = analyse(source, fixes=True)
        else:
            refused.add(chosen[0])
    return source


def changes(before: SourceFile, after: SourceFile) -> list[Edit]:
    """The edits that make a text another, each of whole lines, in the order of the text."""
    one, other = before.text, after.text
    shortest = min(len(one), len(other))
    same = one.rfind("\n", 0, _common(one, other, shortest)) + 1
    behind = _common(one[same:][::-1], other[same:][::-1], shortest - same)
    first_end, second_end = _line_from(one, len(one) - behind), _line_from(other, len(other) - behind)
    if len(one) - first_end != len(other) - second_end:  # one of them ends in the middle of a line of the other
        first_end, second_end = len(one), len(other)
    old, new = one[same:first_end], other[same:second_end]
    edits = []
    for start, end, text in _differences(_lines(old), _lines(new)):
        edits.append(Edit(Span(before, same + start, same + end), text))
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


class _Trial:
    """A round: makes fixes in a text, and keeps the text where they only mend.

    Attributes:
        source: the text, with what could be made.
    """

    def __init__(self, source: SourceFile, problems: Sequence[Problem], analyse: Analyse) -> None:
        self.source = source
        self._problems: Final = problems
        self._analyse: Final = analyse

    def make(self, fixes: Sequence[Fix]) -> bool:
        edits = edits_in(self.source, fixes)
        # A text begins behind its byte order mark; what stands there now is text.
        fixed = SourceFile.from_text(self.source.name, _MARK + apply(self.source.text, edits))
        after = self._analyse(fixed, fixes=False)
        if number_of(after) >= number_of(self._problems) or not is_no_worse(self._problems, after, edits):
            return False
        self.source = fixed
        return True
