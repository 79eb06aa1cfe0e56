"""Where outputs are kept: `outputs/` in a story's folder, the bytes as they came, under numbers of our own.

What is there is never written over: a story that is changed and changed back finds its pictures again, and nothing that
was paid for is lost by drawing something else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.errors import DiskError
from storyscript.rendering.disk import is_own_folder
from storyscript.rendering.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.rendering.disk import Disk
    from storyscript.rendering.ledger import Entry, Kept

OUTPUTS: Final = "outputs"
PLACEHOLDERS: Final = 900_000_000
"""From here on the numbers are those of placeholders, which no ledger comes to: a run beside has none of them."""
_NUMBER: Final = re.compile(r"[0-9]{4,9}")
_FILE: Final = re.compile(rf"{OUTPUTS}/[0-9]{{4,9}}/[0-9]{{3,9}}\.[a-z]{{3,4}}")


def output_folder(number: int) -> str:
    """Where the outputs of a ledger's entry are, from the story's folder."""
    return f"{OUTPUTS}/{number:04}"


def output_file(number: int, index: int, ending: str) -> str:
    """Where an output is, from the story's folder.

    Args:
        number: its entry's.
        index: from 0, in the order of the task's outputs.
        ending: what kind of file it is.
    """
    return f"{output_folder(number)}/{index + 1:03}.{ending}"


def last_number(folder: Path) -> int:
    """The highest number in the store, 0 where there is none: a ledger that was moved away leaves what it told of."""
    try:
        names = [path.name for path in (folder / OUTPUTS).iterdir()]
    except OSError:
        return 0
    return max((int(name) for name in names if _NUMBER.fullmatch(name) and int(name) < PLACEHOLDERS), default=0)


def is_intact(folder: Path, entry: Entry) -> bool:
    """Whether all that was saved of a job is there, byte for byte."""
    return bool(entry.files) and all(is_kept(folder, file) for file in entry.files)


def is_kept(folder: Path, file: Kept) -> bool:
    """Whether a file is where the ledger says, and what it says."""
    # The ledger may be somebody else's by now, who would have us take a file from elsewhere for a panel.
    return _FILE.fullmatch(file.file) is not None and sha256_of(folder / file.file) == file.sha256


def sync_store(folder: Path, disk: Disk) -> None:
    """Have on the disk the folders of jobs that a process had made, and did not live to sync.

    Raises:
        DiskError: they are not, for sure.
    """
    store = folder / OUTPUTS
    try:
        if store.is_dir():
            disk.sync_folder(store)
    except OSError as error:
        raise DiskError(f"cannot write `{store}`: {error.strerror or error}") from error


def refuse_links(folder: Path, *names: str) -> None:
    """Refuse to write through symbolic links that stand for folders of ours.

    Raises:
        DiskError: there is one.
    """
    for name in names:
        if not is_own_folder(folder / name):
            raise DiskError(f"`{folder / name}` is a link or no folder: move it away; nothing was submitted")
