from __future__ import annotations

import io
from pathlib import Path

import pytest

from storyscript import protocol
from storyscript.cli.progress import MOST_ROWS, Display
from storyscript.compiler import compile as compile_story
from storyscript.rendering.ledger import Ledger
from storyscript.rendering.plan import plan_of
from storyscript.rendering.render import Progress
from storyscript.rendering.workplace import Workplace
from storyscript.rendering.world import World

STATUSES = [value for name, value in vars(protocol).items() if name.startswith("STATUS_")]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, *news: Progress) -> str:
    """What a terminal shows at the end of some news."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    stream = _Terminal()
    with Display([place(1)], stream) as display:
        for step in news:
            display.hear(0, step)
    return stream.getvalue()


def place(jobs: int) -> Workplace:
    """A story of so many leads, ready to be worked on."""
    leads = [f"character C{number}\n  girl {number}\nscene\n  lead: C{number}\n  walks\n" for number in range(jobs)]
    story = compile_story("".join(leads), name="walk.story").story
    assert story is not None
    plan = plan_of(story, service="https://x/v1", home=Path(), folder=Path("out/walk"))
    made = Workplace(Path("out/walk"), plan, Ledger(None), lasting=True, world=World())
    made.match()
    return made


@pytest.mark.parametrize("status", STATUSES)
def test_a_terminal_shows_words_for_each_status(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    text = shown(monkeypatch, Progress(0, "waiting", "2223", status))
    assert "task 2223: " in text
    assert "task_" not in text


def test_a_status_that_is_not_known_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "task 2223: task_dreaming" in shown(monkeypatch, Progress(0, "waiting", "2223", "task_dreaming"))


def test_a_task_in_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Progress(0, "waiting", "2223", protocol.STATUS_QUEUE))
    assert "task 2223: waiting in the service's queue" in text


def test_how_far_the_drawing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Progress(0, "waiting", "2223", protocol.STATUS_OUTPUT, percent=60))
    assert "task 2223: being drawn, 60 %" in text


def test_of_many_jobs_those_are_shown_to_which_something_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    stream = _Terminal()
    with Display([place(MOST_ROWS), place(5)], stream) as display:
        display.hear(0, Progress(0, "done", "2223", saved=1, outputs=1))
        display.hear(1, Progress(4, "waiting", "2224", protocol.STATUS_START))
    last = stream.getvalue().rpartition("all panels")[2]
    assert "1/21" in last
    assert "20 tasks to do" in last
    assert "walk, C4" in last
    assert "walk, C1" not in last


def test_off_a_terminal_each_end_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    stream = io.StringIO()
    with Display([place(2)], stream) as display:
        for news in (
            Progress(0, "submitting"),
            Progress(0, "waiting", "7", protocol.STATUS_START, percent=10),
            Progress(0, "done", "7", protocol.STATUS_POSTPROCESS_END, saved=1, outputs=1),
            Progress(1, "left", status="not submitted"),
        ):
            display.hear(0, news)
    assert stream.getvalue().splitlines() == ["C0: task 7: done", "C1: not submitted"]


def test_words_of_the_service_are_made_fit_to_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = _Terminal()
    with Display([place(1)], stream, redact=lambda text: text.replace("secret", "***")) as display:
        display.hear(0, Progress(0, "waiting", "7", "task_secret"))
    assert "secret" not in stream.getvalue()
