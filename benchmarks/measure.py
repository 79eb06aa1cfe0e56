"""Taking times: processor time, the sides of a comparison in turn, the best of each.

The machine is shared. Whatever else runs on it can only make a measurement slower, never faster: so the least of
several is the nearest to what the work itself costs, and sides that take turns find the same quiet moments. How far
the rounds lie apart is kept, to be shown beside the result.
"""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds of two sides, a pair for each round.

    Attributes:
        first, second: in the order of the rounds.
    """

    first: tuple[float, ...]
    second: tuple[float, ...]

    @property
    def best(self) -> tuple[float, float]:
        """The least of each side."""
        return min(self.first), min(self.second)

    @property
    def ratio(self) -> float:
        """How many times the second side's time the first one takes."""
        first, second = self.best
        return first / second

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the greatest ratio of one round."""
        ratios = [a / b for a, b in zip(self.first, self.second, strict=True)]
        return min(ratios), max(ratios)


def compare(first: Callable[[], object], second: Callable[[], object], rounds: int) -> Comparison:
    """Time two pieces of work in turn, each once before that for what it sets up."""
    first()
    second()
    pairs = [(processor_seconds(first), processor_seconds(second)) for _ in range(rounds)]
    return Comparison(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def best_seconds(work: Callable[[], object], *, enough: float, most: int) -> float:
    """The least time that a piece of work takes, tried until `enough` seconds are spent, at `most` so many times."""
    times: list[float] = []
    while not times or (sum(times) < enough and len(times) < most):
        times.append(processor_seconds(work))
    return min(times)


def processor_seconds(work: Callable[[], object]) -> float:
    """The processor time of this process that a piece of work takes; its garbage and its result are not in it."""
    gc.collect()
    before = time.process_time()
    result = work()
    seconds = time.process_time() - before
    del result
    return seconds
