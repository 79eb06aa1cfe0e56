"""Stories on disk: a `Reader` over the folder that a story stands in, and the stories that are below a folder."""

from __future__ import annotations

import os
import stat
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.source import MAX_SOURCE_BYTES, Located, OutsideRootError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
        same = _real(self.folder / lexical) == resolved
        shown = lexical if same else os.path.relpath(resolved, self.folder)
        return Located(shown.replace(os.sep, "/"), str(resolved))

    def read(self, located: Located) -> bytes:
        """The bytes of a file, at most one more than a story may have.

        Raises:
            OSError: it cannot be read.
        """
        with Path(located.identity).open("rb") as file:
            return file.read(MAX_SOURCE_BYTES + 1)


class TooMuchBelowError(Exception):
    """There is more below a folder than anybody keeps with stories, such as in a home folder."""


def stories_below(
    folder: Path,
    *,
    pass_over: Callable[[Path, OSError], object] = lambda _path, _error: None,
    most: int = MOST_ENTRIES,
) -> Iterator[Path]:
    """All stories below a folder, in the order of the parts of their paths; hidden names and `LEFT_OUT` left out.

    Symbolic links are followed. A file or folder to which several ways lead is given once, by one without links below
    the folder where there is such a way; so links that go round in a circle end.

    Args:
        folder: where to look, whatever its own name is.
        pass_over: told of each folder below that cannot be looked into, which is then as if it were empty.
        most: names that are looked at.

    Raises:
        OSError: the folder itself cannot be looked into.
        TooMuchBelowError: there is more than `most` below it.
    """
    walk = _Walk(folder, most)
    while walk.folders or walk.links:
        # What only leads there comes after all that is there itself.
        at, real = walk.folders.popleft() if walk.folders else walk.links.popleft()
        try:
            walk.look_into(at, real)
        except OSError as error:
            if at is folder:
                raise
            pass_over(at, error)
    yield from sorted(walk.found.values(), key=lambda path: path.parts)


class _Walk:
    """What is found below a folder, and where is still to be looked: paths as they are given, and without links."""

    def __init__(self, folder: Path, most: int) -> None:
        self.found: Final[dict[str, Path]] = {}
        self.folders: Final = deque([(folder, os.path.realpath(folder))])
        self.links: Final[deque[tuple[Path, str]]] = deque()
        self._known: Final[set[str]] = set(_SYSTEM)
        self._left = most

    def look_into(self, folder: Path, real: str) -> None:
        """Look into a folder, or at a story that a link leads to; only the first time.

        Raises:
            OSError: it cannot be looked into.
            TooMuchBelowError: that makes too many names.
        """
        if real in self._known or real in self.found:
            return
        if folder.name.endswith(SUFFIX) and os.path.isfile(real):  # noqa: PTH113 - False where it is forbidden
            self.found[real] = folder
            return
        self._known.add(real)
        with os.scandir(folder) as entries:
            for entry in entries:
                self._left -= 1
                if self._left < 0:
                    raise TooMuchBelowError
                if _may_count(entry):
                    self._note(entry, folder / entry.name, os.path.join(real, entry.name))  # noqa: PTH118 - both are texts

    def _note(self, entry: os.DirEntry[str], path: Path, real: str) -> None:
        if entry.is_symlink():
            self.links.append((path, os.path.realpath(path)))
        elif entry.is_dir():
            self.folders.append((path, real))
        else:
            self.found[real] = path


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


def _real(path: Path) -> Path:
    """A path without symbolic links; of links that lead to each other, one that the system will not open."""
    return Path(os.path.realpath(path))  # `Path.resolve` raises a RuntimeError for those
