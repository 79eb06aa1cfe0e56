from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from rendering.offline import BOOKS, TWO_LEADS, Studio, described, draw, files, ledger
from storyscript import protocol
from storyscript.errors import (
    ConfigurationError,
    CredentialsError,
    DeadlineError,
    DiskError,
    LimitError,
    MalformedAnswerError,
    StoryError,
    StoryscriptError,
    SubmissionUnknownError,
    TaskFailedError,
    UnreachableError,
)
from storyscript.fake import Account, Machine, faults
from storyscript.rendering.ledger import LEDGER
from storyscript.sessions import VirtualClock

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.rendering.render import Progress

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"


def manifest(folder: Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def test_panels_are_numbered_in_the_storys_order_whatever_the_jobs_order(tmp_path: Path) -> None:
    rendering = Studio().render(TWO_LEADS, tmp_path)
    folder = tmp_path / "a"
    assert files(folder) == [
        "ledger.jsonl",
        "manifest.json",
        "panels/001-door.png",
        "panels/002-scene.png",
        "panels/003-tom.png",
        "panels/004-rain.png",
        "panels/005-event.png",
        "plan.json",
    ]
    shown = [described(path.read_bytes()) for path in rendering.panels]
    assert shown == ["a door", "walks home", "sits", "runs", "snow"]


def test_the_manifest_says_what_is_where(tmp_path: Path) -> None:
    rendering = Studio().render(TWO_LEADS, tmp_path, name="stories/a.story")
    found = manifest(rendering.folder)
    assert found["schema"] == 1
    assert found["offline"] is False
    assert found["story"]["file"] == "a.story"
    assert found["cost"] == "0.00702"
    assert [job["order"] for job in found["jobs"]] == [[2, 4, 1, 5], [3]]
    assert all(job["done"] for job in found["jobs"])
    for panel, path in zip(found["panels"], rendering.panels, strict=True):
        data = path.read_bytes()
        assert rendering.folder / panel["file"] == path
        assert panel["sha256"] == hashlib.sha256(data).hexdigest()
        assert panel["bytes"] == len(data)
    assert found["panels"][2]["source"] == {
        "file": "a.story",
        "line": 10,
        "column": 1,
        "endLine": 10,
        "endColumn": 10,
    }
    text = (rendering.folder / "manifest.json").read_text()
    assert str(tmp_path) not in text
    assert "://" not in text


def test_equal_stories_give_equal_files(tmp_path: Path) -> None:
    first = Studio().render(TWO_LEADS, tmp_path / "1").folder
    second = Studio().render(TWO_LEADS, tmp_path / "2").folder
    assert files(first) == files(second)
    for name in files(first):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_the_tasks_id_is_on_the_disk_before_the_first_look_at_it(tmp_path: Path) -> None:
    seen: list[Any] = []

    def hear(news: Progress) -> None:
        if news.stage == "waiting":
            seen.append(ledger(tmp_path / "a"))

    class Looking(Machine):
        def show(self, task: Any) -> dict[str, object]:  # noqa: ANN401 - the machine's own
            assert str(task.number) in [step.get("task") for step in ledger(tmp_path / "a")]
            return super().show(task)

    clock = VirtualClock()
    studio = Studio(Looking(now=clock.now, draw=draw), clock)
    studio.render(ONE, tmp_path, on_progress=hear)
    assert studio.machine.faults.seen[protocol.TASK_DETAIL] > 1
    assert [step["step"] for step in seen[0]] == ["intended", "accepted"]
    assert seen[0][1]["task"] == "2221"


def test_the_intent_is_on_the_disk_before_the_run_leaves(tmp_path: Path) -> None:
    class Looking(Machine):
        def run(self, tool: str, fields: Any) -> Any:  # noqa: ANN401 - the machine's own
            [step] = ledger(tmp_path / "a")
            assert (step["step"], step["parameters"]) == ("intended", fields)
            return super().run(tool, fields)

    clock = VirtualClock()
    assert Studio(Looking(now=clock.now, draw=draw), clock).render(ONE, tmp_path).errors == []


def test_progress_tells_of_each_step(tmp_path: Path) -> None:
    heard: list[Progress] = []
    Studio().render(ONE, tmp_path, on_progress=heard.append)
    assert [news.stage for news in heard][:2] == ["submitting", "waiting"]
    assert [news.stage for news in heard][-3:] == ["saving", "saving", "done"]
    assert {news.status for news in heard} >= {"task_queue", "task_output", "task_postprocess_end"}
    assert (heard[-1].saved, heard[-1].outputs) == (2, 2)


def test_jobs_run_side_by_side(tmp_path: Path) -> None:
    heard: list[Progress] = []
    Studio().render(TWO_LEADS, tmp_path, on_progress=heard.append)
    stages = [(news.job, news.stage) for news in heard]
    assert max(stages.index((0, "submitting")), stages.index((1, "submitting"))) < stages.index((0, "done"))


# ---- what goes wrong -----------------------------------------------------------------------------------------


def only_error(studio: Studio, tmp_path: Path, story: str = ONE, **options: Any) -> StoryscriptError:  # noqa: ANN401
    rendering = studio.render(story, tmp_path, **options)
    [error] = rendering.errors
    assert "\n" not in str(error)
    assert not list(rendering.folder.rglob("*.part"))
    assert manifest(rendering.folder)["jobs"][0]["done"] is False
    return error


def test_a_story_with_errors_is_not_submitted(tmp_path: Path) -> None:
    studio = Studio()
    with pytest.raises(StoryError) as caught:
        studio.render("scene\n", tmp_path)
    assert caught.value.problems
    assert studio.machine.ledger() == {"runs": []}
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("endpoint", "fault", "kind", "words"),
    [
        (protocol.TASK_DETAIL, faults.HTML, MalformedAnswerError, "/Task/Detail"),
        (protocol.TASK_DETAIL, faults.LIST, MalformedAnswerError, "/Task/Detail"),
        (protocol.TASK_DETAIL, faults.HALF, MalformedAnswerError, "/Task/Detail"),
        (
            protocol.TASK_DETAIL,
            faults.http(401, b'{"result":false,"errors":[]}'),
            CredentialsError,
            "refused",
        ),
        (protocol.RUN, faults.http(401, b'{"result":false,"errors":[]}'), CredentialsError, "refused"),
        (protocol.RUN, faults.Broken("unreachable"), UnreachableError, "/Run"),
        (protocol.RUN, faults.Broken("reset", executed=True), SubmissionUnknownError, "not submitted again"),
        (protocol.RUN, faults.HTML, SubmissionUnknownError, "not submitted again"),
        (protocol.TASK_DETAIL, faults.FAILED_PROCESS, TaskFailedError, "CUDA out of memory"),
        (protocol.TASK_DETAIL, faults.NO_OUTPUTS, TaskFailedError, "neither outputs nor a message"),
        (protocol.TASK_DETAIL, faults.UNKNOWN_STATUS, DeadlineError, "task_dreaming"),
        (protocol.TASK_DETAIL, faults.WRONG_SIZE, MalformedAnswerError, "announces 1"),
        (protocol.TASK_DETAIL, faults.outputs_with(url=None), MalformedAnswerError, "no address"),
        (faults.FILES, faults.HTML, MalformedAnswerError, "bytes"),
    ],
)
def test_each_trouble_is_one_clear_error(
    tmp_path: Path, endpoint: str, fault: faults.Fault, kind: type[StoryscriptError], words: str
) -> None:
    studio = Studio()
    studio.machine.faults.always(endpoint, fault)
    error = only_error(studio, tmp_path)
    assert type(error) is kind
    assert words in str(error)
    assert studio.machine.faults.seen[protocol.RUN] == (4 if fault == faults.Broken("unreachable") else 1)
    assert files(tmp_path / "a") == BOOKS


