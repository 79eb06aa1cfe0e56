"""Sentences of ordinary words, the same ones at every run."""

from __future__ import annotations

from random import Random
from typing import Final

_OPENINGS: Final = (
    "walks down", "waits at", "looks up at", "runs towards", "leans against", "stands before", "turns away from",
    "sits beside", "points at", "steps out of", "climbs", "listens at", "crosses", "hides behind", "opens", "closes",
)  # fmt: skip
_ADJECTIVES: Final = (
    "old", "narrow", "quiet", "wooden", "bright", "wet", "empty", "tall", "broken", "dusty", "green", "heavy", "small",
    "crooked", "painted", "frozen", "crowded", "distant",
)  # fmt: skip
_THINGS: Final = (
    "door", "alley", "window", "bridge", "market", "tower", "staircase", "lamp", "boat", "garden", "wall", "station",
    "kitchen", "harbour", "roof", "street", "fountain", "workshop",
)  # fmt: skip
_ENDINGS: Final = (
    "in the rain", "at dawn", "under a grey sky", "with both hands", "without a word", "as the bells begin",
    "while snow falls", "by candlelight", "and holds on tight", "behind the crowd", "for the last time",
    "among the barrels", "once more",
)  # fmt: skip
_LINES: Final = (
    "Nobody had told her about the", "It was never about the", "He still remembered the", "All that was left was the",
    "Do not go near the", "They had been warned of the", "That night she dreamt of the",
)  # fmt: skip


class Writer:
    """Makes up sentences; equal seeds write equal texts."""

    def __init__(self, seed: int) -> None:
        self._random: Final = Random(seed)

    def chance(self, percent: int) -> bool:
        """Whether something that happens so often happens now."""
        return self._random.randrange(100) < percent

    def thing(self) -> str:
        """A noun."""
        return self._random.choice(_THINGS)

    def action(self) -> str:
        """What somebody does, about forty characters, without a full stop."""
        choice = self._random.choice
        return f"{choice(_OPENINGS)} the {choice(_ADJECTIVES)} {choice(_THINGS)} {choice(_ENDINGS)}"

    def speech(self) -> str:
        """What somebody says, or a narrator; about forty characters, with its full stop."""
        choice = self._random.choice
        return f"{choice(_LINES)} {choice(_ADJECTIVES)} {choice(_THINGS)}."
