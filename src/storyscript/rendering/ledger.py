"""The ledger of a story's folder: what became of each job that was, or may have been, paid for.

    intended ──► accepted ──► ended ──► saved
        │            └────────────────► failed      the task ended without success; nothing is billed for it
        ├─────────────────────────────► refused     for certain there is no task
        └─────────────────────────────► given up    somebody looked, and says that there is none

Each step is on the disk before the next thing is done: the intent before the Run leaves, the task's id before it is
asked about. An entry that is *intended* when a process opens the ledger is of unknown fate: its Run may have been
accepted. It is never submitted again without a person's word.

Source: API page, "Limits, retries, price" (a Run has no idempotency key).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from storyscript.errors import DiskError
from storyscript.rendering.disk import DISK
from storyscript.rendering.journal import Journal, read_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from storyscript.rendering.disk import Disk
    from storyscript.rendering.journal import Line

LEDGER: Final = "ledger.jsonl"
_SCHEMA: Final = 1

State = Literal["intended", "accepted", "ended", "saved", "failed", "refused", "given up"]

Uploads = dict[tuple[str, str], tuple[str, float]]

_LEADS_TO: Final[Mapping[State | None, frozenset[State]]] = {
    None: frozenset({"intended"}),
    "intended": frozenset({"accepted", "refused", "given up"}),
    # A task that nobody remembers at the service is given up, too.
    "accepted": frozenset({"ended", "failed", "given up"}),
    # Asked once more, a task's last word may be newer; files that were lost are fetched again.
    "ended": frozenset({"ended", "saved", "failed", "given up"}),
    "saved": frozenset({"ended", "saved"}),
    "failed": frozenset(),
    "refused": frozenset(),
    "given up": frozenset(),
}
"""Which step may follow which."""

_STILL_KNOWN_BY: Final = frozenset[State]({"intended", "accepted", "ended"})
"""Whose parameters are of use: those of a long ledger would fill the memory."""

UNDER_WAY: Final = frozenset[State]({"accepted", "ended"})
"""There is a task, and what it made is not here yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An output that was fetched.

    Attributes:
        file: its path in the story's folder, with `/`.
        sha256: of its bytes, in hexadecimal.
        size: in bytes.
    """

    file: str
    sha256: str
    size: int


@dataclass(slots=True, eq=False)
class Entry:
    """A job that is being submitted, or was.

    Attributes:
        number: from 1, in this ledger.
        job: the hash of what is sent (`hash_of`).
        service: the API's address.
        tool: the tool's slug.
        lead: the job's character, or None.
        parameters: what was sent, to know the task by; empty once nothing more will come of it.
        panels: how many outputs are expected.
        at: when the intent was written, unix time in seconds by this machine's clock.
        state: where it stands.
        task: the task's id at the service; None until the service has answered.
        token: opens the task's events; a secret.
        status: where the task stood last, as the service says.
        cost: what it cost, as the service says.
        seconds: how long it worked, as the service says.
        files: what it made, once that is saved; in the order of the outputs.
        stale: was read from the disk, so that a process before this one wrote it.
    """

    number: int
    job: str
    service: str
    tool: str
    lead: str | None
    parameters: Mapping[str, Any] = field(repr=False)
    panels: int
    at: float
    state: State = "intended"
    task: str | None = None
    token: str | None = field(default=None, repr=False)
    status: str | None = None
    cost: str | None = None
    seconds: str | None = None
    files: tuple[Kept, ...] = ()
    stale: bool = False

    @property
    def is_unknown(self) -> bool:
        """Its Run may have been accepted, and nobody heard the answer."""
        return self.state == "intended" and self.stale


def hash_of(parameters: object) -> str:
    """The SHA-256 of a value that JSON can write, in hexadecimal; equal for equal values."""
    text = json.dumps(parameters, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Ledger:
    """The ledger of one folder.

    Args:
        journal: where it is kept; None for tasks that end with this process, of which nothing is written.
        after: the last number that an earlier ledger of this folder may have given.

    Attributes:
        entries: in the order of their intents.
        uploads: the addresses of files that were uploaded, and when (unix time in seconds), by service and SHA-256.

    Raises:
        DiskError: the journal is not a ledger's, and may tell of money.
    """

    def __init__(self, journal: Journal | None, *, after: int = 0) -> None:
        self._journal: Final = journal
        self.entries, self.uploads = _replay([] if journal is None else journal.lines)
        self._last = max([after, *(entry.number for entry in self.entries)])
        if journal is not None:
            if not journal.lines:
                journal.append({"ledger": _SCHEMA})
            journal.lines.clear()  # a long one would fill the memory twice

    @classmethod
    def open(cls, folder: Path, disk: Disk = DISK, *, after: int = 0) -> Ledger:
        """The ledger in a folder, made where there is none; the caller holds the folder's lock.

        Raises:
            DiskError: it cannot be written, or is damaged.
        """
        journal = Journal(folder / LEDGER, disk)
        try:
            return cls(journal, after=after)
        except DiskError as error:
            journal.close()
            raise DiskError(f"`{folder / LEDGER}` {error}") from None

    def close(self) -> None:
        """Let go of the file."""
        if self._journal is not None:
            self._journal.close()

    def intend(
        self,
        *,
        job: str,
        service: str,
        tool: str,
        lead: str | None,
        parameters: Mapping[str, Any],
        panels: int,
        at: float,
    ) -> Entry:
        """A job is about to be submitted: from now on its Run may leave.

        Raises:
            DiskError: that is not on the disk, so it may not.
        """
        if self._journal is not None:
            self._journal.require_named()
        number = self._last + 1
        entry = Entry(number, job, service, tool, lead, parameters, panels, at)
        self._append(
            {
                "job": number,
                "step": "intended",
                "at": at,
                "sha256": job,
                "service": service,
                "tool": tool,
                "lead": lead,
                "panels": panels,
                "parameters": parameters,
            }
        )
        self.entries.append(entry)
        self._last = number
        return entry

    def accepted(self, entry: Entry, task: str, token: str | None) -> None:
        """The service has made a task of it.

        Raises:
            DiskError: that is not on the disk; the task is there all the same.
        """
        self._step(entry, "accepted", {"task": task, "token": token})

    def refused(self, entry: Entry, why: str) -> None:
        """For certain there is no task.

        Raises:
            DiskError: that is not on the disk.
        """
        self._step(entry, "refused", {"why": why})

    def given_up(self, entry: Entry, why: str) -> None:
        """A person looked, and says that nothing will come of it.

        Raises:
            DiskError: that is not on the disk.
        """
        self._step(entry, "given up", {"why": why})

    def ended(self, entry: Entry, status: str, cost: str | None, seconds: str | None, *, succeeded: bool) -> None:
        """The task has ended.

        Raises:
            DiskError: that is not on the disk.
        """
        fields = {"status": status, "cost": cost, "seconds": seconds}
        self._step(entry, "ended" if succeeded else "failed", fields)

    def saved(self, entry: Entry, files: Sequence[Kept]) -> None:
        """All outputs are here.

        Raises:
            DiskError: that is not on the disk.
        """
        kept = [{"file": file.file, "sha256": file.sha256, "bytes": file.size} for file in files]
        self._step(entry, "saved", {"files": kept})

    def uploaded(self, service: str, sha256: str, url: str, at: float) -> None:
        """A file is at the service.

        Raises:
            DiskError: that is not on the disk.
        """
        self._append({"upload": sha256, "service": service, "url": url, "at": at})
        self.uploads[service, sha256] = url, at

    def _step(self, entry: Entry, state: State, fields: Line) -> None:
        _require(entry.state, state)
        self._append({"job": entry.number, "step": state, **fields})
        _apply(entry, state, fields)

    def _append(self, line: Line) -> None:
        if self._journal is not None:
            self._journal.append(line)


def peek(folder: Path) -> list[Entry]:
    """What a folder's ledger holds, for who only looks: without a lock, without making or mending anything.

    Raises:
        DiskError: it cannot be read, or is damaged.
    """
    try:
        return _replay(read_lines(folder / LEDGER))[0]
    except DiskError as error:
        message = str(error)
        raise DiskError(message if str(folder) in message else f"`{folder / LEDGER}` {message}") from None


def _replay(lines: Sequence[Line]) -> tuple[list[Entry], Uploads]:
    entries: dict[int, Entry] = {}
    uploads: Uploads = {}
    for number, line in enumerate(lines, start=1):
        if number == 1:
            if line.get("ledger") != _SCHEMA:
                raise DiskError("was written by another version of storyscript: use that, or another folder")
            continue
        try:
            _take(line, entries, uploads)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise DiskError(
                f"is damaged in line {number}, and may tell of tasks that are paid for, so nothing is submitted: look "
                "at it, then mend the line or move the file away"
            ) from None
    return list(entries.values()), uploads


def _take(line: Line, entries: dict[int, Entry], uploads: Uploads) -> None:
    if "upload" in line:
        uploads[_text(line["service"]), _text(line["upload"])] = _text(line["url"]), float(line["at"])
        return
    number, state = line["job"], line["step"]
    if state not in get_args(State) or not isinstance(number, int):
        raise ValueError
    if state == "intended":
        if number in entries or not isinstance(line["parameters"], dict):
            raise ValueError
        entries[number] = Entry(
            number=number,
            job=_text(line["sha256"]),
            service=_text(line["service"]),
            tool=_text(line["tool"]),
            lead=_text_or_none(line["lead"]),
            parameters=line["parameters"],
            panels=int(line["panels"]),
            at=float(line["at"]),
            stale=True,
        )
        return
    _require(entries[number].state, state)
    _apply(entries[number], state, line)


def _apply(entry: Entry, state: State, fields: Line) -> None:
    match state:
        case "accepted":
            entry.task, entry.token = _text(fields["task"]), _text_or_none(fields["token"])
        case "ended" | "failed":
            entry.status, entry.cost, entry.seconds = (
                _text_or_none(fields[name]) for name in ("status", "cost", "seconds")
            )
        case "saved":
            entry.files = tuple(
                Kept(_text(file["file"]), _text(file["sha256"]), int(file["bytes"])) for file in fields["files"]
            )
        case _:
            pass
    if state not in _STILL_KNOWN_BY:
        entry.parameters = {}
    entry.state = state


def _require(before: State, after: State) -> None:
    if after not in _LEADS_TO[before]:
        raise ValueError(f"a job that is {before} does not become {after}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)
