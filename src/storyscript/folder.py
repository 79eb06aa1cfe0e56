"""Stories on disk: a `Reader` over the folder that a story stands in."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from storyscript.source import MAX_SOURCE_BYTES, Located, OutsideRootError

PROJECT_FILE: Final = "storyscript.toml"
"""Marks the folder that everything a story reads must be in (language page, "Statements")."""


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
            (at for at in (self.folder, *self.folder.parents) if os.path.isfile(at / PROJECT_FILE)),  # noqa: PTH113
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


def _real(path: Path) -> Path:
    """A path without symbolic links; of links that lead to each other, one that the system will not open."""
    return Path(os.path.realpath(path))  # `Path.resolve` raises a RuntimeError for those
