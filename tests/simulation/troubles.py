"""What goes wrong in one process's life, drawn before it begins; and what goes wrong with each of its requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storyscript import protocol
from storyscript.fake.catalogue import CATALOGUE
from storyscript.fake.trouble import FILES, TASKS

if TYPE_CHECKING:
    from collections import Counter
    from random import Random

_MEAN_STEPS: Final = 60.0
"""Steps after which a process is killed that will be, on average: from before the first Run to the last panel."""
_MEAN_DISK_STEPS: Final = 40.0
_MEAN_SECONDS: Final = 5.0
"""The same of an interruption."""

LATE: Final = "late"
"""An answer that comes when nobody waits any more: a fault of the way there and back, not of the service."""
OVERTAKEN: Final = "overtaken"
"""A request that arrives when its sender has given it up, or is dead."""

_LIES: Final = frozenset({"http-404-after", "http-429-after"})
"""A service that says in so many words that it took nothing, and did: against that there is no help, for by the API
page these answers are a sure no. No world has it for a Run."""
_LOST: Final = (
    *("reset-after", "hangup-after", "timeout-after", "http-500-after", "http-502-after", "http-504-after"),
    *("truncated", "stall", "reset-amid", "half-json", "garbage-after", "html-after", "empty", LATE, OVERTAKEN),
)
"""What leaves the fate of a Run open: half of its faults are of these."""


@dataclass(slots=True)
class Trouble:
    """What goes wrong in one process's life; the default is: nothing.

    Attributes:
        ends_at: the step at which it is killed, or None.
        cut: the machine dies with it, and what was not synced may be gone.
        interrupted_at: seconds after its beginning at which somebody presses Ctrl-C, or None.
        disk: what the disk does: `ENOSPC`, `EIO`, `short` writes, `amid` (killed in a write), `too full` to begin;
            `""` for nothing.
        disk_at: the step of the disk at which it begins.
        disk_lasts: it goes on until the process ends.
        requests: how likely a request has a fault.
        tasks: how likely a task has an unusual fate.
        locked: another process is at work in the first story's folder.
        disk_hits: how often the disk has done that.
    """

    ends_at: int | None = None
    cut: bool = False
    interrupted_at: float | None = None
    disk: str = ""
    disk_at: int = 0
    disk_lasts: bool = False
    requests: float = 0.0
    tasks: float = 0.0
    locked: bool = False
    disk_hits: int = 0
    _disk_steps: int = 0

    def is_too_full(self) -> bool:
        """There is no room to begin with."""
        self.disk_hits += self.disk == "too full"
        return self.disk == "too full"

    def disk_now(self) -> str | None:
        """What the disk does at the step that it takes now."""
        self._disk_steps += 1
        is_now = self._disk_steps == self.disk_at or (self.disk_lasts and self._disk_steps > self.disk_at > 0)
        self.disk_hits += is_now and self.disk != "too full"
        return self.disk if is_now else None


def draw_trouble(random: Random, level: float, rate: float) -> Trouble:
    """What goes wrong in a process's life.

    Args:
        random: chooses.
        level: how wild it is, from 0 (nothing goes wrong) to 1.
        rate: how likely a request has a fault, at level 1.
    """
    trouble = Trouble(requests=rate * level, tasks=rate * level / 2)
    if random.random() < 0.5 * level:
        trouble.ends_at = 1 + int(random.expovariate(1 / _MEAN_STEPS))
        trouble.cut = random.random() < 0.5
    if random.random() < 0.2 * level:
        trouble.interrupted_at = random.expovariate(1 / _MEAN_SECONDS)
    if random.random() < 0.25 * level:
        trouble.disk = random.choice(["ENOSPC", "ENOSPC", "EIO", "short", "amid", "too full"])
        trouble.disk_at = 1 + int(random.expovariate(1 / _MEAN_DISK_STEPS))
        trouble.disk_lasts = random.random() < 0.5
        trouble.cut = trouble.cut or (trouble.disk == "amid" and random.random() < 0.5)
    trouble.locked = random.random() < 0.05 * level
    return trouble


def place_of(path: str) -> str:
    """The endpoint that a request goes to, as faults are ordered for it."""
    if path.startswith(f"{FILES}/"):
        return FILES
    endpoint = path.removeprefix("/v1")
    return protocol.RUN if endpoint.startswith(f"{protocol.RUN}/") else endpoint


def draw_fault(random: Random, place: str, likely: float, tally: Counter[str]) -> str | None:
    """The name of a request's fault, in the fake's catalogue or `LATE` or `OVERTAKEN`; None for none."""
    if random.random() >= likely:
        return None
    names = [*_NAMES[place], LATE]
    if place == protocol.RUN and random.random() < 0.5:
        names = list(_LOST)
    name = random.choice(names)
    tally[f"fault {name}"] += 1
    return name


def draw_fate(random: Random, likely: float, tally: Counter[str]) -> str | None:
    """The name of a task's unusual fate; None for the usual one."""
    if random.random() >= likely:
        return None
    name = random.choice(_NAMES[TASKS])
    tally[f"fate {name}"] += 1
    return name


_NAMES: Final = {
    place: tuple(
        name
        for name, entry in CATALOGUE.items()
        if place in entry.places and not (place == protocol.RUN and name in _LIES)
    )
    for place in (*CATALOGUE["reset"].places, TASKS)
}
