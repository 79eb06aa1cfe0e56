"""What a problem is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyscript.source import Span


class Severity(StrEnum):
    """An error stops a build; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that matters, such as a first definition."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of source and what to put in its place."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend a problem, all or none of them."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake.

    Attributes:
        code: `SS101` and so on; a code never changes its meaning.
        severity: error or warning.
        message: one line, naming the thing.
        span: where.
        hint: what to do, or None.
        fix: edits that mend it, or None.
        labels: further places that matter.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    hint: str | None = None
    fix: Fix | None = None
    labels: tuple[Label, ...] = ()
