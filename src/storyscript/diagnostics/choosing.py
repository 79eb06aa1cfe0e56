"""Which warnings are shown, where a project or an option chooses among them; errors always are.

Source: settings page, "Which warnings are shown".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.diagnostics.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyscript.diagnostics.model import Problem

ALL: Final[tuple[str, ...]] = ("SS",)
"""The beginning of every code."""


class Choice(NamedTuple):
    """Codes, or beginnings of codes: for each warning the longest that fits it decides, and of two `ignore`.

    Attributes:
        select: what is shown.
        ignore: what is not.
    """

    select: tuple[str, ...] = ALL
    ignore: tuple[str, ...] = ()

    def shows(self, code: str) -> bool:
        """Whether warnings of a code are shown."""
        return _longest(self.select, code) > _longest(self.ignore, code)

    def of(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Those problems that are shown, in their order."""
        return tuple(p for p in problems if p.severity is Severity.ERROR or self.shows(p.code))


EVERY_WARNING: Final = Choice()


def _longest(beginnings: Iterable[str], code: str) -> int:
    return max((len(beginning) for beginning in beginnings if code.startswith(beginning)), default=0)
