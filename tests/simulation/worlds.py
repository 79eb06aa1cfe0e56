"""A world: stories, a service, an account, a disk and a clock, all of them decided by one number."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Final

from rendering.offline import draw
from simulation.clocks import Clock
from simulation.disks import Platter
from simulation.tales import draw_tales, put_images
from storyscript.fake import Account, Machine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simulation.tales import Tale
    from storyscript.fake.tasks import TaskRecord

KEY: Final = "key-of-the-world"
SECRET: Final = "secret-of-the-world"
_RATES: Final = (0.0, 0.05, 0.1, 0.2, 0.4)
_PLENTY: Final = 1000.0


class World:
    """One world.

    Args:
        seed: decides everything.
        root: an empty folder for its files.

    Attributes:
        random: all chance there is, but for what the stories say.
        clock: its time.
        machine: the service.
        platter: what the disk holds.
        home: where the stories' local images are.
        tales: the stories as they stand now, by name.
        versions: all that each story ever was.
        agreed: how often somebody agreed to pay for a job: by story, and by what is sent.
        rate: how likely a request has a fault while things are at their worst.
        tally: counts what happened.
    """

    def __init__(self, seed: int, root: Path) -> None:
        self.seed: Final = seed
        self.random: Final = Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self.clock: Final = Clock()
        self.machine: Final = Machine(
            account=Account(KEY, SECRET),
            balance=self.random.choice([None, None, 100.0, 20.0, 0.01]),
            speed=self.random.choice([0.2, 0.5, 1.0]),
            draw=draw,
            now=self.clock.service,
        )
        self.home: Final = root / "home"
        put_images(self.home)
        (root / "out").mkdir()
        self.platter: Final = Platter(root / "out")
        self.tales: Final = {tale.name: tale for tale in draw_tales(self.random)}
        self.versions: Final = {name: [tale] for name, tale in self.tales.items()}
        self.agreed: Final = Counter[tuple[str, str]]()
        self.rate: Final = self.random.choice(_RATES)
        self.tally: Final = Counter[str]()

    @property
    def out(self) -> Path:
        """Where the stories' folders are."""
        return self.platter.root

    def edit(self, name: str) -> None:
        """Have a story changed."""
        self.tales[name] = self.tales[name].edited(self.random)
        self.versions[name].append(self.tales[name])

    def agree(self, tales: Sequence[Tale], *, force: bool) -> None:
        """Somebody has stories drawn: each job once, and once more where all is to be drawn again."""
        for tale in tales:
            for key, count in Counter(map(self.key, tale.payloads())).items():
                before = self.agreed[tale.name, key]
                self.agreed[tale.name, key] = before + count if force else max(before, count)

    def add_funds(self) -> None:
        """Somebody pays into the account."""
        if self.machine.balance is not None:
            self.machine.balance += _PLENTY

    def key(self, parameters: Mapping[str, object]) -> str:
        """What a job is: its parameters, and of an image what it shows, wherever that is."""
        return json.dumps({name: self._meant(value) for name, value in parameters.items()}, sort_keys=True)

    def paid_too_often(self) -> list[str]:
        """The jobs for which there are more tasks that are or will be charged than somebody agreed to."""
        tasks = Counter(self.key(task.sent) for task in self.machine.tasks() if may_be_paid(task))
        agreed = Counter[str]()
        for (_, key), count in self.agreed.items():
            agreed[key] += count
        return list((tasks - agreed).elements())

    def paid(self) -> list[TaskRecord]:
        """The tasks that were charged."""
        now = self.machine.now()
        return [task for task in self.machine.tasks() if task.charged(now)]

    def drawn(self, task: TaskRecord) -> list[bytes | None]:
        """The files of a task, as the service has them."""
        return [self.machine.file(f"/{task.folder}/{index}.png") for index in range(task.files)]

    def count(self) -> None:
        """Tell of all that the service did."""
        self.tally["worlds"] += 1
        self.tally["accepted"] += len(self.machine.tasks())
        self.tally["charged"] += len(self.paid())
        self.tally["double charges"] += len(self.paid_too_often())
        self.tally["seconds"] += round(self.clock.time)

    def _meant(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        if value.startswith("file:"):
            return hashlib.sha256((self.home / value.removeprefix("file:")).read_bytes()).hexdigest()
        upload = self.machine.uploads.find(value.removeprefix(self.machine.origin))
        return value if upload is None else hashlib.sha256(upload.content).hexdigest()


def may_be_paid(task: TaskRecord) -> bool:
    """It was charged, or will be."""
    return task.failure is None and not task.fate.stuck and task.stopped is None
