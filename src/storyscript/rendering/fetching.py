"""Fetching a task's outputs into the store: the bytes as they came, each checked before it counts.

Source: API page, "Output"; command-line page, "On disk".
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.errors import ExpiredError, MalformedAnswerError, UnreachableError
from storyscript.rendering.files import NewFile
from storyscript.rendering.images import UnfitPictureError, check_picture
from storyscript.rendering.ledger import Kept
from storyscript.rendering.store import is_kept, output_file, output_folder
from storyscript.rendering.world import to_its_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from storyscript.rendering.world import World
    from storyscript.wiro import Output, Task, WiroClient

MOST_BYTES: Final = 256 * 1024 * 1024
"""A larger output is refused."""
AT_ONCE: Final = 8
"""Files that are fetched at once, over all tasks."""
TRIES: Final = 3
"""How often an output is fetched at most; before each further try the service is asked for its address anew."""
PAUSE: Final = 2.0
"""Seconds before the second try; twice as many before the third."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches files, a few at once.

    Attributes:
        client: talks to the service.
        world: disk, sleep, threads.
        room: how many may be fetched at once.
        decoders: how many may be checked at once. More than there are processors would only get in each other's way,
            and in that of what is being fetched.
    """

    client: WiroClient
    world: World
    room: asyncio.Semaphore
    decoders: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(os.cpu_count() or 1))

    async def fetch(
        self,
        task: Task,
        number: int,
        folder: Path,
        *,
        before: Sequence[Kept] = (),
        ask_again: Callable[[], Awaitable[Task]],
        tell: Callable[[int], None],
    ) -> tuple[Kept, ...]:
        """Fetch all outputs of a task that succeeded.

        Args:
            task: with its outputs.
            number: its entry's in the ledger, for the names of the files.
            folder: the story's.
            before: what was fetched of it once, of which some is lost or damaged: what is still good is left alone, and
                what is not must be the same again.
            ask_again: gives the task with fresh addresses.
            tell: is told how many are here.

        Raises:
            MalformedAnswerError: an output has no address, not the size that the service gave, or is no picture.
            StoryscriptError: what downloading and writing raise.
        """
        addresses = _Addresses(task, ask_again)
        known = before if len(before) == len(task.outputs) else [None] * len(task.outputs)
        done = 0

        async def one(index: int) -> Kept:
            nonlocal done
            old = known[index]
            if old is not None and await self.world.offload(is_kept, folder, old):
                kept = old
            else:
                kept = await self._persist(addresses, index, number, folder, None if old is None else old.sha256)
            done += 1
            tell(done)
            return kept

        # One that is not to be had keeps none of the others from being here, for they may be gone another time.
        results = await asyncio.gather(*map(one, range(len(task.outputs))), return_exceptions=True)
        kept = []
        for result in results:
            if isinstance(result, BaseException):
                raise result
            kept.append(result)
        return tuple(kept)

    async def _persist(self, addresses: _Addresses, index: int, number: int, folder: Path, sha256: str | None) -> Kept:
        """Fetch an output, and again where that may help."""
        tries = 1
        while True:
            output, version = addresses.outputs[index], addresses.version
            try:
                async with self.room:
                    return await self._once(addresses.task_id, output, index, number, folder, sha256)
            except (ExpiredError, MalformedAnswerError, UnreachableError):
                if tries >= TRIES:
                    raise
            await self.world.sleep(PAUSE * 2 ** (tries - 1))
            await addresses.renew(version)
            tries += 1

    async def _once(
        self, task_id: str, output: Output, index: int, number: int, folder: Path, sha256: str | None
    ) -> Kept:
        if output.url is None:
            raise MalformedAnswerError(
                f"task {task_id}: the service gives no address for one of its outputs; try again later"
            )
        with NewFile(folder / output_folder(number), self.world.disk, late=True) as file:
            size = await self.client.download(output.url, file.write, limit=MOST_BYTES)
            if output.size is not None and size != output.size:
                raise MalformedAnswerError(
                    f"task {task_id}: an output came with {size} bytes where the service announces {output.size}; it "
                    "was not kept, and `storyscript resume` fetches it again"
                )
            try:
                async with self.decoders:
                    name = await to_its_end(self.world.offload(_check, file, index, number, sha256))
                # Not while a decoder's place is held: what waits for the disk keeps no processor busy.
                return await to_its_end(self.world.offload(_keep, file, folder, name))
            except UnfitPictureError as error:
                raise MalformedAnswerError(
                    f"task {task_id}: output {index + 1} {error}; it was not kept, and `storyscript resume` fetches it "
                    "again"
                ) from None


class _Addresses:
    """A task's outputs, whose addresses may expire while others are fetched."""

    def __init__(self, task: Task, ask_again: Callable[[], Awaitable[Task]]) -> None:
        self.task_id: Final = task.id
        self.outputs = task.outputs
        self.version = 0
        self._ask_again: Final = ask_again
        self._lock: Final = asyncio.Lock()

    async def renew(self, version: int) -> None:
        """Ask for fresh addresses, unless somebody has since.

        Raises:
            MalformedAnswerError: there is another number of outputs now.
            StoryscriptError: what asking raises.
        """
        async with self._lock:
            if version != self.version:
                return
            task = await self._ask_again()
            if len(task.outputs) != len(self.outputs):
                raise MalformedAnswerError(
                    f"task {self.task_id}: the service names {len(task.outputs)} outputs where it named "
                    f"{len(self.outputs)} before; `storyscript resume` asks again"
                )
            self.outputs = task.outputs
            self.version += 1


def _check(file: NewFile, index: int, number: int, sha256: str | None) -> str:
    """What a file that came whole is to be called, from the story's folder.

    Raises:
        UnfitPictureError: it is no picture, a damaged one, or not the one that is wanted.
        DiskError: it cannot be written or read.
    """
    file.flush()
    assert file.path is not None  # noqa: S101 - for the type checker: it has no name of its own yet
    if sha256 is not None and file.sha256 != sha256:
        raise UnfitPictureError("is another picture than the one that was fetched before")
    return output_file(number, index, check_picture(Path(file.path)).extension)


def _keep(file: NewFile, folder: Path, name: str) -> Kept:
    """Give a file its name.

    Raises:
        DiskError: it is not on the disk.
    """
    file.commit(folder / name)
    return Kept(name, file.sha256, file.size)
