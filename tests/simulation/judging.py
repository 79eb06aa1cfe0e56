"""What must hold in every world, at every moment at which no process is alive."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rendering.offline import described
from simulation.worlds import KEY, SECRET
from storyscript.errors import DiskError
from storyscript.rendering import plan as plans
from storyscript.rendering.files import parts_in
from storyscript.rendering.ledger import Entry, peek
from storyscript.rendering.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simulation.commands import Outcome
    from simulation.worlds import World

    Entries = Sequence[tuple[Path, Entry]]

MOST_REQUESTS: Final = 2000
MOST_SECONDS: Final = 8_000.0
"""Of a world altogether, by its own clock: a process that cannot reach the service gives up within minutes."""
_NUMBER: Final = re.compile(r"(\d+)-")


def entries_of(world: World) -> Entries:
    """All that the ledgers hold.

    Raises:
        AssertionError: one of them is damaged.
    """
    try:
        return [(folder, entry) for folder in folders_of(world) for entry in peek(folder)]
    except DiskError as error:
        raise AssertionError(str(error)) from error


def folders_of(world: World) -> list[Path]:
    """The stories' folders that there are."""
    return sorted(folder for folder in world.out.iterdir() if folder.is_dir())


def check(world: World, outcome: Outcome) -> None:
    """Judge a world after a process.

    Raises:
        AssertionError: something does not hold.
    """
    entries = entries_of(world)
    too_often = world.paid_too_often()
    assert not too_often, f"paid more often than agreed to: {too_often}"
    gone = lost(world, entries)
    assert not gone, f"tasks {gone} were paid for, and nothing tells of them"
    check_claims(entries)
    check_files(world, entries)
    if outcome.is_clean:
        for folder in outcome.opened:
            check_shown(world, folder)
    check_words(world, outcome)
    assert world.tally["requests"] <= MOST_REQUESTS, "too many requests"
    assert world.clock.time <= MOST_SECONDS, "it took too long"


def lost(world: World, entries: Entries) -> list[str]:
    """The tasks that were paid for and that nothing tells of: no ledger, and no intent that they will be known by."""
    claims = {entry.task for _, entry in entries}
    intents = Counter(world.key(entry.parameters) for _, entry in entries if entry.state == "intended")
    gone = []
    for task in world.paid():
        if str(task.number) not in claims:
            key = world.key(task.sent)
            intents[key] -= 1
            gone += [str(task.number)] if intents[key] < 0 else []
    return gone


def check_claims(entries: Entries) -> None:
    """No task is that of several jobs."""
    claims = Counter(entry.task for _, entry in entries if entry.task is not None)
    twice = [task for task, count in claims.items() if count > 1]
    assert not twice, f"tasks {twice} are those of several jobs"


def check_files(world: World, entries: Entries) -> None:
    """What was saved is there, complete, byte for byte what was drawn; and nothing else counts as a panel."""
    tasks = {str(task.number): task for task in world.machine.tasks()}
    paid = {str(task.number) for task in world.paid()}
    for folder, entry in entries:
        if entry.task is None:
            continue
        assert entry.task in tasks, f"there is no task {entry.task}"
        assert not (entry.state == "failed" and entry.task in paid), f"task {entry.task} was paid for, and given up"
        if entry.state == "saved":
            kept = [(folder / file.file).read_bytes() for file in entry.files]
            assert kept == world.drawn(tasks[entry.task]), f"task {entry.task} drew something else"
    good = {hashlib.sha256(data).digest() for task in world.paid() for data in world.drawn(task) if data is not None}
    for path in (path for place in ("panels", "unplaced") for path in world.out.glob(f"*/{place}/[!.]*")):
        assert hashlib.sha256(path.read_bytes()).digest() in good, f"{path.name} is nothing that was drawn"


def check_shown(world: World, folder: Path) -> None:
    """A folder shows what its plan says, and no more; the manifest agrees, and nothing is half done."""
    plan = plans.load(folder)
    if plan is None or not (folder / MANIFEST).exists():
        return
    sent = [dict(job.parameters) for job in plan.jobs]
    words = next(tale.words for tale in world.versions[folder.name] if tale.payloads() == sent)
    for path in folder.glob("panels/[!.]*"):
        number = _NUMBER.match(path.name)
        assert number is not None
        assert described(path.read_bytes()) == words[int(number[1]) - 1], f"{path.name} shows another panel"
    named = dict(_named(json.loads((folder / MANIFEST).read_bytes())))
    there = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for place in ("panels", "unplaced")
        for path in folder.glob(f"{place}/[!.]*")
    }
    assert named == there, "the manifest tells of other files than there are"
    assert parts_in(folder) == []


def check_words(world: World, outcome: Outcome) -> None:
    """Nothing that is said or shown has a secret, a token or the address of a file in it."""
    tasks = world.machine.tasks()
    secrets = [KEY, SECRET, f"{world.machine.origin}/files", *(task.token for task in tasks)]
    texts = [*outcome.said, *map(str, outcome.errors)]
    for folder in folders_of(world):
        texts += [path.read_text("utf-8") for path in (folder / MANIFEST, folder / plans.PLAN) if path.exists()]
    for text in texts:
        assert not any(secret in text for secret in secrets), f"a secret is told: {text}"


def check_resumed(world: World) -> None:
    """After a resume all that its plan says was drawn or has failed, and nothing is left to fetch or to ask about."""
    for folder in folders_of(world):
        entries, plan = peek(folder), plans.load(folder)
        assert not [entry for entry in entries if entry.state in ("intended", "accepted", "ended")]
        if plan is not None and entries:
            agreed = Counter(job.hash for job in plan.jobs)
            assert agreed <= Counter(entry.job for entry in entries if entry.state in ("saved", "failed"))


def check_finished(world: World) -> None:
    """All that was agreed to last is drawn, and is in its place."""
    for tale in world.tales.values():
        folder = world.out / tale.name
        check_shown(world, folder)
        manifest = json.loads((folder / MANIFEST).read_bytes())
        assert all(job["done"] for job in manifest["jobs"]), f"{tale.name} is not done"
        assert not [entry for entry in peek(folder) if entry.state in ("intended", "accepted", "ended")]


def _named(manifest: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    for file in (*manifest["panels"], *manifest["unplaced"]):
        if file["file"] is not None:
            yield file["file"], file["sha256"]
