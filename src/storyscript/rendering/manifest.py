"""`manifest.json`: what a story's folder holds, and where each panel comes from.

No secrets, no absolute paths, no URLs that expire (command-line page, "On disk").
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from storyscript.rendering.files import read_file
from storyscript.rendering.ledger import hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from storyscript.rendering.placement import SavedFile
    from storyscript.rendering.plan import Plan, PlannedPanel
    from storyscript.rendering.progress import JobRendering

SCHEMA: Final = 1
_MOST_DIGITS: Final = 30
MANIFEST: Final = "manifest.json"


def manifest_of(plan: Plan, renderings: Sequence[JobRendering], *, offline: bool) -> bytes:
    """The manifest of a story as far as it is rendered."""
    saved = {file.panel: file for job in renderings for file in job.files if file.panel is not None}
    loose = [file for job in renderings for file in job.files if file.panel is None]
    manifest = {
        "schema": SCHEMA,
        "offline": offline,
        "story": {
            "file": plan.file,
            "title": plan.title,
            "author": plan.author,
            "lettering": plan.lettering,
            "sha256": _story_hash(plan),
        },
        "tool": plan.tool,
        "cost": total(job.entry.cost for job in renderings if job.entry is not None and job.entry.state != "refused"),
        "jobs": [_job(job) for job in renderings],
        "panels": [_panel(panel, saved.get(panel.number)) for panel in plan.panels],
        "unplaced": [_file(file) for file in loose],
    }
    # A lone surrogate comes from a file's name; its escape is JSON's own.
    return (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def shows_all(folder: Path, plan: Plan) -> bool:
    """Whether a folder's manifest tells of this story with every job done, and what it names is there.

    The ledger alone does not say so: it knows of files in the store, and a process may have died before it gave them
    the panels' names.
    """
    try:
        manifest: Any = json.loads(read_file(folder / MANIFEST))
        named = [file["file"] for file in (*manifest["panels"], *manifest["unplaced"])]
        is_whole = manifest["story"]["sha256"] == _story_hash(plan) and all(job["done"] for job in manifest["jobs"])
        return is_whole and all((folder / str(name)).is_file() for name in named if name is not None)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def tasks_told(folder: Path) -> set[str]:
    """The ids of the service's tasks that a folder's manifest tells of; none where it cannot be understood."""
    try:
        manifest: Any = json.loads(read_file(folder / MANIFEST))
        return set() if manifest["offline"] else {str(job["task"]["id"]) for job in manifest["jobs"] if job["task"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()


def total(numbers: Iterable[str | None]) -> str | None:
    """The sum of amounts as the service gave them; None where one of them is missing or no number."""
    result, count = Decimal(0), 0
    for number in numbers:
        try:
            amount = Decimal(number or "")
        except InvalidOperation:
            return None
        if not amount.is_finite() or abs(amount.adjusted()) > _MOST_DIGITS:
            return None
        result += amount
        count += 1
    return f"{result.normalize():f}" if count else None


def _story_hash(plan: Plan) -> str:
    """Of what the story means: what is sent, and the panels' names and words."""
    panels = [[panel.name, panel.section, panel.words] for panel in plan.panels]
    return hash_of([plan.title, plan.author, [job.compiled for job in plan.jobs], panels])


def _job(rendering: JobRendering) -> dict[str, Any]:
    entry, job = rendering.entry, rendering.job
    assert job is not None  # noqa: S101 - for the type checker: leftovers are no jobs of the story
    has_task = entry is not None and entry.task is not None
    return {
        "lead": job.lead,
        "sha256": job.compiled,
        "order": list(job.order),
        "task": {"id": entry.task, "status": entry.status, "cost": entry.cost, "seconds": entry.seconds}
        if entry is not None and has_task
        else None,
        # It may have become so since its files were looked at: then the next manifest says it, with them.
        "done": rendering.is_done and bool(rendering.files),
        "files": [_file(file) for file in rendering.files],
    }


def _panel(panel: PlannedPanel, file: SavedFile | None) -> dict[str, Any]:
    return {
        "number": panel.number,
        "kind": panel.kind,
        "name": panel.name,
        "section": panel.section,
        "lead": panel.lead,
        "words": panel.words,
        "source": dict(panel.source),
        **({"file": None, "sha256": None, "bytes": None} if file is None else _file(file)),
    }


def _file(file: SavedFile) -> dict[str, Any]:
    return {"file": file.path, "sha256": file.sha256, "bytes": file.size}
