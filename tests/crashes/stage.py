"""Runs and resumes of two stories, as the commands do them, with a service and a disk of the test's own."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx

from crashes.disks import KilledError, WatchedDisk
from rendering.offline import Studio, draw
from storyscript import protocol
from storyscript.cli import exits, resume, run
from storyscript.cli.batch import Terms, perform
from storyscript.cli.deciding import decide
from storyscript.cli.stories import compile_story, read_stories
from storyscript.errors import StoryscriptError
from storyscript.fake import transport
from storyscript.fake.faults import http
from storyscript.fake.frames import Frame
from storyscript.naming import story_folder
from storyscript.rendering.disk import DISK, Disk
from storyscript.rendering.ledger import peek
from storyscript.rendering.pool import JOBS
from storyscript.rendering.world import World, in_place
from storyscript.sessions import Session
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from storyscript.rendering.workplace import Workplace

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
        """`storyscript run --yes --json a.story b.story`."""
        openers = []
        for story in read_stories([str(self.home / f"{name}.story") for name in STORIES]):
            compiled = compile_story(story, None, strict=False).story
            assert compiled is not None
            ready = run._Ready(compiled, self.out / story_folder(story.source.name), self.home)
            openers.append(run._opener(ready, force=False))
        return self._perform(openers, disk, Terms(jobs=JOBS, as_json=True))

    def resume(self, disk: Disk = DISK, *, adopt: str | None = None, resubmit: str | None = None) -> Told:
        """`storyscript resume --json out`."""
        words = argparse.Namespace(adopt=adopt, resubmit=resubmit, job=None)
        try:
            begun = resume._begun(self.out)
        except StoryscriptError as error:
            return Told(exits.code_of(error), f"storyscript: {error}\n")
        openers, err = [], ""
        codes = []
        for folder in begun:
            try:
                plan = resume._plan(folder)
                if adopt or resubmit or not resume._is_complete(folder, plan):
                    openers.append(resume._opener(folder, plan, self.studio.machine.base_url, fetch_only=False))
            except StoryscriptError as error:
                codes.append(exits.code_of(error))
                err += f"storyscript: {error}\n"
        if not openers:
            return Told(exits.worst(codes), err)
        terms = Terms(jobs=JOBS, as_json=True, after=lambda places, session: decide(places, session, words))
        told = self._perform(openers, disk, terms)
        return Told(exits.worst([*codes, told.code]), err + told.err)

    def decide(self, err: str) -> Told:
        """Resume with what somebody who looks at the service truthfully says of the first job whose answer was lost."""
        found = re.search(r"job (\w+):(\d+) ", err)
        assert found is not None, err
        story, number = found[1], int(found[2])
        known = {entry.task for name in STORIES if self.folder(name).exists() for entry in peek(self.folder(name))}
        [entry] = [entry for entry in peek(self.folder(story)) if entry.number == number]
        for task in self.studio.machine.tasks():
            if str(task.number) not in known and task.sent["prompt"] == entry.parameters["prompt"]:
                return self.resume(adopt=str(task.number))
        return self.resume(resubmit=f"{story}:{number}")

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
            Credentials("key-for-tests", "secret-for-tests"),
            base_url=self.studio.machine.base_url,
            transport=_Dying(transport(self.studio.machine), disk),
            now=clock.now,
            sleep=clock.sleep,
        )
        return Session(client, World(clock.now, clock.now, clock.sleep, in_place, disk), lasting=True)

    def _perform(self, openers: Sequence[Callable[[Session], Workplace]], disk: Disk, terms: Terms) -> Told:
        err = io.StringIO()
        with contextlib.redirect_stderr(err), contextlib.redirect_stdout(io.StringIO()):
            try:
                code = perform(openers, lambda: self._session(disk), terms)
            finally:
                if isinstance(disk, WatchedDisk):
                    disk.close_all()
        return Told(code, err.getvalue())
