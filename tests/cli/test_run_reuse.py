"""`storyscript run` once more: what is there is not paid for again, and what is not the same is not taken for it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rendering.commands import Shop, drawn, panels, picture, states, write
from rendering.offline import ledger
from storyscript.rendering.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable

TWO = """\
character Mira
  a girl
character Tom
  a man
scene a
  walks home
scene tom
  lead: Tom
  waits
scene b
  sits
"""
PHOTO = "character Mira\n  a girl img\n  image: pictures/mira.png\nscene\n  walks home\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, monkeypatch, capsys)


def again(shop: Shop, story: str, *argv: str) -> int:
    """How many Runs another run of a story sends."""
    before = shop.sent
    assert shop.run(*argv, write("a.story", story)).code == 0
    return shop.sent - before


# ---- the same jobs -------------------------------------------------------------------------------------------


def reordered(story: str) -> str:
    """Tom's scene first; within each job all is as it was."""
    scene = "scene tom\n  lead: Tom\n  waits\n"
    return story.replace(scene, "").replace("scene a\n", f"{scene}scene a\n")


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (lambda story: story, ["001-a.png", "002-tom.png", "003-b.png"]),
        (lambda story: story.replace("scene tom", "scene keeper"), ["001-a.png", "002-keeper.png", "003-b.png"]),
        (reordered, ["001-tom.png", "002-a.png", "003-b.png"]),
        (
            lambda story: f"title: Another\nauthor: Me\n\n// a remark\n{story}",
            ["001-a.png", "002-tom.png", "003-b.png"],
        ),
        (lambda story: story.replace("Mira", "Ida"), ["001-a.png", "002-tom.png", "003-b.png"]),
    ],
    ids=["nothing", "a name", "the order", "what is not drawn", "a character's name"],
)
def test_what_is_sent_the_same_is_not_sent_again(shop: Shop, change: Callable[[str], str], names: list[str]) -> None:
    shop.run(write("a.story", TWO))
    shows = dict(zip(panels(), drawn(), strict=True))
    assert again(shop, change(TWO)) == 0
    assert panels() == names
    assert sorted(drawn()) == sorted(shows.values())
    assert json.loads(Path("out/a", MANIFEST).read_text())["panels"][0]["file"] == f"panels/{names[0]}"


def test_only_what_is_drawn_otherwise_is_drawn_again(shop: Shop) -> None:
    shop.run(write("a.story", TWO))
    assert again(shop, TWO.replace("waits", "sleeps")) == 1
    assert drawn() == ["walks home", "sleeps", "sits"]
    # Changed back, and there again.
    assert again(shop, TWO) == 0
    assert drawn() == ["walks home", "waits", "sits"]
    assert again(shop, TWO.replace("waits", "sleeps")) == 0
    assert drawn() == ["walks home", "sleeps", "sits"]
    assert (shop.accepted, shop.paid) == (3, 3)


def test_with_lettering_of_our_own_a_caption_costs_nothing(shop: Shop) -> None:
    story = f"lettering: local\n{TWO}"
    shop.run(write("a.story", story))
    assert again(shop, f"{story}  caption: At last.\n") == 0
    # Lettered by the service, it is another picture.
    assert again(shop, TWO) == 2
    assert again(shop, f"{TWO}  caption: At last.\n") == 1


def test_by_force_all_is_drawn_anew_and_the_old_is_kept(shop: Shop) -> None:
    shop.run(write("a.story", TWO))
    assert again(shop, TWO, "--force") == 2
    assert (shop.paid, states()) == (4, ["saved"] * 4)
    assert sorted(path.name for path in Path("out/a/outputs").iterdir()) == ["0001", "0002", "0003", "0004"]
    assert again(shop, TWO) == 0


def test_force_does_not_pay_twice_for_what_is_unfinished(shop: Shop) -> None:
    shop.run("--detach", write("a.story", TWO))
    assert again(shop, TWO, "--force") == 0
    assert (shop.accepted, len(panels())) == (2, 3)


