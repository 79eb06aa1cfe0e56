"""A journal at its edges: what half a line is, what damage is, and what it does when the disk will not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from storyscript.errors import DiskError
from storyscript.rendering.disk import Disk
from storyscript.rendering.journal import Journal, read_lines

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "last",
    [b"\0\n", b'\0"b":2}\n', b'{"b":\0}\n', b'{"b":2\0\n', b"\0\0\0\0", b'{"b":2}', b"{"],
    ids=["one zero", "its first", "amid", "its last", "zeros without an end", "no end", "a piece"],
)
def test_a_last_line_that_lost_a_byte_or_its_end_counts_as_not_written(tmp_path: Path, last: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(b'{"a":1}\n' + last)
    assert read_lines(path) == [{"a": 1}]
    journal = Journal(path)
    assert path.read_bytes() == b'{"a":1}\n'
    journal.append({"c": 3})
    assert read_lines(path) == [{"a": 1}, {"c": 3}]
    journal.close()


@pytest.mark.parametrize("line", [b"", b"null", b"[" * 100_000, b'{"a":1}{}', b"\xff"], ids=range(5))
def test_a_line_that_is_no_object_is_damage(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(b'{"a":1}\n' + line + b'\n{"b":2}\n')
    with pytest.raises(DiskError, match="damaged in line 2"):
        read_lines(path)


def test_what_json_has_no_word_for_is_not_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "x")
    with pytest.raises(ValueError, match="JSON"):
        journal.append({"at": math.nan})
    journal.append({"at": 1})
    assert read_lines(tmp_path / "x") == [{"at": 1}]
    journal.close()


def test_a_path_that_no_file_can_have_is_an_error_and_no_empty_journal(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="cannot read"):
        read_lines(tmp_path / "a\0b")


def test_folders_above_that_nobody_may_read_are_no_reason_to_stop_and_the_own_one_is(tmp_path: Path) -> None:
    class Guarded(Disk):
        def __init__(self, *allowed: Path) -> None:
            self.allowed = allowed

        def sync_folder(self, folder: Path) -> None:
            if folder not in self.allowed:
                raise PermissionError(13, "Permission denied")
            super().sync_folder(folder)

    (folder := tmp_path / "out" / "a").mkdir(parents=True)
    Journal(folder / "x", Guarded(folder)).close()
    with pytest.raises(DiskError, match="Permission denied"):
        Journal(folder / "y", Guarded(folder.parent, tmp_path))


def test_an_error_that_is_not_one_of_permission_stops_it_above_too(tmp_path: Path) -> None:
    class Broken(Disk):
        def sync_folder(self, folder: Path) -> None:
            if folder != tmp_path / "out" / "a":
                raise OSError(5, "Input/output error")

    (folder := tmp_path / "out" / "a").mkdir(parents=True)
    with pytest.raises(DiskError, match="Input/output"):
        Journal(folder / "x", Broken())


def test_of_what_is_closed_nothing_is_written_and_its_handle_is_nobodys(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "x")
    journal.append({"a": 1})
    journal.close()
    other = Journal(tmp_path / "y")  # the system gives it the handle that is free now
    journal.close()
    with pytest.raises(DiskError, match="closed before"):
        journal.append({"b": 2})
    other.append({"c": 3})
    assert (read_lines(tmp_path / "x"), read_lines(tmp_path / "y")) == ([{"a": 1}], [{"c": 3}])
    other.close()
