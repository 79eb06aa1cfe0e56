from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storyscript import protocol
from storyscript.fake.tasks import TaskRecord
from storyscript.fake.telling import Telling
from wiro.standins import TWO_SCENES, Clock, machine_at

if TYPE_CHECKING:
    from storyscript.fake import Machine


def started(clock: Clock, *, speed: float = 1.0, **fields: object) -> tuple[Machine, TaskRecord]:
    machine = machine_at(clock, speed=speed)
    task = machine.run(protocol.TOOL, {**TWO_SCENES, **fields})
    assert isinstance(task, TaskRecord)
    return machine, task


def statuses(telling: Telling, now: float) -> list[str]:
    return [moment.status for moment in telling.news(now)]


WHOLE_LIFE = [
    *("task_queue", "task_accept", "task_preprocess_start", "task_preprocess_end", "task_assign", "task_start"),
    *("task_output", "task_output", "task_output", "task_output", "task_output_full", "task_end"),
    *("task_postprocess_start", "task_postprocess_end"),
]


def test_a_whole_life_at_once_or_bit_by_bit() -> None:
    clock = Clock(1000.0)
    _, task = started(clock, steps=3)
    telling = Telling(task, 1000.0)
    at_once = statuses(telling, 1000.0) + statuses(telling, 1006.0)
    assert at_once == WHOLE_LIFE
    assert telling.next() is None
    assert telling.news(2000.0) == []
    telling, heard, now = Telling(task, 1000.0), [], 1000.0
    while True:
        heard += statuses(telling, now)
        following = telling.next()
        if following is None:
            break
        assert following > now
        assert statuses(telling, following - 0.001) == []
        now = following
    assert heard == WHOLE_LIFE
    assert now == 1006.0


def test_progress() -> None:
    clock = Clock(1000.0)
    _, task = started(clock, steps="30")
    told = [moment for moment in Telling(task, 1000.0).news(1006.0) if moment.status == "task_output"]
    assert told[0].message == ""
    progress = [moment.message for moment in told[1:]]
    assert all(isinstance(message, dict) for message in progress)
    assert progress[5] == {
        "type": "progressGenerate",
        "task": "Generate",
        "percentage": "60",
        "stepCurrent": "18",
        "stepTotal": "30",
        "speed": "10.0",
        "speedType": "it/s",
        "elapsedTime": "2s",
        "remainingTime": "1s",
    }
    percentages = [int(message["percentage"]) for message in progress if isinstance(message, dict)]
    assert percentages == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]


@pytest.mark.parametrize("steps", [0, -5, 0.5, 1e300, "1e9"])
@pytest.mark.parametrize("speed", [0, 1e-9, 1])
def test_any_number_of_steps_has_few_and_rising_parts(steps: float | str, speed: float) -> None:
    _, task = started(Clock(1000.0), speed=speed, steps=steps)
    moments = Telling(task, 0.0).news(1e12)
    percentages = [int(moment.message["percentage"]) for moment in moments if isinstance(moment.message, dict)]
    assert 1 <= len(percentages) <= 10
    assert percentages == sorted(percentages)
    assert percentages[-1] == 100
    assert [moment.when for moment in moments] == sorted(moment.when for moment in moments)


@pytest.mark.parametrize(
    ("late", "hears"),
    [(0.7, ["task_accept"]), (3.0, ["task_output"]), (6.0, ["task_postprocess_end"]), (99.0, ["task_postprocess_end"])],
)
def test_who_asks_late_hears_where_the_task_stands(late: float, hears: list[str]) -> None:
    _, task = started(Clock(1000.0))
    assert statuses(Telling(task, 1000.0 + late), 1000.0 + late) == hears


def test_who_asks_late_hears_the_rest() -> None:
    _, task = started(Clock(1000.0), steps=3)
    telling = Telling(task, 1001.5)
    assert statuses(telling, 1001.5) + statuses(telling, 1006.0) == WHOLE_LIFE[4:]


def test_without_any_time_only_the_end_is_told() -> None:
    _, task = started(Clock(1000.0), speed=0)
    assert statuses(Telling(task, 1000.0), 1000.0) == ["task_postprocess_end"]


def test_a_stopped_task() -> None:
    clock = Clock(1000.0)
    machine, task = started(clock)
    early = Telling(task, 1000.0)
    assert statuses(early, 1000.0) == ["task_queue"]
    clock.moment = 1001.0
    machine.kill(task)
    clock.moment = 1099.0
    assert statuses(early, 1099.0) == ["task_accept", "task_preprocess_start", "task_cancel"]
    assert early.next() is None
    assert early.news(1100.0) == []
    assert statuses(Telling(task, 1099.0), 1099.0) == ["task_cancel"]


def test_a_failing_task_says_why() -> None:
    clock = Clock(1000.0)
    machine = machine_at(clock)
    machine.faults.fail_next_task("CUDA out of memory")
    task = machine.run(protocol.TOOL, TWO_SCENES)
    assert isinstance(task, TaskRecord)
    told = Telling(task, 1000.0).news(1006.0)
    assert [moment.status for moment in told][-6:] == [
        "task_output_full",
        "task_error",
        "task_error_full",
        "task_end",
        "task_postprocess_start",
        "task_postprocess_end",
    ]
    assert {moment.message for moment in told if moment.status.startswith("task_error")} == {"CUDA out of memory"}
