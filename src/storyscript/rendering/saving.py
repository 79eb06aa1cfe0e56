"""Saving a task's outputs: the bytes as they came, checked, under names of our own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storyscript.errors import MalformedAnswerError
from storyscript.naming import extension, panel_file
from storyscript.rendering.files import NewFile, write_file

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.ir import Panel
    from storyscript.wiro import Output, WiroClient

MOST_BYTES: Final = 256 * 1024 * 1024
"""A larger output is refused."""
PANELS: Final = "panels"
UNPLACED: Final = "unplaced"


@dataclass(frozen=True, slots=True)
class SavedFile:
    """An output on the disk.

    Attributes:
        path: relative to the story's folder, with `/`.
        sha256: of its bytes, in hexadecimal.
        size: in bytes.
        panel: the panel that it is, or None where nobody knows.
    """

    path: str
    sha256: str
    size: int
    panel: Panel | None


class Placement:
    """Where files go in a story's folder.

    Args:
        folder: the story's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder
        self._numbers: Final = itertools.count(1)

    def write(self, name: str, data: bytes) -> None:
        """Write a small file.

        Raises:
            DiskError: it could not be written.
        """
        write_file(self._folder / name, data)

    def open(self, panel: Panel | None) -> NewFile:
        """A new file for an output.

        Raises:
            DiskError: it could not be made.
        """
        return NewFile(self._folder / (UNPLACED if panel is None else PANELS))

    def keep(self, file: NewFile, panel: Panel | None, ending: str) -> SavedFile:
        """Give a file its name; one of an earlier run keeps its own in `unplaced/`.

        Raises:
            DiskError: it could not be written.
        """
        if panel is not None:
            path = f"{PANELS}/{panel_file(panel, ending)}"
        else:
            path = next(
                name
                for name in (f"{UNPLACED}/{number:03}.{ending}" for number in self._numbers)
                if not (self._folder / name).exists()
            )
        file.commit(self._folder / path)
        return SavedFile(path, file.sha256, file.size, panel)


async def save_output(
    client: WiroClient, task_id: str, output: Output, panel: Panel | None, placement: Placement
) -> SavedFile:
    """Fetch an output and save it.

    Raises:
        MalformedAnswerError: it has no address, not the size that the service gave, or is no picture.
        StoryscriptError: what downloading and writing raise.
    """
    if output.url is None:
        raise MalformedAnswerError(
            f"task {task_id}: the service gives no address for one of its outputs; try again later"
        )
    with placement.open(panel) as file:
        size = await client.download(output.url, file.write, limit=MOST_BYTES)
        if output.size is not None and size != output.size:
            raise MalformedAnswerError(
                f"task {task_id}: an output came with {size} bytes where the service announces {output.size}; it was "
                "not kept: run the same story again to fetch it"
            )
        ending = extension(file.head)
        if ending is None:
            raise MalformedAnswerError(
                f"task {task_id}: an output is no picture that storyscript knows; it was not kept"
            )
        return placement.keep(file, panel, ending)
