"""`storyscript resume`: goes on with whatever earlier runs left."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.cli.batch import Terms, complain, interrupted_words, perform
from storyscript.cli.copies import Copies, of_a_copy
from storyscript.cli.deciding import decide
from storyscript.cli.planning import count
from storyscript.cli.run import add_terms, checked_address
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError, DiskError, StoryscriptError, UnfinishedError
from storyscript.rendering import plan as plans
from storyscript.rendering.files import parts_in
from storyscript.rendering.ledger import LEDGER, peek
from storyscript.rendering.manifest import shows_all
from storyscript.rendering.matching import match
from storyscript.rendering.pool import JOBS
from storyscript.rendering.workplace import Workplace
from storyscript.sessions import Session, online_session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from storyscript.rendering.hints import Hints
    from storyscript.rendering.matching import Matches
    from storyscript.rendering.plan import Plan

EXAMPLES: Final = {
    "storyscript resume": "go on with all that is in out/",
    "storyscript resume --fetch-only drafts": "fetch what is paid for, submit nothing",
}
_LAST_PORT: Final = 65535


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("folder", nargs="?", default="out", metavar="DIR", help="where the panels are (default: out)")
    parser.add_argument("--adopt", metavar="TASKID", help="this task is that of a job whose answer was lost")
    parser.add_argument("--resubmit", metavar="JOB", help="there is no task for this job: submit it (again)")
    parser.add_argument("--job", metavar="JOB", help="with `--adopt`: which job, where several lost their answers")
    parser.add_argument("--fetch-only", action="store_true", help="submit nothing, only fetch")
    parser.add_argument(
        "--listen", type=_port, metavar="PORT", help="hear the service's callbacks on this port of 127.0.0.1"
    )
    add_terms(parser)


def run(arguments: argparse.Namespace) -> int:
    """Wait for what is under way, fetch it, and submit what was agreed to and never was."""
    out = Path(arguments.folder)
    _check(arguments)
    folders = _begun(out)
    terms = Terms(
        jobs=arguments.jobs or JOBS,
        most=arguments.max_cost,
        as_json=arguments.json,
        after=lambda places, session: decide(places, session, arguments),
        listen=None if arguments.listen is None else _listener(arguments.listen),
    )
    unfinished, complete, codes = [], 0, []
    copies: Copies | None = None
    for folder in folders:
        try:
            plan = _plan(folder)
            if plan is None:
                continue
            found = match(plan, peek(folder), folder, failed=True)
            if arguments.adopt or arguments.resubmit or not _is_complete(folder, plan, found):
                copies = copies or Copies(folder.absolute().parent)
                other = copies.of(folder)
                unfinished.append((folder, plan, other is not None))
                if other is not None and not arguments.fetch_only and any(one.standing == "new" for one in found.jobs):
                    raise of_a_copy(folder, other)
            else:
                complete += 1
            if found.elsewhere:
                raise _elsewhere(folder, found)
        except StoryscriptError as error:
            codes.append(complain(error, terms))
    if not unfinished:
        if not codes and not arguments.json:
            what = f"{count(complete, 'story').replace('storys', 'stories')} complete" if complete else "nothing begun"
            sys.stdout.write(f"nothing left to do in {visible(str(out))}/: {what}\n")
        return exits.worst(codes)
    address = checked_address([out])
    try:
        codes.append(
            perform(
                [
                    _opener(folder, plan, address, fetch_only=arguments.fetch_only or is_copy)
                    for folder, plan, is_copy in unfinished
                ],
                lambda: online_session(out),
                terms,
            )
        )
    except KeyboardInterrupt:
        sys.stderr.write(interrupted_words([str(out)], None, None))
        codes.append(exits.INTERRUPTED)
    return exits.worst(codes)


def _check(arguments: argparse.Namespace) -> None:
    """Refuse options that contradict each other.

    Raises:
        ConfigurationError: they do.
    """
    for name in ("adopt", "resubmit", "job"):
        if getattr(arguments, name) == "":
            raise ConfigurationError(f"resume: `--{name}` is empty")
    if arguments.adopt is not None and arguments.resubmit is not None:
        raise ConfigurationError("resume: `--adopt` or `--resubmit`, one decision at a time")
    if arguments.resubmit is not None and arguments.fetch_only:
        raise ConfigurationError("resume: `--resubmit` submits a job, and `--fetch-only` submits none")
    if arguments.job is not None and arguments.adopt is None:
        raise ConfigurationError("resume: `--job` goes with `--adopt`")


def _begun(out: Path) -> list[Path]:
    """The folders in which runs have left something: those in `out`, or `out` itself."""
    if not out.is_dir():
        raise ConfigurationError(
            f"there is no folder `{out}`: name the one that was given to `run --out` (default: out)"
        )
    if (out / LEDGER).exists():
        return [out if out.name not in ("", "..") else out.resolve()]  # its name is what its jobs are called by
    try:
        return sorted(folder for folder in out.iterdir() if (folder / LEDGER).exists())
    except OSError as error:
        raise ConfigurationError(f"cannot read `{out}`: {error.strerror or error}") from None


def _plan(folder: Path) -> Plan | None:
    """What was to be drawn in a folder; None where nobody has agreed to anything yet.

    Raises:
        DiskError: it cannot be read, or is gone.
    """
    plan = plans.load(folder)
    if plan is None and peek(folder):
        raise DiskError(f"`{folder / plans.PLAN}` is gone, which tells what was to be drawn: run the story again")
    return plan


def _elsewhere(folder: Path, found: Matches) -> UnfinishedError:
    """What is said of tasks of another service, which cannot be asked for beside this one's."""
    tasks = count(len(found.elsewhere), "task")
    services = ", ".join(sorted({visible(entry.service) for entry in found.elsewhere}))
    return UnfinishedError(f"`{folder}` has {tasks} at {services}, not fetched: run that story there to fetch it")


