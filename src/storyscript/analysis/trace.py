"""What was asked and done while a panel was read: what it takes to do it again without reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyscript.analysis.story import Character, Variable
    from storyscript.diagnostics.sink import Report


@dataclass(slots=True, eq=False)
class Trace:
    """Of one panel.

    Attributes:
        used: the characters and variables that were looked at.
        excused: words of which nobody is told that they are unused.
        reports: what was reported.
        looked_far: at what other statements may mean that are wrong, so that its own lines do not say what comes out.
    """

    used: list[Character | Variable] = field(default_factory=list)
    excused: set[str] = field(default_factory=set)
    reports: list[Report] = field(default_factory=list)
    looked_far: bool = False
