"""Rendering a story: its jobs side by side, each submitted once, watched to its end, its outputs saved.

Source: API page, "Task life cycle"; command-line page, "On disk".
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from storyscript import protocol
from storyscript.errors import (
    ConfigurationError,
    DeadlineError,
    LimitError,
    MalformedAnswerError,
    RefusedError,
    StoryError,
    StoryscriptError,
    SubmissionUnknownError,
    TaskFailedError,
)
from storyscript.naming import story_folder
from storyscript.rendering.lock import folder_lock
from storyscript.rendering.manifest import MANIFEST, holds_paid_panels, manifest_of
from storyscript.rendering.reuse import take_over
from storyscript.rendering.saving import Placement, SavedFile, save_output
from storyscript.rendering.tasks import TaskEntry, TaskRecord, hash_of
from storyscript.targets.payload import payload

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from storyscript.compiler import Compilation
    from storyscript.ir import Job, Story
    from storyscript.wiro import Task, WiroClient

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 5.0
"""Seconds between two looks at a task; they grow from the first to the longest."""
DEADLINE: Final = 1800.0
"""Seconds after which a task that has not ended is left to itself."""


@dataclass(frozen=True, slots=True)
class Progress:
    """News of a job.

    Attributes:
        job: its number in the story, from 0.
        stage: what is being done; `failed` and `done` end it.
        task: its id on the server, once it has one.
        status: where the task stands, as the service says.
        saved, outputs: how many of the task's outputs are on the disk.
        error: why it failed.
    """

    job: int
    stage: Literal["submitting", "waiting", "saving", "failed", "done"]
    task: str | None = None
    status: str = ""
    saved: int = 0
    outputs: int = 0
    error: StoryscriptError | None = None


@dataclass(slots=True)
class JobRendering:
    """What became of a job.

    Attributes:
        job: the job.
        hash: of what was sent.
        task_id: its id on the server, once it has one.
        entry: what the record holds of it, once it was accepted.
        task: the service's last word on it.
        files: its outputs, in the order in which they came.
        placed: the outputs are the job's panels.
        saving: its files are not all there yet.
        earlier: what the manifest says of the task that drew it in an earlier run; then nothing was submitted.
        error: why it is not done, or None.
    """

    job: Job
    hash: str
    task_id: str | None = None
    entry: TaskEntry | None = None
    task: Task | None = None
    files: list[SavedFile] = field(default_factory=list)
    placed: bool = False
    saving: bool = False
    earlier: dict[str, Any] | None = None
    error: StoryscriptError | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """What became of a story.

    Attributes:
        folder: where everything is.
        jobs: one for each of the story's.
    """

    folder: Path
    jobs: tuple[JobRendering, ...]

    @property
    def panels(self) -> list[Path]:
        """The panels' files, in the story's order."""
        files = [file for job in self.jobs if job.placed for file in job.files]
        return [self.folder / file.path for file in sorted(files, key=lambda file: file.path)]

    @property
    def unplaced(self) -> list[Path]:
        """Outputs of which nobody knows which panel they are."""
        return [self.folder / file.path for job in self.jobs if not job.placed for file in job.files]

    @property
    def errors(self) -> list[StoryscriptError]:
        """Why jobs are not done."""
        return [job.error for job in self.jobs if job.error is not None]


async def render(
    compilation: Compilation,
    client: WiroClient,
    *,
    out: Path,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    now: Callable[[], float] = time.monotonic,
    on_progress: Callable[[Progress], None] | None = None,
    deadline: float = DEADLINE,
    lasting: bool = True,
    force: bool = False,
) -> Rendering:
    """Submit a story's jobs, wait for them, and save their panels under `out/<story>/`.

    A Run is sent once. Each task's id is on the disk before the task is first asked about; a task that an earlier
    call left unfinished is taken up again in place of a new one, where the job is the same.

    Args:
        compilation: a story without errors.
        client: talks to the service; the caller closes it.
        out: the folder that holds the stories' folders.
        sleep: waits for a number of seconds.
        now: a clock in seconds, for the deadline.
        on_progress: hears of each step.
        deadline: seconds that a task may take.
        lasting: the service outlives this process; what is submitted to one that does not is not recorded.
        force: submit jobs too that an earlier run has saved.

    Returns:
        What was saved. Jobs that failed are in it with their errors; the others are complete.

    Raises:
        StoryError: the story has errors; nothing was submitted.
        ConfigurationError: it names local images, which cannot be sent; nothing was submitted.
        DiskError: the folder cannot be used; nothing was submitted.
    """
    story = compilation.story
    if story is None:
        raise StoryError("the story has errors, so nothing was submitted", compilation.problems)
    return await render_into(
        story,
        client,
        folder=out / story_folder(story.file),
        sleep=sleep,
        now=now,
        on_progress=on_progress,
        deadline=deadline,
        lasting=lasting,
        force=force,
    )


async def render_into(
    story: Story,
    client: WiroClient,
    *,
    folder: Path,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    now: Callable[[], float] = time.monotonic,
    on_progress: Callable[[Progress], None] | None = None,
    deadline: float = DEADLINE,
    lasting: bool = True,
    force: bool = False,
) -> Rendering:
    """`render`, into a folder that the caller chose."""
    _refuse_local_images(story)
    if not lasting and holds_paid_panels(folder):
        raise ConfigurationError(
            f"`{folder}` holds panels that the service drew; placeholders would take their places: give another folder"
        )
    with folder_lock(folder) if lasting else contextlib.nullcontext():
        record = TaskRecord(folder if lasting else None)
        renderings = [JobRendering(job, hash_of(payload(job))) for job in story.jobs]
        placement = Placement(folder)
        work = _Work(client, record, placement, sleep, now, on_progress or _ignore, deadline)
        if lasting and not force:
            take_over(folder, renderings, placement)
        # A folder that cannot be written to is found before money is spent.
        work.write_manifest(story, renderings, lasting=lasting)
        try:
            # One job's trouble is no reason to leave another's panels, which are paid for.
            await asyncio.gather(*(work.do(number, rendering) for number, rendering in enumerate(renderings)))
        finally:
            work.write_manifest(story, renderings, lasting=lasting)
        return Rendering(folder, tuple(renderings))


def _ignore(_progress: Progress) -> None:
    """Hear nothing."""


def _refuse_local_images(story: Story) -> None:
    for job in story.jobs:
        for image in (job.image, job.settings["inputImageUrl"]):
            if str(image).startswith("file:"):
                raise ConfigurationError(
                    f"the story names the local image `{str(image).removeprefix('file:')}`, which this version cannot "
                    "upload: put it on the web and give its URL; nothing was submitted"
                )


@dataclass(frozen=True, slots=True)
class _Work:
    """One rendering's tools."""

    client: WiroClient
    record: TaskRecord
    placement: Placement
    sleep: Callable[[float], Awaitable[None]]
    now: Callable[[], float]
    tell: Callable[[Progress], None]
    deadline: float

    async def do(self, number: int, rendering: JobRendering) -> None:
        """See one job through; its error is kept with it."""
        if rendering.files:
            count = len(rendering.files)
            self.tell(Progress(number, "done", status="was there already", saved=count, outputs=count))
            return
        try:
            task_id = rendering.task_id = await self._submitted(number, rendering)
            try:
                task = rendering.task = await self._ended(number, task_id)
            except RefusedError as error:
                if error.code != protocol.CODE_NOT_FOUND or self.record.path is None:
                    raise
                raise RefusedError(
                    f"the service knows nothing of task {task_id}, which `{self.record.path}` names: check that the "
                    "credentials are those it was submitted with; to have it drawn anew, move that file away",
                    code=error.code,
                ) from None
            if not task.succeeded:
                self.record.finish(rendering.entry)
                reason = self.client.redact(task.failure_reason)
                raise TaskFailedError(f"task {task_id} failed: {reason}", task_id=task_id)
            await self._save(number, rendering, task)
            self.record.finish(rendering.entry)
        except StoryscriptError as error:
            rendering.error = error
            self.tell(Progress(number, "failed", rendering.task_id, error=error))
        else:
            count = len(rendering.files)
            self.tell(Progress(number, "done", rendering.task_id, task.status, saved=count, outputs=count))

    async def _submitted(self, number: int, rendering: JobRendering) -> str:
        """The id of the job's task: that of an unfinished one, else of a new one."""
        service = self.client.base_url
        entry = self.record.unfinished(service, rendering.hash)
        if entry is not None:
            if entry.task is None:
                raise SubmissionUnknownError(
                    "an earlier run submitted this job and never heard whether it was accepted, so it is not submitted "
                    f"again: look for the task at Wiro; to have it drawn anew, move `{self.record.path}` away"
                )
            rendering.entry = entry
            return entry.task
        pause, end = FIRST_PAUSE, self.now() + self.deadline
        while True:
            self.tell(Progress(number, "submitting"))
            entry = self.record.intend(service, rendering.hash)
            try:
                submission = await self.client.run(payload(rendering.job))
            except SubmissionUnknownError:
                raise
            except LimitError as error:
                # The service refused: there is no task, and another try costs nothing. Without money there is none.
                self.record.withdraw(entry)
                if error.code not in (None, protocol.CODE_CONCURRENCY) or self.now() >= end:
                    raise
                await self.sleep(max(error.retry_after or 0.0, pause))
                pause = min(pause * 2, LONGEST_PAUSE)
            except StoryscriptError:
                self.record.withdraw(entry)
                raise
            else:
                self.record.accept(entry, submission.taskid)
                rendering.entry = entry
                return submission.taskid

    async def _ended(self, number: int, task_id: str) -> Task:
        pause, end, status = FIRST_PAUSE, self.now() + self.deadline, ""
        while True:
            task = await self.client.task_detail(task_id)
            if task.status != status:
                status = task.status
                self.tell(Progress(number, "waiting", task_id, status))
            if task.is_terminal:
                return task
            if self.now() >= end:
                raise DeadlineError(
                    f"task {task_id} is still in `{status}` after {self.deadline:g} seconds; it goes on at the "
                    "service: run the same story again later to fetch its panels"
                )
            await self.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)

    async def _save(self, number: int, rendering: JobRendering, task: Task) -> None:
        panels = rendering.job.panels
        if not task.outputs:
            raise MalformedAnswerError(f"task {task.id} ended well, but the service names no outputs; try again later")
        # Whether frames alone come back, or pages too, is not known: only their number tells (API page).
        rendering.placed = len(task.outputs) == len(panels)
        rendering.saving = True
        for index, output in enumerate(task.outputs):
            self.tell(Progress(number, "saving", task.id, task.status, saved=index, outputs=len(task.outputs)))
            panel = panels[index] if rendering.placed else None
            rendering.files.append(await save_output(self.client, task.id, output, panel, self.placement))
        rendering.saving = False

    def write_manifest(self, story: Story, renderings: list[JobRendering], *, lasting: bool) -> None:
        """Write what there is by now.

        Raises:
            DiskError: it could not be written.
        """
        self.placement.write(MANIFEST, manifest_of(story, renderings, offline=not lasting))
