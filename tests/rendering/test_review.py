"""What was paid for is still there after whatever a user does to a story's folder, and is not paid for again."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from rendering.commands import Wire
from rendering.offline import Studio, described, ledger
from storyscript.compiler import compile as compile_story
from storyscript.errors import DiskError, SubmissionUnknownError, UnreachableError
from storyscript.rendering.disk import DISK, Disk
from storyscript.rendering.journal import Journal
from storyscript.rendering.ledger import Kept
from storyscript.rendering.placement import Placement
from storyscript.rendering.plan import PlannedPanel
from storyscript.rendering.pool import MOST_LOST, SENT_AT_ONCE
from storyscript.rendering.render import Options, render
from storyscript.rendering.world import to_its_end
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from storyscript.rendering.render import Rendering

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
OTHER = ONE.replace("sits", "sleeps")


def shown(folder: Path) -> list[str]:
    """What the pictures of a folder and those in it show, however they are called."""
    return sorted(described(path.read_bytes()) for path in folder.rglob("*.png"))


# ---- a store that is gone ------------------------------------------------------------------------------------------


def test_panels_whose_store_is_gone_stay_where_the_service_has_forgotten_them_too(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    shutil.rmtree(tmp_path / "a/outputs")
    studio.machine.faults.arrange("url-expired@1")
    rendering = studio.render(ONE, tmp_path)
    assert "http" not in str(rendering.errors[0])
    assert shown(tmp_path / "a/panels") == ["sits", "walks home"]
    assert len(studio.machine.tasks()) == 1


def test_panels_whose_store_is_gone_are_not_drawn_over(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    shutil.rmtree(tmp_path / "a/outputs")
    rendering = studio.render(OTHER, tmp_path)
    assert rendering.errors == []
    assert shown(tmp_path / "a/panels") == ["sleeps", "walks home"]
    assert "sits" in shown(tmp_path / "a/replaced")


def test_a_ledger_that_was_moved_away_does_not_have_its_pictures_written_over(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    (tmp_path / "a/ledger.jsonl").rename(tmp_path / "a/ledger.damaged")
    studio.render(OTHER, tmp_path)
    assert shown(tmp_path / "a/outputs") == ["sits", "sleeps", "walks home", "walks home"]


# ---- names ---------------------------------------------------------------------------------------------------------


def test_a_panel_whose_name_changes_its_case_alone_is_not_taken_away(tmp_path: Path) -> None:
    data = b"a picture"
    kept = Kept("outputs/0001/001.png", hashlib.sha256(data).hexdigest(), len(data))
    for name in ("outputs/0001/001.png", "panels/001-attic.png"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(data)
    before = {"panels/001-Attic.png": kept.sha256}
    placement = Placement(tmp_path, DISK, before, {kept.sha256: kept})
    placement.panel(kept, PlannedPanel(1, "scene", "attic", None, None, "", {}))
    # A disk that does not tell them apart goes on calling it as it was called first.
    (tmp_path / "panels/001-attic.png").rename(tmp_path / "panels/001-Attic.png")
    placement.tidy()
    assert [path.read_bytes() for path in (tmp_path / "panels").iterdir()] == [data]


def test_what_others_have_not_written_to_its_end_is_not_taken_away_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "downloads").mkdir()
    other = tmp_path / "downloads/.film.part"
    other.write_bytes(b"half")
    studio = Studio()
    studio.render(ONE, tmp_path)
    (tmp_path / "a/downloads").symlink_to(other.parent)
    studio.render(ONE, tmp_path)
    assert other.read_bytes() == b"half"


def test_offline_nothing_is_taken_away_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/mine.png").write_bytes(b"mine")
    (tmp_path / "a/outputs").mkdir(parents=True)
    (tmp_path / "a/outputs/mine").symlink_to(tmp_path / "pictures")
    Studio().render(ONE, tmp_path, lasting=False)
    assert (tmp_path / "pictures/mine.png").read_bytes() == b"mine"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder that cannot be synced is needed")
def test_a_folder_that_cannot_be_synced_is_none_that_cannot_be_written_to() -> None:
    Disk().sync_folder(Path("/proc/self"))


def test_outputs_that_can_be_had_are_here_though_another_of_their_task_cannot(tmp_path: Path) -> None:
    studio = Studio()
    scenes = "".join(f"scene\n  picture {number}\n" for number in range(30))
    wire = Wire(studio.machine, studio.clock)

    broken: set[str] = set()

    def before(path: str) -> None:
        if "/files/" in path and (not broken or path in broken):
            broken.add(path)
            raise httpx.ReadError("gone")

    wire.before = before
    carry(studio, "character Mira\n  a girl\n" + scenes, tmp_path, wire, Options())
    assert len(list((tmp_path / "a/outputs").rglob("*.png"))) == 29


# ---- submitting ----------------------------------------------------------------------------------------------------


def many(jobs: int) -> str:
    """A story of so many jobs."""
    leads = "".join(f"character P{number}\n  person {number}\n" for number in range(jobs))
    return leads + "".join(f"scene\n  lead: P{number}\n  sits\n" for number in range(jobs))


def carry(studio: Studio, story: str, out: Path, wire: httpx.AsyncBaseTransport, options: Options) -> Rendering:
    """Render over a wire that a test may come between."""

    async def go() -> Rendering:
        client = WiroClient(
            Credentials("key-for-tests", "secret-for-tests"),
            base_url=studio.machine.base_url,
            transport=wire,
            now=studio.clock.now,
            sleep=studio.clock.sleep,
        )
        async with client:
            return await render(
                compile_story(story, name="a.story"), client, out=out, world=studio.world, options=options
            )

    return asyncio.run(go())


def test_an_interruption_has_no_more_runs_sent_than_were_under_way(tmp_path: Path) -> None:
    studio = Studio()
    wire, options = Wire(studio.machine, studio.clock), Options(jobs=1000, detach=True)
    wire.after = lambda path: options.interrupted.set() if path.startswith("/Run") else None
    rendering = carry(studio, many(60), tmp_path, wire, options)
    assert wire.count("/Run") <= SENT_AT_ONCE
    # A process that dies here leaves no intent of a Run that was never sent.
    assert len([line for line in ledger(tmp_path / "a") if line["step"] == "intended"]) == wire.count("/Run")
    assert rendering.left == 60


def test_many_lost_answers_are_not_tried_with_all_jobs(tmp_path: Path) -> None:
    studio = Studio()
    wire = Wire(studio.machine, studio.clock)
    studio.machine.faults.arrange("reset-after@1/Run")
    rendering = carry(studio, many(60), tmp_path, wire, Options(jobs=1000, detach=True))
    assert wire.count("/Run") <= SENT_AT_ONCE + MOST_LOST
    assert rendering.why is not None


def test_where_there_is_no_network_not_every_job_tries_it(tmp_path: Path) -> None:
    studio = Studio()
    wire = Wire(studio.machine, studio.clock)
    studio.machine.faults.arrange("refused@1/Run")
    rendering = carry(studio, many(60), tmp_path, wire, Options())
    assert len({line["job"] for line in ledger(tmp_path / "a")}) <= SENT_AT_ONCE + MOST_LOST
    assert rendering.left >= 60 - SENT_AT_ONCE - MOST_LOST
    assert {type(error) for error in rendering.errors} == {UnreachableError}


def test_detaching_honours_a_wish_for_fewer_requests(tmp_path: Path) -> None:
    studio = Studio()
    wire = Wire(studio.machine, studio.clock)

    def busy(_path: str) -> None:
        if wire.count("/Run") == 20:  # when tasks are left to themselves already
            studio.machine.faults.arrange("http-429-seconds/Run")

    wire.before = busy
    rendering = carry(studio, many(40), tmp_path, wire, Options(jobs=1000, detach=True))
    assert rendering.errors == []
    assert len(studio.machine.tasks()) == 40


def test_detaching_as_many_as_are_allowed_leaves_nothing_unfinished(tmp_path: Path) -> None:
    studio = Studio()
    wire = Wire(studio.machine, studio.clock)
    assert carry(studio, many(3), tmp_path, wire, Options(jobs=3, detach=True)).errors == []
    assert [str(error) for error in carry(studio, many(5), tmp_path / "x", wire, Options(jobs=3, detach=True)).errors]


def test_what_ended_well_is_not_taken_for_failed_once_its_files_are_gone(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.arrange("http-404@1/files")
    studio.render(ONE, tmp_path)
    studio.machine.faults.clear()
    # Without an exit code, a task without outputs looks like one that failed.
    wire = Wire(studio.machine, studio.clock)
    bare = Bare(wire)
    carry(studio, ONE, tmp_path, bare, Options())
    assert [line["step"] for line in ledger(tmp_path / "a")][-1] == "ended"
    carry(studio, ONE, tmp_path, wire, Options())
    assert len(studio.machine.tasks()) == 1


class Bare(httpx.AsyncBaseTransport):
    """A service that has forgotten what a task made, and how it ended."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._wire.handle_async_request(request)
        if not request.url.path.endswith("/Task/Detail"):
            return response
        answer = json.loads(await response.aread())
        for task in answer["tasklist"]:
            task |= {"outputs": [], "pexit": ""}
        return httpx.Response(200, json=answer)


