"""`storyscript run` before and while money is spent: the plan, the price, the bounds, the pool, the ways to stop."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rendering.commands import Shop, drawn, panels, states, write
from rendering.offline import files
from storyscript import protocol
from storyscript.fake import faults
from storyscript.rendering.disk import Disk
from storyscript.rendering.ledger import LEDGER
from storyscript.rendering.lock import folder_lock

if TYPE_CHECKING:
    from collections.abc import Callable

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
TWO = ONE + "character Tom\n  a man\nscene tom\n  lead: Tom\n  sits\n"


def many(count: int) -> str:
    """A story of so many jobs of one panel each."""
    return "".join(f"character C{n}\n  a person {n}\nscene\n  lead: C{n}\n  waits\n" for n in range(count))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, monkeypatch, capsys)


# ---- the plan ------------------------------------------------------------------------------------------------


def test_the_plan_tells_what_is_new_and_the_price_and_writes_nothing(shop: Shop) -> None:
    said = shop.command("run", "--dry-run", write("a.story", TWO))
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "a: 3 panels in 2 tasks, to out/a/\n"
        "  Mira: 2 scenes, 0 events: to be submitted\n"
        "  Tom: 1 scene, 0 events: to be submitted\n"
        "price: about $0.00702 (2 tasks at $0.00351 a request; from the service's dynamicprice)\n"
    )
    assert [path for path, _ in shop.wire.requests] == ["/Tool/Detail"]
    assert not Path("out").exists()


def test_the_plan_tells_what_is_there_what_is_under_way_and_what_is_unknown(shop: Shop) -> None:
    shop.run(write("a.story", ONE))
    shop.run("--detach", write("a.story", TWO))
    shop.machine.faults.arrange("reset-after")
    shop.run("--detach", write("a.story", TWO + many(1)))
    before = {path: path.read_bytes() for path in Path("out").rglob("*.*")}
    asked = len(shop.wire.requests)
    said = shop.command("run", "--dry-run", "a.story")
    assert said.out == (
        "a: 4 panels in 3 tasks, to out/a/\n"
        "  Mira: 2 scenes, 0 events: there already\n"
        "  Tom: 1 scene, 0 events: task 2222, to be fetched\n"
        "  C0: 1 scene, 0 events: submitted, and the answer was lost: to be looked for\n"
        "price: nothing is to be submitted, so nothing is paid\n"
    )
    assert len(shop.wire.requests) == asked
    assert {path: path.read_bytes() for path in Path("out").rglob("*.*")} == before
    said = shop.command("run", "--dry-run", write("a.story", ONE.replace("sits", "sleeps")))
    assert "  Mira: 2 scenes, 0 events: to be submitted\n  2 tasks of an earlier version of the story" in said.out


UNPRICED = faults.Edited(lambda answer: {**answer, "tool": [{"slugowner": "wiro", "slugproject": protocol.TOOL[5:]}]})


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (UNPRICED, "unknown (the service states no price)"),
        (faults.HTML, "unknown (the service could not be asked: /Tool/Detail: the service's answer (HTTP 200) is HTML"),
        (faults.Broken("reset"), "unknown (the service could not be asked: /Tool/Detail: the connection broke"),
        (
            faults.http(401),
            "unknown (the service could not be asked: /Tool/Detail: the service refused the credentials",
        ),
    ],
    ids=["no price", "HTML", "broken", "401"],
)
def test_a_price_that_is_not_known_is_called_unknown(shop: Shop, fault: faults.Fault, words: str) -> None:
    shop.machine.faults.always(protocol.TOOL_DETAIL, fault)
    said = shop.command("run", "--dry-run", write("a.story", ONE))
    assert said.code == 0
    assert f"price: {words}" in said.out
    # Under a bound that nobody can hold to, nothing is submitted.
    said = shop.run("--max-cost", "1000", "a.story")
    assert said.code == 5
    assert "`--max-cost` allows $1000: nothing was submitted" in said.err
    assert (shop.accepted, shop.sent) == (0, 0)
    # Without one, it is.
    assert shop.run("a.story").code == 0


# ---- a bound -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "runs"), [("0.01052", 0), ("0.01053", 3), ("$1", 3), ("0", 0), ("1e-9", 0)])
def test_all_stories_together_may_cost_so_much(shop: Shop, most: str, runs: int) -> None:
    said = shop.run("--max-cost", most, write("a.story", TWO), write("b.story", ONE))
    assert said.code == (0 if runs else 5)
    assert ("the price is about $0.01053 (3 tasks at $0.00351 a request" in said.err) is (runs == 0)
    assert shop.accepted == runs


@pytest.mark.parametrize("most", ["-1", "nan", "inf", "x", "", "1,5"])
def test_a_bound_that_is_no_amount_is_wrong_use(shop: Shop, most: str) -> None:
    said = shop.run("--max-cost", most, write("a.story", ONE))
    assert said.code == 2
    assert shop.sent == 0


def test_what_is_there_already_does_not_count(shop: Shop) -> None:
    shop.run(write("a.story", ONE))
    assert shop.run("--max-cost", "0", "a.story").code == 0
    assert shop.run("--max-cost", "0.00351", write("a.story", TWO)).code == 0
    assert shop.accepted == 2
    assert shop.run("--max-cost", "0.00702", "--force", "a.story").code == 0
    assert shop.accepted == 4


# ---- how many at once ----------------------------------------------------------------------------------------


def watched(shop: Shop) -> list[int]:
    """How many tasks were under way at the service after each Run."""
    running: list[int] = []

    def count(path: str) -> None:
        if path.startswith("/Run/"):
            now = shop.machine.now()
            running.append(sum(not task.is_terminal(now) for task in shop.machine.tasks()))

    shop.wire.after = count
    return running


@pytest.mark.parametrize("jobs", [1, 3, 8])
def test_no_more_tasks_at_once_over_all_stories(shop: Shop, jobs: int) -> None:
    running = watched(shop)
    assert shop.run("--jobs", str(jobs), write("a.story", many(5)), write("b.story", many(5))).code == 0
    assert max(running) == jobs
    assert (shop.accepted, len(running)) == (10, 10)


def test_sixteen_at_once_where_nobody_says_otherwise(shop: Shop) -> None:
    running = watched(shop)
    assert shop.run(write("a.story", many(40))).code == 0
    assert max(running) == 16


def test_the_number_falls_where_the_service_refuses_and_rises_again(shop: Shop) -> None:
    shop.machine.balance = 35.0  # three at once
    running = watched(shop)
    count = shop.wire.after

    def richer(path: str) -> None:
        count(path)
        if shop.accepted >= 15:
            shop.machine.balance = 1000.0

    shop.wire.after = richer
    assert shop.run("--jobs", "8", write("a.story", many(60))).code == 0
    assert max(running[:15]) == 3
    assert max(running[-20:]) == 8
    assert shop.accepted == shop.paid == 60
    # Of a refusal the pool learns: it is not refused once for each job.
    refused = shop.sent - shop.accepted
    assert 5 <= refused <= 20


def test_detached_it_submits_as_many_as_the_service_takes(shop: Shop) -> None:
    shop.machine.balance = 35.0
    said = shop.run("--detach", write("a.story", many(5)))
    assert said.code == 5
    assert "3 tasks under way at the service; `storyscript resume out` fetches what they make" in said.out
    assert "2 jobs not submitted; `storyscript resume out` goes on" in said.out
    assert (shop.accepted, states().count("accepted")) == (3, 3)
    shop.wait()
    assert shop.resume("--jobs", "3").code == 0
    assert (shop.accepted, len(panels())) == (5, 5)


# ---- what is found before ------------------------------------------------------------------------------------


def test_one_storys_trouble_does_not_stop_another(shop: Shop) -> None:
    shop.machine.faults.arrange("fails")
    said = shop.run("--jobs", "1", write("a.story", ONE), write("b.story", ONE), write("c.story", "scene\n"))
    assert said.code == 4
    assert "a: task 2221 failed: CUDA out of memory" in said.err
    assert "c.story: left out" in said.err
    assert (panels("out/a"), len(panels("out/b"))) == ([], 2)


def test_what_comes_to_all_jobs_of_a_story_is_said_once(shop: Shop) -> None:
    shop.machine.faults.arrange("refused@1")
    said = shop.run(write("a.story", many(5)), write("b.story", many(2)))
    assert said.code == 5
    complaints = [line for line in said.err.splitlines() if line.startswith("storyscript: ")]
    assert ["a: /Run" in line for line in complaints] == [True, False]
    assert "5 jobs not submitted; `storyscript resume out` goes on" in said.out


class FullDisk(Disk):
    """A disk on which little is free where a story's folder is called so."""

    def __init__(self, name: str, free: int) -> None:
        self._name, self._free = name, free

    def free(self, folder: Path) -> int:
        return self._free if folder.name == self._name else super().free(folder)


