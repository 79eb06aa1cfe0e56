"""The service's state: tasks, files and charges. No HTTP in it, and no time but the clock it is given."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, cast

from storyscript import protocol
from storyscript.errors import ConfigurationError
from storyscript.fake.accounts import Account, Gate
from storyscript.fake.clocks import HeldClock
from storyscript.fake.faults import Faults
from storyscript.fake.folders import Folders
from storyscript.fake.naming import Names
from storyscript.fake.parameters import effective
from storyscript.fake.reading import is_too_much, read_scenes
from storyscript.fake.refusals import INVALID, NO_TASK, TASK_REQUIRED, Refusal, required
from storyscript.fake.studio import Studio
from storyscript.fake.tasks import TaskRecord
from storyscript.fake.timeline import Timeline
from storyscript.fake.trouble import FILES
from storyscript.fake.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from storyscript.fake.bodies import Upload
    from storyscript.fake.frames import Frame

ORIGIN = "https://wiro.invalid"
"""Where the machine says it lives if nobody says otherwise: a name that leads nowhere."""

API_PREFIX = "/v1"
"""What the paths of all endpoints begin with."""

FIRST_TASK = 2221
"""The id of the first task: the API page's sample."""

_TOOLS = frozenset({protocol.TOOL, "wiro/story-diffusion"})
_UNLIMITED_FROM = 250.0
_BALANCE_SHARE = 0.1


