"""Runs and resumes of two stories, as the commands do them, with a service and a disk of the test's own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import httpx

from crashes.disks import KilledError, WatchedDisk
from rendering.offline import Studio, draw
from storyscript import protocol
from storyscript.cli import main, resume, run
from storyscript.fake import transport
from storyscript.fake.faults import http
from storyscript.fake.frames import Frame
from storyscript.rendering.disk import DISK, Disk
from storyscript.rendering.ledger import peek
from storyscript.rendering.world import World, in_place
from storyscript.sessions import Session
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from pathlib import Path

STORIES: Final = {
    "a": """\
reorder: yes
character Mira
  a young woman
character Tom
  an old man
scene door [NC]
  a door
scene tom
  lead: Tom
  sits
scene rain
  runs
""",
    "b": """\
character Ada
  a woman img
  image: photo.png
scene hall
  waits
""",
}
PANELS: Final = {
    "a": {"001-door.png": "a door", "002-tom.png": "sits", "003-rain.png": "runs"},
    "b": {"001-hall.png": "waits"},
}
"""What is to be there in the end: the picture of which description under which name."""
_PHOTO: Final = draw(
    Frame(
        width=1,
        height=1,
        number=1,
        style="",
        character="",
        description="a photo",
        caption="",
        font_size=1,
        no_character=False,
        seed=0,
    )
)
LEADS: Final = frozenset({"a young woman", "an old man", "a woman img"})
"""The prompts of all jobs: there is one for each lead."""


_KEY: Final = "key-for-tests"
SECRET: Final = "secret-for-tests"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a command."""

    code: int
    err: str


class _Dying(httpx.AsyncBaseTransport):
    """A dead process sends nothing."""

    def __init__(self, inner: httpx.MockTransport, disk: Disk) -> None:
        self._inner = inner
        self._disk = disk

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self._disk, WatchedDisk) and self._disk.is_dead:
            raise KilledError
        return await self._inner.handle_async_request(request)


@dataclass
class Stage:
    """A folder with two stories, and a service that outlives whatever happens in it.

    Attributes:
        home: the working folder.
        lists: the service tells of its tasks (`/Task/List`), so that lost ones can be looked for.
    """

    home: Path
    lists: bool = True
    studio: Studio = field(default_factory=Studio)

    def __post_init__(self) -> None:
        if not self.lists:
            self.studio.machine.faults.always(protocol.TASK_LIST, http(404))
        for name, text in STORIES.items():
            (self.home / f"{name}.story").write_text(text, "utf-8")
        (self.home / "photo.png").write_bytes(_PHOTO)

    @property
    def out(self) -> Path:
        return self.home / "out"

    def folder(self, story: str) -> Path:
        return self.out / story

    def charged(self) -> list[str]:
        """The leads of all tasks that the service has accepted, in order."""
        return [str(task.sent["prompt"]) for task in self.studio.machine.tasks()]

    def run(self, disk: Disk = DISK) -> Told:
        """`storyscript run`, of both stories."""
        stories = [str(self.home / f"{name}.story") for name in STORIES]
        return self._do(disk, "run", "--yes", "--json", "--out", str(self.out), *stories)

    def resume(self, disk: Disk = DISK, *words: str) -> Told:
        """`storyscript resume`."""
        return self._do(disk, "resume", "--json", str(self.out), *words)

    def decide(self, err: str) -> Told:
        """Resume with what somebody who looks at the service truthfully says of the first job whose answer was lost."""
        found = re.search(r"job (\w+):(\d+) ", err)
        assert found is not None, err
        story, number = found[1], int(found[2])
        known = {entry.task for name in STORIES if self.folder(name).exists() for entry in peek(self.folder(name))}
        [entry] = [entry for entry in peek(self.folder(story)) if entry.number == number]
        for task in self.studio.machine.tasks():
            if str(task.number) not in known and task.sent["prompt"] == entry.parameters["prompt"]:
                return self.resume(DISK, "--adopt", str(task.number))
        return self.resume(DISK, "--resubmit", f"{story}:{number}")

    def time_passes(self) -> None:
        """Let the service delete the files of what the ledger says is saved: it keeps nothing for ever."""
        for name in STORIES:
            if not self.folder(name).exists():
                continue
            done = {entry.task for entry in peek(self.folder(name)) if entry.state == "saved"}
            for task in self.studio.machine.tasks():
                if str(task.number) in done:
                    assert self.studio.machine.delete_files(task) is None

    def manifest(self, story: str) -> Any:  # noqa: ANN401 - JSON
        return json.loads((self.folder(story) / "manifest.json").read_text("utf-8"))

    def _session(self, disk: Disk) -> Session:
        clock = self.studio.clock
        client = WiroClient(
            Credentials(_KEY, SECRET),
            base_url=self.studio.machine.base_url,
            transport=_Dying(transport(self.studio.machine), disk),
            now=clock.now,
            sleep=clock.sleep,
        )
        return Session(client, World(clock.now, clock.now, clock.sleep, in_place, disk), lasting=True)

    def _do(self, disk: Disk, *words: str) -> Told:
        err = io.StringIO()
        service = {
            "WIRO_API_KEY": _KEY,
            "WIRO_API_SECRET": SECRET,
            "WIRO_BASE_URL": self.studio.machine.base_url,
            "XDG_CONFIG_HOME": str(self.home),
        }
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.redirect_stderr(err))
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            stack.enter_context(mock.patch.dict(os.environ, service))
            # The one way in for a service that is no service, and a disk that is none: sessions are made here.
            session = self._session(disk)
            for command in (run, resume):
                stack.enter_context(mock.patch.object(command, "online_session", return_value=session))
            if isinstance(disk, WatchedDisk):
                stack.callback(disk.close_all)
            code = main(words)
        return Told(code, err.getvalue())
