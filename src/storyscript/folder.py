"""Stories on disk: a `Reader` over the folder that a story stands in, and which stories there are below folders.

Nothing here trusts a name: what is called `x.story` may be a folder, a pipe that nobody writes into, or a link to
itself.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.source import MAX_SOURCE_BYTES, Located, OutsideRootError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PROJECT_FILE: Final = "storyscript.toml"
"""Marks the folder that everything a story reads must be in (language page, "Statements")."""
SUFFIX: Final = ".story"
LEFT_OUT: Final = frozenset({"node_modules", "out", "build", "dist", "__pycache__"})
"""Folders in which no writer keeps stories."""
MOST_ENTRIES: Final = 200_000
"""So many names below a folder are looked at."""
_SYSTEM: Final = frozenset({"/dev", "/proc", "/sys"})
"""Folders whose files are none: who names `/` does not mean them."""


class FolderReader:
    """Reads the files that a story names, relative to its folder and inside its root.

    The root is the folder of the nearest `storyscript.toml` above the story, else the story's own folder.

    Args:
        folder: the folder that the story stands in.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder: Final = _real(Path(folder))
        self.root: Final = next(
            # `os.path.isfile` is False also where a folder must not be looked into.
            (at for at in (self.folder, *self.folder.parents) if os.path.isfile(at / PROJECT_FILE)),  # noqa: PTH113 - see above
            self.folder,
        )

    def locate(self, path: str, base: str) -> Located:
        """Find a file; see `storyscript.source.Reader.locate`.

        Raises:
            OutsideRootError: it is outside the root, symbolic links resolved, or the path is absolute.
            OSError: it is missing, no plain file, or not readable.
            ValueError: no file can have that name.
        """
        if Path(path).is_absolute():
            raise OutsideRootError(path)
        lexical = os.path.normpath(os.path.join(os.path.dirname(base), path))  # noqa: PTH118, PTH120 - not to be resolved
        resolved = _real(self.folder / os.path.dirname(base) / path)  # noqa: PTH120
        if not resolved.is_relative_to(self.root):
            raise OutsideRootError(path)
        mode = resolved.stat().st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(None, "it is a folder")
        if not stat.S_ISREG(mode):
            raise OSError(None, "it is no plain file")
        if not os.access(resolved, os.R_OK):
            raise PermissionError(None, "permission denied")
        # The path as written, unless a symbolic link makes `..` mean another folder.
        same = self.folder / lexical == resolved or _real(self.folder / lexical) == resolved
        shown = lexical if same else os.path.relpath(resolved, self.folder)
        return Located(shown.replace(os.sep, "/"), str(resolved))

    def read(self, located: Located) -> bytes:
        """The bytes of a file, at most one more than a story may have.

        Raises:
            OSError: it cannot be read.
        """
        return read_plain(located.identity, MAX_SOURCE_BYTES + 1)


