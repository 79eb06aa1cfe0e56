"""Rendering stories: all their jobs in one pool, each submitted once, watched to its end, its outputs saved.

Source: command-line page, `run`, `resume`, "On disk"; API page, "Task life cycle".
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.errors import StoryError, StoryscriptError
from storyscript.naming import story_folder
from storyscript.rendering.engine import DEADLINE, Desk, Engine
from storyscript.rendering.fetching import AT_ONCE, Fetcher
from storyscript.rendering.hints import Hints
from storyscript.rendering.lookup import find_lost, known_beside, tasks_at
from storyscript.rendering.plan import plan_of
from storyscript.rendering.pool import JOBS, Pool
from storyscript.rendering.progress import JobRendering, Progress
from storyscript.rendering.uploading import Uploads
from storyscript.rendering.workplace import Workplace
from storyscript.rendering.world import World, to_its_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from storyscript.compiler import Compilation
    from storyscript.wiro import WiroClient

__all__ = ["JobRendering", "Options", "Progress", "Rendering", "carry_out", "render"]

_SHOWN_EACH: Final = 12
"""A story of no more jobs than this shows the panels of each as soon as they are here; looking through all files of a
larger one as often would take too long."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What became of a story.

    Attributes:
        folder: where everything is.
        jobs: one for each of the story's.
        leftovers: tasks of an earlier version of the story; what they made is in the store.
        trouble: why the folder does not show what there is, or None.
        moved: where files went that are not ours and were in the way, relative to the folder.
        why: why jobs were not submitted that could have been, or None.
    """

    folder: Path
    jobs: tuple[JobRendering, ...]
    leftovers: tuple[JobRendering, ...] = ()
    trouble: StoryscriptError | None = None
    moved: tuple[str, ...] = ()
    why: StoryscriptError | None = None

    @property
    def panels(self) -> list[Path]:
        """The panels' files, in the story's order."""
        files = [file for job in self.jobs for file in job.files if file.panel is not None]
        return [self.folder / file.path for file in sorted(files, key=lambda file: file.panel or 0)]

    @property
    def unplaced(self) -> list[Path]:
        """Outputs of which nobody knows which panel they are."""
        return [self.folder / file.path for job in self.jobs for file in job.files if file.panel is None]

    @property
    def errors(self) -> list[StoryscriptError]:
        """Why something is not done."""
        errors = [job.error for job in (*self.jobs, *self.leftovers)]
        kept_back = any(job.left and job.task_id is None for job in self.jobs)
        further = [self.trouble, self.why if kept_back else None]
        return list(dict.fromkeys(error for error in (*errors, *further) if error is not None))

    @property
    def left(self) -> int:
        """How many jobs were not submitted, or are under way with nobody waiting for them."""
        return sum(job.left for job in (*self.jobs, *self.leftovers))


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes about it.

    Attributes:
        jobs: how many tasks there may be at once.
        deadline: seconds that a task may take.
        detach: submit, and leave the tasks to themselves.
        hints: word that a task has ended, from outside; None for none.
        interrupted: set to have nothing more submitted and nothing more waited for.
    """

    jobs: int = JOBS
    deadline: float = DEADLINE
    detach: bool = False
    hints: Hints | None = None
    interrupted: asyncio.Event = field(default_factory=asyncio.Event)


async def render(
    compilation: Compilation,
    client: WiroClient,
    *,
    out: Path,
    world: World | None = None,
    home: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    options: Options | None = None,
    lasting: bool = True,
    force: bool = False,
) -> Rendering:
    """Submit a story's jobs, wait for them, and save their panels under `out/<story>/`.

    A Run is sent once. Its intent is on the disk before it leaves, and its task's id before the task is first asked
    about; a task that an earlier call left unfinished is taken up again in place of a new one, where the job is the
    same.

    Args:
        compilation: a story without errors.
        client: talks to the service; the caller closes it.
        out: the folder that holds the stories' folders.
        world: clocks, sleep, disk.
        home: the folder that the story's local images are relative to; by default that of its file.
        on_progress: hears of each step.
        options: how to go about it.
        lasting: the service outlives this process; what is submitted to one that does not is not recorded.
        force: submit jobs too that an earlier run has saved.

    Returns:
        What was saved. Jobs that failed are in it with their errors; the others are complete.

    Raises:
        StoryError: the story has errors; nothing was submitted.
        ConfigurationError: a local image cannot be uploaded; nothing was submitted.
        UnfinishedError: another process is at work in the folder; nothing was submitted.
        DiskError: the folder cannot be used; nothing was submitted.
    """
    story = compilation.story
    if story is None:
        raise StoryError("the story has errors, so nothing was submitted", compilation.problems)
    world = world or World()
    folder = out / story_folder(story.file)
    plan = plan_of(story, service=client.base_url, home=home or Path(story.file).parent, folder=folder)
    place = Workplace.open(folder, plan, world, lasting=lasting)
    with contextlib.closing(place):
        place.match(force=force)
        place.prepare()
        tell = on_progress or _ignore
        [rendering] = await carry_out(
            [place], client, world, options=options or Options(), on_progress=lambda _place, news: tell(news)
        )
        return rendering


