"""A story's folder while a run works in it: locked, its ledger open, its plan written down, its jobs matched.

Source: command-line page, "On disk" and `run`.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from storyscript.errors import ConfigurationError, DiskError, StoryscriptError
from storyscript.naming import panel_stem
from storyscript.rendering import plan as plans
from storyscript.rendering.disk import is_own_folder
from storyscript.rendering.files import read_file, remove_parts, renew_file
from storyscript.rendering.ledger import LEDGER, Ledger, peek
from storyscript.rendering.lock import folder_lock
from storyscript.rendering.manifest import MANIFEST, manifest_of, tasks_told
from storyscript.rendering.matching import match
from storyscript.rendering.placement import PANELS, REPLACED, UNPLACED, Placement, SavedFile
from storyscript.rendering.progress import JobRendering
from storyscript.rendering.store import OUTPUTS, PLACEHOLDERS, last_number, output_folder, refuse_links, sync_store
from storyscript.rendering.uploading import check_images

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.rendering.ledger import Entry
    from storyscript.rendering.plan import Plan
    from storyscript.rendering.world import World

_ROOM: Final = 32 * 1024 * 1024
"""Bytes that must be free besides what the pictures may take."""
_COPIES: Final = 2
"""How often a picture is on the disk: in the store, and under its panel's name."""
_CHANNELS: Final = 3
"""Bytes a pixel takes at most in a picture that does not compress at all."""


@dataclass(slots=True)
class Workplace:
    """A story's folder that this process has for itself.

    Attributes:
        folder: the story's.
        plan: its jobs.
        ledger: what became of them.
        renderings: one for each job of the plan.
        leftovers: one for each task of an earlier version of the story that is not fetched yet.
        elsewhere: entries of other services.
        lasting: the service outlives this process, so that all is written down.
        only_fetches: nothing is to be submitted.
        moved: where files went that are not ours and were in the way.
    """

    folder: Path
    plan: Plan
    ledger: Ledger
    lasting: bool
    world: World
    renderings: list[JobRendering] = field(default_factory=list)
    leftovers: list[JobRendering] = field(default_factory=list)
    elsewhere: Sequence[Entry] = ()
    moved: list[str] = field(default_factory=list)
    only_fetches: bool = False
    _before: dict[str, str] = field(default_factory=dict)
    _placeholders: frozenset[str] = frozenset()
    _stems: frozenset[str] = frozenset()
    _closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @classmethod
    def open(cls, folder: Path, plan: Plan, world: World, *, lasting: bool) -> Workplace:
        """Take a folder; nothing is submitted yet.

        Raises:
            ConfigurationError: placeholders would take the places of panels that were paid for.
            UnfinishedError: another process is at work there.
            DiskError: the folder cannot be used, or its ledger is damaged or another's.
        """
        if not lasting and holds_paid_panels(folder):
            raise ConfigurationError(
                f"`{folder}` holds panels that the service drew; placeholders would take their places: give another "
                "folder"
            )
        with contextlib.ExitStack() as stack:
            ledger = Ledger(None, after=PLACEHOLDERS)
            if lasting:
                try:
                    world.disk.make_folder(folder)
                except OSError as error:
                    raise DiskError(f"cannot write `{folder}`: {error.strerror or error}") from error
                stack.enter_context(folder_lock(folder))
                refuse_links(folder, PANELS, UNPLACED, REPLACED, OUTPUTS)
                remove_parts(folder, world.disk)
                was_there = (folder / LEDGER).exists()
                ledger = Ledger.open(folder, world.disk, after=last_number(folder))
                stack.callback(ledger.close)
                if was_there:  # one that was moved away is somebody's decision
                    _require_own(folder, ledger)
                sync_store(folder, world.disk)
            else:
                refuse_links(folder, PANELS, UNPLACED, REPLACED, OUTPUTS)
            place = cls(folder, plan, ledger, lasting, world)
            place._before, offline = placed_before(folder)
            place._placeholders = frozenset(place._before.values() if offline else ())
            place._stems = _earlier_stems(folder) if lasting else frozenset()
            place._closing = stack.pop_all()
        return place

    def match(self, *, force: bool = False, failed: bool = False) -> None:
        """Find out where each job stands; see `matching.match`."""
        found = match(self.plan, self.ledger.entries, self.folder, force=force, failed=failed)
        self.renderings = [
            JobRendering(one.job, one.standing, one.entry, one.shown, left=self.only_fetches and one.standing == "new")
            for one in found.jobs
        ]
        self.leftovers = [
            JobRendering(None, "unknown" if entry.is_unknown else "under way", entry) for entry in found.leftovers
        ]
        self.elsewhere = found.elsewhere

    def prepare(self) -> None:
        """See that money can be spent: everything that could fail on this machine is tried first.

        Raises:
            ConfigurationError: a local image cannot be uploaded.
            DiskError: the folder cannot be written to, or is too full.
        """
        new = [one.job for one in self.renderings if one.job is not None and one.standing == "new" and not one.left]
        check_images(self.plan, self.folder, new)
        need = _ROOM + sum(
            _COPIES * len(rendering.job.order) * _bytes_of_a_panel(rendering.job.parameters)
            for rendering in self.renderings
            if rendering.job is not None and rendering.standing != "there"
        )
        free = self.world.disk.free(self.folder)
        if free < need:
            raise DiskError(
                f"`{self.folder}`: {free // 1_000_000} MB are free, and the pictures may take {need // 1_000_000} MB: "
                "make room, or give another folder with `--out`; nothing was submitted"
            )

    def agree(self) -> None:
        """Write the plan down, and show what there is of it: whoever pays has agreed to it.

        From now on `resume` may submit what is not submitted yet; before, nothing in the folder has changed.

        Raises:
            DiskError: the plan is not on the disk, or cannot be shown.
        """
        if self.lasting:
            # That an earlier one has its name for good is seen to where the ledger was opened, in the same folder.
            # Only for its owner: the address for callbacks may hold a secret.
            renew_file(self.folder / plans.PLAN, plans.dump(self.plan), mode=0o600, disk=self.world.disk)
        self.show()

    def show(self) -> None:
        """Put what there is by now under the panels' names, and write the manifest.

        Raises:
            DiskError: something could not be written.
        """
        ours = {kept.sha256: kept for entry in self.ledger.entries for kept in entry.files}
        ours |= {kept.sha256: kept for rendering in self.renderings for kept in rendering.kept}
        waiting = [one.job for one in self.renderings if one.job is not None and not one.kept]
        pending = {panel_stem(self.plan.panel(number)) for job in waiting for number in job.order}
        placement = Placement(
            self.folder, self.world.disk, self._before, ours, self._placeholders, self._stems, pending
        )
        for rendering in self.renderings:
            rendering.files = self._placed(rendering, placement)
        placement.tidy()
        self.moved += placement.moved
        manifest = manifest_of(self.plan, self.renderings, offline=not self.lasting)
        renew_file(self.folder / MANIFEST, manifest, disk=self.world.disk)
        placed = {file.path: file.sha256 for rendering in self.renderings for file in rendering.files}
        still = {name: sha256 for name, sha256 in self._before.items() if PurePosixPath(name).stem in pending}
        self._before = still | placed

    def _placed(self, rendering: JobRendering, placement: Placement) -> list[SavedFile]:
        files = rendering.kept
        # Whether frames alone come back, or pages too, is not known: only their number tells (API page).
        if rendering.job is None or len(files) != len(rendering.job.order):
            return [placement.loose(kept) for kept in files]
        panels = map(self.plan.panel, rendering.job.order)
        return [placement.panel(kept, panel) for kept, panel in zip(files, panels, strict=True)]

    def close(self) -> None:
        """Let others have the folder."""
        if not self.lasting:
            # Placeholders cost nothing, so that what they are called is all that they need.
            self._forget_store()
        self._closing.close()

    def _forget_store(self) -> None:
        store = self.folder / OUTPUTS
        with contextlib.suppress(OSError):
            own = [self.folder / output_folder(entry.number) for entry in self.ledger.entries]
            for folder in filter(Path.is_dir, filter(is_own_folder, own)):
                for file in list(folder.iterdir()):
                    self.world.disk.remove(str(file))
                folder.rmdir()
            store.rmdir()


