"""`storyscript run`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.cli.arguments import add_stories
from storyscript.cli.batch import Terms, interrupted_words, perform
from storyscript.cli.planning import Survey, ask_price, survey, written
from storyscript.cli.projects import read_wishes
from storyscript.cli.stories import (
    code_of_problems,
    compile_story,
    not_yet_said,
    read_overrides,
    read_stories,
    show_problems,
    tell_left_out,
)
from storyscript.config.service import agreed_settings, service_of
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError, StoryscriptError
from storyscript.naming import story_folder
from storyscript.rendering.plan import plan_of
from storyscript.rendering.pool import JOBS
from storyscript.rendering.workplace import Workplace
from storyscript.sessions import Session, offline_session, online_session
from storyscript.wiro import Credentials
from storyscript.wiro.addresses import base_address

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storyscript.cli.stories import StoryFile
    from storyscript.diagnostics.model import Problem
    from storyscript.ir import Story

EXAMPLES: Final = {
    "storyscript run --offline examples/lamp.story": "try it: no account, nothing paid",
    "storyscript run --dry-run examples/lamp.story": "what would be submitted, and what it would cost",
    "storyscript run --yes --max-cost 2 examples/lamp.story": "draw it, ask nothing, pay at most two dollars",
}
MOST_JOBS: Final = 100_000
_SHOWN: Final = 400
"""Characters that are said of a price."""


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--offline", action="store_true", help="against a service in this process: no account, no network"
    )
    parser.add_argument("--out", default="out", metavar="DIR", help="where the panels go (default: out)")
    parser.add_argument("--dry-run", action="store_true", help="show the plan and the price, and stop")
    parser.add_argument("--force", action="store_true", help="have jobs drawn again that are there and unchanged")
    parser.add_argument("--yes", action="store_true", help="do not ask before money is spent")
    parser.add_argument("--detach", action="store_true", help="submit, and leave the tasks to `storyscript resume`")
    add_terms(parser)
    add_stories(parser)


def add_terms(parser: argparse.ArgumentParser) -> None:
    """The words of every command that submits."""
    parser.add_argument(
        "--jobs", type=_jobs, metavar="N", help=f"tasks at once, over all stories (default: {JOBS}, or what is taken)"
    )
    parser.add_argument(
        "--max-cost", type=_dollars, metavar="USD", help="submit nothing if it may cost more, or nobody knows what"
    )
    parser.add_argument("--json", action="store_true", help="one event a line on standard output, for programs")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A story that can be rendered, where to, and where it stands."""

    story: Story
    folder: Path
    home: Path


def run(arguments: argparse.Namespace) -> int:
    """Compile stories, have them drawn, save the panels."""
    stories = read_stories(arguments.stories, read_wishes(arguments))
    overrides = read_overrides(arguments.set)
    ready, codes, left_out = [], [], []
    said: set[Problem] = set()
    for story, folder in zip(stories, _folders(stories, Path(arguments.out)), strict=True):
        result = compile_story(story, overrides)
        show_problems(not_yet_said(result.problems, said), sys.stderr)
        codes.append(code_of_problems(result.problems))
        if result.story is not None:
            ready.append(_Ready(result.story, folder, story.folder))
        else:
            left_out.append((story, result.problems))
    if exits.USE in codes:
        return exits.USE
    if len(stories) > 1:
        for story, problems in left_out:
            tell_left_out(story, problems)
    if ready:
        address = "" if arguments.offline else checked_address(_homes(ready), plan_only=arguments.dry_run)
        codes += _go(ready, arguments, address)
    return exits.worst(codes)


def _go(ready: Sequence[_Ready], arguments: argparse.Namespace, address: str) -> list[int]:
    codes: list[int] = []
    if arguments.dry_run or not (arguments.offline or arguments.yes):
        if not arguments.dry_run and (sys.stdin is None or not sys.stdin.isatty()):
            raise ConfigurationError("run: this costs money, and there is no terminal to ask at: give `--yes` to agree")
        plans, codes = _surveys(ready, arguments, address)
        # Nothing is submitted of what is not shown.
        seen = {one.folder for one in plans}
        ready = [one for one in ready if one.folder in seen]
        text = written(plans, None if arguments.offline else _price(plans, ready), offline=arguments.offline)
        if arguments.dry_run:
            sys.stdout.write(text)
            return codes
        if not ready:
            return codes
        _confirm(text, address)
    terms = Terms(
        jobs=arguments.jobs or (MOST_JOBS if arguments.detach else JOBS),
        detach=arguments.detach and not arguments.offline,
        most=None if arguments.offline else arguments.max_cost,
        as_json=arguments.json,
    )
    homes = _homes(ready)
    try:
        code = perform(
            [_opener(one, force=arguments.force) for one in ready],
            lambda: offline_session() if arguments.offline else online_session(*homes),
            terms,
        )
    except KeyboardInterrupt:
        if arguments.offline:
            raise
        sys.stderr.write(interrupted_words([arguments.out], None, None))
        code = exits.INTERRUPTED
    return [*codes, code]


