"""The table: one line a measurement, with its target and whether it is met."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

_WIDTHS: Final = (52, 7, 13, 8, 12, 4)


class Side(Enum):
    """On which side of its target a ratio is good."""

    AT_LEAST = "≥"
    AT_MOST = "≤"

    def holds(self, ratio: float, bound: float) -> bool:
        """Whether a ratio is on this side of a bound."""
        return ratio >= bound if self is Side.AT_LEAST else ratio <= bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measurement.

    Attributes:
        what: the ratio of what to what.
        ratio: None where the measurement was stopped, which is as bad as can be.
        side, target: what it should be.
        aim: what it might become, if that is more than the target.
        spread: the least and the greatest ratio of one round, where there were several.
        seen: what was measured, in its own units.
    """

    what: str
    ratio: float | None
    side: Side
    target: float
    aim: float | None = None
    spread: tuple[float, float] | None = None
    seen: str

    @property
    def good(self) -> bool:
        """Whether it meets its target."""
        return self.ratio is not None and self.side.holds(self.ratio, self.target)


def header() -> str:
    """The heads of the columns."""
    return _line("", "ratio", "single rounds", "target", "aim", "", "measured")


def render(row: Row) -> str:
    """A measurement as a line of the table."""
    aim = ""
    if row.aim is not None:
        reached = row.ratio is not None and row.side.holds(row.ratio, row.aim)
        aim = f"{row.aim:g} {'reached' if reached else 'not yet'}"
    return _line(
        row.what,
        "stopped" if row.ratio is None else f"{row.ratio:.2f}",
        "" if row.spread is None else f"{row.spread[0]:.2f} .. {row.spread[1]:.2f}",
        f"{row.side.value} {row.target:g}",
        aim,
        "good" if row.good else "BAD",
        row.seen,
    )


def _line(what: str, ratio: str, spread: str, target: str, aim: str, mark: str, seen: str) -> str:
    cells = (ratio.rjust(_WIDTHS[1]), spread.rjust(_WIDTHS[2]), target.rjust(_WIDTHS[3]), aim.rjust(_WIDTHS[4]))
    return "  ".join([what.ljust(_WIDTHS[0]), *cells, mark.ljust(_WIDTHS[5]), seen]).rstrip()
