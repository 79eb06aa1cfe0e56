"""`storyscript resume`: whatever an earlier run left is gone on with, and nothing is paid for twice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rendering.commands import Killed, Shop, drawn, panels, picture, states, write
from rendering.offline import files, ledger
from storyscript.rendering.ledger import LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
TWO = ONE + "character Tom\n  a man\nscene tom\n  lead: Tom\n  sits\n"
PHOTO = "character Mira\n  a girl img\n  image: mira.png\nscene\n  walks home\n"
EQUAL = "character Mira\n  a girl\ncharacter Ida\n  a girl\nscene\n  sits\nscene\n  lead: Ida\n  sits\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, monkeypatch, capsys)


# ---- nothing to do -------------------------------------------------------------------------------------------


def test_without_a_folder_it_asks_for_one(shop: Shop) -> None:
    said = shop.resume()
    assert (said.code, said.out) == (2, "")
    assert "there is no folder `out`: name the one that was given to `run --out`" in said.err


def test_a_folder_in_which_nothing_was_begun(shop: Shop) -> None:
    Path("out/somewhere").mkdir(parents=True)
    assert shop.resume() == (0, "nothing left to do in out/: nothing begun\n", "")


def test_what_is_complete_is_left_alone(shop: Shop) -> None:
    shop.run(write("a.story", ONE), write("b.story", TWO))
    asked, before = len(shop.wire.requests), {path: path.read_bytes() for path in Path("out").rglob("*.*")}
    assert shop.resume() == (0, "nothing left to do in out/: 2 stories complete\n", "")
    assert shop.resume("--json") == (0, "", "")
    assert shop.resume("out/a").out == "nothing left to do in out/a/: 1 story complete\n"
    assert len(shop.wire.requests) == asked
    assert {path: path.read_bytes() for path in Path("out").rglob("*.*")} == before


def test_placeholders_are_nothing_to_resume(shop: Shop) -> None:
    assert shop.command("run", "--offline", write("a.story", ONE)).code == 0
    assert shop.resume().out == "nothing left to do in out/: nothing begun\n"


# ---- after each kind of end ----------------------------------------------------------------------------------


def dies_at(shop: Shop, path: str, *, answered: bool, times: int = 1) -> None:
    """The process dies at a request, before or after the service has taken it; whatever else it wants to send, too."""
    seen = 0

    def before(found: str) -> None:
        nonlocal seen
        seen += found.startswith(path)
        if seen > times or (seen == times and not answered):
            raise Killed

    def after(_found: str) -> None:
        if seen >= times:
            raise Killed

    shop.wire.before, shop.wire.after = before, after


def lives_again(shop: Shop) -> None:
    shop.wire.before = shop.wire.after = lambda _path: None


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize(("path", "times"), [("/Task/Detail", 1), ("/Task/Detail", 4), ("/files", 1), ("/files", 3)])
def test_after_a_death_what_was_accepted_is_fetched(shop: Shop, path: str, times: int, *, answered: bool) -> None:
    dies_at(shop, path, answered=answered, times=times)
    with pytest.raises(Killed):
        shop.run(write("a.story", TWO))
    lives_again(shop)
    said = shop.resume()
    assert said.code == 0
    assert drawn() == ["walks home", "sits", "sits"]
    assert (shop.accepted, shop.paid) == (2, 2)
    assert shop.resume().out == "nothing left to do in out/: 1 story complete\n"


def test_after_a_death_while_a_run_is_under_way_its_task_is_found(shop: Shop) -> None:
    dies_at(shop, "/Run", answered=True)
    with pytest.raises(Killed):
        shop.run(write("a.story", ONE))
    assert states() == ["intended"]
    lives_again(shop)
    assert shop.resume().code == 0
    assert (shop.accepted, panels()) == (1, ["001-a.png", "002-b.png"])


def test_after_a_death_before_a_run_left_nobody_can_know_that(shop: Shop) -> None:
    dies_at(shop, "/Run", answered=False)
    with pytest.raises(Killed):
        shop.run(write("a.story", ONE))
    lives_again(shop)
    said = shop.resume()
    assert said.code == 5
    assert "`storyscript resume out --adopt TASKID`" in said.err
    assert "`storyscript resume out --resubmit a:1`" in said.err
    assert (shop.accepted, states()) == (0, ["intended"])


def test_after_a_death_before_anything_was_submitted_all_is(shop: Shop) -> None:
    Path("mira.png").write_bytes(picture("Mira"))
    dies_at(shop, "/File/Upload", answered=True)
    with pytest.raises(Killed):
        shop.run(write("a.story", PHOTO))
    assert states() == []
    lives_again(shop)
    assert shop.resume().code == 0
    assert (shop.accepted, drawn()) == (1, ["walks home"])


def test_after_detaching(shop: Shop) -> None:
    said = shop.run("--detach", write("a.story", TWO))
    assert said.code == 0
    assert "2 tasks under way at the service; `storyscript resume out` fetches what they make" in said.out
    assert (states(), panels()) == (["accepted"] * 2, [])
    assert shop.resume().code == 0
    assert (shop.accepted, drawn()) == (2, ["walks home", "sits", "sits"])


def test_after_the_money_was_out_it_submits_the_rest(shop: Shop) -> None:
    shop.machine.balance = 0.003
    assert shop.run("--jobs", "1", write("a.story", TWO)).code == 5
    assert (shop.accepted, panels()) == (1, ["001-a.png", "002-b.png"])
    said = shop.resume()
    assert said.code == 5
    assert "add funds at Wiro" in said.err
    shop.machine.balance = 1000.0
    said = shop.resume()
    assert said.code == 0
    assert "2 of them there already" in said.out
    assert (shop.accepted, drawn()) == (2, ["walks home", "sits", "sits"])


def test_fetching_only_submits_nothing(shop: Shop) -> None:
    shop.machine.balance = 0.003
    shop.run("--detach", write("a.story", TWO))
    shop.machine.balance = 1000.0
    assert states() == ["accepted", "refused"]
    said = shop.resume("--fetch-only")
    assert said.code == 5
    assert "1 job not submitted; `storyscript resume out` goes on" in said.out
    assert (shop.accepted, panels()) == (1, ["001-a.png", "002-b.png"])
    assert shop.resume().code == 0
    assert shop.accepted == 2


def test_a_task_that_failed_is_for_the_next_run(shop: Shop) -> None:
    shop.machine.faults.arrange("fails")
    shop.run(write("a.story", ONE))
    said = shop.resume()
    assert said.code == 4
    assert "task 2221 failed in an earlier run: run the story again to have it drawn anew" in said.err
    assert shop.accepted == 1
    assert shop.run("a.story").code == 0
    assert (shop.accepted, shop.paid) == (2, 1)


def test_a_death_between_the_last_file_and_its_name(shop: Shop) -> None:
    shop.run(write("a.story", ONE))
    shutil.rmtree("out/a/panels")
    Path("out/a/manifest.json").unlink()
    assert shop.resume().code == 0
    assert drawn() == ["walks home", "sits"]
    assert shop.accepted == 1


# ---- several stories -----------------------------------------------------------------------------------------


def test_one_storys_trouble_does_not_stop_another(shop: Shop) -> None:
    shop.run("--detach", write("a.story", ONE), write("b.story", ONE), write("c.story", ONE))
    shop.machine.faults.arrange("html/Task/Detail")
    said = shop.resume()
    assert said.code == 4
    assert sorted(len(panels(f"out/{name}")) for name in "abc") == [0, 2, 2]
    assert shop.resume().code == 0
    assert shop.accepted == 3


def test_a_storys_own_folder_is_resumed_alone(shop: Shop) -> None:
    shop.run("--detach", write("a.story", ONE), write("b.story", ONE))
    assert shop.resume("out/b").code == 0
    assert (panels("out/a"), len(panels("out/b"))) == ([], 2)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / LEDGER).write_text("{\n"), "ledger.jsonl` is damaged in line 1"),
        (lambda folder: (folder / LEDGER).write_text('{"ledger":2}\n'), "another version of storyscript"),
        (lambda folder: (folder / "plan.json").unlink(), "plan.json` is gone"),
        (lambda folder: (folder / "plan.json").write_text("{}"), "plan.json` is damaged"),
        (lambda folder: (folder / "plan.json").write_text("[" * 9999), "plan.json` is damaged"),
    ],
    ids=["ledger", "a later ledger", "no plan", "plan", "deep plan"],
)
def test_a_damaged_folder_is_told_of_and_the_others_go_on(
    shop: Shop, spoil: Callable[[Path], object], words: str
) -> None:
    shop.run("--detach", write("a.story", ONE), write("b.story", ONE))
    spoil(Path("out/a"))
    said = shop.resume()
    assert said.code == 6
    assert [words in line for line in said.err.splitlines() if line.startswith("storyscript: ")] == [True]
    assert (panels("out/a"), len(panels("out/b"))) == ([], 2)
    assert shop.accepted == 2


def test_a_plan_that_is_gone_is_made_anew_by_run_which_pays_nothing(shop: Shop) -> None:
    shop.run("--detach", write("a.story", ONE))
    Path("out/a/plan.json").unlink()
    assert shop.run("a.story").code == 0
    assert (shop.accepted, len(panels())) == (1, 2)


def test_what_was_begun_at_another_service_is_resumed_there(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run("--detach", write("a.story", ONE))
    here = shop.machine.base_url
    monkeypatch.setenv("WIRO_BASE_URL", "https://elsewhere.invalid/v1")
    said = shop.resume()
    assert said.code == 2
    assert f"`out/a` was begun at {here}, and the settings name https://elsewhere.invalid/v1" in said.err
    monkeypatch.setenv("WIRO_BASE_URL", here)
    assert shop.resume().code == 0


def test_what_an_edited_story_left_is_fetched_into_the_store(shop: Shop) -> None:
    shop.run("--detach", write("a.story", ONE))
    shop.run("--detach", write("a.story", ONE.replace("sits", "sleeps")))
    said = shop.resume()
    assert said.code == 0
    assert "out/a/outputs/: 1 task of an earlier version of the story, fetched" in said.out
    assert drawn() == ["walks home", "sleeps"]
    assert [path.name for path in sorted(Path("out/a/outputs/0001").iterdir())] == ["001.png", "002.png"]
    assert (shop.accepted, states()) == (2, ["saved", "saved"])
    # Changed back, nothing is drawn again.
    assert shop.run(write("a.story", ONE)).code == 0
    assert (shop.accepted, drawn()) == (2, ["walks home", "sits"])


# ---- looking for lost tasks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lost", "strangers", "found", "code"),
    [
        (("reset-after:2",), 0, 2, 0),
        (("reset-after", "reset"), 0, 1, 5),
        (("reset-after", "reset"), 1, 2, 0),
        (("reset-after:2",), 1, 0, 5),
        (("reset:2",), 0, 0, 5),
    ],
    ids=["two", "one", "one and a stranger's", "two and a stranger's", "none"],
)
def test_two_equal_jobs_that_lost_their_answers(
    shop: Shop, lost: tuple[str, ...], strangers: int, found: int, code: int
) -> None:
    """Tasks are shared out while there are no more than jobs: whose is whose makes no difference then."""
    shop.machine.faults.arrange(*lost)
    assert shop.run(write("a.story", EQUAL)).code == 5
    assert states() == ["intended"] * 2
    [*_, last] = ledger(Path("out/a"))
    for _ in range(strangers):
        shop.machine.run("wiro/story-diffusion-advanced", last["parameters"])
    before = shop.accepted
    assert shop.resume().code == code
    assert states().count("saved") == found
    assert shop.accepted == before


def test_a_task_that_is_older_than_the_job_is_not_its_own(shop: Shop) -> None:
    shop.run("--out", "before", write("a.story", ONE))
    shop.wait(3600)
    shop.machine.faults.arrange("reset")
    shop.run("a.story")
    said = shop.resume()
    assert (said.code, states(), shop.accepted) == (5, ["intended"], 1)


def test_a_task_that_another_storys_ledger_has_is_not_its_own(shop: Shop) -> None:
    shop.run("--detach", write("b.story", ONE))
    shop.machine.faults.arrange("reset")
    shop.run(write("a.story", ONE))
    said = shop.resume()
    assert said.code == 5
    assert (states("out/a"), states("out/b")) == (["intended"], ["saved"])


# ---- the price -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "code", "runs"), [("0.003", 5, 0), ("0.00351", 0, 1)])
def test_what_it_submits_may_cost_so_much_at_most(shop: Shop, most: str, code: int, runs: int) -> None:
    shop.machine.faults.arrange("code-97")
    shop.run(write("a.story", ONE))
    said = shop.resume("--max-cost", most)
    assert said.code == code
    assert ("more than `--max-cost` allows ($0.003): nothing was submitted" in said.err) is (code == 5)
    assert shop.accepted == runs


def test_what_is_only_fetched_costs_nothing(shop: Shop) -> None:
    shop.run("--detach", write("a.story", ONE))
    assert shop.resume("--max-cost", "0").code == 0
    assert shop.wire.count("/Tool/Detail") == 0
    assert len(panels()) == 2


def test_what_resume_leaves_is_what_a_run_leaves(shop: Shop) -> None:
    shop.run("--out", "1", write("a.story", TWO))
    shop.run("--out", "2", "--detach", "a.story")
    shop.resume("2")
    assert files(Path("1")) == files(Path("2"))
    found = [json.loads(Path(out, "a/manifest.json").read_text()) for out in "12"]
    for manifest in found:
        for job in manifest["jobs"]:
            del job["task"]["id"]
    assert found[0] == found[1]
