"""What a run means to do in one story's folder, as data.

Written down before money is spent, so that `resume` can go on without the story.

Source: command-line page, "On disk" and `resume`.
"""

from __future__ import annotations

import json
import os
import posixpath
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from storyscript.errors import ConfigurationError, DiskError
from storyscript.rendering.files import read_file, sha256_of
from storyscript.rendering.ledger import hash_of
from storyscript.targets.payload import payload
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from storyscript.ir import Job, Panel, Story

PLAN: Final = "plan.json"
LOCAL: Final = "file:"
"""How the value of a parameter begins that names a local file (language page, "From story to jobs")."""
_SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class PlannedPanel:
    """A panel, as far as files and the manifest need it.

    Attributes:
        number, kind, name, section, lead, words: as in `storyscript.ir.Panel`.
        source: where the story has it: file (relative to the story), line, column, endLine, endColumn.
    """

    number: int
    kind: str
    name: str | None
    section: str | None
    lead: str | None
    words: str
    source: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job.

    Attributes:
        lead: its character, or None.
        scenes: how many of its panels are scenes; the rest are events.
        order: the numbers of its panels, in the payload's order.
        parameters: as compiled: a local file is `file:PATH`.
        compiled: the hash of these.
        hash: of what is sent: in it a local file is what it holds, not what it is called.
    """

    lead: str | None
    scenes: int
    order: tuple[int, ...]
    parameters: Mapping[str, Any]
    compiled: str
    hash: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A story's jobs and panels.

    Attributes:
        file: the base name of the story's file.
        title, author, lettering: as the story says.
        tool: the slug of the tool that draws.
        service: the API's address.
        jobs: in the order of their first scenes.
        panels: in the story's order.
        images: each local file that a parameter names (`file:PATH`), and where it is and what it held.
    """

    file: str
    title: str
    author: str
    lettering: str
    tool: str
    service: str
    jobs: tuple[PlannedJob, ...]
    panels: tuple[PlannedPanel, ...]
    images: Mapping[str, LocalImage]

    def panel(self, number: int) -> PlannedPanel:
        """The panel of a number."""
        return self.panels[number - 1]


@dataclass(frozen=True, slots=True)
class LocalImage:
    """A reference image of the story.

    Attributes:
        path: where it is, from the story's output folder.
        sha256: of what it held when the plan was made, in hexadecimal.
    """

    path: str
    sha256: str


def plan_of(story: Story, *, service: str, home: Path, folder: Path) -> Plan:
    """The plan for a story.

    Args:
        story: as compiled.
        service: the API's address.
        home: the folder that the story's local files are relative to.
        folder: the story's output folder, from which `resume` will look for them.

    Raises:
        ConfigurationError: a local image cannot be read.
    """
    images: dict[str, LocalImage] = {}
    jobs = tuple(_job(job, images, home) for job in story.jobs)
    beside = posixpath.dirname(story.file)
    return Plan(
        file=posixpath.basename(story.file),
        title=story.title,
        author=story.author,
        lettering=story.lettering,
        tool=story_diffusion_advanced().slug,
        service=service,
        jobs=jobs,
        panels=tuple(_panel(panel, beside) for panel in story.panels),
        images={name: LocalImage(os.path.relpath(image.path, folder), image.sha256) for name, image in images.items()},
    )


def _job(job: Job, images: dict[str, LocalImage], home: Path) -> PlannedJob:
    parameters = payload(job)
    for value in parameters.values():
        if is_local(value) and value not in images:
            images[value] = _image(value, home)
    compiled, sent = _hashes(parameters, images)
    return PlannedJob(
        lead=job.lead,
        scenes=len(job.scenes),
        order=tuple(panel.number for panel in job.panels),
        parameters=parameters,
        compiled=compiled,
        hash=sent,
    )


def _image(name: str, home: Path) -> LocalImage:
    """The local file that a parameter names, as it is now."""
    path = home / name.removeprefix(LOCAL)
    sha256 = sha256_of(path.resolve())
    if sha256 is None:
        raise ConfigurationError(
            f"the story names the local image `{name.removeprefix(LOCAL)}`, which cannot be read; nothing of this "
            "story was submitted"
        )
    return LocalImage(str(path), sha256)


def _hashes(parameters: Mapping[str, Any], images: Mapping[str, LocalImage]) -> tuple[str, str]:
    """Of parameters as they were compiled, and of what they mean: in place of a local file what it holds."""
    meant = {name: f"sha256:{images[value].sha256}" if is_local(value) else value for name, value in parameters.items()}
    compiled = hash_of(parameters)
    return compiled, compiled if meant == parameters else hash_of(meant)


def is_local(value: object) -> TypeGuard[str]:
    """Whether a parameter's value names a local file."""
    return isinstance(value, str) and value.startswith(LOCAL)


def _panel(panel: Panel, folder: str) -> PlannedPanel:
    first, last = panel.span.first, panel.span.last
    return PlannedPanel(
        panel.number,
        panel.kind,
        panel.name,
        panel.section,
        panel.lead,
        panel.words,
        {
            "file": posixpath.relpath(panel.span.source.name, folder or "."),
            "line": first.line,
            "column": first.column,
            "endLine": last.line,
            "endColumn": last.column,
        },
    )


# ---- on the disk ---------------------------------------------------------------------------------------------------


def dump(plan: Plan) -> bytes:
    """The plan as a file's content."""
    text = json.dumps({"schema": _SCHEMA, **asdict(plan)}, indent=1, ensure_ascii=False)
    # A lone surrogate comes from a file's name; its escape is JSON's own.
    return (text + "\n").encode("utf-8", "backslashreplace")


def load(folder: Path) -> Plan | None:
    """The plan in a story's folder; None where there is none.

    Raises:
        DiskError: it cannot be read, or is damaged.
    """
    path = folder / PLAN
    try:
        data = read_file(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DiskError(f"cannot read `{path}`: {error.strerror or error}") from error
    try:
        return _plan(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DiskError(f"`{path}` is damaged, or another version's: run the story again to make it anew") from None


def _plan(value: dict[str, Any]) -> Plan:
    if value.pop("schema") != _SCHEMA:
        raise ValueError
    jobs = tuple(PlannedJob(**{**job, "order": tuple(map(int, job["order"]))}) for job in value.pop("jobs"))
    panels = tuple(PlannedPanel(**panel) for panel in value.pop("panels"))
    images = {str(name): LocalImage(**image) for name, image in value.pop("images").items()}
    plan = Plan(**value, jobs=jobs, panels=panels, images=images)
    if [panel.number for panel in panels] != list(range(1, len(panels) + 1)):
        raise ValueError
    if any(
        not isinstance(job.parameters, dict) or not set(job.order) <= set(range(1, len(panels) + 1)) for job in jobs
    ):
        raise ValueError
    # What is edited by hand would be paid for, and kept under the name of what it was.
    if any((job.compiled, job.hash) != _hashes(job.parameters, images) for job in jobs):
        raise ValueError
    texts = [plan.file, plan.title, plan.service, plan.tool, *(panel.kind for panel in panels)]
    if not all(isinstance(text, str) for text in (*texts, *(panel.name or "" for panel in panels))):
        raise TypeError
    if not all(isinstance(panel.source, dict) for panel in panels):
        raise TypeError
    return plan
