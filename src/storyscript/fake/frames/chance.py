"""Choices that look free and are always the same."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

_Thing = TypeVar("_Thing")
_MASK = (1 << 64) - 1


class Chance:
    """A stream of choices that depends on nothing but what it is made from (splitmix64).

    The standard generator is not used because what its methods draw has changed between Python versions.

    Args:
        *roots: what it depends on; any text, lone surrogates included.
    """

    __slots__ = ("_state",)

    def __init__(self, *roots: str | int) -> None:
        digest = blake2b(digest_size=8)
        for root in roots:
            digest.update(str(root).encode("utf-8", "surrogatepass") + b"\0")
        self._state = int.from_bytes(digest.digest(), "big")

    def unit(self) -> float:
        """A number from 0 to 1, exclusive."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return low + (high - low) * self.unit()

    def pick(self, things: Sequence[_Thing]) -> _Thing:
        """One of the things."""
        return things[int(self.unit() * len(things))]

    def happens(self, probability: float) -> bool:
        """True as often as `probability` says."""
        return self.unit() < probability
