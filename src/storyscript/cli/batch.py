"""Several stories from the command line, in one pool: opened, watched, interrupted, summed up."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from storyscript.cli import exits
from storyscript.cli.events import Events
from storyscript.cli.planning import ask_price, count, new_jobs, require_at_most
from storyscript.cli.results import Results
from storyscript.cli.summary import summary
from storyscript.diagnostics.text import visible
from storyscript.errors import StoryscriptError
from storyscript.rendering.render import Options, Rendering, carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from storyscript.rendering.hints import Hints
    from storyscript.rendering.progress import Progress
    from storyscript.rendering.workplace import Workplace
    from storyscript.sessions import Session

_FEW_FILES: Final = 64
"""Files that are open anyhow, and those of the connections."""


class Audience(Protocol):
    """Who hears how the stories get on; a context manager."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...
    def hear(self, place: int, news: Progress) -> None:
        """Take news of a job: which folder, and what."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run goes about it.

    Attributes:
        jobs: tasks at once.
        detach: submit, and leave the tasks to themselves.
        most: what it may cost, in dollars; None for no bound.
        as_json: events as lines of JSON in place of what is for people.
        after: done once the folders are ready, before anything is submitted.
        listen: where the service's callbacks are heard; None for nowhere.
        results: where results go.
    """

    jobs: int
    detach: bool = False
    most: Decimal | None = None
    as_json: bool = False
    after: Callable[[Sequence[Workplace], Session], Any] | None = None
    listen: Callable[[Sequence[Workplace], Hints], contextlib.AbstractAsyncContextManager[object]] | None = None
    results: Results = field(default_factory=lambda: Results(sys.stdout))


def perform(
    openers: Sequence[Callable[[Session], Workplace]], open_session: Callable[[], Session], terms: Terms
) -> int:
    """Do what is left to do for stories.

    Args:
        openers: each takes one story's folder and makes it ready.
        open_session: opens the service; called in the event loop.
        terms: how.

    Returns:
        The exit code.

    Raises:
        KeyboardInterrupt: interrupted where nothing goes on at the service.
        StoryscriptError: there is no session to be had.
    """
    code = asyncio.run(_perform(openers, open_session, terms))
    if terms.results.lost is None:
        return code
    sys.stderr.write(f"storyscript: cannot write the output: {terms.results.lost.strerror or terms.results.lost}\n")
    return exits.worst([code, exits.DISK])


async def _perform(
    openers: Sequence[Callable[[Session], Workplace]], open_session: Callable[[], Session], terms: Terms
) -> int:
    codes: list[int] = []
    _allow_files(2 * len(openers) + _FEW_FILES)
    async with open_session() as session:
        with contextlib.ExitStack() as folders:
            places = []
            for opener in openers:
                try:
                    place = opener(session)
                except StoryscriptError as error:
                    codes.append(complain(error, terms))
                else:
                    folders.callback(place.close)
                    places.append(place)
            try:
                if terms.after is not None:
                    await terms.after(places, session)
                if terms.most is not None and (jobs := new_jobs(places)):
                    price = await ask_price(session.client, jobs, tool=places[0].plan.tool)
                    require_at_most(terms.most, price)
            except StoryscriptError as error:
                return exits.worst([*codes, complain(error, terms)])
            codes += await _carry_out(places, session, terms)
    return exits.worst(codes)


async def _carry_out(places: Sequence[Workplace], session: Session, terms: Terms) -> list[int]:
    options = Options(jobs=terms.jobs, detach=terms.detach)
    async with contextlib.AsyncExitStack() as stack:
        hints = await stack.enter_async_context(session.hints())
        if terms.listen is not None:
            await stack.enter_async_context(terms.listen(places, hints))
        audience = stack.enter_context(_audience(places, session, terms))
        if session.lasting:
            stack.enter_context(_interruptible(options.interrupted, audience))
        renderings = await carry_out(
            places, session.client, session.world, options=_with(options, hints), on_progress=audience.hear
        )
    return [*_codes(places, renderings, session, terms), *_interrupted_code(places, renderings, options)]


def _with(options: Options, hints: Hints) -> Options:
    return Options(options.jobs, options.deadline, options.detach, hints, options.interrupted)


