"""Local images: each goes to the service once, and not again while its address is good."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from rendering.commands import picture
from storyscript.errors import ConfigurationError, UnreachableError
from storyscript.rendering.ledger import Ledger
from storyscript.rendering.plan import LocalImage, Plan, PlannedJob
from storyscript.rendering.uploading import LONGEST, Uploads, check_images
from storyscript.rendering.world import World, in_place

if TYPE_CHECKING:
    from pathlib import Path

HERE = "https://x/v1"
NOW = 1_700_000_000.0
PARAMETERS = {"inputImage2Url": "file:mira.png", "steps": 30, "seed": "file"}


class Shelf:
    """A service that takes files, and gives each upload an address of its own."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str, str]] = []
        self.failure: Exception | None = None

    async def upload(self, path: Path, *, name: str, content_type: str) -> str:
        await asyncio.sleep(0)
        return self.take(path, name, content_type)

    def take(self, path: Path, name: str, content_type: str) -> str:
        if self.failure is not None:
            raise self.failure
        self.taken.append((path.read_bytes(), name, content_type))
        return f"https://x/f/{len(self.taken)}"


def uploads(shelf: Shelf, now: float = NOW) -> Uploads:
    client: Any = shelf
    return Uploads(client, World(wall=lambda: now, offload=in_place))


def planned(folder: Path, names: tuple[str, ...] = ("mira.png",), *, shows: str = "Mira") -> Plan:
    data = picture(shows)
    for name in names:
        (folder / name).write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    images = {f"file:{name}": LocalImage(name, sha256) for name in names}
    return Plan("a.story", "", "", "none", "a/b", HERE, (), (), images)


def jobs(*parameters: dict[str, object]) -> list[PlannedJob]:
    return [PlannedJob(None, 1, (1,), each, "", "") for each in parameters]


def sent(found: Uploads, folder: Path, ledger: Ledger, **parameters: object) -> dict[str, Any]:
    return asyncio.run(found.resolve(parameters or PARAMETERS, planned(folder), folder, ledger))


def test_a_local_file_becomes_an_address_and_everything_else_stays(tmp_path: Path) -> None:
    shelf, ledger = Shelf(), Ledger(None)
    assert sent(uploads(shelf), tmp_path, ledger) == {**PARAMETERS, "inputImage2Url": "https://x/f/1"}
    sha256 = hashlib.sha256(picture("Mira")).hexdigest()
    # The writer's own name for it stays here.
    assert shelf.taken == [(picture("Mira"), f"{sha256[:16]}.png", "image/png")]
    assert ledger.uploads == {(HERE, sha256): ("https://x/f/1", NOW)}


def test_jobs_at_once_and_files_that_are_the_same_have_one_upload(tmp_path: Path) -> None:
    shelf, ledger, plan = Shelf(), Ledger.open(tmp_path), planned(tmp_path, ("mira.png", "same.png"))

    async def go() -> list[dict[str, Any]]:
        found = uploads(shelf)
        both = [{"a": "file:mira.png"}, {"a": "file:same.png"}, {"a": "file:mira.png", "b": "file:same.png"}]
        return await asyncio.gather(*(found.resolve(each, plan, tmp_path, ledger) for each in both))

    url = "https://x/f/1"
    assert asyncio.run(go()) == [{"a": url}, {"a": url}, {"a": url, "b": url}]
    assert len(shelf.taken) == 1
    # It is written down once.
    assert (tmp_path / "ledger.jsonl").read_text().count('"upload"') == 1


def test_another_story_of_this_run_has_it_in_its_own_ledger_too(tmp_path: Path) -> None:
    shelf, first, second = Shelf(), Ledger(None), Ledger(None)
    found = uploads(shelf)
    sent(found, tmp_path, first)
    sent(found, tmp_path, second)
    assert len(shelf.taken) == 1
    assert first.uploads == second.uploads != {}


@pytest.mark.parametrize(
    ("age", "again"),
    [(0.0, False), (LONGEST - 1, False), (LONGEST, True), (-1.0, True)],
    ids=["just now", "almost a day", "a day", "a clock that stepped back"],
)
def test_an_earlier_runs_upload_is_relied_on_for_a_day(tmp_path: Path, age: float, *, again: bool) -> None:
    shelf, ledger = Shelf(), Ledger(None)
    sha256 = hashlib.sha256(picture("Mira")).hexdigest()
    ledger.uploaded(HERE, sha256, "https://x/f/old", NOW - age)
    url = sent(uploads(shelf), tmp_path, ledger)["inputImage2Url"]
    assert (url, len(shelf.taken)) == (("https://x/f/1", 1) if again else ("https://x/f/old", 0))
    assert ledger.uploads[HERE, sha256] == (url, NOW if again else NOW - age)


def test_another_services_upload_is_not_relied_on(tmp_path: Path) -> None:
    shelf, ledger = Shelf(), Ledger(None)
    ledger.uploaded("https://y/v1", hashlib.sha256(picture("Mira")).hexdigest(), "https://y/f/1", NOW)
    assert sent(uploads(shelf), tmp_path, ledger)["inputImage2Url"] == "https://x/f/1"


def test_an_upload_that_failed_is_tried_by_the_next_job(tmp_path: Path) -> None:
    shelf, ledger = Shelf(), Ledger(None)
    found = uploads(shelf)
    shelf.failure = UnreachableError("gone")
    with pytest.raises(UnreachableError):
        sent(found, tmp_path, ledger)
    assert ledger.uploads == {}
    shelf.failure = None
    assert sent(found, tmp_path, ledger)["inputImage2Url"] == "https://x/f/1"


@pytest.mark.parametrize("data", [None, picture("Tom")], ids=["gone", "changed"])
def test_a_file_that_is_not_what_was_agreed_to_is_not_sent(tmp_path: Path, data: bytes | None) -> None:
    shelf, plan = Shelf(), planned(tmp_path)
    (tmp_path / "mira.png").unlink()
    if data is not None:
        (tmp_path / "mira.png").write_bytes(data)
    with pytest.raises(ConfigurationError, match=r"`mira\.png` is gone, or was changed: run the story again"):
        asyncio.run(uploads(shelf).resolve(PARAMETERS, plan, tmp_path, Ledger(None)))
    assert shelf.taken == []


def test_images_are_looked_at_before_money_is_spent(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    check_images(plan, tmp_path, jobs(PARAMETERS))
    (tmp_path / "mira.png").write_bytes(picture("Tom"))
    with pytest.raises(ConfigurationError, match=r"`mira\.png` was changed in the meantime: run the story again"):
        check_images(plan, tmp_path, jobs(PARAMETERS))
    (tmp_path / "mira.png").write_bytes(b"no picture")
    with pytest.raises(ConfigurationError, match="; nothing of this story was submitted"):
        check_images(plan, tmp_path, jobs(PARAMETERS))
    # Of jobs that need it no more, nobody asks.
    check_images(plan, tmp_path, jobs({"steps": 30}))
