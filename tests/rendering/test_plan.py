"""The plan on the disk: what is written is what is read, and nothing else is taken for a plan."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from storyscript.compiler import compile as compile_story
from storyscript.errors import ConfigurationError, DiskError
from storyscript.folder import FolderReader
from storyscript.rendering.ledger import hash_of
from storyscript.rendering.plan import PLAN, Plan, dump, is_local, load, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORY = """\
title: Rain
author: Ines
reorder: yes
character Mira
  a young woman img
  image: mira.png
character Tom
  an old man
scene door
  a door
scene tom
  lead: Tom
  sits
scene
  runs
event
  snow
"""


def planned(home: Path, story: str = STORY, picture: bytes = b"Mira") -> Plan:
    (home / "mira.png").write_bytes(picture)
    compiled = compile_story(story, name="tales/a.story", reader=FolderReader(home))
    assert compiled.story is not None
    return plan_of(compiled.story, service="https://x/v1", home=home, folder=home / "out" / "a")


def written(folder: Path, change: Callable[[dict[str, Any]], object] = lambda _: None) -> dict[str, Any]:
    """A plan's file as a value, changed and put back."""
    value: dict[str, Any] = json.loads(dump(planned(folder)))
    change(value)
    (folder / PLAN).write_text(json.dumps(value))
    return value


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    (tmp_path / PLAN).write_bytes(dump(plan))
    assert load(tmp_path) == plan


def test_where_there_is_none_there_is_none(tmp_path: Path) -> None:
    assert load(tmp_path) is None


def test_what_it_says_of_a_story(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    assert (plan.file, plan.title, plan.author, plan.service) == ("a.story", "Rain", "Ines", "https://x/v1")
    assert [(job.lead, job.scenes, job.order) for job in plan.jobs] == [("Mira", 2, (1, 3, 4)), ("Tom", 1, (2,))]
    assert [(plan.panel(n).name, plan.panel(n).kind) for n in (1, 2, 4)] == [
        ("door", "scene"),
        ("tom", "scene"),
        (None, "event"),
    ]
    assert plan.panel(1).source == {"file": "a.story", "line": 9, "column": 1, "endLine": 9, "endColumn": 11}
    assert [image.path for image in plan.images.values()] == ["../../mira.png"]


def test_a_job_is_known_by_what_a_file_holds_and_not_by_what_it_is_called(tmp_path: Path) -> None:
    mira, tom = planned(tmp_path).jobs
    (tmp_path / "again.png").write_bytes(b"Mira")
    renamed, _ = planned(tmp_path, STORY.replace("mira.png", "again.png")).jobs
    redrawn, same = planned(tmp_path, picture=b"another").jobs
    assert renamed.hash == mira.hash != redrawn.hash
    assert renamed.compiled != mira.compiled == redrawn.compiled
    assert tom.hash == tom.compiled == same.hash == hash_of(tom.parameters)


def test_a_file_that_cannot_be_read_is_told_of_before_money_is_spent(tmp_path: Path) -> None:
    planned(tmp_path)
    compiled = compile_story(STORY, name="a.story", reader=FolderReader(tmp_path))
    (tmp_path / "mira.png").unlink()
    assert compiled.story is not None
    with pytest.raises(ConfigurationError, match=r"`mira\.png`, which cannot be read; nothing of this story was subm"):
        plan_of(compiled.story, service="https://x/v1", home=tmp_path, folder=tmp_path)


@pytest.mark.parametrize(("value", "expected"), [("file:a.png", True), ("a file:", False), ("", False), (5, False)])
def test_which_values_name_a_local_file(value: object, *, expected: bool) -> None:
    assert is_local(value) is expected


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan.update(schema=2),
        lambda plan: plan.pop("schema"),
        lambda plan: plan.pop("service"),
        lambda plan: plan.update(more=1),
        lambda plan: plan.update(tool=None),
        lambda plan: plan["jobs"][0].update(hash=5),
        lambda plan: plan["jobs"][0].update(parameters=[]),
        lambda plan: plan["jobs"][0].update(order=[1, 9]),
        lambda plan: plan["jobs"][0].update(order=[0]),
        lambda plan: plan["jobs"][0].update(order="x"),
        lambda plan: plan["jobs"][0].pop("lead"),
        lambda plan: plan["panels"].reverse(),
        lambda plan: plan["panels"].pop(0),
        lambda plan: plan.update(images=[]),
        lambda plan: plan.update(images={"file:mira.png": {"path": "x"}}),
    ],
    ids=[
        "another schema",
        "no schema",
        "no service",
        "an unknown field",
        "a tool that is no text",
        "a hash that is no text",
        "parameters that are no object",
        "a panel that is not there",
        "a panel 0",
        "an order that is no numbers",
        "a job without a field",
        "panels out of order",
        "a panel is missing",
        "images that are no object",
        "an image without a field",
    ],
)
def test_what_is_no_plan_is_damage(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    written(tmp_path, change)
    with pytest.raises(DiskError, match=r"plan\.json` is damaged, or another version's: run the story again"):
        load(tmp_path)


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"[" * 100_000], ids=range(5))
def test_what_is_no_object_is_damage(tmp_path: Path, data: bytes) -> None:
    (tmp_path / PLAN).write_bytes(data)
    with pytest.raises(DiskError, match="is damaged"):
        load(tmp_path)


def test_what_cannot_be_read_is_no_missing_plan(tmp_path: Path) -> None:
    (tmp_path / PLAN).mkdir()
    with pytest.raises(DiskError, match="cannot read"):
        load(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan["jobs"][0]["parameters"].update(seed="7"),
        lambda plan: plan["jobs"][0].update(hash="0" * 64),
        lambda plan: plan["jobs"][1].update(compiled=plan["jobs"][0]["compiled"]),
        lambda plan: plan["images"]["file:mira.png"].update(sha256="0" * 64),
        lambda plan: plan["panels"][0].update(name=7),
        lambda plan: plan["panels"][0].update(source="a.story"),
    ],
    ids=["parameters", "hash", "compiled", "image", "panel", "source"],
)
def test_what_was_edited_by_hand_is_no_plan(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    written(tmp_path, change)
    with pytest.raises(DiskError, match="damaged"):
        load(tmp_path)
