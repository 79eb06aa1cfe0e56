"""What a problem is.

Named tuples, here and wherever values are many or made at import: they are made in a fifth of the time of frozen
dataclasses.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from storyscript.source import Span


class Severity(StrEnum):
    """An error stops a build; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Label(NamedTuple):
    """A second place that matters, such as a first definition."""

    span: Span
    message: str


class Edit(NamedTuple):
    """A stretch of source and what to put in its place."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that mend a problem, all or none of them.

    Attributes:
        edits: in the order of the text, all in the problem's own file; none overlaps another.
        sure: whether a careful writer accepts it unseen. Only such a fix may be made by a program alone; the others
            are for the writer to choose, since something else may have been meant.
    """

    edits: tuple[Edit, ...]
    sure: bool = True


class Problem(NamedTuple):
    """One mistake.

    Attributes:
        code: `SS101` and so on; a code never changes its meaning.
        severity: error or warning.
        message: one line, naming the thing.
        span: where.
        hint: what to do, or None.
        fix: edits that mend it, or None.
        labels: further places that matter.
        more: where the problem only counts others of its code that are not shown, how many those are.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    hint: str | None = None
    fix: Fix | None = None
    labels: tuple[Label, ...] = ()
    more: int = 0

    @property
    def sure_fix(self) -> Fix | None:
        """The fix, if it may be made unseen."""
        return self.fix if self.fix is not None and self.fix.sure else None