class Machine:
    """A Wiro of its own.

    Deterministic: the same requests at the same times, by the same clock, are answered the same. Several threads may
    use it at once; while one waits for a frame to be drawn, the others go on.

    Args:
        account: who may call; by default anybody.
        origin: the scheme, host and port under which its files are served.
        speed: how fast tasks go: 0 finishes at once, 1 takes about six seconds, anything else scales.
        balance: dollars of the account, which limit how many tasks run at once; None for no limits.
        draw: makes a PNG file of a frame; by default our own pictures.
        now: the clock, unix time in seconds.
        salt: makes its tokens and paths its own; a server that others reach wants a secret one.
        random: draws faults that are only probable; by default the same sequence in each run.

    Attributes:
        origin: as given; a server that learns its port late sets it then.
        balance: as given, before what tasks have cost since.
        gate: checks who calls.
        faults: trouble on order.
        uploads: files that callers gave it.
        folders: where the files of tasks are.

    Raises:
        ConfigurationError: the speed is negative or no number.
    """

    def __init__(
        self,
        *,
        account: Account | None = None,
        origin: str = ORIGIN,
        speed: float = 1.0,
        balance: float | None = None,
        draw: Callable[[Frame], bytes] | None = None,
        now: Callable[[], float] = time.time,
        salt: str = "storyscript",
        random: Random | None = None,
    ) -> None:
        self.origin = origin
        self.gate = Gate(account or Account())
        self.faults = Faults(random)
        self._names = Names(salt)
        self.uploads = Uploads(self._names)
        self.folders = Folders(self._names)
        self.speed = speed
        self.balance = balance
        self._clock = now
        self._time = -math.inf
        self._lock = threading.RLock()
        self._listeners: list[Callable[[], None]] = []
        self._studio = Studio(draw)
        self._by_id: dict[str, TaskRecord] = {}
        self._by_token: dict[str, TaskRecord] = {}

    @property
    def speed(self) -> float:
        """How fast tasks go; a change is for the tasks to come.

        Raises:
            ConfigurationError: set to what is negative or no number.
        """
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if not (math.isfinite(speed) and speed >= 0):
            raise ConfigurationError("The fake service's speed is a number from 0 on: 0 finishes a task at once.")
        self._speed = speed

    @property
    def base_url(self) -> str:
        """The address of its API."""
        return f"{self.origin}{API_PREFIX}"

    def now(self) -> float:
        """Unix time in seconds; it never goes back, so that no task does."""
        with self._lock:
            self._time = max(self._time, self._clock())
            return self._time

    @property
    def is_held(self) -> bool:
        """Its time moves only by `advance`: its clock is a `HeldClock`."""
        return isinstance(self._clock, HeldClock)

    def advance(self, seconds: float) -> None:
        """Move held time on.

        Raises:
            ValueError: its time moves by itself, or that is no time to move on.
        """
        if not self.is_held:
            raise ValueError("the clock is a real one, which nobody moves; start with `--clock virtual`")
        cast("HeldClock", self._clock).advance(seconds)
        self._tell()

    def run(self, tool: str, fields: Mapping[str, object]) -> TaskRecord | Refusal:
        """Accept a task, or refuse it."""
        if tool not in _TOOLS:
            return Refusal(protocol.CODE_NOT_FOUND, protocol.MESSAGE_NO_TOOL)
        values = effective(fields)
        if isinstance(values, Refusal):
            return values
        character = str(values["prompt"])
        stories = (str(values["generalPrompt"]), str(values["extraEventPrompts"]))
        if is_too_much(character, stories):
            return INVALID
        scenes = read_scenes(character, stories[0])
        if not scenes:
            return required("generalPrompt")
        with self._lock:
            limited = self._limit()
            if limited is not None:
                return limited
            number = FIRST_TASK + len(self._by_id)
            fate = self.faults.take_fate()
            task = TaskRecord(
                number=number,
                uuid=self._names.uuid("task", number),
                token=self._names.token("task", number),
                folder=self._names.folder("task", number),
                tool=tool,
                sent=dict(fields),
                values=values,
                panels=scenes + read_scenes(character, stories[1]),
                timeline=Timeline(self.now(), self.speed, fate.queue, fate.stuck),
                fate=fate,
            )
            self._by_id[str(number)] = task
            self._by_token[task.token] = task
            self.folders.add(task)
            return task

    def find(self, fields: Mapping[str, object], identifiers: Sequence[str]) -> TaskRecord | Refusal:
        """The task that a request names.

        Args:
            fields: the request's.
            identifiers: the fields that this endpoint accepts.
        """
        for name in identifiers:
            value = str(fields.get(name) or "")
            if value:
                known = self._by_id if name == protocol.FIELD_TASK_ID else self._by_token
                return known.get(value, NO_TASK)
        return TASK_REQUIRED

    def cancel(self, task: TaskRecord) -> TaskRecord | Refusal:
        """Take a task out of the queue; possible there only (API page)."""
        with self._lock:
            if task.status(self.now()) != protocol.STATUS_QUEUE:
                return Refusal(protocol.CODE_NOT_FOUND, protocol.MESSAGE_NOT_CANCELLABLE)
            return self._stop(task)

    def kill(self, task: TaskRecord) -> TaskRecord | Refusal:
        """Stop a task that a worker has."""
        with self._lock:
            if task.is_terminal(self.now()):
                return _not_killed("it has already ended")
            if task.status(self.now()) == protocol.STATUS_QUEUE:
                return _not_killed("no worker has it yet")
            return self._stop(task)

    def listen(self, hear: Callable[[], None]) -> Callable[[], None]:
        """Have something called whenever a task is stopped, or held time moves; whatever else happens, time tells.

        Returns:
            What ends that.
        """
        self._listeners.append(hear)
        return lambda: self._listeners.remove(hear)

    def close(self) -> None:
        """Draw nothing more."""
        self._studio.close()

    def keep(self, upload: Upload, folder: str) -> dict[str, object]:
        """Take a file from a caller, and show it as the API does."""
        with self._lock:
            return self.uploads.add(upload, origin=self.origin, folder=folder, now=self.now())

    def delete_files(self, task: TaskRecord) -> Refusal | None:
        """Delete the files of a task that has ended; once more does no harm."""
        if not task.is_terminal(self.now()):
            return Refusal(protocol.CODE_GENERAL, protocol.MESSAGE_DELETE_TOO_EARLY)
        task.files_deleted = True
        return None

    def tasks(self) -> list[TaskRecord]:
        """All tasks, in the order of their acceptance."""
        with self._lock:
            return list(self._by_id.values())

    def show(self, task: TaskRecord) -> dict[str, object]:
        """A task with its outputs, as the API shows it.

        Raises:
            StudioClosedError: a frame is not drawn yet, and nothing is any more.
        """
        now = self.now()
        if task.fate.fresh_addresses and task.succeeded(now):
            self.folders.move(task)
        outputs = self.outputs(task, now)
        with self._lock:
            if task.late and task.succeeded(now):
                task.late -= 1
            return task.fields(now, outputs)

    def outputs(self, task: TaskRecord, now: float) -> list[dict[str, object]]:
        """A task's files at a moment, as the API shows them; they are drawn for that, without the lock.

        Raises:
            StudioClosedError: a frame is not drawn yet, and nothing is any more.
        """
        has_files = task.succeeded(now) and not task.files_deleted and not task.late
        return [self._output(task, index) for index in range(task.files)] if has_files else []

    def waits_for_frames(self, task: TaskRecord) -> bool:
        """To show a task now, frames must be drawn first."""
        return task.succeeded(self.now()) and not task.files_deleted and not self._studio.knows_sizes(task)

    def file(self, path: str) -> bytes | None:
        """The file at `/FOLDER/INDEX.png` below `FILES`; None where there is none (yet, or any more).

        Raises:
            StudioClosedError: it is not drawn yet, and nothing is any more.
        """
        found = self.folders.find(path)
        if found is None:
            return None
        task, index = found
        is_there = task.succeeded(self.now()) and not task.files_deleted and index < task.files
        return self._studio.frame(task, index) if is_there else None

    def expire(self, path: str) -> None:
        """Let the address of a file die, with those of its task's other files; shown again, they have new ones."""
        found = self.folders.find(path)
        if found is not None:
            self.folders.move(found[0])

    def ledger(self) -> dict[str, object]:
        """Each Run that was accepted, in order, and what it was charged, in dollars."""
        now = self.now()
        return {
            "runs": [
                {
                    "taskid": str(task.number),
                    "status": task.status(now),
                    "parameters": dict(task.sent),
                    "charged": task.charged(now),
                }
                for task in self.tasks()
            ]
        }

    def _stop(self, task: TaskRecord) -> TaskRecord:
        task.stopped = self.now()
        self._tell()
        return task

    def _tell(self) -> None:
        for hear in tuple(self._listeners):
            hear()

    def _limit(self) -> Refusal | None:
        """Why no further task is taken: no money, or too many tasks for it (Wiro's documentation)."""
        if self.balance is None:
            return None
        now = self.now()
        left = self.balance - sum(task.charged(now) for task in self.tasks())
        if left <= 0:
            return Refusal(protocol.CODE_BALANCE, protocol.MESSAGE_NO_BALANCE)
        limit = max(1, math.floor(left * _BALANCE_SHARE))
        running = sum(not task.is_terminal(now) for task in self.tasks())
        if left > _UNLIMITED_FROM or running < limit:
            return None
        message = protocol.MESSAGE_CONCURRENCY.format(balance=f"{left:.2f}", limit=limit)
        return Refusal(protocol.CODE_CONCURRENCY, message)

    def _output(self, task: TaskRecord, index: int) -> dict[str, object]:
        added = str(int(task.timeline.begin(protocol.STATUS_OUTPUT_FULL)))
        return {
            "id": self._names.hexadecimal("output", task.number, index),
            "name": f"{index}.png",
            "contenttype": "image/png",
            "parentid": self._names.hexadecimal("folder", task.number),
            "uuid": task.uuid,
            "size": str(self._studio.size(task, index) + task.fate.size_error),
            "addedtime": added,
            "modifiedtime": added,
            "accesskey": self._names.token("output", task.number, index),
            "foldercount": "0",
            "filecount": "0",
            "ispublic": 0,
            "expiretime": None,
            "url": f"{self.origin}{FILES}/{task.folder}/{index}.png",
        }


def _not_killed(reason: str) -> Refusal:
    return Refusal(protocol.CODE_NOT_FOUND, protocol.MESSAGE_NOT_KILLED.format(reason=reason))