def test_a_disk_that_is_too_full_is_found_before_money_is_spent(shop: Shop) -> None:
    shop.see(disk=FullDisk("a", 1_000_000))
    said = shop.run(write("a.story", ONE), write("b.story", ONE))
    assert said.code == 6
    assert "`out/a`: 1 MB are free, and the pictures may take" in said.err
    assert "make room, or give another folder with `--out`; nothing was submitted" in said.err
    assert (shop.accepted, len(panels("out/b"))) == (1, 2)


def test_what_is_there_needs_no_room(shop: Shop) -> None:
    shop.run(write("a.story", "size: 1024\n" + many(20)))
    shop.see(disk=FullDisk("a", 40_000_000))
    assert shop.run("a.story").code == 0
    assert shop.run("--force", "a.story").code == 6
    assert shop.accepted == 20


def test_a_folder_in_which_another_process_is_at_work(shop: Shop) -> None:
    write("a.story", ONE)
    with folder_lock(Path("out/a")):
        said = shop.run("a.story", write("b.story", ONE))
        assert said.code == 5
        assert "another run is at work in `out/a`: wait for it" in said.err
        assert (shop.accepted, len(panels("out/b"))) == (1, 2)
    assert shop.run("--detach", "a.story").code == 0
    with folder_lock(Path("out/a")):
        said = shop.resume()
        assert (said.code, states()) == (5, ["accepted"])
        assert "another run is at work in `out/a`" in said.err
    assert shop.resume().code == 0
    assert shop.accepted == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: Path("out/a", LEDGER).write_text("{\n"),
        lambda: Path("out/a", LEDGER).mkdir(),
        lambda: Path("out/a/outputs").symlink_to(Path("elsewhere")),
        lambda: Path("out/a/panels").write_text("a file"),
    ],
    ids=["damaged ledger", "no ledger", "link", "no folder"],
)
def test_a_folder_that_cannot_be_used_keeps_its_story_out(shop: Shop, spoil: Callable[[], object]) -> None:
    Path("out/a").mkdir(parents=True)
    spoil()
    before = files(Path("out/a"))
    said = shop.run(write("a.story", ONE), write("b.story", ONE))
    assert said.code == 6
    assert len([line for line in said.err.splitlines() if line.startswith("storyscript: ")]) == 1
    assert (shop.accepted, len(panels("out/b"))) == (1, 2)
    assert files(Path("out/a")) == before


