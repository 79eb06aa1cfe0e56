from __future__ import annotations

import tracemalloc

import pytest

from storyscript import protocol
from storyscript.errors import ConfigurationError
from storyscript.fake import Machine
from storyscript.fake.refusals import Refusal
from storyscript.fake.tasks import TaskRecord
from wiro.standins import TWO_SCENES, Clock, draw, machine_at


def run(machine: Machine, **fields: object) -> TaskRecord:
    task = machine.run(protocol.TOOL, {**TWO_SCENES, **fields})
    assert isinstance(task, TaskRecord)
    return task


def refused(result: object) -> tuple[int, str]:
    assert isinstance(result, Refusal)
    return result.code, result.message


STEPS = "create accept preprocessstart preprocessend assign start end postprocessstart postprocessend cancel"


def test_a_task_in_the_queue() -> None:
    clock = Clock(1000.0)
    machine = machine_at(clock)
    shown = machine.show(run(machine))
    assert shown["id"] == "2221"
    assert machine.base_url == "https://wiro.invalid/v1"
    assert shown["status"] == "task_queue"
    assert shown["pexit"] is None
    assert shown["outputs"] == []
    assert shown["totalcost"] is None
    assert shown["parameters"] == TWO_SCENES
    assert [shown[f"{step}time"] for step in STEPS.split()] == ["1000"] + ["0"] * 9


def test_a_task_that_succeeded() -> None:
    clock = Clock(1000.0)
    machine = machine_at(clock)
    task = run(machine)
    clock.moment += 6
    shown = machine.show(task)
    assert shown["status"] == "task_postprocess_end"
    assert shown["pexit"] == "0"
    assert (shown["totalcost"], shown["cps"], shown["elapsedseconds"]) == (
        "0.003510000000",
        "0.000585000000",
        "6.0000",
    )
    assert [shown[f"{step}time"] for step in STEPS.split()] == [
        "1000",
        "1000",
        "1000",
        "1001",
        "1001",
        "1001",
        "1005",
        "1005",
        "1006",
        "0",
    ]
    outputs = shown["outputs"]
    assert isinstance(outputs, list)
    assert [output["name"] for output in outputs] == ["0.png", "1.png", "2.png"]
    assert shown["size"] == str(sum(int(output["size"]) for output in outputs))
    for output in outputs:
        content = machine.file(output["url"].removeprefix("https://wiro.invalid/files"))
        assert content is not None
        assert len(content) == int(output["size"])


TASK_FIELDS = """
    id uuid name socketaccesstoken debugoutput debugerror status pexit cps totalcost elapsedseconds createtime
    canceltime assigntime accepttime preprocessstarttime preprocessendtime starttime endtime
    postprocessstarttime postprocessendtime projectid modelid basemodelid description runtype modelfolderid
    modelfileid callbackurl size guestid marketplaceid parameters categories outputs
"""
OUTPUT_FIELDS = """
    id name contenttype parentid uuid size addedtime modifiedtime accesskey url foldercount filecount ispublic
    expiretime
"""


def test_all_fields_of_the_api_are_there() -> None:
    machine = machine_at(Clock(), speed=0)
    shown = machine.show(run(machine))
    assert set(shown) == set(TASK_FIELDS.split())
    outputs = shown["outputs"]
    assert isinstance(outputs, list)
    assert set(outputs[0]) == set(OUTPUT_FIELDS.split())


def test_one_machine_is_like_another() -> None:
    first, second = machine_at(Clock(), speed=0), machine_at(Clock(), speed=0)
    assert first.show(run(first)) == second.show(run(second))
    other = Machine(speed=0, draw=draw, now=Clock(), salt="other")
    assert other.show(run(other))["socketaccesstoken"] != first.show(first.tasks()[0])["socketaccesstoken"]


def test_ids_and_tokens() -> None:
    machine = machine_at(Clock())
    tasks = [run(machine) for _ in range(3)]
    assert [task.number for task in tasks] == [2221, 2222, 2223]
    assert len({task.token for task in tasks}) == 3
    assert all(len(task.token) == 30 and task.token.isalnum() for task in tasks)


def test_the_size_of_frames() -> None:
    sizes = []

    def note(frame: object) -> bytes:
        sizes.append((getattr(frame, "width", 0), getattr(frame, "height", 0), getattr(frame, "font_size", 0)))
        return b"picture"

    machine = Machine(speed=0, draw=note, now=Clock())
    task = run(machine, width="64", height=32, fontSize=1e9, extraEventPrompts="")
    machine.show(task)
    machine.show(task)
    assert sizes == [(64, 32, 32), (64, 32, 32)]


def test_an_empty_story_is_refused() -> None:
    machine = machine_at(Clock())
    for story in ("", " | ", "\n"):
        result = machine.run(protocol.TOOL, {"generalPrompt": story})
        assert refused(result) == (0, "Request parameter [generalPrompt] required")
    assert machine.ledger() == {"runs": []}


TOO_MUCH = {
    "scenes": {"generalPrompt": "a|" * 4097},
    "scenes and events": {"generalPrompt": "a\n" * 4000, "extraEventPrompts": "b\r" * 97},
    "millions": {"generalPrompt": "a|" * 4_000_000},
    "a long character": {"generalPrompt": "a|" * 4096, "prompt": "x" * 10_000},
}


