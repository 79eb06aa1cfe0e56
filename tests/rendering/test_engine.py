"""One job, seen through: what the ledger, the errors and the summary have of it when something goes wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from rendering.offline import TWO_LEADS, Studio, ledger
from storyscript import protocol
from storyscript.compiler import compile as compile_story
from storyscript.errors import DiskError, SubmissionUnknownError
from storyscript.fake import faults, transport
from storyscript.rendering.disk import Disk
from storyscript.rendering.engine import LONGEST_PAUSE
from storyscript.rendering.render import Options, render
from storyscript.rendering.world import World, in_place
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storyscript.rendering.render import Progress, Rendering

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"


class Failing(Disk):
    """A disk that is full once a line is to be written that has some words."""

    def __init__(self, words: bytes) -> None:
        self.words = words

    def write(self, handle: int, data: bytes | memoryview) -> int:
        if self.words in bytes(data):
            raise OSError(28, "No space left on device")
        return super().write(handle, data)


def rendered(
    studio: Studio,
    story: str,
    out: Path,
    options: Options | None = None,
    *,
    disk: Disk | None = None,
    hear: Callable[[Progress], None] | None = None,
) -> Rendering:
    world = World(studio.clock.now, studio.clock.now, studio.clock.sleep, in_place, disk or Disk())

    async def go() -> Rendering:
        client = WiroClient(
            Credentials("key-for-tests", "secret-for-tests"),
            base_url=studio.machine.base_url,
            transport=transport(studio.machine),
            now=studio.clock.now,
            sleep=studio.clock.sleep,
        )
        async with client:
            return await render(
                compile_story(story, name="a.story"),
                client,
                out=out,
                world=world,
                on_progress=hear,
                options=options,
            )

    return asyncio.run(go())


def test_a_task_that_cannot_be_written_down_is_named_with_the_way_to_it(tmp_path: Path) -> None:
    studio = Studio()
    rendering = rendered(studio, ONE, tmp_path, disk=Failing(b'"accepted"'))
    [error] = rendering.errors
    assert isinstance(error, DiskError)
    [task] = studio.machine.tasks()
    assert f"task {task.number} was accepted" in str(error)
    assert f"--adopt {task.number}`" in str(error)
    # The next run neither takes it for refused nor pays for it once more.
    rendered(studio, ONE, tmp_path)
    assert len(studio.machine.tasks()) == 1


def test_an_intent_that_cannot_be_written_down_sends_nothing(tmp_path: Path) -> None:
    studio = Studio()
    rendering = rendered(studio, TWO_LEADS, tmp_path, disk=Failing(b'"intended"'))
    assert isinstance(rendering.errors[0], DiskError)
    assert list(studio.machine.tasks()) == []
    assert ledger(tmp_path / "a") == []


def test_two_runs_that_are_answered_with_one_task_leave_one_of_them_unknown(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.always(protocol.RUN, faults.Edited(lambda answer: {**answer, "taskid": "2221"}))
    rendering = rendered(studio, TWO_LEADS, tmp_path, Options(jobs=1))
    assert [type(error) for error in rendering.errors] == [SubmissionUnknownError]
    assert sorted(line["step"] for line in ledger(tmp_path / "a")) == [
        "accepted",
        "ended",
        "intended",
        "intended",
        "saved",
    ]
    # The next run finds the other task, and pays for nothing.
    assert rendered(studio, TWO_LEADS, tmp_path).errors == []
    assert len(studio.machine.tasks()) == 2


def test_jobs_that_are_left_to_themselves_are_told_of_as_left_each_time(tmp_path: Path) -> None:
    studio = Studio()
    for _ in range(2):
        heard: list[Progress] = []
        rendering = rendered(studio, TWO_LEADS, tmp_path, Options(detach=True), hear=heard.append)
        assert [job.left for job in rendering.jobs] == [True, True]
        assert [told.stage for told in heard][-2:] == ["left", "left"]
        assert {told.task for told in heard if told.stage == "left"} == {
            str(task.number) for task in studio.machine.tasks()
        }
    assert len(studio.machine.tasks()) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_tasks_under_way_have_their_places_before_anything_new_is_submitted(tmp_path: Path, jobs: int) -> None:
    studio = Studio()
    rendered(studio, ONE, tmp_path, Options(detach=True))
    beside: list[int] = []

    def hear(told: Progress) -> None:
        if told.stage == "submitting":
            now = studio.clock.now()
            beside.append(sum(not task.is_terminal(now) for task in studio.machine.tasks()))

    more = "".join(f"character {name}\n  a man\nscene\n  lead: {name}\n  sits\n" for name in ("Tom", "Ida", "Ben"))
    rendering = rendered(studio, ONE + more, tmp_path, Options(jobs=jobs), hear=hear)
    assert rendering.errors == []
    assert len(studio.machine.tasks()) == 4
    assert max(beside) == jobs - 1


def test_an_outage_while_a_task_is_waited_for_is_waited_out(tmp_path: Path) -> None:
    calm, troubled = Studio(), Studio()
    troubled.machine.faults.arrange("http-503:20/Task/Detail")
    seconds: list[float] = []
    for studio in (calm, troubled):
        start = studio.clock.time
        rendering = rendered(studio, ONE, tmp_path / str(len(seconds)))
        assert rendering.errors == []
        assert len(rendering.panels) == 2
        seconds.append(studio.clock.time - start)
    # Twenty answers are five looks of four tries each, with a pause after each.
    assert seconds[1] >= 5 * LONGEST_PAUSE
    assert len(troubled.machine.tasks()) == 1
