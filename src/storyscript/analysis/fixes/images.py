"""The word `img` (SS304, SS305)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.model import Fix
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.analysis.fixes.place import Place
    from storyscript.diagnostics.model import Edit

_CLASS: Final = (
    r"(?<![\w-])(?ai:woman|man|girl|boy|person|child|kid|baby|toddler|teenager|lady|gentleman|guy|princess|prince|queen"
    r"|king|grandmother|grandfather)(?![\w'’-])"  # noqa: RUF001 - an apostrophe as it is typed
)
"""Words that say what a character is, behind which the service looks for `img` (PhotoMaker's "class words")."""
_FIRST_CLASS: Final = re.compile(rf"[^,.;:(]*?(?P<word>{_CLASS})(?P<more>[^,.;:(]*)")
_WORD: Final = re.compile(r"(?<!\w)img(?!\w)")
_ANY_CASE: Final = re.compile(r"(?<!\w)(?ai:img)(?!\w)")
_BEHIND_CLASS: Final = re.compile(rf"{_CLASS}[ \t]+\Z")


def missing_word(place: Place) -> Iterator[Fix | None]:
    """SS304: `img` behind the word that says what the character is, where there is just one in the first phrase."""
    if not isinstance(place.block, nodes.Character):
        return
    text = place.text
    lines = [line for line in place.block.lines if isinstance(line, nodes.Prose)]
    written = [match for line in lines for match in _ANY_CASE.finditer(text, line.start, line.end)]
    if written:
        if len(written) == 1:
            yield Fix((place.edit(*written[0].span(), "img"),))
        return
    if not lines:  # of a damaged block nobody is told that it has no text
        return
    first = _FIRST_CLASS.match(text, lines[0].start, lines[0].end)
    if first is not None and re.search(_CLASS, first["more"]) is None and "{" not in first[0]:
        yield Fix((place.insert(first.end("word"), " img"),))


def superfluous_word(place: Place) -> Iterator[Fix | None]:
    """SS305: the words go that do not stand behind what the character is; in a panel, one that does."""
    text, block = place.text, place.block
    if place.word != "img" or block is None:
        return
    lines = [line for line in block.lines if isinstance(line, nodes.Prose)]
    found = [match.span() for line in lines for match in _WORD.finditer(text, line.start, line.end)]
    behind = [span for span in found if _BEHIND_CLASS.search(text, place.layout.line(span[0])[0], span[0])]
    if isinstance(block, nodes.Character):
        if len(behind) == 1:
            yield Fix(tuple(_cut(place, lines, *span) for span in found if span not in behind))
    elif behind == found:
        yield Fix(tuple(_cut(place, lines, *span) for span in found))


def _cut(place: Place, lines: Sequence[nodes.Line], start: int, end: int) -> Edit:
    """Take a word out of a list, and with it the comma that would be left over."""
    line = next(line for line in lines if line.start <= start < line.end)
    before, after = place.text[line.start : start].rstrip(), place.text[end : line.end].strip()
    if not before and after.startswith(","):
        behind = place.text[end : line.end].lstrip()[1:].lstrip()
        return place.edit(start, line.end - len(behind), "")
    if before.endswith(",") and (after.startswith(",") or (not after and line is lines[-1])):
        return place.edit(line.start + len(before) - 1, end, "")
    return place.cut_word(start, end)
