"""The panels that an earlier run drew, as pictures to show: found by its manifest, checked, and fit for a page.

The manifest and the files are somebody else's by now: a file counts when it is the one that the manifest tells of,
inside the story's folder, and decodes as a picture. It is encoded anew, so that nothing but its pixels goes on.

Source: command-line page, "On disk".
"""

from __future__ import annotations

import hashlib
import json
import stat
import warnings
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from storyscript.rendering.images import UnfitPictureError, decoded
from storyscript.rendering.ledger import hash_of
from storyscript.rendering.manifest import MANIFEST, SCHEMA
from storyscript.targets.payload import payload
from storyscript.targets.storyboard import Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from storyscript.ir import Panel, Story

MOST_BYTES: Final = 64 * 1024 * 1024
"""A larger file is left out."""
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 1024
"""Pixels: 300 to the inch, as wide as the page prints a panel. More would be mailed for nothing."""
QUALITY: Final = 88
_T = TypeVar("_T")


@dataclass(slots=True)
class Pictures:
    """What there is to show.

    Attributes:
        by_panel: by the panels' numbers.
        complaints: what was left out and why, a line each.
    """

    by_panel: dict[int, Picture] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


class _File(NamedTuple):
    """A picture's file as the manifest has it: its path in the folder, and its hash."""

    path: str
    sha256: str


class _Entry(NamedTuple):
    """A panel as the manifest has it; `key` is the same for what is the same panel in another version."""

    number: int
    key: tuple[str, ...] | None
    file: _File | None


class _Job(NamedTuple):
    sha256: str
    order: list[int]
    files: list[_File]


class _Manifest(NamedTuple):
    offline: bool
    jobs: list[_Job]
    panels: list[_Entry]


class _DamagedError(Exception):
    """The manifest is not what storyscript writes; the message says what is wrong."""


class _Found(NamedTuple):
    """Which file shows which panel.

    Attributes:
        folder: the story's.
        offline: it holds placeholders.
        current, earlier: the files of panels as they are, and of panels that have changed.
    """

    folder: Path
    offline: bool
    current: dict[int, _File]
    earlier: dict[int, _File]


def find_pictures(folders: Sequence[Path], story: Story) -> Pictures:
    """The pictures of a story's panels.

    A panel's picture is its own where its job is, parameter by parameter, what it was when it was drawn; else, where
    the panel can still be told, that of an earlier version. Of several folders, the one that shows most of the story
    as it is.

    Args:
        folders: where a run may have put the story; they need not be there.
        story: as it is now.
    """
    pictures, found = Pictures(), []
    for folder in folders:
        try:
            manifest = _read(folder)
        except _DamagedError as error:
            pictures.complaints.append(f"`{folder / MANIFEST}` {error}; its pictures are left out")
            continue
        if manifest is not None:
            found.append(_match(folder, manifest, story))
    best = max(found, key=lambda one: (len(one.current), len(one.earlier)), default=None)
    if best is not None:
        for number, file in sorted((best.earlier | best.current).items()):
            try:
                picture = _load(best.folder, file)
            except UnfitPictureError as error:
                pictures.complaints.append(f"panel {number}: `{best.folder / file.path}` {error}; it is left out")
            else:
                pictures.by_panel[number] = picture._replace(
                    earlier=number not in best.current, placeholder=best.offline
                )
    return pictures


# ---- the manifest --------------------------------------------------------------------------------------------------


