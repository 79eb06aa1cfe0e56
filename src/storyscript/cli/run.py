"""`storyscript run`."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.cli.arguments import add_stories
from storyscript.cli.progress import Display
from storyscript.cli.stories import (
    code_of_problems,
    compile_story,
    read_overrides,
    read_stories,
    show_problems,
    tell_left_out,
)
from storyscript.config.service import agreed_settings, service_of
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError, DiskError, StoryscriptError, SubmissionUnknownError
from storyscript.naming import story_folder
from storyscript.rendering.manifest import total
from storyscript.rendering.render import JobRendering, Rendering, render_into
from storyscript.sessions import Session, offline_session, online_session
from storyscript.wiro import Credentials
from storyscript.wiro.addresses import base_address

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from storyscript.cli.stories import StoryFile
    from storyscript.ir import Story

EXAMPLE: Final = "storyscript run --offline examples/lamp.story"


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--offline", action="store_true", help="against a service in this process: no account, no network"
    )
    parser.add_argument("--out", default="out", metavar="DIR", help="where the panels go (default: out)")
    parser.add_argument("--dry-run", action="store_true", help="show the plan, and stop")
    parser.add_argument("--force", action="store_true", help="have jobs drawn again that are there and unchanged")
    parser.add_argument("--yes", action="store_true", help="do not ask before money is spent")
    add_stories(parser)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A story that can be rendered, where to, and where it stands."""

    story: Story
    folder: Path
    home: Path


def run(arguments: argparse.Namespace) -> int:
    """Compile stories, have them drawn, save the panels."""
    stories = read_stories(arguments.stories)
    overrides = read_overrides(arguments.set)
    ready, codes, left_out = [], [], []
    for story, folder in zip(stories, _folders(stories, Path(arguments.out)), strict=True):
        result = compile_story(story, overrides, strict=arguments.strict)
        show_problems(result.problems, sys.stderr)
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
        address = None if arguments.offline else _checked_address(ready, plan_only=arguments.dry_run)
        if arguments.dry_run:
            sys.stdout.write(_plan(ready, offline=arguments.offline))
        else:
            if address is not None:
                _confirm(ready, address, yes=arguments.yes)
            codes += _render_until_interrupted(ready, arguments)
    return exits.worst(codes)


def _checked_address(ready: Sequence[_Ready], *, plan_only: bool) -> str:
    """The address of the service, from settings that can be used.

    Args:
        ready: the stories.
        plan_only: nothing will be submitted, so that it will do to have no credentials.

    Raises:
        CredentialsError: there are none, or they cannot be sent.
        ConfigurationError: a setting is wrong.
    """
    settings = agreed_settings(*_homes(ready))
    if settings.key is not None or not plan_only:
        service = service_of(settings)
        Credentials(service.key, service.secret)
    base_address(settings.base_url.value, any_scheme=False)
    return settings.base_url.value


def _render_until_interrupted(ready: Sequence[_Ready], arguments: argparse.Namespace) -> list[int]:
    try:
        return asyncio.run(_render_all(ready, arguments))
    except KeyboardInterrupt:
        if arguments.offline:
            raise
        sys.stderr.write(
            "storyscript: interrupted: what was submitted goes on at the service; the same command again fetches it "
            "and pays nothing twice\n"
        )
        return [exits.INTERRUPTED]


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


async def _render_all(ready: Sequence[_Ready], arguments: argparse.Namespace) -> list[int]:
    session = offline_session() if arguments.offline else online_session(*_homes(ready))
    async with session:
        codes = []
        for item in ready:
            try:
                codes.append(await _render(item, session, force=arguments.force))
            except StoryscriptError as error:
                _complain(item.story, error)
                codes.append(exits.code_of(error))
        return codes


def _confirm(ready: Sequence[_Ready], base_url: str, *, yes: bool) -> None:
    """Ask before money is spent.

    Raises:
        ConfigurationError: nobody is there to ask, or the answer was no.
    """
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise ConfigurationError("run: this costs money, and there is no terminal to ask at: give `--yes` to agree")
    sys.stderr.write(_plan(ready, offline=False))
    sys.stderr.write(f"Submit to {visible(base_url)}? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise ConfigurationError("run: nothing was submitted")


def _plan(ready: Sequence[_Ready], *, offline: bool) -> str:
    lines = []
    for item in ready:
        what = f"{_count(len(item.story.panels), 'panel')} in {_count(len(item.story.jobs), 'task')}"
        lines.append(f"{visible(item.story.title)}: {what}, to {visible(str(item.folder))}/")
        for job in item.story.jobs:
            who = job.lead or "without a character"
            lines.append(f"  {visible(who)}: {_count(len(job.scenes), 'scene')}, {_count(len(job.events), 'event')}")
    price = (
        "nothing is paid: placeholders, drawn in this process"
        if offline
        else "not asked; `storyscript doctor` shows what the service states"
    )
    lines.append(f"price: {price}")
    return "\n".join(lines) + "\n"


async def _render(item: _Ready, session: Session, *, force: bool) -> int:
    with Display(item.story, sys.stderr) as display:
        rendering = await render_into(
            item.story,
            session.client,
            folder=item.folder,
            sleep=session.sleep,
            now=session.now,
            on_progress=display.hear,
            lasting=session.lasting,
            force=force,
        )
    for error in rendering.errors:
        _complain(item.story, error)
    sys.stdout.write(_summary(item, rendering, offline=not session.lasting))
    return exits.worst(exits.code_of(error) for error in rendering.errors)


def _complain(story: Story, error: StoryscriptError) -> None:
    print(f"storyscript: {visible(story.title)}: {visible(str(error))}", file=sys.stderr)  # noqa: T201 - our own voice


def _summary(item: _Ready, rendering: Rendering, *, offline: bool) -> str:
    done, wanted = len(rendering.panels), len(item.story.panels)
    number = _count(done, "panel") if done == wanted else f"{done} of {_count(wanted, 'panel')}"
    parts = [number]
    there = sum(len(job.files) for job in rendering.jobs if job.earlier is not None)
    if there:
        parts.append(f"{there} of them there already")
    tasks = [job.task for job in rendering.jobs if _may_have_task(job)]
    if tasks:
        seconds = total(None if task is None else task.elapsedseconds for task in tasks)
        cost = total(None if task is None else task.totalcost for task in tasks)
        paid = "unknown cost" if cost is None else f"cost {cost} as reported"
        parts.append("unknown seconds" if seconds is None else f"{seconds} seconds")
        parts.append("nothing paid (offline)" if offline else paid)
    else:
        parts.append("nothing submitted, nothing paid")
    lines = [f"{visible(item.story.title)}: {', '.join(parts)}"]
    folder = visible(str(item.folder))
    if rendering.panels:
        lines.append(f"  {folder}/panels/")
    if rendering.unplaced:
        pictures = _count(len(rendering.unplaced), "picture")
        lines.append(f"  {folder}/unplaced/: {pictures}, and the service does not say which panels they are")
    return "\n".join(lines) + "\n"


def _may_have_task(job: JobRendering) -> bool:
    """Whether a job has a task at the service that this run made or went on with, or may have one."""
    # Where the disk failed, the service may have accepted the job that could not be recorded.
    return job.task_id is not None or isinstance(job.error, SubmissionUnknownError | DiskError)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