# ---- interruptions -------------------------------------------------------------------------------------------------


def test_what_must_not_be_left_in_its_middle_is_waited_for_however_often_it_is_cancelled() -> None:
    async def go() -> tuple[bool, bool]:
        release, ended = asyncio.Event(), False

        async def work() -> None:
            nonlocal ended
            await release.wait()
            ended = True

        task = asyncio.ensure_future(to_its_end(work()))
        for _ in range(3):
            await asyncio.sleep(0)
            task.cancel()
        await asyncio.sleep(0)
        early = task.done()
        release.set()
        await asyncio.wait({task})
        return early, ended and task.cancelled()

    assert asyncio.run(go()) == (False, True)


def test_a_ledger_that_was_closed_writes_to_no_other_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "ledger.jsonl")
    journal.close()
    with (tmp_path / "other").open("wb"), pytest.raises(DiskError, match="closed"):
        journal.append({"step": "saved"})
    journal.close()
    assert (tmp_path / "other").read_bytes() == b""


def test_a_run_whose_answer_is_lost_at_an_interruption_is_not_called_unsubmitted(tmp_path: Path) -> None:
    studio, options = Studio(), Options()
    wire = Breaking(Wire(studio.machine, studio.clock), options.interrupted)
    rendering = carry(studio, ONE, tmp_path, wire, options)
    assert [type(error) for error in rendering.errors] == [SubmissionUnknownError]
    assert rendering.left == 0


class Breaking(httpx.AsyncBaseTransport):
    """A connection that breaks while the user interrupts the program, once a Run is accepted."""

    def __init__(self, wire: Wire, interrupted: asyncio.Event) -> None:
        self._wire = wire
        self._interrupted = interrupted

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._wire.handle_async_request(request)
        self._interrupted.set()
        for _ in range(10):
            await asyncio.sleep(0)
        raise httpx.ReadError("broken")