def _require_own(folder: Path, ledger: Ledger) -> None:
    """Refuse a ledger that is emptied, put back from a backup, or another folder's: its jobs would be paid for again.

    Raises:
        DiskError: the manifest, which is always written after the ledger, tells of a task that the ledger does not.
    """
    missing = tasks_told(folder) - {entry.task for entry in ledger.entries}
    if missing:
        raise DiskError(
            f"`{folder / LEDGER}` does not tell of task {min(missing)}, and `{folder / MANIFEST}` does, so it is an "
            "older one or another folder's, and nothing is submitted: put the right one back, or, after a look at "
            f"Wiro, move `{MANIFEST}` away to have done what this ledger does not tell of"
        )


def placed_before(folder: Path) -> tuple[dict[str, str], bool]:
    """What a folder's manifest has under each path, and whether it was drawn offline; nothing if it makes no sense."""
    try:
        manifest: Any = json.loads(read_file(folder / MANIFEST))
        files = [*manifest["panels"], *manifest["unplaced"]]
        placed = {str(file["file"]): str(file["sha256"]) for file in files if file["file"]}
        return placed, manifest["offline"] is True
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}, False


def holds_paid_panels(folder: Path) -> bool:
    """Whether a story's folder holds what a service drew or may be drawing, which is not the one in this process."""
    try:
        if any(entry.state not in ("refused", "given up", "failed") for entry in peek(folder)):
            return True
        manifest = json.loads(read_file(folder / MANIFEST))
        return manifest["offline"] is False and any(panel["file"] for panel in manifest["panels"])
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (DiskError, OSError, ValueError, KeyError, TypeError, RecursionError):
        return True  # nobody can tell, so take no chances


def _earlier_stems(folder: Path) -> frozenset[str]:
    try:
        earlier = plans.load(folder)
    except StoryscriptError:
        return frozenset()
    return frozenset() if earlier is None else frozenset(map(panel_stem, earlier.panels))


def _bytes_of_a_panel(parameters: Any) -> int:  # noqa: ANN401 - JSON
    sides = [parameters.get(side) for side in ("width", "height")]
    width, height = (side if isinstance(side, int) else 0 for side in sides)
    return width * height * _CHANNELS