def _codes(places: Sequence[Workplace], renderings: Sequence[Rendering], session: Session, terms: Terms) -> list[int]:
    codes = []
    told: set[int] = set()
    for place, rendering in zip(places, renderings, strict=True):
        here: set[str] = set()
        for error in rendering.errors:
            codes.append(exits.code_of(error))
            # What stopped all stories is said once, and once a story what came to each of its jobs.
            if id(error) not in told and str(error) not in here:
                complain(error, terms, place.plan.title)
            told.add(id(error))
            here.add(str(error))
        if place.only_fetches and any(job.left and job.task_id is None for job in rendering.jobs):
            codes.append(exits.UNFINISHED)  # whoever publishes what was fetched would publish half a story
        if terms.as_json:
            Events(terms.results, places).story(place, rendering)
        else:
            terms.results.write(summary(place.plan, rendering, offline=not session.lasting))
    return codes


def _interrupted_code(places: Sequence[Workplace], renderings: Sequence[Rendering], options: Options) -> list[int]:
    if not options.interrupted.is_set():
        return []
    folders = sorted({str(place.folder.parent) for place in places})
    under_way = sum(job.left and job.task_id is not None for one in renderings for job in (*one.jobs, *one.leftovers))
    left = sum(job.left and job.task_id is None for one in renderings for job in one.jobs)
    sys.stderr.write(interrupted_words(folders, under_way, left))
    return [exits.INTERRUPTED]


def interrupted_words(folders: Sequence[str], under_way: int | None, left: int | None) -> str:
    """What is said at an interruption.

    Args:
        folders: which hold the stories' folders.
        under_way: tasks that go on at the service; None where nobody has counted.
        left: jobs that were not submitted.
    """
    what = "what was submitted goes on at the service"
    if under_way is not None:
        what = f"{count(under_way, 'task')} under way at the service"
        what += f", {count(left, 'job')} not submitted" if left else ""
    ways = " and ".join(f"`storyscript resume {visible(folder)}`" for folder in folders)
    more = ", submits the rest (with `--fetch-only` it does not)" if left else ""
    return f"storyscript: interrupted: {what}; {ways} fetches what there is{more}, and pays nothing twice\n"


def complain(error: StoryscriptError, terms: Terms, title: str = "") -> int:
    """Say what went wrong, to people and, where they asked for events, to programs.

    Args:
        error: what.
        terms: whether as an event, too.
        title: the story's, where it is one story's.

    Returns:
        The exit code that it asks for.
    """
    if terms.as_json:
        Events(terms.results, []).error(error, title)
    where = f"{visible(title)}: " if title else ""
    print(f"storyscript: {where}{visible(str(error))}", file=sys.stderr)  # noqa: T201 - our own voice
    return exits.code_of(error)


def _audience(places: Sequence[Workplace], session: Session, terms: Terms) -> Audience:
    if terms.as_json:
        return Events(terms.results, places, redact=session.client.redact)
    from storyscript.cli.progress import Display  # noqa: PLC0415 - late: programs that read events need no rich

    return Display(places, sys.stderr, redact=session.client.redact)


@contextlib.contextmanager
def _interruptible(interrupted: asyncio.Event, audience: Audience) -> Iterator[None]:
    """Let the first Ctrl-C (or SIGTERM) end the work in good order, and a second one at once.

    A terminal that goes away (SIGHUP) is as the first, however often it is told; `nohup` has it not told at all.
    """
    loop = asyncio.get_running_loop()

    def hear() -> None:
        if interrupted.is_set():
            # The ledger is a step ahead of whatever is under way, so nothing is lost by ending here.
            with contextlib.suppress(Exception):  # a terminal that is not put right must not keep us
                audience.__exit__(None, None, None)
            os._exit(exits.INTERRUPTED)
        interrupted.set()

    heard: dict[int, Callable[[], None]] = {signal.SIGINT: hear, signal.SIGTERM: hear}
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        heard[signal.SIGHUP] = interrupted.set
    try:
        for number, do in heard.items():
            loop.add_signal_handler(number, do)
    except (NotImplementedError, RuntimeError, ValueError):
        yield  # not the main thread, or a system without such handlers: KeyboardInterrupt it is
        return
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)


def _allow_files(number: int) -> None:
    """Let this process open so many files, as far as the system lets it."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < number:
        most = number if hard == resource.RLIM_INFINITY else min(number, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
