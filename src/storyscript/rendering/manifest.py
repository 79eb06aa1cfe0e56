"""`manifest.json`: what a story's folder holds, and where each panel comes from.

No secrets, no absolute paths, no URLs that expire (command-line page, "On disk").
"""

from __future__ import annotations

import json
import posixpath
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from storyscript.rendering.tasks import hash_of
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from storyscript.ir import Panel, Story
    from storyscript.rendering.render import JobRendering
    from storyscript.rendering.saving import SavedFile

SCHEMA: Final = 1
_MOST_DIGITS: Final = 30
MANIFEST: Final = "manifest.json"


def holds_paid_panels(folder: Path) -> bool:
    """Whether a story's folder holds panels that a service drew which is not the one in this process."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return manifest["offline"] is False and any(panel["file"] for panel in manifest["panels"])
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return True  # nobody can tell, so take no chances


def manifest_of(story: Story, renderings: Sequence[JobRendering], *, offline: bool) -> bytes:
    """The manifest of a story as far as it is rendered."""
    folder = posixpath.dirname(story.file)
    saved = {file.panel.number: file for job in renderings for file in job.files if file.panel is not None}
    loose = [file for job in renderings for file in job.files if file.panel is None]
    manifest = {
        "schema": SCHEMA,
        "offline": offline,
        "story": {
            "file": posixpath.basename(story.file),
            "title": story.title,
            "author": story.author,
            "lettering": story.lettering,
            "sha256": _story_hash(story, renderings),
        },
        "tool": story_diffusion_advanced().slug,
        "cost": total(_cost(job) for job in renderings if job.task is not None or job.earlier is not None),
        "jobs": [_job(job) for job in renderings],
        "panels": [_panel(panel, saved.get(panel.number), folder) for panel in story.panels],
        "unplaced": [_file(file) for file in loose],
    }
    # A lone surrogate comes from a file's name; its escape is JSON's own.
    return (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


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


def _story_hash(story: Story, renderings: Sequence[JobRendering]) -> str:
    """Of what the story means: what is sent, and the panels' names and words."""
    panels = [[panel.name, panel.section, panel.words] for panel in story.panels]
    return hash_of([story.title, story.author, [job.hash for job in renderings], panels])


def _cost(rendering: JobRendering) -> str | None:
    if rendering.task is not None:
        return rendering.task.totalcost
    cost = (rendering.earlier or {}).get("cost")
    return cost if isinstance(cost, str) else None


def _job(rendering: JobRendering) -> dict[str, Any]:
    task = rendering.task
    return {
        "lead": rendering.job.lead,
        "sha256": rendering.hash,
        "order": [panel.number for panel in rendering.job.panels],
        "task": rendering.earlier
        if rendering.task_id is None
        else {
            "id": rendering.task_id,
            "status": task.status if task is not None else None,
            "cost": task.totalcost if task is not None else None,
            "seconds": task.elapsedseconds if task is not None else None,
        },
        "done": rendering.error is None and bool(rendering.files) and not rendering.saving,
        "files": [_file(file) for file in rendering.files],
    }


def _panel(panel: Panel, file: SavedFile | None, folder: str) -> dict[str, Any]:
    first, last = panel.span.first, panel.span.last
    return {
        "number": panel.number,
        "kind": panel.kind,
        "name": panel.name,
        "section": panel.section,
        "lead": panel.lead,
        "words": panel.words,
        "source": {
            "file": posixpath.relpath(panel.span.source.name, folder or "."),
            "line": first.line,
            "column": first.column,
            "endLine": last.line,
            "endColumn": last.column,
        },
        **({"file": None, "sha256": None, "bytes": None} if file is None else _file(file)),
    }


def _file(file: SavedFile) -> dict[str, Any]:
    return {"file": file.path, "sha256": file.sha256, "bytes": file.size}
