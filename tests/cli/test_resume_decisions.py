"""`resume --adopt` and `resume --resubmit`: what a person decides, and what is refused even then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rendering.commands import Shop, drawn, panels, states, write
from rendering.fault_causes import forget
from rendering.offline import ledger
from storyscript import protocol
from storyscript.fake import faults

if TYPE_CHECKING:
    from rendering.commands import Said

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
TWO = ONE + "character Tom\n  a man\nscene tom\n  lead: Tom\n  sleeps\n"
UNLISTED = "list-unsupported@1"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, monkeypatch, capsys)


def loses(shop: Shop, *orders: str, story: str = ONE) -> None:
    """A run that loses answers at a service that lists nothing."""
    shop.machine.faults.arrange(*orders, UNLISTED)
    assert shop.run(write("a.story", story)).code == 5
    assert shop.resume().code == 5


def refused(said: Said, words: str) -> None:
    """Wrong use, told in one line."""
    assert (said.code, said.out) == (2, "")
    [line] = said.err.splitlines()
    assert line.startswith("storyscript: ")
    assert words in line


# ---- adopting ------------------------------------------------------------------------------------------------


def test_the_right_task_is_adopted_and_fetched(shop: Shop) -> None:
    loses(shop, "reset-after")
    assert shop.resume("--adopt", "2221").code == 0
    assert (shop.accepted, states(), drawn()) == (1, ["saved"], ["walks home", "sits"])


def test_a_task_with_other_parameters_is_not_adopted(shop: Shop) -> None:
    shop.run("--out", "other", write("b.story", TWO))
    loses(shop, "reset-after")
    refused(shop.resume("--adopt", "2222"), "task 2222 was submitted with other parameters than a:1")
    assert states() == ["intended"]
    assert shop.resume("--adopt", "2223").code == 0


def test_a_task_that_is_another_jobs_is_not_adopted(shop: Shop) -> None:
    shop.run(write("b.story", TWO))
    loses(shop, "reset-after")
    refused(shop.resume("--adopt", "2221"), "task 2221 is that of another job already")
    assert states() == ["intended"]


def test_a_task_that_nobody_knows_is_not_adopted(shop: Shop) -> None:
    loses(shop, "reset-after")
    said = shop.resume("--adopt", "9999")
    assert said.code == 4
    assert "There is no task yet" in said.err
    assert states() == ["intended"]


def test_two_that_lost_their_answers_are_told_apart_by_what_was_sent(shop: Shop) -> None:
    loses(shop, "reset-after:2", story=TWO)
    # One decision at a time: the other is still unknown.
    assert shop.resume("--adopt", "2222").code == 5
    assert panels() == ["003-tom.png"]
    assert shop.resume("--adopt", "2221").code == 0
    assert (shop.accepted, drawn()) == (2, ["walks home", "sits", "sleeps"])


def test_where_the_service_does_not_tell_the_person_says_whose_task_it_is(shop: Shop) -> None:
    loses(shop, "reset-after:2", story=TWO)
    shop.machine.faults.always(protocol.TASK_DETAIL, faults.task_with(parameters={}))
    refused(
        shop.resume("--adopt", "2222"),
        "the service does not tell what task 2222 was submitted with: say whose it is with `--job` (a:1, a:2)",
    )
    assert shop.resume("--adopt", "2222", "--job", "a:2").code == 5
    assert shop.resume("--adopt", "2221", "--job", "a:1").code == 0
    assert drawn() == ["walks home", "sits", "sleeps"]


def test_a_job_that_has_a_task_adopts_none(shop: Shop) -> None:
    loses(shop, "reset-after", story=TWO)
    [_, second] = states()
    assert second == "saved"
    refused(shop.resume("--adopt", "9", "--job", "a:2"), "job a:2 is saved: there is no task to adopt for it")
    shop.resume("--adopt", "2221")
    refused(shop.resume("--adopt", "9"), "no job has lost its answer")


# ---- submitting again ----------------------------------------------------------------------------------------


def test_a_job_without_a_task_is_submitted_again(shop: Shop) -> None:
    loses(shop, "reset")
    assert shop.resume("--resubmit", "a:1").code == 0
    assert (shop.accepted, drawn()) == (1, ["walks home", "sits"])
    assert states() == ["given up", "saved"]


def test_an_answer_that_is_lost_once_more_is_unknown_once_more(shop: Shop) -> None:
    loses(shop, "reset")
    shop.machine.faults.arrange("reset-after")
    said = shop.resume("--resubmit", "a:1")
    assert said.code == 5
    assert "--resubmit a:2" in said.err
    assert states() == ["given up", "intended"]
    assert shop.resume("--adopt", "2221").code == 0
    assert (shop.accepted, len(panels())) == (1, 2)


def test_one_of_several_is_submitted_again_and_no_other(shop: Shop) -> None:
    loses(shop, "reset:2", story=TWO)
    assert shop.resume("--resubmit", "a:2").code == 5
    assert (shop.accepted, panels()) == (1, ["003-tom.png"])


def test_a_job_whose_task_is_at_work_is_not_submitted_again(shop: Shop) -> None:
    shop.run("--detach", write("a.story", ONE))
    refused(shop.resume("--resubmit", "a:1"), "task 2221 of job a:1 is at work: wait for it")
    assert (shop.accepted, states()) == (1, ["accepted"])


@pytest.mark.parametrize(("orders", "state"), [((), "saved"), (("fails",), "failed"), (("code-97",), "refused")])
def test_a_job_that_is_decided_is_not_submitted_again(shop: Shop, orders: tuple[str, ...], state: str) -> None:
    shop.machine.faults.arrange(*orders)
    shop.run(write("a.story", ONE))
    before = shop.accepted
    refused(shop.resume("--resubmit", "a:1"), f"job a:1 is {state}: there is nothing to submit again")
    assert shop.accepted == before


def test_a_job_whose_pictures_are_not_to_be_had_is_drawn_anew(shop: Shop) -> None:
    shop.machine.faults.arrange("no-outputs")
    said = shop.run(write("a.story", ONE))
    assert "`storyscript resume out --resubmit a:1` has the job drawn anew, and paid for" in said.err
    assert shop.resume("--resubmit", "a:1").code == 0
    assert (shop.paid, len(panels())) == (2, 2)


def test_a_job_whose_task_the_service_has_forgotten_is_drawn_anew(shop: Shop) -> None:
    shop.run("--detach", write("a.story", ONE))
    forget(shop)
    said = shop.resume()
    assert said.code == 4
    assert "`storyscript resume out --resubmit a:1`" in said.err
    assert shop.resume("--resubmit", "a:1").code == 0
    assert len(panels()) == 2


@pytest.mark.parametrize("job", ["a:9", "b:1", "a", ":1", "1", "a:1:1", "a:01"])
def test_a_job_that_is_none_is_refused_and_those_that_are_named(shop: Shop, job: str) -> None:
    loses(shop, "reset", story=TWO)
    sent = shop.sent
    said = shop.resume("--resubmit", job)
    refused(said, f"there is no job `{job}` here; those that lost their answers: a:1")
    assert shop.sent == sent


def test_a_decision_too_many_is_refused(shop: Shop) -> None:
    loses(shop, "reset")
    refused(shop.resume("--adopt", "1", "--resubmit", "a:1"), "one decision at a time")
    refused(shop.resume("--job", "a:1"), "`--job` goes with `--adopt`")


def test_a_decision_is_written_down_with_its_reason(shop: Shop) -> None:
    loses(shop, "reset")
    shop.resume("--resubmit", "a:1")
    steps = [(step["job"], step["step"], step.get("why")) for step in ledger(Path("out/a"))]
    assert steps[:3] == [(1, "intended", None), (1, "given up", "resubmit"), (2, "intended", None)]


def test_a_decision_holds_although_it_may_cost_too_much(shop: Shop) -> None:
    loses(shop, "reset")
    assert shop.resume("--resubmit", "a:1", "--max-cost", "0").code == 5
    assert shop.accepted == 0
    assert shop.resume().code == 0
    assert shop.accepted == 1


@pytest.mark.parametrize("option", ["--adopt", "--resubmit"])
def test_nothing_is_no_decision(shop: Shop, option: str) -> None:
    shop.run(write("a.story", ONE))
    said = shop.resume(option, "")
    assert said.code == 2
    assert f"`{option}` is empty" in said.err
