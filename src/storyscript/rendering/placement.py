"""The panels' files, under the panels' names: `panels/` shows what the story is now.

What is no panel for sure is in `unplaced/`.

The files are copies of those of the store. A file there that is not ours (retouched, or put there by hand), or
that the store has no more, is never written over: it stays where its panel has not changed, and moves to `replaced/`
where it has.

Source: command-line page, "On disk".
"""

from __future__ import annotations

import contextlib
import itertools
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storyscript.errors import DiskError
from storyscript.naming import panel_file
from storyscript.rendering.files import NewFile, sha256_of
from storyscript.rendering.store import is_kept

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from storyscript.rendering.disk import Disk
    from storyscript.rendering.ledger import Kept
    from storyscript.rendering.plan import PlannedPanel

PANELS: Final = "panels"
UNPLACED: Final = "unplaced"
REPLACED: Final = "replaced"
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class SavedFile:
    """An output under its name.

    Attributes:
        path: relative to the story's folder, with `/`.
        sha256: of the bytes that were drawn, in hexadecimal.
        size: in bytes.
        panel: the number of the panel that it is, or None where nobody knows.
        retouched: somebody has changed it since, and it was left so.
    """

    path: str
    sha256: str
    size: int
    panel: int | None
    retouched: bool = False


class Placement:
    """The named files of one story's folder.

    Args:
        folder: the story's.
        disk: where it is written to.
        before: what the last manifest had under each path: SHA-256 by path.
        ours: everything that was ever drawn here, by SHA-256: where the store has it.
        placeholders: the SHA-256 of what was drawn offline, which nobody misses.
        stems: the names, without endings, of the panels of the last plan, which may not have come to a manifest.
        pending: the same of panels that are still to come.

    Attributes:
        moved: where files went that are not ours and were in the way, relative to the folder.
    """

    def __init__(
        self,
        folder: Path,
        disk: Disk,
        before: Mapping[str, str],
        ours: Mapping[str, Kept],
        placeholders: Collection[str] = (),
        stems: Collection[str] = (),
        pending: Collection[str] = (),
    ) -> None:
        self._folder: Final = folder
        self._disk: Final = disk
        self._before: Final = before
        self._ours: Final = ours
        self._placeholders: Final = frozenset(placeholders)
        self._stems: Final = frozenset(stems)
        self._pending: Final = frozenset(pending)
        self.moved: Final[list[str]] = []
        self._loose: Final = itertools.count(1)
        self._placed: Final[set[str]] = set()
        self._unsynced: Final[set[Path]] = set()

    def panel(self, kept: Kept, panel: PlannedPanel) -> SavedFile:
        """Put an output where its panel is.

        Raises:
            DiskError: it could not be put there.
        """
        return self._put(kept, f"{PANELS}/{panel_file(panel, _ending(kept))}", panel.number)

    def loose(self, kept: Kept) -> SavedFile:
        """Put an output where it is no panel.

        Raises:
            DiskError: it could not be put there.
        """
        return self._put(kept, f"{UNPLACED}/{next(self._loose):03}.{_ending(kept)}", None)

    def tidy(self) -> None:
        """Take away what is ours and no part of the story any more, and move what is not ours out of the way.

        When this returns, all names that were given are on the disk.

        Raises:
            DiskError: something could not be moved or taken away, or is not on the disk.
        """
        for shown in (PANELS, UNPLACED):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                paths = sorted((self._folder / shown).iterdir())
                # A disk that does not tell `A` from `a` may go on calling a file as it was called first.
                unseen = set(map(_folded, self._placed - {f"{shown}/{path.name}" for path in paths}))
                for path in paths:
                    name = f"{shown}/{path.name}"
                    if name in self._placed or _folded(name) in unseen:
                        continue
                    # Only what we may have put there ourselves: a folder, or a file that never was a panel, stays.
                    is_numbered = shown == UNPLACED and path.stem.isdecimal()
                    if not (is_numbered or name in self._before or path.stem in self._stems):
                        continue
                    if self._may_go(sha256_of(path)):
                        self._remove(path)
                    elif path.is_file() and name in self._before and path.stem not in self._pending:
                        self._move_away(path)
        for folder in sorted(self._unsynced):
            try:
                self._disk.sync_folder(folder)
            except OSError as error:
                raise DiskError(f"cannot write `{folder}`: {error.strerror or error}") from error

    def _put(self, kept: Kept, name: str, panel: int | None) -> SavedFile:
        self._placed.add(name)
        path = self._folder / name
        found = sha256_of(path)
        if found == kept.sha256:
            return SavedFile(name, kept.sha256, kept.size, panel)
        if found is not None and not self._may_go(found):
            if self._before.get(name) == kept.sha256:
                return SavedFile(name, kept.sha256, kept.size, panel, retouched=True)
            self._move_away(path)
        try:
            self._disk.make_folder(path.parent)
        except OSError as error:
            raise DiskError(f"cannot write `{path.parent}`: {error.strerror or error}") from error
        self._copy(self._folder / kept.file, path)
        return SavedFile(name, kept.sha256, kept.size, panel)

    def _may_go(self, found: str | None) -> bool:
        """Whether a file of this SHA-256 is ours, and not the last one: the store may have been taken away."""
        kept = None if found is None else self._ours.get(found)
        return found in self._placeholders or (kept is not None and is_kept(self._folder, kept))

    def _copy(self, source: Path, path: Path) -> None:
        """A copy, and no second name: programs that paint write into a file that has two, and so into the store."""
        with NewFile(path.parent, self._disk) as new:
            try:
                with source.open("rb") as file:
                    while block := file.read(_BLOCK):
                        new.write(block)
            except OSError as error:
                raise DiskError(f"cannot read `{source}`: {error.strerror or error}") from error
            new.commit(path)

    def _move_away(self, path: Path) -> None:
        """Give a file that is not ours a new place."""
        folder = self._folder / REPLACED
        try:
            self._disk.make_folder(folder)
            names = itertools.chain(
                (path.name,), (f"{path.stem}-{number}{path.suffix}" for number in itertools.count(2))
            )
            name = next(name for name in names if not (folder / name).exists())
            self._disk.rename(str(path), folder / name)
            self._disk.sync_folder(folder)
            self._unsynced.add(path.parent)
        except OSError as error:
            raise DiskError(f"cannot move `{path}` out of the way: {error.strerror or error}") from error
        self.moved.append(f"{REPLACED}/{name}")

    def _remove(self, path: Path) -> None:
        try:
            self._disk.remove(str(path))
            self._unsynced.add(path.parent)  # or it may come back, when no manifest knows of it any more
        except OSError as error:
            raise DiskError(f"cannot take `{path}` away: {error.strerror or error}") from error


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _ending(kept: Kept) -> str:
    return kept.file.rpartition(".")[2]
