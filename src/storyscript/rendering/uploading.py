"""Local reference images: each distinct file goes to the service once, before the first Run that names it.

An upload costs nothing, but has no idempotency key either: it is sent once, and its address is in the ledger.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from storyscript.errors import ConfigurationError
from storyscript.rendering.files import sha256_of
from storyscript.rendering.images import check_upload
from storyscript.rendering.plan import LOCAL, is_local

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from storyscript.rendering.ledger import Ledger
    from storyscript.rendering.plan import LocalImage, Plan, PlannedJob
    from storyscript.rendering.world import World
    from storyscript.wiro import WiroClient


LONGEST: Final = 24 * 3600.0
"""Seconds for which an upload of an earlier run is relied on; how long the service keeps files is not known."""


class Uploads:
    """The files that one run has at the service, over all stories.

    Args:
        client: talks to the service.
        world: its clock.
    """

    def __init__(self, client: WiroClient, world: World) -> None:
        self._client: Final = client
        self._world: Final = world
        self._urls: Final[dict[str, str]] = {}
        self._locks: Final[dict[str, asyncio.Lock]] = {}

    async def resolve(self, parameters: Mapping[str, Any], plan: Plan, folder: Path, ledger: Ledger) -> dict[str, Any]:
        """Parameters as they are sent: addresses in place of local files, which are uploaded where they are not yet.

        Raises:
            ConfigurationError: a file is not what it was when the plan was made.
            StoryscriptError: what uploading raises.
        """
        sent = dict(parameters)
        for name, value in parameters.items():
            if is_local(value):
                sent[name] = await self._url(str(value), plan, folder, ledger)
        return sent

    async def _url(self, name: str, plan: Plan, folder: Path, ledger: Ledger) -> str:
        image = plan.images[name]
        async with self._locks.setdefault(image.sha256, asyncio.Lock()):
            url = self._urls.get(image.sha256) or self._recent(ledger.uploads.get((plan.service, image.sha256)))
            if url is None:
                url = await self._upload(name, where(image, folder), image.sha256)
            if ledger.uploads.get((plan.service, image.sha256), ("", 0.0))[0] != url:
                ledger.uploaded(plan.service, image.sha256, url, self._world.wall())
            self._urls[image.sha256] = url
            return url

    def _recent(self, upload: tuple[str, float] | None) -> str | None:
        """The address of an upload of an earlier run, if it is not so old that the service may have forgotten it."""
        if upload is None or not 0 <= self._world.wall() - upload[1] < LONGEST:
            return None
        return upload[0]

    async def _upload(self, name: str, path: Path, sha256: str) -> str:
        if sha256_of(path) != sha256:
            raise ConfigurationError(
                f"the local image `{name.removeprefix(LOCAL)}` is gone, or was changed: run the story again"
            )
        ending, content_type = check_upload(path)
        # A name of our own: what the writer calls the file is no business of the service's.
        return await self._client.upload(path, name=f"{sha256[:16]}.{ending}", content_type=content_type)


def where(image: LocalImage, folder: Path) -> Path:
    """Where a local image is, symbolic links resolved: the compiler saw where they lead."""
    return Path(os.path.realpath(folder / image.path))  # `Path.resolve` raises a RuntimeError for links in a circle


def check_images(plan: Plan, folder: Path, jobs: Iterable[PlannedJob]) -> None:
    """See, before money is spent, that each local image of jobs can be uploaded.

    Raises:
        ConfigurationError: one cannot be read, is too large, or is no picture.
    """
    for name in {str(value): None for job in jobs for value in job.parameters.values() if is_local(value)}:
        image = plan.images[name]
        path = where(image, folder)
        try:
            check_upload(path)
        except ConfigurationError as error:
            raise ConfigurationError(f"{error}; nothing of this story was submitted") from None
        if sha256_of(path) != image.sha256:
            raise ConfigurationError(
                f"the local image `{name.removeprefix(LOCAL)}` was changed in the meantime: run the story again"
            )