async def carry_out(
    places: Sequence[Workplace],
    client: WiroClient,
    world: World,
    *,
    options: Options,
    on_progress: Callable[[int, Progress], None],
) -> list[Rendering]:
    """Do what is left to do in folders that are ready, side by side; one story's trouble does not stop another.

    Args:
        places: the folders, opened, matched and prepared; the caller closes them.
        client: talks to the service.
        world: clocks, sleep, disk.
        options: how to go about it.
        on_progress: hears of each step: which folder, and what. Leftovers count as further jobs behind a story's own.

    Returns:
        What became of each.
    """
    hints = options.hints or Hints(world)
    engine = Engine(
        client,
        world,
        Pool(world, most=options.jobs, deadline=options.deadline),
        hints,
        Fetcher(client, world, asyncio.Semaphore(AT_ONCE)),
        Uploads(client, world),
        options.deadline,
        options.detach,
        tasks_at(client.base_url, (entry for place in places for entry in place.ledger.entries)),
    )
    interrupted = asyncio.ensure_future(options.interrupted.wait())
    looking = asyncio.ensure_future(_look_for_lost(places, engine))
    try:
        await asyncio.wait({looking, interrupted}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    if not looking.cancelled():
        looking.result()
    stories = [
        asyncio.ensure_future(_one_story(place, engine, lambda news, at=at: on_progress(at, news)))  # type: ignore[misc]  # the default holds it
        for at, place in enumerate(places)
    ]
    everything = asyncio.ensure_future(asyncio.wait(stories)) if stories else None
    try:
        if everything is not None:
            await asyncio.wait({everything, interrupted}, return_when=asyncio.FIRST_COMPLETED)
        engine.pool.stop()
    finally:
        interrupted.cancel()
        # Nothing to cancel where all is done. Else: what a Run's answer says is waited for, nothing else is.
        for story in stories:
            story.cancel()
        if everything is not None:
            await everything
    return [story.result() for story in stories]


async def _one_story(place: Workplace, engine: Engine, tell: Callable[[Progress], None]) -> Rendering:
    """All jobs of a story side by side; whatever happens, its folder shows at the end what there is."""
    desk = Desk(engine, place.folder, place.plan, place.ledger, tell)
    every = [*place.renderings, *place.leftovers]
    showing = asyncio.Lock()

    async def one(number: int, rendering: JobRendering) -> None:
        await desk.see_through(number, rendering)
        if rendering.is_done and 1 < len(every) <= _SHOWN_EACH:
            async with showing:
                await to_its_end(engine.world.offload(place.show))

    try:
        interrupted = await _heard_out(engine.world.offload(place.agree))
    except StoryscriptError as error:
        return Rendering(place.folder, tuple(place.renderings), tuple(place.leftovers), error, tuple(place.moved))
    jobs = [asyncio.ensure_future(one(number, rendering)) for number, rendering in enumerate(every)]
    if interrupted:
        for job in jobs:
            job.cancel()
    try:
        results = await asyncio.gather(*jobs, return_exceptions=True)
    except asyncio.CancelledError:
        for job in jobs:
            job.cancel()
        results = await asyncio.gather(*jobs, return_exceptions=True)
    trouble, mistakes = _trouble(every, results)
    try:
        # In a thread, so that the loop hears a second interruption; and to its end, so that nothing is left half done.
        await _heard_out(engine.world.offload(place.show))
    except StoryscriptError as error:
        trouble = error
    for mistake in mistakes:
        raise mistake  # only now: what the other jobs have is shown
    return Rendering(
        place.folder,
        tuple(place.renderings),
        tuple(place.leftovers),
        trouble,
        tuple(place.moved),
        engine.pool.why,
    )


async def _heard_out(work: Awaitable[None]) -> bool:
    """Do something to its end, however often it is cancelled; whether it was.

    Raises:
        StoryscriptError: what it raises.
    """
    doing, cancelled = asyncio.ensure_future(work), False
    while not doing.done():
        try:
            await asyncio.wait({doing})
        except asyncio.CancelledError:
            cancelled = True
    doing.result()
    return cancelled


def _trouble(
    every: Sequence[JobRendering], results: Sequence[BaseException | None]
) -> tuple[StoryscriptError | None, list[BaseException]]:
    """What went wrong beside the jobs' own errors, and what should not have; jobs that were interrupted are left."""
    trouble: StoryscriptError | None = None
    mistakes = []
    for rendering, result in zip(every, results, strict=True):
        if isinstance(result, asyncio.CancelledError):
            rendering.left = rendering.error is None and rendering.standing != "there"
        elif isinstance(result, StoryscriptError):
            trouble = result
        elif result is not None:
            mistakes.append(result)
    return trouble, mistakes


async def _look_for_lost(places: Sequence[Workplace], engine: Engine) -> None:
    """Find the tasks of jobs of unknown fate, and go on with those that are found for sure."""
    lost = [
        (place, rendering)
        for place in places
        for rendering in (*place.renderings, *place.leftovers)
        if rendering.standing == "unknown"
    ]
    if not lost:
        return
    entries = [rendering.entry for _, rendering in lost if rendering.entry is not None]
    try:
        known = engine.known | known_beside({place.folder for place in places}, engine.client.base_url)
        found = await find_lost(engine.client, entries, known)
    except StoryscriptError as error:
        for _, rendering in lost:
            rendering.error = error
        return
    for place, rendering in lost:
        task = found.get(id(rendering.entry))
        if task is not None and rendering.entry is not None:
            try:
                place.ledger.accepted(rendering.entry, task.id, task.socketaccesstoken)
            except StoryscriptError as error:
                rendering.error = error
                continue
            engine.known.add(task.id)
            rendering.standing = "under way"


def _ignore(_progress: Progress) -> None:
    """Hear nothing."""
