"""Where an editor's stories are looked for, and what their files are called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from storyscript.folder import PROJECT_FILE, FolderReader
from storyscript.lsp.uris import identity_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def roots(folders: Iterable[Path], files: Iterable[Path]) -> tuple[set[str], set[str]]:
    """The folders in which stories are looked for: those with all that is below them, and those without.

    The first are the editor's, and of an open file outside of them the project's. Where it is in no project, only what
    is beside it can include it (language page, "Statements").

    Args:
        folders: the editor's.
        files: what is open.

    Returns:
        Both with symbolic links resolved.
    """
    deep = {identity_of(folder) for folder in folders}
    alone: set[str] = set()
    for file in files:
        if any(Path(identity_of(file)).is_relative_to(root) for root in deep):
            continue
        root = FolderReader(file.parent).root
        in_project = os.path.isfile(root / PROJECT_FILE)  # noqa: PTH113 - `Path.is_file` may raise an OSError
        (deep if in_project else alone).add(str(root))
    return deep, alone


def name_in(folders: Sequence[Path], file: Path) -> str:
    """What messages call a file: its path in the editor's folder, for there may be several of one name."""
    for folder in folders:
        for root in (folder, Path(identity_of(folder))):
            if file.is_relative_to(root):
                return file.relative_to(root).as_posix()
    return file.name
