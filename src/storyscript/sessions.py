"""Clients, put together: one for the service, one for the fake in this process; and rendering over them."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from storyscript.config.service import find_service
from storyscript.fake import Machine, transport
from storyscript.rendering import render as rendering
from storyscript.rendering.hints import Hints
from storyscript.rendering.world import World, in_place
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Callable

    from storyscript.compiler import Compilation

_EPOCH: Final = 1_700_000_000.0


class VirtualClock:
    """A clock on which waiting takes no time.

    Attributes:
        time: unix time in seconds.
    """

    def __init__(self, time: float = _EPOCH) -> None:
        self.time = time

    def now(self) -> float:
        """Unix time in seconds."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Move the time on, and let others have their turn."""
        end = self.time + seconds
        await asyncio.sleep(0)
        self.time = max(self.time, end)


@dataclass(frozen=True, slots=True)
class Session:
    """A client with the world that it lives in; an async context manager.

    Attributes:
        client: talks to the service.
        world: to hand to `render`, so that it waits as the service works.
        lasting: the service outlives this process.
        socket_url: where the service tells of its tasks by itself, or None.
    """

    client: WiroClient
    world: World
    lasting: bool
    socket_url: str | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.client.aclose()

    @contextlib.asynccontextmanager
    async def hints(self) -> AsyncIterator[Hints]:
        """Word of tasks that have ended, as long as the block lasts."""
        hints = Hints(self.world)
        if self.socket_url is None:
            yield hints
            return
        from storyscript.wiro.socket import News, Watcher  # noqa: PLC0415 - late: only what waits needs a WebSocket

        def hear(news: News) -> None:
            hints.tell(news.token, status=news.status, percent=news.percentage, ended=news.terminal)

        watcher = Watcher(self.socket_url, hear, redact=self.client.redact)
        hints.is_expected = True
        hints.is_live = lambda: watcher.alive
        hints.follow, hints.forget = watcher.follow, watcher.forget
        watching = asyncio.ensure_future(watcher.run())
        try:
            yield hints
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def offline_session() -> Session:
    """A session with a fake service of its own, in this process: no account, no network, no waiting.

    Equal stories give equal files.
    """
    clock = VirtualClock()
    return session_over(Machine(now=clock.now), clock, lasting=False)


def session_over(machine: Machine, clock: VirtualClock, *, lasting: bool) -> Session:
    """A session with a machine in this process.

    Args:
        machine: who answers; one that lets anybody in.
        clock: the one that the machine lives by.
        lasting: treat it like a service that outlives this process.
    """
    client = WiroClient(
        Credentials("offline", "offline"),
        base_url=machine.base_url,
        transport=transport(machine, sleep=clock.sleep),
        now=clock.now,
        sleep=clock.sleep,
    )
    world = World(now=clock.now, wall=clock.now, sleep=clock.sleep, offload=in_place)
    return Session(client, world, lasting=lasting)


def online_session(*folders: Path) -> Session:
    """A session with the service that the environment, the project and the user's file name.

    Args:
        folders: of the stories, whose project files count; by default the working folder.

    Raises:
        CredentialsError: there are no credentials.
        ConfigurationError: the settings are not usable.
    """
    service = find_service(*folders)
    client = WiroClient(Credentials(service.key, service.secret), base_url=service.base_url)
    return Session(client, World(), lasting=True, socket_url=service.socket_url)


async def render(
    compilation: Compilation,
    *,
    out: str | os.PathLike[str] = "out",
    home: str | os.PathLike[str] | None = None,
    offline: bool = False,
    session: Session | None = None,
    on_progress: Callable[[rendering.Progress], None] | None = None,
) -> rendering.Rendering:
    """Have a story drawn, and save its panels under `out/<story>/`. Without `offline` this costs money.

    Each job is submitted once, all side by side. A job that fails does not keep the others from their panels: look
    at the result's `errors`. Called again, it goes on with tasks that are unfinished.

    Args:
        compilation: a story without errors.
        out: the folder that holds the stories' folders.
        home: the folder that the story's local images are relative to; by default that of its file.
        offline: draw placeholders in this process: no account, no network, no waiting.
        session: talk to this service in place of the one that the environment names; the caller closes it.
        on_progress: hears of each step.

    Raises:
        StoryError: the story has errors; nothing was submitted.
        CredentialsError: there are no credentials; nothing was submitted.
        ConfigurationError: a setting is not usable, or a local image cannot be uploaded; nothing was submitted.
        UnfinishedError: another process is at work in the folder; nothing was submitted.
        DiskError: the folder cannot be used.

    Source: command-line page, `run`; API page, "Task life cycle".
    """
    if session is None:
        async with offline_session() if offline else online_session() as opened:
            return await render(compilation, out=out, home=home, session=opened, on_progress=on_progress)
    async with session.hints() as hints:
        return await rendering.render(
            compilation,
            session.client,
            out=Path(out),
            world=session.world,
            home=None if home is None else Path(home),
            on_progress=on_progress,
            options=rendering.Options(hints=hints),
            lasting=session.lasting,
        )


def render_sync(
    compilation: Compilation,
    *,
    out: str | os.PathLike[str] = "out",
    home: str | os.PathLike[str] | None = None,
    offline: bool = False,
    on_progress: Callable[[rendering.Progress], None] | None = None,
) -> rendering.Rendering:
    """`render`, for code that is not asynchronous."""
    return asyncio.run(render(compilation, out=out, home=home, offline=offline, on_progress=on_progress))