def test_an_output_that_is_no_picture_is_not_kept(tmp_path: Path) -> None:
    clock = VirtualClock()
    studio = Studio(Machine(now=clock.now, draw=lambda _frame: b"<html>"), clock)
    error = only_error(studio, tmp_path)
    assert "no picture" in str(error)
    assert files(tmp_path / "a") == BOOKS


def test_one_jobs_trouble_does_not_keep_another_from_its_panels(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.fail_next_task("out of memory")
    rendering = studio.render(TWO_LEADS, tmp_path)
    [error] = rendering.errors
    assert isinstance(error, TaskFailedError)
    assert [path.name for path in rendering.panels] == ["003-tom.png"]


def test_outputs_of_another_number_than_panels_are_left_unplaced(tmp_path: Path) -> None:
    studio = Studio()

    def more(answer: dict[str, object]) -> object:
        match answer:
            case {"tasklist": [{"outputs": [first, *others]}]}:
                return faults.task_with(outputs=[first, *others, first]).edit(answer)
            case _:
                return answer

    studio.machine.faults.always(protocol.TASK_DETAIL, faults.Edited(more))
    rendering = studio.render(ONE, tmp_path)
    assert rendering.errors == []
    assert rendering.panels == []
    assert [path.name for path in rendering.unplaced] == ["001.png", "002.png", "003.png"]
    assert len(manifest(rendering.folder)["unplaced"]) == 3


def test_a_limit_is_waited_for(tmp_path: Path) -> None:
    clock = VirtualClock()
    studio = Studio(Machine(now=clock.now, draw=draw, balance=10.0), clock)  # one task at a time
    rendering = studio.render(TWO_LEADS, tmp_path)
    assert rendering.errors == []
    assert len(studio.machine.tasks()) == 2
    assert studio.machine.faults.seen[protocol.RUN] > 2


def test_too_many_requests_are_waited_for(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.order(protocol.RUN, faults.http(429, retry_after="40"))
    start = studio.clock.time
    assert studio.render(ONE, tmp_path).errors == []
    assert studio.clock.time - start >= 40
    assert len(studio.machine.tasks()) == 1


def test_an_empty_account_is_not_waited_for(tmp_path: Path) -> None:
    clock = VirtualClock()
    error = only_error(Studio(Machine(now=clock.now, balance=0.0), clock), tmp_path)
    assert isinstance(error, LimitError)
    assert error.code == 97


def test_refused_credentials(tmp_path: Path) -> None:
    clock = VirtualClock()
    machine = Machine(now=clock.now, account=Account("other", "other"))
    error = only_error(Studio(machine, clock), tmp_path)
    assert isinstance(error, CredentialsError)


def test_a_folder_that_cannot_be_written_to_is_found_before_anything_is_sent(tmp_path: Path) -> None:
    studio = Studio()
    (tmp_path / "a").write_text("a file")
    with pytest.raises(DiskError):
        studio.render(ONE, tmp_path)
    assert studio.machine.faults.seen[protocol.RUN] == 0


# ---- going on ------------------------------------------------------------------------------------------------


def test_an_unfinished_task_is_taken_up_again_and_not_submitted_anew(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.order(protocol.TASK_DETAIL, faults.HTML)
    assert len(studio.render(ONE, tmp_path).errors) == 1
    rendering = studio.render(ONE, tmp_path)
    assert rendering.errors == []
    assert len(rendering.panels) == 2
    assert len(studio.machine.tasks()) == 1


def test_what_is_there_and_unchanged_is_not_paid_for_again(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.fail_next_task("out of memory")
    assert len(studio.render(TWO_LEADS, tmp_path).errors) == 1
    tom = (tmp_path / "a/panels/003-tom.png").read_bytes()
    # Renumbered and renamed, and the other lead is drawn at last.
    story = TWO_LEADS.replace("scene tom", "scene keeper").replace("scene door [NC]\n  a door\n", "")
    rendering = studio.render(story, tmp_path)
    assert rendering.errors == []
    assert [path.name for path in rendering.panels] == [
        "001-scene.png",
        "002-keeper.png",
        "003-rain.png",
        "004-event.png",
    ]
    assert (tmp_path / "a/panels/002-keeper.png").read_bytes() == tom
    assert len(studio.machine.tasks()) == 3
    assert studio.render(story, tmp_path).errors == []
    assert len(studio.machine.tasks()) == 3
    assert manifest(tmp_path / "a")["cost"] == "0.00702"
    assert len(studio.render(story, tmp_path, force=True).panels) == 4
    assert len(studio.machine.tasks()) == 5


def test_a_file_that_was_lost_is_fetched_again_and_not_paid_for_again(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    [store] = (tmp_path / "a/outputs").iterdir()
    before = (store / "001.png").read_bytes()
    (store / "001.png").unlink()
    (tmp_path / "a/panels/001-a.png").unlink()
    assert studio.render(ONE, tmp_path).errors == []
    assert (tmp_path / "a/panels/001-a.png").read_bytes() == before
    assert len(studio.machine.tasks()) == 1


def test_a_second_run_in_one_folder_is_kept_out(tmp_path: Path) -> None:
    from storyscript.errors import UnfinishedError  # noqa: PLC0415 - beside its use
    from storyscript.rendering.lock import folder_lock  # noqa: PLC0415 - beside its use

    studio = Studio()
    with folder_lock(tmp_path / "a"), pytest.raises(UnfinishedError, match="another run"):
        studio.render(ONE, tmp_path)
    assert studio.machine.faults.seen[protocol.RUN] == 0
    assert studio.render(ONE, tmp_path).errors == []


def test_equal_jobs_are_two_jobs(tmp_path: Path) -> None:
    story = "character Mira\n  a girl\ncharacter Ida\n  a girl\nscene\n  sits\nscene\n  lead: Ida\n  sits\n"
    studio = Studio()
    studio.machine.faults.order(protocol.TASK_DETAIL, faults.HTML, faults.HTML)
    assert len(studio.render(story, tmp_path).errors) == 2
    rendering = studio.render(story, tmp_path)
    assert rendering.errors == []
    assert sorted(job.task_id or "" for job in rendering.jobs) == ["2221", "2222"]
    assert len(studio.machine.tasks()) == 2


def test_a_recorded_task_that_the_service_does_not_know(tmp_path: Path) -> None:
    first = Studio()
    first.machine.faults.order(protocol.TASK_DETAIL, faults.HTML)
    first.render(ONE, tmp_path)
    error = only_error(Studio(), tmp_path)
    assert "knows nothing of task 2221" in str(error)
    assert f"storyscript resume {tmp_path} --resubmit a:1" in str(error)


def test_a_submission_of_unknown_fate_is_not_submitted_again(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.order(protocol.RUN, faults.Broken("reset"))
    assert len(studio.render(ONE, tmp_path).errors) == 1
    error = only_error(studio, tmp_path)
    assert isinstance(error, SubmissionUnknownError)
    assert f"storyscript resume {tmp_path} --adopt TASKID" in str(error)
    assert f"storyscript resume {tmp_path} --resubmit a:1" in str(error)
    assert studio.machine.faults.seen[protocol.RUN] == 1


def test_a_task_whose_answer_was_lost_is_found_and_gone_on_with(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.order(protocol.RUN, faults.Broken("reset", executed=True))
    assert len(studio.render(ONE, tmp_path).errors) == 1
    rendering = studio.render(ONE, tmp_path)
    assert rendering.errors == []
    assert len(rendering.panels) == 2
    assert len(studio.machine.tasks()) == 1


def test_what_was_refused_for_certain_may_be_submitted_again(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.order(protocol.RUN, faults.http(401))
    assert len(studio.render(ONE, tmp_path).errors) == 1
    assert studio.render(ONE, tmp_path).errors == []


def test_a_task_that_failed_is_submitted_anew_by_a_later_run(tmp_path: Path) -> None:
    studio = Studio()
    studio.machine.faults.fail_next_task("x")
    assert len(studio.render(ONE, tmp_path).errors) == 1
    assert studio.render(ONE, tmp_path).errors == []
    assert len(studio.machine.tasks()) == 2


HEADER = '{"ledger":1}\n'


@pytest.mark.parametrize(
    "text",
    [
        "{\n",
        "[]\n",
        '{"ledger":99}\n',
        HEADER + '{"job":1,"step":"accepted"}\n',
        HEADER + '{"job":1,"step":"paid"}\n',
        HEADER + "garbage\n" + HEADER,
    ],
)
def test_a_damaged_ledger_stops_everything(tmp_path: Path, text: str) -> None:
    studio = Studio()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / LEDGER).write_text(text)
    with pytest.raises(DiskError, match=r"ledger\.jsonl"):
        studio.render(ONE, tmp_path)
    assert studio.machine.faults.seen[protocol.RUN] == 0
    assert (tmp_path / "a" / LEDGER).read_text() == text


def test_half_a_line_at_the_ledgers_end_was_never_written(tmp_path: Path) -> None:
    studio = Studio()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / LEDGER).write_text(HEADER + '{"job":1,"step":"inten')
    assert studio.render(ONE, tmp_path).errors == []
    assert [step["step"] for step in ledger(tmp_path / "a")] == ["intended", "accepted", "ended", "saved"]


def test_placeholders_do_not_take_the_places_of_panels_that_were_paid_for(tmp_path: Path) -> None:
    Studio().render(ONE, tmp_path)
    with pytest.raises(ConfigurationError, match="another folder"):
        Studio().render(ONE, tmp_path, lasting=False)
    assert Studio().render(ONE, tmp_path / "other", lasting=False).errors == []
    assert files(tmp_path / "other/a") == ["manifest.json", "panels/001-a.png", "panels/002-b.png"]
    assert manifest(tmp_path / "other/a")["offline"] is True