@pytest.mark.parametrize("fields", TOO_MUCH.values(), ids=TOO_MUCH)
def test_more_than_can_be_drawn(fields: dict[str, object]) -> None:
    machine = machine_at(Clock())
    tracemalloc.start()
    try:
        assert refused(machine.run(protocol.TOOL, fields)) == (0, "Request parameters are invalid.")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 * 1024 * 1024
    assert machine.tasks() == []


def test_as_much_as_can_be_drawn() -> None:
    task = run(machine_at(Clock()), generalPrompt="|a" * 4000 + "| " * 4000, extraEventPrompts="b|" * 96)
    assert len(task.panels) == 4096


def test_unknown_tools() -> None:
    machine = machine_at(Clock())
    assert refused(machine.run("wiro/other", TWO_SCENES)) == (1, "slug-owner-project-not-exist")
    assert isinstance(machine.run("wiro/story-diffusion", TWO_SCENES), TaskRecord)


CANCEL_AND_KILL = [
    # elapsed, cancel works, kill works
    (0.0, True, False),
    (0.5, True, False),
    (0.6, False, True),
    (3.0, False, True),
    (5.9, False, True),
    (6.0, False, False),
]


@pytest.mark.parametrize(("elapsed", "cancels", "kills"), CANCEL_AND_KILL)
def test_cancel_and_kill(elapsed: float, cancels: bool, kills: bool) -> None:  # noqa: FBT001 - the table's columns
    for stop, works in (("cancel", cancels), ("kill", kills)):
        clock = Clock(1000.0)
        machine = machine_at(clock)
        task = run(machine)
        clock.moment += elapsed
        result = machine.cancel(task) if stop == "cancel" else machine.kill(task)
        assert isinstance(result, TaskRecord) is works
        clock.moment += 100
        shown = machine.show(task)
        assert shown["status"] == ("task_cancel" if works else "task_postprocess_end")
        assert (shown["canceltime"] != "0") is works
        assert (shown["outputs"] == []) is works


def test_stopped_tasks_stay_stopped() -> None:
    clock = Clock()
    machine = machine_at(clock)
    task = run(machine)
    machine.cancel(task)
    assert refused(machine.cancel(task)) == (1, "Task is not in a cancellable state.")
    assert refused(machine.kill(task)) == (1, "Task could not be killed: it has already ended")
    clock.moment += 100
    shown = machine.show(task)
    assert shown["pexit"] is None
    assert shown["endtime"] == "0"
    assert machine.ledger()["runs"] == [
        {"taskid": "2221", "status": "task_cancel", "parameters": TWO_SCENES, "charged": 0.0}
    ]


def test_only_success_is_charged() -> None:
    clock = Clock()
    machine = machine_at(clock)
    machine.faults.fail_next_task("CUDA out of memory")
    failed, succeeded = run(machine), run(machine)
    clock.moment += 10
    shown = machine.show(failed)
    assert (shown["status"], shown["pexit"], shown["debugerror"]) == (
        "task_postprocess_end",
        "1",
        "CUDA out of memory",
    )
    assert (shown["outputs"], shown["totalcost"]) == ([], None)
    assert machine.show(succeeded)["pexit"] == "0"
    runs = machine.ledger()["runs"]
    assert isinstance(runs, list)
    assert [entry["charged"] for entry in runs] == [0.0, 0.00351]


def test_a_clock_that_steps_back_takes_nothing_back() -> None:
    clock = Clock()
    machine = machine_at(clock)
    task = run(machine)
    clock.moment += 6
    assert machine.show(task)["status"] == "task_postprocess_end"
    clock.moment -= 5
    assert machine.show(task)["status"] == "task_postprocess_end"


def test_files_that_are_not_there() -> None:
    clock = Clock()
    machine = machine_at(clock)
    task = run(machine)
    path = f"/{task.folder}/0.png"
    assert machine.file(path) is None
    clock.moment += 6
    assert machine.file(path) is not None
    for other in (
        f"/{task.folder}/3.png",
        f"/{task.folder}/00.png",
        f"/{task.folder}/",
        "/0.png",
        f"//{path}",
        "",
    ):
        assert machine.file(other) is None
    assert machine.delete_files(task) is None
    assert machine.file(path) is None
    assert machine.show(task)["outputs"] == []


def test_concurrency_depends_on_the_balance() -> None:
    clock = Clock()
    machine = machine_at(clock, balance=29.99)
    run(machine)
    run(machine)
    code, message = refused(machine.run(protocol.TOOL, TWO_SCENES))
    assert code == 96
    assert "balance of $29.99, you can run up to 2 tasks" in message
    clock.moment += 6
    run(machine)


def test_no_limit_above_a_balance_and_none_without_one() -> None:
    for balance in (250.01, None):
        machine = machine_at(Clock(), balance=balance)
        for _ in range(40):
            run(machine)


def test_no_balance() -> None:
    machine = machine_at(Clock(), speed=0, balance=0.004)
    run(machine)
    run(machine)
    assert refused(machine.run(protocol.TOOL, TWO_SCENES)) == (97, "Insufficient balance")


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf")])
def test_speeds_that_are_none(speed: float) -> None:
    with pytest.raises(ConfigurationError):
        Machine(speed=speed)