def _is_complete(folder: Path, plan: Plan, found: Matches) -> bool:
    is_here = not found.leftovers and all(one.standing == "there" for one in found.jobs)
    # A process that died may have fetched all of it, and given nothing its name.
    return is_here and shows_all(folder, plan) and not parts_in(folder)


def _opener(folder: Path, plan: Plan, address: str, *, fetch_only: bool) -> Callable[[Session], Workplace]:
    def open_place(session: Session) -> Workplace:
        with contextlib.ExitStack() as stack:
            place = Workplace.open(folder, plan, session.world, lasting=True)
            stack.callback(place.close)
            # Another process may have had the folder since it was looked at: nobody wants to pay for its old plan.
            place.plan = _plan(folder) or plan
            if place.plan.service != address:
                raise ConfigurationError(
                    f"`{folder}` was begun at {visible(place.plan.service)}, and the settings name {visible(address)}: "
                    "set WIRO_BASE_URL to the former"
                )
            place.only_fetches = fetch_only
            place.match(failed=True)
            try:
                place.prepare()
            except ConfigurationError as error:
                raise ConfigurationError(f"{error}; with `--fetch-only` what was submitted is fetched") from None
            stack.pop_all()
        return place

    return open_place


def _listener(
    port: int,
) -> Callable[[Sequence[Workplace], Hints], contextlib.AbstractAsyncContextManager[object]]:
    @contextlib.asynccontextmanager
    async def listen(places: Sequence[Workplace], hints: Hints) -> AsyncIterator[object]:
        from storyscript.wiro.webhook import LEAST_SECRET, Receiver, usable_path  # noqa: PLC0415 - late: seldom asked for

        entries = [entry for place in places for entry in place.ledger.entries]
        jobs = [job for place in places for job in place.plan.jobs]
        sent = [*(entry.parameters for entry in entries), *(job.parameters for job in jobs)]
        urls = [parameters.get("callbackUrl") for parameters in sent]
        paths = {path for url in urls if url and (path := usable_path(str(url))) is not None}
        if not paths:
            raise ConfigurationError(
                "resume: `--listen` hears callbacks of stories whose `callback:` has a secret in its path (a part of "
                f"{LEAST_SECRET} letters or digits at least), and there is none"
            )

        def hear(task: str) -> None:
            hints.tell(task, ended=True)

        hints.is_expected = True
        async with Receiver(sorted(paths), hear, port=port) as receiver:
            sys.stderr.write(f"storyscript: listening for callbacks on 127.0.0.1:{receiver.port}\n")
            yield receiver

    return listen


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_PORT)) and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a whole number from 0 to {_LAST_PORT}, not `{text}`")
    return int(text)
