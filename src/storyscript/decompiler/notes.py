"""Notes: what a story cannot say, and what was done about it."""

from __future__ import annotations

from typing import Final

MOST_NOTES: Final = 100
"""More are counted, not kept."""
_LONGEST: Final = 60


class Notes:
    """Takes notes, one line each: what, why, what was done."""

    def __init__(self) -> None:
        self._kept: Final[list[str]] = []
        self._more = 0

    def add(self, note: str) -> None:
        """Take a note."""
        if len(self._kept) < MOST_NOTES:
            self._kept.append(note)
        else:
            self._more += 1

    @property
    def is_full(self) -> bool:
        """Whether more notes are only counted, so that nothing needs to be looked up for them."""
        return len(self._kept) == MOST_NOTES

    def take(self, others: Notes) -> None:
        """Take all that others took."""
        for note in others._kept:
            self.add(note)
        self._more += others._more

    def all(self) -> tuple[str, ...]:
        """What was noted, and at the end how many more there were."""
        return (*self._kept, f"{self._more} more of these") if self._more else tuple(self._kept)


def short(value: object) -> str:
    """A value as a note shows it: on one line, and not all of a long one."""
    text = " ".join(str(value)[: 4 * _LONGEST].split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
