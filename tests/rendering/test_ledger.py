"""The ledger and the journal below it: what is written is what is read, and what cannot be sure is refused."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.errors import DiskError
from storyscript.rendering.disk import Disk
from storyscript.rendering.journal import Journal, read_lines
from storyscript.rendering.ledger import LEDGER, Entry, Kept, Ledger, State, hash_of, peek

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEPT = (Kept("outputs/0001/001.png", "ab" * 32, 5), Kept("outputs/0001/002.png", "cd" * 32, 6))


def intend(ledger: Ledger, job: str = "j", **more: Any) -> Entry:  # noqa: ANN401 - an entry's own
    values: dict[str, Any] = {
        "job": job,
        "service": "https://x/v1",
        "tool": "a/b",
        "lead": "Mira",
        "parameters": {"prompt": "a girl", "steps": 30},
        "panels": 2,
        "at": 12.5,
    }
    return ledger.intend(**(values | more))


def test_each_step_is_there_when_the_next_process_looks(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    entry = intend(ledger)
    assert peek(tmp_path)[0].parameters == {"prompt": "a girl", "steps": 30}
    seen = [peek(tmp_path)[0].state]
    ledger.accepted(entry, "2221", "token")
    seen.append(peek(tmp_path)[0].state)
    ledger.ended(entry, "task_postprocess_end", "0.5", "6.0", succeeded=True)
    seen.append(peek(tmp_path)[0].state)
    ledger.saved(entry, KEPT)
    [found] = peek(tmp_path)
    assert [*seen, found.state] == ["intended", "accepted", "ended", "saved"]
    assert (found.task, found.token, found.cost, found.seconds, found.files) == ("2221", "token", "0.5", "6.0", KEPT)
    # Of what is saved nobody needs to know what was sent.
    assert (found.lead, found.parameters, found.panels, found.at) == ("Mira", {}, 2, 12.5)


def test_an_intent_of_this_process_is_known_and_one_of_another_is_not(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    assert not intend(ledger).is_unknown
    ledger.close()
    [found] = Ledger.open(tmp_path).entries
    assert found.is_unknown


def test_numbers_go_on_where_an_earlier_process_stopped(tmp_path: Path) -> None:
    first = Ledger.open(tmp_path)
    intend(first)
    first.refused(intend(first), "LimitError")
    first.close()
    assert intend(Ledger.open(tmp_path)).number == 3


@pytest.mark.parametrize(
    "wrong",
    [
        lambda ledger, entry: ledger.saved(entry, KEPT),
        lambda ledger, entry: ledger.ended(entry, "x", None, None, succeeded=True),
        lambda ledger, entry: (ledger.refused(entry, ""), ledger.accepted(entry, "1", None)),
        lambda ledger, entry: (ledger.accepted(entry, "1", None), ledger.accepted(entry, "2", None)),
        lambda ledger, entry: (ledger.accepted(entry, "1", None), ledger.refused(entry, "")),
    ],
    ids=["saved unsent", "ended unsent", "accepted once refused", "accepted twice", "refused once accepted"],
)
def test_a_step_that_makes_no_sense_is_not_written(tmp_path: Path, wrong: Callable[[Ledger, Entry], None]) -> None:
    ledger = Ledger.open(tmp_path)
    entry = intend(ledger)
    with pytest.raises(ValueError, match="does not become"):
        wrong(ledger, entry)
    peek(tmp_path)


STEPS: dict[State, Callable[[Ledger, Entry], None]] = {
    "accepted": lambda ledger, entry: ledger.accepted(entry, "1", None),
    "ended": lambda ledger, entry: ledger.ended(entry, "x", None, None, succeeded=True),
    "failed": lambda ledger, entry: ledger.ended(entry, "x", None, None, succeeded=False),
    "saved": lambda ledger, entry: ledger.saved(entry, KEPT),
    "refused": lambda ledger, entry: ledger.refused(entry, "x"),
    "given up": lambda ledger, entry: ledger.given_up(entry, "x"),
}
WAYS: dict[State, tuple[State, ...]] = {
    "intended": (),
    "accepted": ("accepted",),
    "ended": ("accepted", "ended"),
    "saved": ("accepted", "ended", "saved"),
    "failed": ("accepted", "failed"),
    "refused": ("refused",),
    "given up": ("given up",),
}
"""How an entry comes to each state."""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("intended", {"accepted", "refused", "given up"}),
        ("accepted", {"ended", "failed", "given up"}),
        ("ended", {"ended", "saved", "failed", "given up"}),
        ("saved", {"ended", "saved"}),
        ("failed", set()),
        ("refused", set()),
        ("given up", set()),
    ],
)
def test_which_step_may_follow_which_in_this_process_and_in_the_next(
    tmp_path: Path, before: State, after: set[State]
) -> None:
    for step, take in STEPS.items():
        (folder := tmp_path / step.replace(" ", "-")).mkdir()
        ledger = Ledger.open(folder)
        entry = intend(ledger)
        for on_the_way in WAYS[before]:
            STEPS[on_the_way](ledger, entry)
        try:
            take(ledger, entry)
        except ValueError:
            assert step not in after
        else:
            assert step in after
        expected = step if step in after else before
        assert (entry.state, peek(folder)[0].state) == (expected, expected)
        ledger.close()


def test_a_job_that_is_submitted_again_has_the_hash_that_an_earlier_version_gave_it() -> None:
    # Another one would have all that was drawn so far paid for again.
    assert hash_of({"b": 1, "a": "é\ud800", "c": [None, True, 1.5]}) == (
        "a757e0cbbd9164558396b575be4a3899ed7d4725c6e040a5484299795307b7c7"
    )
    assert hash_of({"a": 1, "b": 2}) == hash_of({"b": 2, "a": 1}) != hash_of({"a": 2, "b": 1})


def test_a_folder_that_is_let_go_of_has_no_file_open(tmp_path: Path) -> None:
    class Counting(Disk):
        opened: ClassVar[set[int]] = set()

        def open_to_append(self, path: Path, mode: int) -> int:
            handle = super().open_to_append(path, mode)
            self.opened.add(handle)
            return handle

        def close(self, handle: int) -> None:
            super().close(handle)
            self.opened.remove(handle)

    disk = Counting()
    ledger = Ledger.open(tmp_path, disk)
    assert disk.opened
    ledger.close()
    assert not disk.opened
    (tmp_path / LEDGER).write_text("{}\n")
    with pytest.raises(DiskError, match="another version"):
        Ledger.open(tmp_path, disk)
    assert not disk.opened


def test_what_was_uploaded_is_known_at_once(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    ledger.uploaded("https://x/v1", "ab", "https://x/f/1.png", 12.5)
    assert ledger.uploads == {("https://x/v1", "ab"): ("https://x/f/1.png", 12.5)}


def test_what_was_uploaded_is_known_for_its_service_only(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    ledger.uploaded("https://x/v1", "ab", "https://x/f/1.png", 12.5)
    ledger.close()
    assert Ledger.open(tmp_path).uploads == {("https://x/v1", "ab"): ("https://x/f/1.png", 12.5)}


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    Ledger.open(tmp_path)
    assert stat.S_IMODE((tmp_path / LEDGER).stat().st_mode) == 0o600


def test_a_link_in_its_place_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"")
    (tmp_path / LEDGER).symlink_to(victim)
    with pytest.raises(DiskError):
        Ledger.open(tmp_path)
    assert victim.read_bytes() == b""


@pytest.mark.parametrize(
    "line",
    [
        {"job": 1, "step": "intended"},
        {"job": "1", "step": "accepted", "task": "1", "token": None},
        {"job": 1, "step": "saved", "files": [{"file": 5}]},
        {"job": 9, "step": "accepted", "task": "1", "token": None},
        {"job": 1, "step": "saved", "files": []},
        {"step": "accepted"},
        {"upload": 5, "service": "https://x/v1", "url": "https://x/f/1", "at": 1.0},
        {"job": 1, "step": "accepted", "task": 5, "token": None},
    ],
)
def test_a_line_that_no_ledger_has_is_damage_and_is_named(tmp_path: Path, line: object) -> None:
    ledger = Ledger.open(tmp_path)
    intend(ledger)
    ledger.close()
    with (tmp_path / LEDGER).open("a") as file:
        file.write(json.dumps(line) + "\n")
    for look in (lambda: Ledger.open(tmp_path), lambda: peek(tmp_path)):
        with pytest.raises(DiskError, match=r"ledger\.jsonl` is damaged in line 3"):
            look()


# ---- the journal -------------------------------------------------------------------------------------------------

LINES = st.lists(st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=3), max_size=5)


@given(lines=LINES, cut=st.integers(0, 400))
def test_a_journal_cut_anywhere_holds_the_lines_before_the_cut(
    tmp_path_factory: pytest.TempPathFactory, lines: list[dict[str, Any]], cut: int
) -> None:
    path = tmp_path_factory.mktemp("j") / "x"
    journal = Journal(path)
    for line in lines:
        journal.append(line)
    journal.close()
    data = path.read_bytes()[:cut]
    path.write_bytes(data)
    whole = data.count(b"\n")
    assert read_lines(path) == lines[:whole]
    reopened = Journal(path)
    reopened.append({"more": 1})
    assert read_lines(path) == [*lines[:whole], {"more": 1}]
    reopened.close()


class Failing(Disk):
    """A disk that fails once, at a kind of step."""

    def __init__(self, at: str, short: int = 0) -> None:
        self.at = at
        self.short = short

    def write(self, handle: int, data: bytes | memoryview) -> int:
        if self.at == "write":
            self.at = ""
            if self.short:
                os.write(handle, bytes(data)[: self.short])
            raise OSError(28, "No space left on device")
        return super().write(handle, data)

    def sync(self, handle: int) -> None:
        if self.at == "sync":
            self.at = ""
            raise OSError(5, "Input/output error")
        super().sync(handle)


@pytest.mark.parametrize(("at", "short"), [("write", 0), ("write", 7), ("sync", 0)])
def test_after_a_failure_nothing_more_is_written_and_half_a_line_is_taken_back(
    tmp_path: Path, at: str, short: int
) -> None:
    disk = Failing("")
    journal = Journal(tmp_path / "x", disk)
    journal.append({"a": 1})
    disk.at, disk.short = at, short
    with pytest.raises(DiskError, match="cannot write"):
        journal.append({"b": 2})
    # The disk is well again, and still: who knows what a failed sync has dropped.
    with pytest.raises(DiskError, match="before"):
        journal.append({"c": 3})
    journal.close()
    assert read_lines(tmp_path / "x") == [{"a": 1}]
    again = Journal(tmp_path / "x")
    again.append({"d": 4})
    assert read_lines(tmp_path / "x") == [{"a": 1}, {"d": 4}]


def test_a_disk_that_takes_a_line_in_pieces(tmp_path: Path) -> None:
    class Slow(Disk):
        def write(self, handle: int, data: bytes | memoryview) -> int:
            return super().write(handle, data[:3])

    journal = Journal(tmp_path / "x", Slow())
    journal.append({"some": "line"})
    assert read_lines(tmp_path / "x") == [{"some": "line"}]


def test_a_whole_line_that_cannot_be_read_is_damage_wherever_it_stands(tmp_path: Path) -> None:
    for text in ('{"a":1}\nxx\n{"b":2}\n', '{"a":1}\nxx\n', '{"a":1}\n\x00\x00\n{"b":2}\n', "[]\n"):
        (tmp_path / "x").write_text(text)
        with pytest.raises(DiskError, match="damaged in line"):
            Journal(tmp_path / "x")
        assert (tmp_path / "x").read_text() == text
