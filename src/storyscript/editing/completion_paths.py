"""Completion of the files that a story names: relative to the file that names them, as they are written.

Source: language page, "Statements" (local files).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, Protocol

from storyscript.diagnostics.text import visible
from storyscript.editing.completion_items import Item, Kind, Typed, fitting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyscript.analysis.files import File

STORIES: Final = (".story",)
"""How the names of files end that `include` takes."""
PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")
"""How the names of files end that `image` and `pad-image` take."""

_MOST_LOOKED_INTO: Final = 50
"""Folders of which only those are offered that lead on; each is read for it."""


class Folder(Protocol):
    """What there is to name."""

    def entries(self, path: str) -> Iterable[tuple[str, bool]]:
        """What a folder holds: each name, and whether it is a folder itself.

        Args:
            path: of the folder, relative to the one in which the file stands that is being written, with `/`; `""`
                for that one. It may lead up, by `..`.

        Returns:
            Nothing where there is no such folder, or where it is outside the root.
        """
        ...


def paths(folder: Folder | None, file: File, typed: Typed, endings: tuple[str, ...]) -> list[Item]:
    """The files and folders that may stand next in a path.

    Args:
        folder: lists files; None where nothing can be read.
        file: the file that names them, which is not offered.
        typed: of the whole path.
        endings: of the files that may be named, in lower case.
    """
    if folder is None or ":" in typed.text or "\\" in typed.text or typed.text.startswith("/"):
        return []
    above, slash, name = typed.text.rpartition("/")
    start = typed.start + len(above) + len(slash)
    own = posixpath.basename(file.source.name)
    beside = posixpath.normpath(above or ".") == "."
    items = []
    for entry, is_folder in _named(folder, above, name):
        wanted = is_folder or entry.lower().endswith(endings)
        if not wanted or not _can_be_written(entry) or (beside and not is_folder and entry == own):
            continue
        if entry == name and not is_folder:
            return []
        text = f"{entry}/" if is_folder else entry
        kind = Kind.FOLDER if is_folder else Kind.FILE
        items.append(Item(kind, text, start, typed.end, text, finds=entry, rank=int(is_folder)))
    items.sort(key=lambda item: item.label.casefold())
    looked_into = 0
    found = []
    for item in fitting(items, name):
        if item.kind is Kind.FOLDER and looked_into < _MOST_LOOKED_INTO:
            looked_into += 1
            if not _leads_on(folder, posixpath.join(above, item.label), endings):
                continue
        found.append(item)
    return found


def _leads_on(folder: Folder, path: str, endings: tuple[str, ...]) -> bool:
    """Whether there is something to name behind a folder, or a folder, in which nobody looks."""
    return any(is_folder or entry.lower().endswith(endings) for entry, is_folder in folder.entries(path))


def _named(folder: Folder, above: str, name: str) -> Iterator[tuple[str, bool]]:
    """What a folder holds, but hidden only for those who begin with a dot."""
    for entry, is_folder in folder.entries(above):
        if name.startswith(".") or not entry.startswith("."):
            yield entry, is_folder
    if name.startswith(".") and any(True for _ in folder.entries(posixpath.join(above, ".."))):
        yield "..", True


def _can_be_written(name: str) -> bool:
    """Whether a story can have this name in a line, and would read it back as it is."""
    return visible(name) == name and name == name.strip() and "//" not in name and not name.startswith(":")
