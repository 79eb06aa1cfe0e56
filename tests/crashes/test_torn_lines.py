"""A ledger that ends anywhere: what is no whole line was not written, and whatever comes before it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crashes.stage import Stage
from storyscript.errors import DiskError
from storyscript.rendering.ledger import LEDGER, Ledger, peek

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    """A ledger with all the steps of two jobs."""
    stage = Stage(tmp_path)
    stage.run()
    return (stage.folder("a") / LEDGER).read_bytes()


def states(folder: Path, data: bytes) -> list[tuple[str, str | None]]:
    (folder / LEDGER).write_bytes(data)
    return [(entry.state, entry.task) for entry in peek(folder)]


def test_cut_at_any_byte(tmp_path: Path, whole: bytes) -> None:
    ends = [0, *(at + 1 for at, byte in enumerate(whole) if byte == ord("\n"))]
    said = [states(tmp_path, whole[:end]) for end in ends]
    assert said[-1] == [("saved", "2221"), ("saved", "2222")]
    assert said[2] == [("intended", None)]
    for size in range(len(whole)):
        lines = whole[:size].count(b"\n")
        assert states(tmp_path, whole[:size]) == said[lines]


def test_what_is_cut_off_is_gone_before_more_is_added(tmp_path: Path, whole: bytes) -> None:
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for size in sorted({*ends, *(end - 1 for end in ends), *range(0, len(whole), 41)}):
        (tmp_path / LEDGER).write_bytes(whole[:size])
        Ledger.open(tmp_path).close()
        kept = (tmp_path / LEDGER).read_bytes()
        assert kept == (whole[: whole[:size].rfind(b"\n") + 1] or b'{"ledger":1}\n')


def test_a_last_line_whose_beginning_is_zeros_was_not_written(tmp_path: Path, whole: bytes) -> None:
    lines = whole.splitlines(keepends=True)
    for count in range(1, len(lines) + 1):
        before, last = b"".join(lines[: count - 1]), lines[count - 1]
        for lost in (1, len(last) // 2, len(last) - 1, len(last)):
            assert states(tmp_path, before + bytes(lost) + last[lost:]) == states(tmp_path, before)


def test_any_other_line_that_is_no_line_stops_everything(tmp_path: Path, whole: bytes) -> None:
    lines = whole.splitlines(keepends=True)
    for number in range(1, len(lines)):
        for damaged in (bytes(8), b"[1]", lines[number - 1][:-3]):
            data = b"".join([*lines[: number - 1], damaged + b"\n", *lines[number:]])
            with pytest.raises(DiskError, match=r"damaged|another version"):
                states(tmp_path, data)
