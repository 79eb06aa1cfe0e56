"""One job, seen through: submitted once, watched to its end, its outputs fetched. What all stories of a run share.

Source: API page, "Task life cycle" and "Limits, retries, price".
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from storyscript import protocol
from storyscript.errors import (
    CredentialsError,
    DeadlineError,
    DiskError,
    ExpiredError,
    LimitError,
    MalformedAnswerError,
    RefusedError,
    StoryscriptError,
    SubmissionUnknownError,
    TaskFailedError,
    UnreachableError,
)
from storyscript.rendering.pool import StoppedError
from storyscript.rendering.progress import JobRendering, Progress
from storyscript.rendering.ways import Ways
from storyscript.rendering.world import to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from storyscript.rendering.fetching import Fetcher
    from storyscript.rendering.hints import Hints
    from storyscript.rendering.ledger import Ledger
    from storyscript.rendering.plan import Plan, PlannedJob
    from storyscript.rendering.pool import Pool
    from storyscript.rendering.uploading import Uploads
    from storyscript.rendering.world import World
    from storyscript.wiro import Task, WiroClient

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 5.0
"""Seconds between two looks at a task; they grow from the first to the longest."""
LIVE_PAUSE: Final = 30.0
"""The same while the service tells of its tasks by itself: it may stop telling without a sign."""
OUTAGE: Final = 300.0
"""Seconds for which a task may not be seen: an outage of a minute is no reason to leave a run of hours."""
DEADLINE: Final = 1800.0
"""Seconds after which a task that has not ended is left to itself."""
OUTPUTS_PAUSE: Final = 3.0
OUTPUTS_LOOKS: Final = 10
"""Seconds between looks, and how many, at a task that has ended and names no outputs yet."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What all jobs of a run share.

    Attributes:
        client: talks to the service.
        world: clocks, sleep, disk.
        pool: how many tasks there may be at once.
        hints: word that a task has ended.
        fetcher: fetches outputs.
        uploads: local files at the service.
        deadline: seconds that a task may take.
        detach: submit, and leave the tasks to themselves.
        known: ids of all tasks of this service that some ledger has.
    """

    client: WiroClient
    world: World
    pool: Pool
    hints: Hints
    fetcher: Fetcher
    uploads: Uploads
    deadline: float = DEADLINE
    detach: bool = False
    known: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the jobs of one story are worked on.

    Attributes:
        engine: what all stories share.
        folder: the story's.
        plan: its jobs.
        ledger: what became of them.
        tell: hears of each step.
    """

    engine: Engine
    folder: Path
    plan: Plan
    ledger: Ledger
    tell: Callable[[Progress], None]

    async def see_through(self, number: int, rendering: JobRendering) -> None:
        """Do what is left to do for a job; its error is kept with it."""
        try:
            await self._go_on(number, rendering)
        except StoppedError:
            rendering.left = True
        except asyncio.CancelledError:
            entry = rendering.entry
            if entry is not None and entry.state == "intended":
                rendering.error = self.ways.unknown(entry)  # its Run was heard to its end, and had no answer
            raise
        except StoryscriptError as error:
            rendering.error = error
            if isinstance(error, CredentialsError | DiskError):
                # Of each further job the same would come, or nothing could be written down of it.
                self.engine.pool.stop(error)
            self.tell(Progress(number, "failed", rendering.task_id, error=error))
            return
        if rendering.left:
            self.tell(Progress(number, "left", rendering.task_id, "" if rendering.task_id else "not submitted"))
            return
        count = len(rendering.kept)
        status = "was there already" if rendering.standing == "there" else rendering.entry and rendering.entry.status
        self.tell(Progress(number, "done", rendering.task_id, status or "", saved=count, outputs=count))

    async def _go_on(self, number: int, rendering: JobRendering) -> None:
        entry = rendering.entry
        if rendering.error is not None:
            raise rendering.error  # it could not be looked for
        match rendering.standing:
            case "there":
                return
            case "unknown" if entry is not None:
                raise self.ways.unknown(entry)
            case "failed" if entry is not None:
                raise TaskFailedError(
                    f"task {entry.task} failed in an earlier run: run the story again to have it drawn anew",
                    task_id=entry.task or "",
                )
            case "new" if rendering.left:
                return
            case "new":
                task = await self._submitted(number, rendering)
            case _:
                if self.engine.detach:
                    rendering.left = True
                    return
                with self.engine.pool.held():
                    task = await self._ended(number, rendering)
                    self.engine.pool.ended()
        if task is not None:
            await self._save(number, rendering, task)

    @property
    def ways(self) -> Ways:
        """What a person can do."""
        return Ways(self.folder)

    # ---- submitting ----------------------------------------------------------------------------------------------

    async def _submitted(self, number: int, rendering: JobRendering) -> Task | None:
        """The task of a job that had none, once it has ended; None where it is left to itself."""
        pool, refused = self.engine.pool, False
        while True:
            async with pool.place(again=refused):
                try:
                    async with pool.turn():
                        await self._send(number, rendering)
                except LimitError as error:
                    pool.refused(error)
                    refused = True
                    self.tell(Progress(number, "waiting"))
                    continue
                except (SubmissionUnknownError, UnreachableError) as error:
                    pool.lost(error)
                    raise
                pool.accepted()
                if self.engine.detach:
                    pool.keep()
                    rendering.left = True
                    return None
                task = await self._ended(number, rendering)
                pool.ended()
                return task

    async def _send(self, number: int, rendering: JobRendering) -> None:
        job = rendering.job
        assert job is not None  # noqa: S101 - for the type checker: what the story has no more is never submitted
        self.tell(Progress(number, "submitting"))
        sent = await self.engine.uploads.resolve(job.parameters, self.plan, self.folder, self.ledger)
        # What the Run's answer says is the only sign of whether it was paid for.
        await to_its_end(self._submit(rendering, job, sent))

    async def _submit(self, rendering: JobRendering, job: PlannedJob, sent: Mapping[str, Any]) -> None:
        """Send a job's Run, once, with the ledger a step ahead of it and a step behind."""
        plan = self.plan
        if self.engine.pool.is_stopped:
            raise StoppedError
        rendering.entry = entry = self.ledger.intend(
            job=job.hash,
            service=plan.service,
            tool=plan.tool,
            lead=job.lead,
            parameters=sent,
            panels=len(job.order),
            at=self.engine.world.wall(),
        )
        try:
            submission = await self.engine.client.run(sent, tool=plan.tool)
        except SubmissionUnknownError:
            raise self.ways.unknown(entry) from None
        except StoryscriptError as error:
            self.ledger.refused(entry, type(error).__name__)
            raise
        if submission.taskid in self.engine.known:
            # Two Runs with one task: whichever of the two answers is wrong, nobody knows what was paid for.
            raise self.ways.unknown(entry)
        self.engine.known.add(submission.taskid)
        try:
            self.ledger.accepted(entry, submission.taskid, submission.socketaccesstoken)
        except DiskError as error:
            raise DiskError(
                f"{error}; task {submission.taskid} was accepted: once the disk can be written to, "
                f"{self.ways.adopt(submission.taskid)}"
            ) from error

    # ---- waiting -------------------------------------------------------------------------------------------------

    async def _ended(self, number: int, rendering: JobRendering) -> Task:
        """A job's task, once it has ended well and names its outputs; that it has ended is in the ledger.

        Raises:
            TaskFailedError: it has ended otherwise.
            StoryscriptError: what asking raises; the task goes on.
        """
        entry = rendering.entry
        assert entry is not None  # noqa: S101 - for the type checker
        hints, names = self.engine.hints, (entry.task, entry.token)

        def hear(status: str, percent: int | None) -> None:
            self.tell(Progress(number, "waiting", entry.task, status, percent=percent))

        hints.expect(*names, hear=hear)
        if entry.token:
            hints.follow(entry.token)
        try:
            task = await self._terminal(number, rendering)
        finally:
            hints.release(*names)
            if entry.token:
                hints.forget(entry.token)
        task = await self._with_outputs(task, rendering)
        # What ended well once did so, whatever the service makes of it since: it is paid for, and may be all gone.
        well = task.succeeded or entry.state in ("ended", "saved")
        self.ledger.ended(entry, task.status, task.totalcost, task.elapsedseconds, succeeded=well)
        if not well:
            reason = self.engine.client.redact(task.failure_reason)
            raise TaskFailedError(f"task {task.id} failed: {reason}", task_id=task.id)
        return task

    async def _terminal(self, number: int, rendering: JobRendering) -> Task:
        world = self.engine.world
        pause, end, status = FIRST_PAUSE, world.now() + self.engine.deadline, ""
        seen = world.now()
        while True:
            try:
                task = await self._look(rendering)
            except (UnreachableError, LimitError) as error:
                if _is_lasting(error) or world.now() - seen >= min(OUTAGE, self.engine.deadline):
                    raise
                self.tell(Progress(number, "waiting", rendering.task_id, "the service cannot be reached, trying again"))
                await world.sleep(max(LONGEST_PAUSE, getattr(error, "retry_after", None) or 0.0))
                continue
            seen = world.now()
            if task.status != status:
                status = task.status
                self.tell(Progress(number, "waiting", task.id, status))
            if task.is_terminal:
                return task
            left = end - world.now()
            if left <= 0:
                raise DeadlineError(
                    f"task {task.id} is still in `{self.engine.client.redact(status)}` after "
                    f"{self.engine.deadline:g} seconds; it goes on at the service: `{self.ways.resume}` fetches "
                    "its panels later"
                )
            rest = LIVE_PAUSE if self.engine.hints.is_live() else pause
            await self.engine.hints.wait(task.id, min(rest, left))
            pause = min(pause * 1.5, LONGEST_PAUSE)

    async def _look(self, rendering: JobRendering) -> Task:
        entry = rendering.entry
        assert entry is not None  # noqa: S101 - for the type checker
        assert entry.task is not None  # noqa: S101 - for the type checker
        try:
            task = rendering.task = await self.engine.client.task_detail(entry.task)
        except RefusedError as error:
            if error.code != protocol.CODE_NOT_FOUND:
                raise
            raise RefusedError(
                f"the service knows nothing of task {entry.task}, which the ledger in `{self.folder}` names: check "
                "that the credentials are those it was submitted with; to have it drawn anew, and paid for, "
                f"{self.ways.resubmit(entry)}",
                code=error.code,
            ) from None
        return task

    async def _with_outputs(self, task: Task, rendering: JobRendering) -> Task:
        """A task that has ended, looked at until it names outputs: they may come late."""
        looks = 1
        while _may_have_outputs_yet(task) and looks < OUTPUTS_LOOKS:
            await self.engine.world.sleep(OUTPUTS_PAUSE)
            again, looks = await self._look(rendering), looks + 1
            task = again if again.is_terminal else task  # an end stays one, or what is paid for would be drawn again
        return task

    # ---- fetching ------------------------------------------------------------------------------------------------

    async def _save(self, number: int, rendering: JobRendering, task: Task) -> None:
        entry = rendering.entry
        assert entry is not None  # noqa: S101 - for the type checker
        if not task.outputs:
            raise MalformedAnswerError(
                f"task {task.id} ended well, but the service names no outputs: {self.ways.without_outputs(entry)}"
            )
        count = len(task.outputs)

        def tell(done: int) -> None:
            self.tell(Progress(number, "saving", task.id, task.status, saved=done, outputs=count))

        tell(0)
        try:
            kept = await self.engine.fetcher.fetch(
                task,
                entry.number,
                self.folder,
                before=entry.files,
                ask_again=lambda: self._look(rendering),
                tell=tell,
            )
        except ExpiredError as error:
            raise ExpiredError(
                f"task {task.id}: {error}: {self.ways.without_outputs(entry)}", code=error.code
            ) from None
        except UnreachableError as error:
            raise UnreachableError(f"task {task.id}: {error}; `{self.ways.resume}` fetches it") from None
        self.ledger.saved(entry, kept)
        rendering.shown = entry


def _is_lasting(error: UnreachableError | LimitError) -> bool:
    """Asking again is of no use: of a certificate that is not accepted, or where it is money that is missing."""
    return error.lasting if isinstance(error, UnreachableError) else error.code is not None


def _may_have_outputs_yet(task: Task) -> bool:
    if task.status != protocol.STATUS_POSTPROCESS_END or task.outputs:
        return False
    return (task.pexit or "").strip() in ("", protocol.EXIT_SUCCESS)
