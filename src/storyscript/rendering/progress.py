"""News of what becomes of jobs, for whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from storyscript.errors import StoryscriptError
    from storyscript.rendering.ledger import Entry, Kept
    from storyscript.rendering.matching import Standing
    from storyscript.rendering.placement import SavedFile
    from storyscript.rendering.plan import PlannedJob
    from storyscript.wiro import Task

Stage = Literal["submitting", "waiting", "saving", "failed", "done", "left"]


@dataclass(frozen=True, slots=True)
class Progress:
    """News of a job.

    Attributes:
        job: its number in the story, from 0.
        stage: what is being done; `failed`, `done` and `left` (not submitted, or left to itself) end it.
        task: its id on the server, once it has one.
        status: where the task stands, as the service says.
        saved, outputs: how many of the task's outputs are on the disk.
        percent: how far the drawing is, from 0 to 100, where the service tells.
        error: why it failed.
    """

    job: int
    stage: Stage
    task: str | None = None
    status: str = ""
    saved: int = 0
    outputs: int = 0
    percent: int | None = None
    error: StoryscriptError | None = None


@dataclass(slots=True)
class JobRendering:
    """What became of a job.

    Attributes:
        job: the job; None for what is left of one that the story has no more.
        standing: where it stood before anything was done.
        entry: what the ledger holds of it, once it was to be submitted.
        shown: the entry whose files are its panels for now, or None.
        task: the service's last word on it, where it was asked.
        files: its outputs under their names, in the order in which they came.
        error: why it is not done, or None.
        left: it was not submitted, or it is under way and nobody waits for it.
    """

    job: PlannedJob | None
    standing: Standing
    entry: Entry | None = None
    shown: Entry | None = None
    task: Task | None = None
    files: list[SavedFile] = field(default_factory=list)
    error: StoryscriptError | None = None
    left: bool = False

    @property
    def task_id(self) -> str | None:
        """The task's id on the server, once it has one."""
        return None if self.entry is None else self.entry.task

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Its outputs in the store; none where there are none yet."""
        return () if self.shown is None else self.shown.files

    @property
    def placed(self) -> bool:
        """Its outputs are its panels: whether frames alone come back, or pages too, only their number tells."""
        return self.job is not None and bool(self.kept) and len(self.kept) == len(self.job.order)

    @property
    def is_done(self) -> bool:
        """All that was asked for is here."""
        return self.entry is not None and self.entry.state == "saved" and self.error is None and not self.left

    @property
    def is_new(self) -> bool:
        """This process submitted it, or may have."""
        return self.standing == "new" and self.entry is not None and self.entry.state != "refused"
