"""`storyscript check --watch`: a check at once, and another whenever something that a story is made of changes.

The system's notices only say when to look; what has changed is told by looking. So a notice too many costs nothing, and
where there are none (some network disks give none) a look each second does.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli.folders import meant
from storyscript.cli.projects import read_wishes, require_right
from storyscript.cli.report import each_once, write_report
from storyscript.cli.stories import STANDARD_INPUT, in_projects, read_file, read_overrides
from storyscript.cli.terminal import shows_colour
from storyscript.cli.watched import QUIET, Watch
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator, Iterator
    from types import FrameType
    from typing import NoReturn

    from storyscript.cli.projects import Wishes
    from storyscript.diagnostics.model import Problem

_MOMENT: Final = 1.0
"""Seconds after which one looks again though nothing was noticed."""
_LONGEST: Final = 1000
"""Milliseconds that a burst may take until it is looked at nevertheless."""
_MOST_NAMES: Final = 4
_CLEAR: Final = "\x1b[H\x1b[2J"
_FORMATS: Final = ("text", "json")


def watch_stories(arguments: argparse.Namespace) -> NoReturn:
    """Check stories, and again when they change, until somebody ends it.

    Raises:
        ConfigurationError: the words do not go together, or a story cannot be read to begin with.
        KeyboardInterrupt: it was ended, by Ctrl-C, SIGTERM or a terminal that is closed.
        BrokenPipeError: nobody reads the reports any more.
    """
    _refuse(arguments)
    overrides, wishes = read_overrides(arguments.set), read_wishes(arguments)
    _require_right(arguments.stories, wishes)
    # It is large, and who ends the watch at its first report must not meet the import in the midst.
    import watchfiles  # noqa: F401, PLC0415 - as said

    watch = Watch(arguments.stories, overrides, wishes)
    with _interruptible():
        changes = _changes(watch)
        changed: list[str] = []
        while True:
            _report(watch, changed, arguments.format)
            changed = next(changes)


def _refuse(arguments: argparse.Namespace) -> None:
    """Refuse what makes no sense for a check that goes on.

    Raises:
        ConfigurationError: something does not.
    """
    why = ""
    if arguments.fix:
        why = "`--fix` would change files that are open in an editor; give it alone, and the watch sees what it did"
    elif arguments.diff:
        why = "`--diff` shows changes once; give it alone"
    elif arguments.format not in _FORMATS:
        why = f"`--format {arguments.format}` is for a check that ends; `json` gives a line for each check"
    elif STANDARD_INPUT in arguments.stories:
        why = "`-` is standard input, which does not change; name a file"
    else:
        pipe = next((name for name in arguments.stories if Path(name).exists() and not Path(name).is_file()), None)
        if pipe is not None and not Path(pipe).is_dir():  # what is below a folder is watched
            why = f"`{pipe}` is no plain file, and can be read only once"
    if why:
        raise ConfigurationError(f"check: `--watch`: {why}")


def _require_right(words: list[str], wishes: Wishes) -> None:
    """Refuse what is wrong to begin with: a name that is misspelt is not waited for.

    Raises:
        ConfigurationError: a story cannot be read, a folder has none, or a project file has mistakes.
    """
    names, troubles, _ = meant(words)
    if troubles:
        raise ConfigurationError(troubles[0])
    stories = in_projects([read_file(name.path) for name in names], wishes)
    require_right(story.project for story in stories)


def _changes(watch: Watch) -> Iterator[list[str]]:
    """Check again what has changed, for ever; gives the names of the files that did, whenever there are some."""
    moments: Generator[None, None, None] | None = None
    watched: set[tuple[str, int, int]] = set()
    while True:
        # A folder that was deleted and made anew has its old name, and is another.
        folders = {_identity(folder) for folder in watch.places()}
        if moments is None or folders != watched:
            if moments is not None:
                moments.close()
            moments, watched = _moments(sorted(folder for folder, _, _ in folders)), folders
        next(moments)
        _end_if_unread()
        changed = watch.update()
        if changed:
            yield changed


def _moments(folders: list[str]) -> Generator[None, None, None]:
    """Give the turn whenever something happens directly in one of some folders, and each second."""
    from watchfiles import watch  # noqa: PLC0415 - it was loaded before the first report

    # The system may take no more watches, or a folder is gone by now: then a look each second has to do.
    with contextlib.suppress(OSError, RuntimeError):
        for _ in watch(
            *folders,
            watch_filter=None,
            debounce=_LONGEST,
            step=QUIET,
            rust_timeout=int(_MOMENT * 1000),
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        ):
            yield
    while True:
        time.sleep(_MOMENT)
        yield


def _identity(folder: str) -> tuple[str, int, int]:
    try:
        found = os.stat(folder)  # noqa: PTH116 - a text, and nothing else is wanted of it
    except OSError:
        return folder, 0, 0
    return folder, found.st_dev, found.st_ino


def _end_if_unread() -> None:
    """Notice that whoever read our output is gone, also while there is nothing to write.

    Raises:
        BrokenPipeError: so it is.
    """
    if not hasattr(select, "poll"):
        return
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError):  # no real stream
        return
    poll = select.poll()
    poll.register(number, 0)
    if any(event & select.POLLERR for _, event in poll.poll(0)):
        raise BrokenPipeError


def _report(watch: Watch, changed: list[str], form: str) -> None:
    """Write the whole report: of what was checked again, and of what was not."""
    when = time.strftime("%H:%M:%S")
    checked = watch.checked
    if form == "json":
        _write_line(each_once(checked, watch.parts))
    elif shows_colour(sys.stdout):
        sys.stdout.write(_CLEAR)
    elif changed:
        sys.stdout.write(f"---- {when}\n")
    if checked and form == "text":
        write_report(checked, form, sys.stdout, watch.parts)
    sys.stdout.flush()
    for trouble in watch.troubles:
        print(f"storyscript: {visible(trouble)}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    if form == "text":
        why = f", since {_listed(changed)} changed" if changed else ""
        said = f"checked at {when}{why}; watching {_listed(watch.names)} (Ctrl-C ends it)"
        print(visible(said), file=sys.stderr, flush=True)  # noqa: T201 - the command line's own voice


def _write_line(problems: list[Problem]) -> None:
    """Write problems as `--format json` has them, but on one line."""
    from storyscript.diagnostics.json import render_json  # noqa: PLC0415 - only programs ask for it

    sys.stdout.write(json.dumps(json.loads(render_json(problems))) + "\n")


def _listed(names: list[str]) -> str:
    """A few names, and how many more there are."""
    shown = list(names)
    if len(shown) > _MOST_NAMES:
        shown[_MOST_NAMES - 1 :] = [f"{len(shown) - _MOST_NAMES + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Have SIGTERM, and a terminal that goes away, end it as Ctrl-C does; where `nohup` ignores that, it is ignored."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    numbers = [signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