# ---- stopping ------------------------------------------------------------------------------------------------


def stops_at(shop: Shop, path: str, number: int, *, answered: bool, by: signal.Signals = signal.SIGINT) -> None:
    """Somebody presses Ctrl-C while a request is on its way, or when its answer comes."""
    seen = 0

    def press(found: str) -> None:
        nonlocal seen
        seen += found.startswith(path)
        if found.startswith(path) and seen == number:
            os.kill(os.getpid(), by)

    setattr(shop.wire, "after" if answered else "before", press)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize(
    ("path", "number"), [("/Run", 1), ("/Run", 2), ("/Task/Detail", 1), ("/Task/Detail", 5), ("/files", 1)]
)
def test_an_interruption_loses_nothing(
    shop: Shop, path: str, number: int, *, answered: bool, by: signal.Signals
) -> None:
    stops_at(shop, path, number, answered=answered, by=by)
    said = shop.run("--jobs", "2", write("a.story", many(4)))
    assert said.code == 130
    assert "`storyscript resume out` fetches what there is" in said.err
    assert "pays nothing twice" in said.err
    # The answer of each Run that was on its way was heard.
    assert set(states()) <= {"accepted", "ended", "saved"}
    assert shop.accepted == len(states())
    shop.wire.before = shop.wire.after = lambda _path: None
    assert shop.resume().code == 0
    assert (shop.accepted, shop.paid, drawn()) == (4, 4, ["waits"] * 4)


def test_an_interruption_says_how_much_is_under_way_and_how_much_is_left(shop: Shop) -> None:
    stops_at(shop, "/Task/Detail", 1, answered=True)
    said = shop.run("--jobs", "2", write("a.story", many(3)), write("b.story", many(1)))
    assert "storyscript: interrupted: 2 tasks under way at the service, 2 jobs not submitted; " in said.err
    assert "submits the rest (with `--fetch-only` it does not)" in said.err


def test_a_resume_that_is_interrupted_is_resumed(shop: Shop) -> None:
    shop.run("--detach", write("a.story", TWO))
    stops_at(shop, "/Task/Detail", 1, answered=True)
    said = shop.resume()
    assert said.code == 130
    shop.wire.after = lambda _path: None
    assert shop.resume().code == 0
    assert (shop.accepted, len(panels())) == (2, 3)


def test_a_run_that_is_refused_for_its_price_changes_nothing(shop: Shop) -> None:
    shop.run(write("a.story", ONE))
    before = {path: path.read_bytes() for path in sorted(Path("out").rglob("*")) if path.is_file()}
    assert shop.run("--max-cost", "0", write("a.story", ONE.replace("walks", "runs"))).code == 5
    assert {path: path.read_bytes() for path in sorted(Path("out").rglob("*")) if path.is_file()} == before
