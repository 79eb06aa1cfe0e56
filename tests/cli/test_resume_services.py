"""A story that was begun at one service and goes on at another: their tasks may have the same ids."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rendering.commands import Shop, panels, states, write

if TYPE_CHECKING:
    from collections.abc import Callable

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], Shop]:
    """A shop whose story has a task at another service, of the id that the next one will have here."""

    def begin() -> Shop:
        shop = Shop(tmp_path, monkeypatch, capsys)
        shop.run("--detach", write("a.story", ONE))
        ledger, plan = Path("out/a/ledger.jsonl"), Path("out/a/plan.json")
        for file in (ledger, plan):
            file.write_text(file.read_text().replace(shop.machine.base_url, "https://elsewhere.invalid/v1"))
        return Shop(tmp_path, monkeypatch, capsys)

    return begin


def test_a_task_with_the_id_of_another_services_is_a_new_one(moved: Callable[[], Shop]) -> None:
    shop = moved()
    assert shop.run("a.story").code == 0
    assert states() == ["accepted", "saved"]
    assert (len(panels()), shop.accepted) == (2, 1)


def test_a_lost_answer_is_found_though_another_service_has_such_an_id(moved: Callable[[], Shop]) -> None:
    shop = moved()
    shop.machine.faults.arrange("reset-after")
    shop.run("a.story")
    shop.resume()
    assert states() == ["accepted", "saved"]
    assert (len(panels()), shop.accepted) == (2, 1)


def test_such_a_task_can_be_adopted(moved: Callable[[], Shop]) -> None:
    shop = moved()
    shop.machine.faults.arrange("reset-after", "list-unsupported@1")
    shop.run("a.story")
    [task] = shop.machine.tasks()
    shop.resume("--adopt", str(task.number))
    assert states() == ["accepted", "saved"]
    assert (len(panels()), shop.accepted) == (2, 1)