def read_plain(path: str, most: int) -> bytes:
    """The bytes of a file, no more than `most`, without ever waiting for them.

    Raises:
        OSError: it cannot be read, or is no plain file.
        ValueError: no file can have that name.
    """
    with open(path, "rb", opener=_open_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(None, "it is no plain file")
        return file.read(most)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; of a pipe, do not wait until somebody writes into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _real(path: Path) -> Path:
    """A path without symbolic links; of links that lead to each other, one that the system will not open."""
    return Path(os.path.realpath(path))  # `Path.resolve` raises a RuntimeError for those


# ---- what is below folders -----------------------------------------------------------------------------------


class Bounds(NamedTuple):
    """How much is looked at.

    Attributes:
        entries: names in folders, whatever they are of.
        folders: that are looked into.
        stories: that are found.
    """

    entries: int = MOST_ENTRIES
    folders: int = MOST_ENTRIES
    stories: int = MOST_ENTRIES


ALL: Final = Bounds()
"""More than anybody keeps with stories."""


class Below(NamedTuple):
    """The stories below folders.

    Attributes:
        paths: of each the path by which it was found, by that without symbolic links. Those least far below come first.
        is_all: whether that is all there is, and not only what is within the bounds.
    """

    paths: dict[str, str]
    is_all: bool


def stories_below(
    deep: Iterable[str],
    alone: Iterable[str] = (),
    *,
    pass_over: Callable[[str, OSError], object] = lambda _path, _error: None,
    bounds: Bounds = ALL,
) -> Below:
    """All stories in folders; hidden names and `LEFT_OUT` left out, but for those of the folders themselves.

    Symbolic links are followed. A file or folder to which several ways lead is found once, by one without links below
    the folder where there is such a way, and of several ways with links by the same each time; so links that go round
    in a circle end. The system's own folders count as empty.

    Args:
        deep: folders that are looked at with all that is below them.
        alone: folders that are looked at without.
        pass_over: told of each folder that cannot be looked into, one of these or one below, which then counts as
            empty.
        bounds: where to stop, with what lies deepest left out.
    """
    walk = _Walk(bounds)
    walk.folders.extend(_Way(folder, os.path.realpath(folder)) for folder in deep)
    walk.folders.extend(_Way(folder, os.path.realpath(folder), is_deep=False) for folder in alone)
    while walk.is_all and (walk.folders or walk.links):
        # What only leads there comes after all that is there itself.
        way = walk.folders.popleft() if walk.folders else walk.links.popleft()
        try:
            walk.go(way)
        except OSError as error:
            pass_over(way.path, error)
    return Below(walk.found, walk.is_all)


def is_below(path: str, deep: Iterable[str]) -> bool:
    """Whether a story is where `stories_below` looks for it in all that is below folders, by its path."""
    for folder in deep:
        if path.startswith(os.path.join(folder, "")):  # noqa: PTH118 - as strings, for there may be thousands
            *folders, name = path[len(folder) :].strip(os.sep).split(os.sep)  # noqa: PTH206 - as above
            if not any(one.startswith(".") for one in (*folders, name)) and LEFT_OUT.isdisjoint(folders):
                return True
    return False


class _Way(NamedTuple):
    """A way to a folder, or to a story.

    Attributes:
        path: from a folder as it was given.
        real: without symbolic links.
        is_story: whether it leads to one.
        is_deep: whether what is below the folder counts.
    """

    path: str
    real: str
    is_story: bool = False
    is_deep: bool = True


class _Walk:
    """What has been found below folders, and where is still to be looked."""

    def __init__(self, bounds: Bounds) -> None:
        self.found: Final[dict[str, str]] = {}
        self.folders: Final[deque[_Way]] = deque()
        self.links: Final[deque[_Way]] = deque()
        self.is_all = True
        self._known: Final[set[tuple[str, bool]]] = set()
        self._bounds: Final = bounds
        self._entries = 0

    def go(self, way: _Way) -> None:
        """Note a story, or look into a folder; only the first time.

        Raises:
            OSError: the folder cannot be looked into.
        """
        if way.is_story:
            self._note(way)
        elif way.real not in _SYSTEM and (way.real, way.is_deep) not in self._known:
            self._look_into(way)

    def _look_into(self, folder: _Way) -> None:
        if not self._is_within(len(self._known), self._bounds.folders):
            return
        self._known.add((folder.real, folder.is_deep))
        with os.scandir(folder.path) as entries:
            most = self._bounds.entries - self._entries + 1
            for entry in sorted(islice(entries, most), key=attrgetter("name")):
                if not self._is_within(self._entries, self._bounds.entries):
                    return
                self._entries += 1
                if _may_count(entry):
                    self._take(entry, folder)

    def _take(self, entry: os.DirEntry[str], folder: _Way) -> None:
        is_story = not entry.is_dir()
        if not is_story and not folder.is_deep:
            return
        if entry.is_symlink():
            self.links.append(_Way(entry.path, os.path.realpath(entry.path), is_story))
            return
        way = _Way(entry.path, os.path.join(folder.real, entry.name), is_story)  # noqa: PTH118 - both are texts
        if is_story:
            self._note(way)
        else:
            self.folders.append(way)

    def _note(self, story: _Way) -> None:
        if story.real not in self.found and self._is_within(len(self.found), self._bounds.stories):
            self.found[story.real] = story.path

    def _is_within(self, number: int, most: int) -> bool:
        """Whether there may be one more; if not, that was not all."""
        self.is_all = self.is_all and number < most
        return number < most


def _may_count(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a story, or a folder that may have some below it."""
    if entry.name.startswith("."):
        return False
    try:
        if entry.is_dir():
            return entry.name not in LEFT_OUT
        return entry.name.endswith(SUFFIX) and entry.is_file()
    except OSError:  # a link to itself, or to where nobody may look
        return False
