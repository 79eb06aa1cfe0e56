from __future__ import annotations

import io

import pytest

from storyscript import protocol
from storyscript.cli.progress import Display
from storyscript.compiler import compile as compile_story
from storyscript.rendering.render import Progress

STATUSES = [value for name, value in vars(protocol).items() if name.startswith("STATUS_")]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, *news: Progress) -> str:
    """What a terminal shows at the end of some news."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    story = compile_story("character Mira\n  a girl\nscene a\n  walks\n").story
    assert story is not None
    stream = _Terminal()
    with Display(story, stream) as display:
        for step in news:
            display.hear(step)
    return stream.getvalue()


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
