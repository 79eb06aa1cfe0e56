"""`storyscript resume` where a story's folder was copied: what is left to submit is not submitted in both."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rendering.commands import Shop, panels, states, write

TWO = "character Mira\n  a girl\nscene a\n  walks home\ncharacter Tom\n  a man\nscene tom\n  lead: Tom\n  sits\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("copy", ["a.bak", "Copy of a"])
def test_both_are_fetched_and_neither_submits(shop: Shop, copy: str) -> None:
    shop.run("--detach", "--jobs", "1", write("a.story", TWO))
    shutil.copytree("out/a", Path("out", copy))
    said = shop.resume()
    assert said.code == 5
    assert "are copies of each other" in said.err
    assert (len(panels("out/a")), len(panels(f"out/{copy}")), shop.accepted) == (1, 1, 1)


def test_once_the_copy_is_moved_away_the_rest_is_submitted_once(shop: Shop) -> None:
    shop.run("--detach", "--jobs", "1", write("a.story", TWO))
    shutil.copytree("out/a", "out/a.bak")
    shop.resume()
    Path("out/a.bak").rename("a.bak")
    assert shop.resume().code == 0
    assert (len(panels("out/a")), shop.accepted) == (2, 2)


def test_the_copy_of_what_is_complete_by_now_submits_nothing(shop: Shop) -> None:
    shop.run("--detach", "--jobs", "1", write("a.story", TWO))
    shutil.copytree("out/a", "out/a.bak")
    shop.run("a.story")
    assert shop.resume("out/a.bak").code == 5
    assert (len(panels("out/a.bak")), shop.accepted) == (1, 2)


def test_a_copy_from_before_anything_was_submitted(shop: Shop) -> None:
    shop.machine.faults.arrange("code-97@1")
    shop.run(write("a.story", TWO))
    Path("out/a/ledger.jsonl").write_text('{"ledger":1}\n')
    shutil.copytree("out/a", "out/a.bak")
    assert shop.resume().code == 5
    assert shop.accepted == 0


def test_equal_stories_are_no_copies(shop: Shop) -> None:
    shop.run("--detach", "--jobs", "1", write("a.story", TWO))
    shop.clock.time += 0.001
    shop.run("--detach", "--jobs", "1", write("b.story", TWO))
    assert shop.resume().code == 0
    assert shop.accepted == 4


def test_a_folder_that_has_another_name_by_now_goes_on(shop: Shop) -> None:
    shop.run("--detach", "--jobs", "1", write("a.story", TWO))
    Path("out/a").rename("out/z")
    assert shop.resume().code == 0
    assert shop.accepted == 2


def test_a_persons_word_counts_in_neither(shop: Shop) -> None:
    shop.machine.faults.arrange("reset", "list-unsupported@1")
    shop.run(write("a.story", TWO))
    shutil.copytree("out/a", "out/a.bak")
    said = shop.resume("--resubmit", "a:1")
    assert said.code == 2
    assert "job a:1 is not submitted again: move away the one" in said.err
    assert states("out/a")[0] == "intended"
    assert shop.accepted == 1
