"""Names of characters in a panel's text that lack their `@` (SS414)."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from storyscript.analysis.text import Origin
from storyscript.syntax.names import fold, name_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.analysis.story import Character, Names
    from storyscript.analysis.text import Composed
    from storyscript.diagnostics.sink import Sink
    from storyscript.source import Span

_FEW: Final = 16
"""Up to this many names are looked for one by one; more, by taking the text apart."""
_WORD_START: Final = re.compile(r"(?<!\w)[^\W\d]")
_WORD: Final = re.compile(r"[^\W\d][\w-]*")


class NameFinder:
    """Finds the names of a story's characters in texts."""

    def __init__(self, names: Names) -> None:
        self.names: Final = names
        self._characters: Final = names.characters
        self._keys: Final = tuple(names.characters)
        self._plain: Final = all(key.isascii() for key in self._keys)

    def may_name(self, raw: str) -> bool:
        """Whether a text may hold a name; quick, and seldom wrong where it says yes."""
        if not self._keys:
            return False
        if not raw.isascii():
            raw = unicodedata.normalize("NFC", raw)
        if len(self._keys) <= _FEW:
            for key in self._keys:  # noqa: SIM110 - `any` costs more than what it asks
                if key in raw:
                    return True
            return False
        return not self._plain or not self._characters.keys().isdisjoint(_WORD.findall(raw))

    def find(self, raw: str) -> Iterator[tuple[int, int, Character]]:
        """Each name in a text, with its offsets."""
        if not self.may_name(raw):
            return
        for start, end in words_of_text(raw):
            character = self._characters.get(fold(raw[start:end]))
            if character is not None:
                yield start, end, character


def words_of_text(raw: str) -> Iterator[tuple[int, int]]:
    """The offsets of each whole word of a text that could be a name."""
    done = 0
    for match in _WORD_START.finditer(raw):
        start = match.start()
        if start >= done:
            done = name_end(raw, start, len(raw))
            yield start, done


def check_names(finder: NameFinder, text: Composed, shown: Character | None, slips: Sequence[Span], sink: Sink) -> None:
    """Report the name of each character other than the one the panel shows.

    Args:
        finder: knows the names.
        text: the panel's.
        shown: the character that it shows.
        slips: lines that were reported already, for what they look like.
        sink: takes the problems.
    """
    for start, end, character in finder.find(text.raw):
        if character is shown or text.origin(start, end) in (Origin.MENTION, Origin.LITERAL):
            continue
        if start and text.raw[start - 1] == "@":
            continue  # an `@` that is no mention here was reported, or is meant as text
        finder.names.use(character)
        span = text.span(start, end)
        at = bisect_right(slips, span.start, key=lambda slip: slip.start)
        if at and span.start < slips[at - 1].end:
            continue
        who = f"the panel shows {shown.name}" if shown else "the panel shows no character"
        sink.report(
            "SS414",
            span,
            f"`{character.name}` is a character, but without `@` the picture knows nothing of it ({who})",
            hint=f'write `@{character.name}`, or `{{"{character.name}"}}` if the bare word is meant',
        )