def _opener(one: _Ready, *, force: bool) -> Callable[[Session], Workplace]:
    def open_place(session: Session) -> Workplace:
        plan = plan_of(one.story, service=session.client.base_url, home=one.home, folder=one.folder)
        with contextlib.ExitStack() as stack:
            place = Workplace.open(one.folder, plan, session.world, lasting=session.lasting)
            stack.callback(place.close)
            place.match(force=force)
            place.prepare()
            stack.pop_all()
        return place

    return open_place


def checked_address(folders: Sequence[Path], *, plan_only: bool = False) -> str:
    """The address of the service, from settings that can be used.

    Args:
        folders: in or above which project files count.
        plan_only: nothing will be submitted, so that it will do to have no credentials.

    Raises:
        CredentialsError: there are none, or they cannot be sent.
        ConfigurationError: a setting is wrong.
    """
    settings = agreed_settings(*folders)
    if settings.key is not None or not plan_only:
        service = service_of(settings)
        Credentials(service.key, service.secret)
    return str(base_address(settings.base_url.value, any_scheme=False))


def _homes(ready: Sequence[_Ready]) -> list[Path]:
    """The folders in or above which project files count."""
    return [item.home for item in ready]


def _folders(stories: Sequence[StoryFile], out: Path) -> list[Path]:
    """Each story's folder; stories of one name get their own folder's name in front."""
    names = [story_folder(story.source.name) for story in stories]
    unique = [
        name if names.count(name) == 1 else f"{story.folder.resolve().name}-{name}"
        for name, story in zip(names, stories, strict=True)
    ]
    twice = next((name for name in unique if unique.count(name) > 1), None)
    if twice is not None:
        raise ConfigurationError(f"run: two stories would both be rendered to `{out / twice}`; run them one at a time")
    return [out / name for name in unique]


def _surveys(ready: Sequence[_Ready], arguments: argparse.Namespace, address: str) -> tuple[list[Survey], list[int]]:
    surveys, codes = [], []
    for one in ready:
        try:
            surveys.append(
                survey(
                    one.story,
                    one.folder,
                    one.home,
                    service=address,
                    force=arguments.force,
                    lasting=not arguments.offline,
                )
            )
        except StoryscriptError as error:
            print(f"storyscript: {visible(one.story.title)}: {visible(str(error))}", file=sys.stderr)  # noqa: T201 - our own voice
            codes.append(exits.code_of(error))
    return surveys, codes


def _price(surveys: Sequence[Survey], ready: Sequence[_Ready]) -> str:
    """What is said of the price."""
    jobs = [job for one in surveys for job in one.new]
    if not jobs:
        return "nothing is to be submitted, so nothing is paid"
    if agreed_settings(*_homes(ready)).key is None:
        return "unknown (there are no credentials to ask the service with)"

    async def ask() -> str:
        async with online_session(*_homes(ready)) as session:
            price = await ask_price(session.client, jobs, tool=surveys[0].plan.tool)
            return session.client.redact(price.words, limit=_SHOWN)

    return asyncio.run(ask())


def _confirm(plan: str, base_url: str) -> None:
    """Ask before money is spent.

    Raises:
        ConfigurationError: the answer was no.
    """
    sys.stderr.write(plan)
    sys.stderr.write(f"Submit to {visible(base_url)}? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise ConfigurationError("run: nothing was submitted")


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_JOBS)) and 0 < int(text) <= MOST_JOBS):
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {MOST_JOBS}, not `{text}`")
    return int(text)


def _dollars(text: str) -> Decimal:
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError(f"an amount of dollars from 0 on, such as `0.50`, not `{text}`")
    return amount
