"""Folders of one story that are copies of each other: what one of them would submit, the other would submit again."""

from __future__ import annotations

import contextlib
import shlex
from typing import TYPE_CHECKING, Final

from storyscript.errors import DiskError, UnfinishedError
from storyscript.rendering.files import sha256_of
from storyscript.rendering.ledger import LEDGER, peek
from storyscript.rendering.plan import PLAN

if TYPE_CHECKING:
    from pathlib import Path


class Copies:
    """Which folders beside each other are copies, looked through once.

    Copies have the first entry of their ledgers in common; one that was made before there was any, the plan.

    Args:
        parent: the folder that holds the stories' folders.
    """

    def __init__(self, parent: Path) -> None:
        self._by_first: Final[dict[tuple[float, str], list[str]]] = {}
        self._by_plan: Final[dict[str, list[str]]] = {}
        self._begun: Final[set[str]] = set()
        for beside in sorted(ledger.parent for ledger in parent.glob(f"*/{LEDGER}")):
            with contextlib.suppress(DiskError):  # a damaged one submits nothing itself
                first = _first(beside)
                if first is not None:
                    self._begun.add(beside.name)
                    self._by_first.setdefault(first, []).append(beside.name)
                planned = sha256_of(beside / PLAN)
                if planned is not None:
                    self._by_plan.setdefault(planned, []).append(beside.name)

    def of(self, folder: Path) -> Path | None:
        """A folder beside a story's that is a copy of it, or which it is a copy of; None where there is none.

        Raises:
            DiskError: the folder's own ledger cannot be read.
        """
        first = _first(folder)
        same = list(self._by_first.get(first, [])) if first is not None else []
        # Equal plans have equal bytes.
        planned = self._by_plan.get(sha256_of(folder / PLAN) or "", [])
        same += [other for other in planned if first is None or other not in self._begun]
        name = folder.absolute().name
        return next((folder.parent / other for other in same if other != name), None)


def of_a_copy(folder: Path, other: Path) -> UnfinishedError:
    """What is said where a story's folder and another are copies."""
    return UnfinishedError(
        f"`{folder}` and `{other}` are copies of each other, so that nothing is submitted for either, lest it be paid "
        "for twice: move away the one that is not to go on, then `storyscript resume "
        f"{shlex.quote(str(folder.parent))}`"
    )


def _first(folder: Path) -> tuple[float, str] | None:
    """What the first entry of a folder's ledger is known by: no two jobs are begun at the same moment."""
    entries = peek(folder)
    return (entries[0].at, entries[0].job) if entries else None
