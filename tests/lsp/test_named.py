"""What has a name in stories that are not open, as a search finds it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from storyscript.editing.outline import Kind
from storyscript.lsp.named import Named
from storyscript.source import MAX_SOURCE_BYTES

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
title: A
include cast.story
let rain = grey rain
character Mira
  a girl
section One
scene walk
  rain
scene
  a scene without a name is not looked for by one
section
event 🦊
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.story"
    path.write_text(TEXT, "utf-8")
    return path


def test_all_that_was_given_a_name_is_found_where_the_name_stands(path: Path) -> None:
    found = [(name.kind, name.name, name.section, name.lines) for name in Named().of(str(path))]
    assert found == [
        (Kind.VARIABLE, "rain", "", (2, 4, 2, 8)),
        (Kind.CHARACTER, "Mira", "", (3, 10, 3, 14)),
        (Kind.SECTION, "One", "", (5, 8, 5, 11)),
        (Kind.SCENE, "walk", "One", (6, 6, 6, 10)),
        (Kind.SECTION, "section without a name", "", (10, 0, 10, 7)),
        (Kind.EVENT, "🦊", "section without a name", (11, 6, 11, 8)),
    ]


def test_a_file_that_has_changed_is_read_again(path: Path) -> None:
    named = Named()
    before = named.of(str(path))
    assert named.of(str(path)) is before
    path.write_text("scene other\n", "utf-8")
    assert [name.name for name in named.of(str(path))] == ["other"]
    status = path.stat()
    path.write_text("scene third\n", "utf-8")  # as long as before
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert [name.name for name in named.of(str(path))] == ["third"]
    path.unlink()
    assert named.of(str(path)) == ()


def test_in_a_file_that_is_too_large_to_be_a_story_nothing_has_a_name(path: Path) -> None:
    path.write_bytes(b"scene a\n" + b"\n" * (MAX_SOURCE_BYTES - 7))
    assert Named().of(str(path)) == ()