def test_another_folder_is_another_story(shop: Shop) -> None:
    shop.run(write("a.story", TWO))
    assert again(shop, TWO, "--out", "elsewhere") == 2


@pytest.mark.parametrize("lost", ["outputs", "panels", "outputs/0001/001.png", "panels/001-a.png"])
def test_files_that_were_lost_are_fetched_again_for_nothing(shop: Shop, lost: str) -> None:
    shop.run(write("a.story", TWO))
    path = Path("out/a", lost)
    path.unlink() if path.is_file() else shutil.rmtree(path)
    assert again(shop, TWO) == 0
    assert drawn() == ["walks home", "waits", "sits"]
    assert shop.accepted == 2


# ---- not the same --------------------------------------------------------------------------------------------


def test_tasks_of_another_service_are_not_taken_for_this_ones(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run("--detach", write("a.story", TWO))
    here = shop.machine.origin
    shop.machine.origin = "https://other.invalid"
    monkeypatch.setenv("WIRO_BASE_URL", shop.machine.base_url)
    assert again(shop, TWO) == 2
    assert [entry["service"] for entry in ledger(Path("out/a")) if entry["step"] == "intended"] == [
        *[f"{here}/v1"] * 2,
        *["https://other.invalid/v1"] * 2,
    ]
    assert states() == ["accepted", "accepted", "saved", "saved"]
    said = shop.resume()
    assert said.code == 5
    assert f"`out/a` has 2 tasks at {here}/v1, not fetched" in said.err


def test_placeholders_are_not_taken_for_panels(shop: Shop) -> None:
    shop.command("run", "--offline", write("a.story", "size: 256\n" + TWO))
    placeholders = {path.name: path.read_bytes() for path in Path("out/a/panels").iterdir()}
    assert again(shop, "size: 256\n" + TWO) == 2
    assert panels() == sorted(placeholders)
    assert drawn() == ["walks home", "waits", "sits"]
    assert not Path("out/a/replaced").exists()


def test_panels_are_not_taken_for_placeholders(shop: Shop) -> None:
    shop.run("--detach", write("a.story", TWO))
    for _ in range(2):
        said = shop.command("run", "--offline", "a.story")
        assert said.code == 2
        assert "`out/a` holds panels that the service drew; placeholders would take their places" in said.err
        shop.resume()
    assert drawn() == ["walks home", "waits", "sits"]


# ---- files of the user's -------------------------------------------------------------------------------------


def retouch(name: str) -> bytes:
    """Save another picture under a panel's name, as a program does that writes a new file."""
    data = picture("retouched")
    Path("new.png").write_bytes(data)
    Path("new.png").replace(Path("out/a/panels", name))
    return data


def test_a_panel_that_was_retouched_is_left_so_while_it_is_the_same_panel(shop: Shop) -> None:
    shop.run(write("a.story", TWO))
    data = retouch("001-a.png")
    before = shop.sent
    said = shop.run("a.story")
    assert said.code == 0
    assert again(shop, TWO.replace("waits", "sleeps")) == 1
    assert Path("out/a/panels/001-a.png").read_bytes() == data
    said = shop.run("a.story")
    assert "panels/001-a.png: changed by somebody since, and left so" in said.out
    assert shop.sent == before + 1


def test_a_panel_that_was_retouched_makes_room_for_another(shop: Shop) -> None:
    shop.run(write("a.story", TWO))
    first = retouch("001-a.png")
    said = shop.run(write("a.story", TWO.replace("walks home", "runs")))
    assert "out/a/replaced/001-a.png: not ours, moved out of the way" in said.out
    assert drawn() == ["runs", "waits", "sits"]
    assert Path("out/a/replaced/001-a.png").read_bytes() == first
    retouch("001-a.png")
    shop.run(write("a.story", TWO))
    assert sorted(path.name for path in Path("out/a/replaced").iterdir()) == ["001-a-2.png", "001-a.png"]
    assert drawn() == ["walks home", "waits", "sits"]


def test_a_file_of_the_users_own_is_never_touched(shop: Shop) -> None:
    Path("out/a/panels").mkdir(parents=True)
    Path("out/a/panels/notes.txt").write_text("mine")
    Path("out/a/panels/001-a.png").write_bytes(picture("mine"))
    shop.run(write("a.story", TWO))
    shop.run(write("a.story", TWO.replace("scene a", "scene first")))
    assert Path("out/a/panels/notes.txt").read_text() == "mine"
    assert Path("out/a/replaced/001-a.png").read_bytes() == picture("mine")


# ---- local images --------------------------------------------------------------------------------------------


def photograph(what: str = "Mira", name: str = "pictures/mira.png") -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_bytes(picture(what))


def test_an_image_is_uploaded_once_for_all_jobs_and_stories(shop: Shop) -> None:
    photograph()
    photograph(name="pictures/copy.png")
    second = PHOTO.replace("Mira", "Ida").replace("girl", "woman")
    both = PHOTO + second.replace("mira.png", "copy.png").replace("scene\n", "scene\n  lead: Ida\n")
    assert shop.run(write("a.story", both), write("b.story", PHOTO)).code == 0
    assert (shop.accepted, shop.wire.count("/File/Upload")) == (3, 1)
    # And not again later, nor for a job that is new.
    assert again(shop, both.replace("walks home", "sits")) == 2
    assert shop.wire.count("/File/Upload") == 1
    [kept] = {run["parameters"]["inputImage2Url"] for run in shop.machine.ledger()["runs"]}  # type: ignore[attr-defined]
    assert str(kept).startswith(shop.machine.origin)
    assert "mira" not in str(kept)


def test_an_image_counts_by_what_it_holds(shop: Shop) -> None:
    photograph()
    shop.run(write("a.story", PHOTO))
    Path("pictures/mira.png").rename("pictures/other.png")
    assert again(shop, PHOTO.replace("mira.png", "other.png")) == 0
    photograph("Mira, older", "pictures/other.png")
    assert again(shop, PHOTO.replace("mira.png", "other.png")) == 1
    assert shop.wire.count("/File/Upload") == 2


def test_resume_finds_the_image_from_wherever_it_is_called(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    photograph()
    shop.machine.faults.arrange("code-97")
    shop.run(write("a.story", PHOTO))
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert shop.resume("../out").code == 0
    assert shop.accepted == 1


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (lambda path: path.unlink(), 1, "`pictures/mira.png` does not exist"),
        (lambda path: (path.unlink(), path.mkdir()), 1, "cannot read `pictures/mira.png`: it is a folder"),
        (lambda path: path.write_bytes(picture("x")[:40]), 2, "does not decode"),
        (lambda path: path.write_text("no picture"), 2, "is no picture that storyscript knows"),
        (lambda path: os.truncate(path, 100_000_001), 2, "the service takes 100,000,000 at most"),
    ],
    ids=["missing", "folder", "cut short", "text", "large"],
)
def test_an_image_that_cannot_be_sent_is_found_before_money_is_spent(
    shop: Shop, spoil: Callable[[Path], object], code: int, words: str
) -> None:
    photograph()
    spoil(Path("pictures/mira.png"))
    said = shop.run(write("a.story", PHOTO), write("b.story", TWO))
    assert said.code == code
    assert words in said.err
    assert (shop.wire.count("/File/Upload"), shop.accepted, len(panels("out/b"))) == (0, 2, 3)
    assert not Path("out/a/manifest.json").exists()


def test_an_image_that_changes_in_between_is_not_sent_for_the_old_one(shop: Shop) -> None:
    photograph()
    shop.machine.faults.arrange("code-97")
    shop.run(write("a.story", PHOTO))
    photograph("somebody else")
    said = shop.resume()
    assert said.code == 2
    assert "the local image `pictures/mira.png` was changed in the meantime: run the story again" in said.err
    assert shop.accepted == 0
    assert shop.run("a.story").code == 0
    assert (shop.accepted, shop.wire.count("/File/Upload")) == (1, 2)
