"""What must hold after any trouble, once people have done what they were told to do."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from crashes.stage import LEADS, PANELS, SECRET, STORIES, Told
from rendering.offline import described, files
from storyscript.cli import exits
from storyscript.rendering.ledger import LEDGER, peek
from storyscript.rendering.plan import PLAN

if TYPE_CHECKING:
    from crashes.stage import Stage

_MOST_RESUMES: Final = 2 + 2 * len(LEADS)
"""How often `resume` may be needed: once, and twice for each job of which somebody decides."""
_BOOKS: Final = {LEDGER, PLAN, "manifest.json"}


def recover(stage: Stage) -> list[Told]:
    """Resume on a good disk as long as that is what one is told to do, then run again; judge all of it.

    Returns:
        What the resumes said.
    """
    begun = [
        name for name in STORIES if (stage.folder(name) / PLAN).exists() and (stage.folder(name) / LEDGER).exists()
    ]
    stage.time_passes()
    accepted = stage.charged()
    assert len(accepted) == len(set(accepted))
    told = [stage.resume()]
    while told[-1].code == exits.UNFINISHED and len(told) < _MOST_RESUMES:
        check_words(told[-1])
        assert "--adopt" in told[-1].err, told[-1].err
        assert "--resubmit" in told[-1].err, told[-1].err
        # What may have been accepted is never submitted again by itself.
        assert len(stage.charged()) == len(set(stage.charged()))
        told.append(stage.decide(told[-1].err))
    check_words(told[-1])
    if len(begun) == len(STORIES):
        assert told[-1].code == exits.DONE, told[-1]
    for name in begun:
        check_story(stage, name)
    # A story whose folder was not ready has submitted nothing: it is run again, and no other job is.
    again = stage.run()
    assert again == Told(exits.DONE, ""), again
    check_all(stage)
    return told


def check_all(stage: Stage) -> None:
    """Each job was accepted once, each panel is there, and nothing is left over."""
    assert sorted(stage.charged()) == sorted(LEADS)
    for name in STORIES:
        check_story(stage, name)


def check_story(stage: Stage, name: str) -> None:
    """A story's folder is as after a run without trouble."""
    folder = stage.folder(name)
    assert (folder / "panels").is_dir()
    shown = {path.name: described(path.read_bytes()) for path in (folder / "panels").iterdir()}
    assert shown == PANELS[name]
    assert set(files(folder)) == {*_BOOKS, *(f"panels/{panel}" for panel in PANELS[name])}
    manifest = stage.manifest(name)
    assert all(job["done"] for job in manifest["jobs"])
    assert {panel["file"]: panel["sha256"] for panel in manifest["panels"]} == {
        f"panels/{panel}": hashlib.sha256((folder / "panels" / panel).read_bytes()).hexdigest()
        for panel in PANELS[name]
    }
    tasks = {str(task.number) for task in stage.studio.machine.tasks()}
    assert {job["task"]["id"] for job in manifest["jobs"]} <= tasks
    entries = [entry for entry in peek(folder) if entry.state not in ("refused", "given up")]
    assert {entry.state for entry in entries} == {"saved"}
    assert [path.name for path in folder.rglob("*.part")] == []


def check_words(told: Told) -> None:
    """What is said is lines of ours, and no secret is in it."""
    for line in told.err.splitlines():
        assert line.startswith("storyscript: "), told.err
        assert SECRET not in line
        assert "wiro.invalid/files" not in line