def _read(folder: Path) -> _Manifest | None:
    """The folder's manifest; None where there is none."""
    path = folder / MANIFEST
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _DamagedError("is no plain file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise _DamagedError(f"cannot be read: {reason or 'no file can have that name'}") from None
    if len(data) > MOST_BYTES:
        raise _DamagedError("is too large")
    try:
        value = _object(json.loads(data))
        if value["schema"] != SCHEMA:
            raise _DamagedError("was written by another version of storyscript")
        return _Manifest(
            offline=value["offline"] is not False,
            jobs=[_job(_object(job)) for job in _list(value["jobs"])],
            panels=[_entry(_object(panel)) for panel in _list(value["panels"])],
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _DamagedError("is damaged") from None


def _job(value: dict[str, Any]) -> _Job:
    files = [_file(_object(file)) for file in _list(value["files"])]
    return _Job(_string(value["sha256"]), [_whole(number) for number in _list(value["order"])], files)


def _entry(value: dict[str, Any]) -> _Entry:
    lead, name = _string_or_none(value["lead"]), _string_or_none(value["name"])
    key = _key(_string(value["kind"]), name, lead, _string(value["words"]))
    return _Entry(_whole(value["number"]), key, None if value["file"] is None else _file(value))


def _key(kind: str, name: str | None, lead: str | None, words: str) -> tuple[str, ...] | None:
    """What stays the same when a panel is changed: its name and lead, or the words of one without a name."""
    if name is not None:
        return kind, "named", name, lead or ""
    return (kind, "saying", words, lead or "") if words else None


def _file(value: dict[str, Any]) -> _File:
    return _File(_string(value["file"]), _string(value["sha256"]))


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _string_or_none(value: object) -> str | None:
    return None if value is None else _string(value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


# ---- whose picture is whose ----------------------------------------------------------------------------------------


def _match(folder: Path, manifest: _Manifest, story: Story) -> _Found:
    files = {entry.number: entry.file for entry in manifest.panels if entry.file is not None}
    current: dict[int, _File] = {}
    left = list(manifest.jobs)
    for job in story.jobs:
        wanted = hash_of(payload(job))
        same = next((other for other in left if other.sha256 == wanted and len(other.order) == len(job.panels)), None)
        if same is not None:
            left.remove(same)  # each is one job's, where two are equal
            for panel, number in zip(job.panels, same.order, strict=True):
                # A job whose outputs are not its panels has files, but no panel has one of them.
                if number in files and files[number] in same.files:
                    current[panel.number] = files[number]
    known = dict(_alone((entry.key, entry.file) for entry in manifest.panels))
    mine = dict(_alone((_key_of(panel), panel.number) for panel in story.panels))
    taken = set(current.values())
    earlier = {
        number: file
        for key, number in mine.items()
        if number not in current and (file := known.get(key)) is not None and file not in taken
    }
    return _Found(folder, manifest.offline, current, earlier)


def _key_of(panel: Panel) -> tuple[str, ...] | None:
    return _key(panel.kind, panel.name, panel.lead, panel.words)


def _alone(pairs: Iterable[tuple[tuple[str, ...] | None, _T]]) -> Iterator[tuple[tuple[str, ...], _T]]:
    """Those whose key is no other's: of two panels that say the same, nobody knows which was which."""
    all_pairs = list(pairs)
    counts = Counter(key for key, _ in all_pairs)
    return ((key, value) for key, value in all_pairs if key is not None and counts[key] == 1)


# ---- the file ------------------------------------------------------------------------------------------------------


def _load(folder: Path, file: _File) -> Picture:
    try:
        path = (folder / file.path).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise UnfitPictureError("leads out of the story's folder")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnfitPictureError("is no plain file")
        if status.st_size > MOST_BYTES:
            raise UnfitPictureError("is too large")
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise UnfitPictureError("is not there") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UnfitPictureError(f"cannot be read: {reason or 'no file can have that name'}") from None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise UnfitPictureError(f"is not the file that `{MANIFEST}` tells of")
    return _fit(data)


def _fit(data: bytes) -> Picture:
    """A picture's pixels, as large as the page needs them."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - only a page with pictures needs it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with decoded(BytesIO(data), most_pixels=MOST_PIXELS) as (_, opened):
                turned = ImageOps.exif_transpose(opened)
                if turned.has_transparency_data:
                    seen = turned.convert("RGBA")
                    image = Image.new("RGB", seen.size, "white")
                    image.paste(seen, mask=seen)
                else:
                    image = turned.convert("RGB")
    except UnfitPictureError:
        raise
    except Exception as error:  # what a damaged file says of its colours and its orientation leads anywhere
        raise UnfitPictureError("does not decode") from error
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, subsampling=0, optimize=True, progressive=True)
    return Picture("image/jpeg", buffer.getvalue(), image.width, image.height)
