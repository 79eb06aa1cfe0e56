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
)
from storyscript.config.service import find_service
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError, StoryscriptError
from storyscript.naming import story_folder
from storyscript.rendering.manifest import total
from storyscript.rendering.render import Rendering, render_into
from storyscript.sessions import Session, offline_session, online_session

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
    ready, codes = [], []
    for story, folder in zip(stories, _folders(stories, Path(arguments.out)), strict=True):
        result = compile_story(story, overrides, strict=arguments.strict)
        show_problems(result.problems, sys.stderr)
        codes.append(code_of_problems(result.problems))
        if result.story is not None:
            ready.append(_Ready(result.story, folder, story.folder))
    if exits.USE in codes:
        return exits.USE
    if ready:
        if arguments.dry_run:
            sys.stdout.write(_plan(ready, offline=arguments.offline))
        else:
            if not arguments.offline:
                _confirm(ready, find_service(*_homes(ready)).base_url, yes=arguments.yes)
            codes += _render_until_interrupted(ready, arguments)
    return exits.worst(codes)


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
    sys.stderr.write(f"Submit to {base_url}? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise ConfigurationError("run: nothing was submitted")


def _plan(ready: Sequence[_Ready], *, offline: bool) -> str:
    lines = []
    for item in ready:
        panels = _count(len(item.story.panels), "panel")
        lines.append(
            f"{visible(item.story.title)}: {panels} in {_count(len(item.story.jobs), 'task')}, to {item.folder}/"
        )
        for job in item.story.jobs:
            who = job.lead or "without a character"
            lines.append(f"  {visible(who)}: {_count(len(job.scenes), 'scene')}, {_count(len(job.events), 'event')}")
    price = (
        "nothing is paid: placeholders, drawn in this process" if offline else "unknown: the service states none for it"
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
    tasks = [job.task for job in rendering.jobs if job.task is not None]
    seconds = total(task.elapsedseconds for task in tasks)
    cost = total(task.totalcost for task in tasks)
    paid = "unknown cost" if cost is None else f"cost {cost} as reported"
    done, wanted = len(rendering.panels), len(item.story.panels)
    number = _count(done, "panel") if done == wanted else f"{done} of {_count(wanted, 'panel')}"
    parts = [number]
    there = sum(len(job.files) for job in rendering.jobs if job.earlier is not None)
    if there:
        parts.append(f"{there} of them there already")
    if tasks or not there:
        parts.append("unknown seconds" if seconds is None else f"{seconds} seconds")
        parts.append("nothing paid (offline)" if offline else paid)
    else:
        parts.append("nothing submitted")
    lines = [f"{visible(item.story.title)}: {', '.join(parts)}"]
    if rendering.panels:
        lines.append(f"  {item.folder / 'panels'}/")
    if rendering.unplaced:
        pictures = _count(len(rendering.unplaced), "picture")
        lines.append(f"  {item.folder / 'unplaced'}/: {pictures}, and the service does not say which panels they are")
    return "\n".join(lines) + "\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
