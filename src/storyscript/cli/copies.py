"""Folders of one story that are copies of each other: what one of them would submit, the other would submit again."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from storyscript.errors import DiskError, UnfinishedError
from storyscript.rendering import plan as plans
from storyscript.rendering.ledger import LEDGER, peek

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.rendering.plan import Plan


def copy_of(folder: Path, plan: Plan) -> Path | None:
    """A folder beside a story's that is a copy of it, or which it is a copy of; None where there is none.

    Copies have the first entry of their ledgers in common; one that was made before there was any, the plan.

    Args:
        folder: the story's.
        plan: the one that is in it.

    Raises:
        DiskError: the folder's own ledger cannot be read.
    """
    first = _first(folder)
    for beside in sorted(ledger.parent for ledger in folder.absolute().parent.glob(f"*/{LEDGER}")):
        if beside.name == folder.absolute().name:
            continue
        with contextlib.suppress(DiskError):  # a damaged one submits nothing itself
            other = _first(beside)
            if (first == other) if first and other else (plans.load(beside) == plan):
                return folder.parent / beside.name
    return None


def of_a_copy(folder: Path, other: Path) -> UnfinishedError:
    """What is said where a story's folder and another are copies."""
    return UnfinishedError(
        f"`{folder}` and `{other}` are copies of each other, so that nothing is submitted for either, lest it be paid "
        f"for twice: move away the one that is not to go on, then `storyscript resume {folder.parent}`"
    )


def _first(folder: Path) -> tuple[float, str] | None:
    """What the first entry of a folder's ledger is known by: no two jobs are begun at the same moment."""
    entries = peek(folder)
    return (entries[0].at, entries[0].job) if entries else None
