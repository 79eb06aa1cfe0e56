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

from storyscript.cli.ingredients import Ingredients
from storyscript.cli.projects import read_wishes
from storyscript.cli.report import Checked, check_story, write_report
from storyscript.cli.stories import STANDARD_INPUT, read_overrides, read_stories
from storyscript.cli.terminal import shows_colour
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator, Iterator
    from types import FrameType
    from typing import NoReturn

    from storyscript.cli.projects import Wishes
    from storyscript.source import SourceFile

_MOMENT: Final = 1.0
"""Seconds after which one looks again though nothing was noticed."""
_QUIET: Final = 100
"""Milliseconds without a further change that end a burst of them: editors save in several steps."""
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
    read_stories(arguments.stories, wishes)  # a name that is misspelt is not waited for
    stories = [_Watched(name, overrides, wishes) for name in arguments.stories]
    with _interruptible():
        changes = _changes(stories)
        changed: list[str] = []
        while True:
            _report(stories, changed, arguments.format)
            changed = next(changes)


class _Watched:
    """A story on the command line, and what its last check found.

    Args:
        name: as given.
        overrides: settings that win over the story's.
        wishes: what wins over its project file.

    Attributes:
        ingredients: what the last check depended on.
        checked: what it found; None where the story could not be read.
        trouble: why it could not.
    """

    def __init__(self, name: str, overrides: SourceFile | None, wishes: Wishes) -> None:
        self._name: Final = name
        self._path: Final = Path(name).absolute()
        self._overrides: Final = overrides
        self._wishes: Final = wishes
        self.check()

    def check(self) -> None:
        """Check it again."""
        self.ingredients = Ingredients(self._path, str(Path(self._name)))
        self.checked: Checked | None = None
        self.trouble: str | None = None
        try:
            [story] = read_stories([self._name], self._wishes)
        except ConfigurationError as error:
            self.trouble = str(error) if self._path.exists() else f"`{self._name}` is gone; it is waited for"
        else:
            self.checked = check_story(story, self._overrides, open_folder=self.ingredients.open_folder)


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
        if pipe is not None and not Path(pipe).is_dir():  # a folder has its own message
            why = f"`{pipe}` is no plain file, and can be read only once"
    if why:
        raise ConfigurationError(f"check: `--watch`: {why}")


def _changes(stories: list[_Watched]) -> Iterator[list[str]]:
    """Check again what has changed, for ever; gives the names of the files that did, whenever there are some."""
    moments: Generator[None, None, None] | None = None
    watched: set[tuple[str, int, int]] = set()
    while True:
        # A folder that was deleted and made anew has its old name, and is another.
        folders = {_identity(folder) for story in stories for folder in story.ingredients.folders()}
        if moments is None or folders != watched:
            if moments is not None:
                moments.close()
            moments, watched = _moments(sorted(folder for folder, _, _ in folders)), folders
        next(moments)
        _end_if_unread()
        changed: dict[Path, None] = {}
        for story in stories:
            found = story.ingredients.changed()
            if found:
                if any(_is_half_saved(path) for path in found):
                    time.sleep(_QUIET / 1000)
                story.check()
                changed.update(dict.fromkeys(found))
        if changed:
            yield [_shown(path) for path in changed]


def _moments(folders: list[str]) -> Generator[None, None, None]:
    """Give the turn whenever something happens directly in one of some folders, and each second."""
    from watchfiles import watch  # noqa: PLC0415 - this is where it is needed, and it is large

    # The system may take no more watches, or a folder is gone by now: then a look each second has to do.
    with contextlib.suppress(OSError, RuntimeError):
        for _ in watch(
            *folders,
            watch_filter=None,
            debounce=_LONGEST,
            step=_QUIET,
            rust_timeout=int(_MOMENT * 1000),
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        ):
            yield
    while True:
        time.sleep(_MOMENT)
        yield


def _is_half_saved(path: Path) -> bool:
    """Whether a file is as it is while an editor puts a new one in its place."""
    try:
        return path.stat().st_size == 0
    except OSError:
        return True


def _identity(folder: str) -> tuple[str, int, int]:
    try:
        found = os.stat(folder)  # noqa: PTH116 - a text, and nothing else is wanted of it
    except OSError:
        return folder, 0, 0
    return folder, found.st_dev, found.st_ino


def _shown(path: Path) -> str:
    """A file's name from the working folder, if it is in there."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


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


def _report(stories: list[_Watched], changed: list[str], form: str) -> None:
    """Write the whole report: of what was checked again, and of what was not."""
    when = time.strftime("%H:%M:%S")
    checked = [story.checked for story in stories if story.checked is not None]
    if form == "json":
        _write_line(checked)
    elif shows_colour(sys.stdout):
        sys.stdout.write(_CLEAR)
    elif changed:
        sys.stdout.write(f"---- {when}\n")
    if checked and form == "text":
        write_report(checked, form, sys.stdout)
    sys.stdout.flush()
    for story in stories:
        if story.trouble is not None:
            print(f"storyscript: {visible(story.trouble)}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    if form == "text":
        names = dict.fromkeys(name for story in stories for name in story.ingredients.names)
        why = f", since {_listed(changed)} changed" if changed else ""
        said = f"checked at {when}{why}; watching {_listed(names)} (Ctrl-C ends it)"
        print(visible(said), file=sys.stderr, flush=True)  # noqa: T201 - the command line's own voice


def _write_line(checked: list[Checked]) -> None:
    """Write problems as `--format json` has them, but on one line."""
    from storyscript.diagnostics.json import render_json  # noqa: PLC0415 - only programs ask for it

    document = json.loads(render_json(problem for found in checked for problem in found.problems))
    sys.stdout.write(json.dumps(document) + "\n")


def _listed(names: list[str] | dict[str, None]) -> str:
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
