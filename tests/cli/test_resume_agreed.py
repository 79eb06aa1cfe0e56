"""`resume` submits what was agreed to: no less, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rendering.commands import Shop, drawn, states, write
from storyscript.cli import resume as resume_command
from storyscript.compiler import compile as compile_story
from storyscript.rendering.plan import dump, plan_of

if TYPE_CHECKING:
    from storyscript.ir import Story
    from storyscript.sessions import Session

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
OTHER = ONE.replace("sits", "sleeps")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, monkeypatch, capsys)


def test_a_run_that_was_too_dear_leaves_nothing_to_resume(shop: Shop) -> None:
    assert shop.run("--max-cost", "0", write("a.story", ONE)).code == 5
    said = shop.resume()
    assert (said.code, said.out, said.err) == (0, "nothing left to do in out/: nothing begun\n", "")
    assert shop.sent == 0


def test_a_plan_that_another_process_has_replaced_is_not_paid_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.machine.faults.arrange("code-97/Run")
    assert shop.run(write("a.story", ONE)).code == 5

    def meanwhile(*folders: Path) -> Session:
        new = plan_of(compiled(OTHER), service=shop.machine.base_url, home=Path(), folder=Path("out/a"))
        Path("out/a/plan.json").write_bytes(dump(new))
        return shop.session(*folders)

    monkeypatch.setattr(resume_command, "online_session", meanwhile)
    assert shop.resume().code == 0
    assert drawn() == ["walks home", "sleeps"]


def test_a_plan_that_does_not_tell_where_its_images_are_is_damaged(shop: Shop) -> None:
    shop.machine.faults.arrange("code-97/Run")
    shop.run(write("a.story", ONE))
    path = Path("out/a/plan.json")
    path.write_text(path.read_text().replace('"prompt": "a girl"', '"prompt": "file:girl.png"'))
    said = shop.resume()
    assert said.code == 6
    assert "`out/a/plan.json` is damaged" in said.err


def compiled(text: str) -> Story:
    story = compile_story(text, name="a.story").story
    assert story is not None
    return story


def test_what_a_later_run_was_to_draw_anew_after_a_failure_is_submitted(shop: Shop) -> None:
    shop.machine.faults.arrange("fails")
    assert shop.run(write("a.story", ONE)).code == 4
    shop.machine.faults.arrange("code-97/Run")
    assert shop.run("a.story").code == 5
    assert states() == ["failed", "refused"]
    assert shop.resume().code == 0
    assert states() == ["failed", "refused", "saved"]


def test_a_job_is_resubmitted_though_its_task_before_had_failed(shop: Shop) -> None:
    shop.machine.faults.arrange("fails")
    shop.run(write("a.story", ONE))
    shop.machine.faults.arrange("reset/Run")
    assert shop.run("a.story").code == 5
    assert shop.resume("--resubmit", "a:2").code == 0
    assert states() == ["failed", "given up", "saved"]
    assert drawn() == ["walks home", "sits"]
