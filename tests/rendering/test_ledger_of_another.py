"""A ledger that is emptied, older than its folder, or another folder's: what it does not tell of is not paid again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rendering.offline import Studio, files
from rendering.test_ledger import intend
from storyscript.errors import DiskError
from storyscript.rendering.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
LEDGER = "a/ledger.jsonl"


def test_a_ledger_that_is_emptied_is_not_begun_anew(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    (tmp_path / LEDGER).write_bytes(b"")
    before = files(tmp_path)
    with pytest.raises(
        DiskError, match=r"ledger.jsonl` does not tell of task \d+.*nothing is submitted: put the right"
    ):
        studio.render(ONE, tmp_path)
    assert len(studio.machine.tasks()) == 1
    assert files(tmp_path) == before


def test_a_ledger_from_a_backup_is_refused_until_its_own_is_back(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    older = (tmp_path / LEDGER).read_bytes()
    studio.render(ONE.replace("sits", "sleeps"), tmp_path)
    newer = (tmp_path / LEDGER).read_bytes()
    (tmp_path / LEDGER).write_bytes(older)
    with pytest.raises(DiskError, match="an older one or another folder's"):
        studio.render(ONE.replace("sits", "sleeps"), tmp_path)
    (tmp_path / LEDGER).write_bytes(newer)
    assert studio.render(ONE.replace("sits", "sleeps"), tmp_path).errors == []
    assert len(studio.machine.tasks()) == 2


def test_the_message_says_how_to_go_on_all_the_same(tmp_path: Path) -> None:
    studio = Studio()
    studio.render(ONE, tmp_path)
    (tmp_path / LEDGER).write_bytes(b"")
    (tmp_path / "a/manifest.json").unlink()
    assert studio.render(ONE, tmp_path).errors == []
    assert len(studio.machine.tasks()) == 2


@pytest.mark.parametrize("other", [None, b"{}\n"])
def test_nothing_is_begun_once_the_ledger_is_taken_away(tmp_path: Path, other: bytes | None) -> None:
    ledger, path = Ledger.open(tmp_path), tmp_path / "ledger.jsonl"
    entry = intend(ledger)
    path.rename(tmp_path / "elsewhere")
    if other is not None:
        path.write_bytes(other)
    with pytest.raises(DiskError, match="was taken away while a run is at work, so nothing more is submitted"):
        intend(ledger)
    ledger.accepted(entry, "2221", None)  # what was paid for is written down all the same
    (tmp_path / "elsewhere").replace(path)
    assert intend(ledger).number == 2
    ledger.close()
