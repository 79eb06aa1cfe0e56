"""What an earlier run paid for and saved is not paid for again: jobs whose parameters have not changed.

Source: command-line page, `run` ("what is already there").
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING, Any

from storyscript.rendering.manifest import MANIFEST, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storyscript.rendering.render import JobRendering
    from storyscript.rendering.saving import Placement


def take_over(folder: Path, renderings: Sequence[JobRendering], placement: Placement) -> None:
    """Fill in each job that the folder's manifest has complete, and whose files are still what it says.

    Panels that have another number or name by now get it. All files are copied aside before one gets its name, so
    that panels can change places.

    Raises:
        DiskError: a file could not be written.
    """
    known = _jobs(folder)
    with contextlib.ExitStack() as stack:
        staged = []
        for rendering in renderings:
            job = next((job for job in known if job["sha256"] == rendering.hash), None)
            data = None if job is None else _contents(folder, job)
            if job is None or data is None:
                continue
            known.remove(job)  # each is one job's, where two are equal
            panels = rendering.job.panels
            placed = len(data) == len(panels)
            for index, content in enumerate(data):
                panel = panels[index] if placed else None
                file = stack.enter_context(placement.open(panel))
                file.write(content)
                ending = job["files"][index]["file"].rpartition(".")[2]
                staged.append((rendering, file, panel, ending))
            rendering.placed = placed
            rendering.earlier = job["task"]
        for rendering, file, panel, ending in staged:
            rendering.files.append(placement.keep(file, panel, ending))


def _jobs(folder: Path) -> list[Any]:
    """The complete jobs of the folder's manifest; none where it cannot be understood."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["schema"] != SCHEMA or manifest["offline"]:
            return []
        return [job for job in manifest["jobs"] if job["done"] and job["files"] and job["sha256"] and job["task"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _contents(folder: Path, job: Any) -> list[bytes] | None:  # noqa: ANN401 - JSON
    """The bytes of a job's files, or None where one of them is not what the manifest says."""
    contents = []
    try:
        for entry in job["files"]:
            path = (folder / entry["file"]).resolve()
            if not path.is_relative_to(folder.resolve()):
                return None
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != entry["sha256"]:
                return None
            contents.append(data)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return contents
