"""The record of submitted tasks: `tasks.json` in a story's folder.

What is to be submitted is on the disk before it leaves, and the task's id before the task is first asked about, so
that what is paid for can be found again: a later run of the same story goes on with its unfinished tasks, and submits
nothing anew that may have been accepted.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from storyscript.errors import DiskError
from storyscript.rendering.files import write_file

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA: Final = 1
FILE_NAME: Final = "tasks.json"


@dataclass(slots=True, eq=False)
class TaskEntry:
    """A job that is being submitted, or was.

    Attributes:
        task: the task's id on the server; None until the service has answered.
        service: the API's address.
        parameters: the hash of what was sent.
        finished: it ended, and what it made was saved, or it failed.
    """

    task: str | None
    service: str
    parameters: str
    finished: bool = False


def hash_of(parameters: object) -> str:
    """The SHA-256 of Run parameters, in hexadecimal; equal for equal parameters."""
    text = json.dumps(parameters, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class TaskRecord:
    """The tasks of one story's folder.

    Args:
        folder: the story's folder; the record is read from it where there is one. None for tasks that end with this
            process, of which nothing is written.

    Raises:
        DiskError: there is a record, and it cannot be read.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path: Final = None if folder is None else folder / FILE_NAME
        # Two jobs may be equal: each entry is one job's.
        self._claimed: Final[set[int]] = set()
        self._entries: Final = [] if self._path is None else self._read(self._path)

    def unfinished(self, service: str, parameters: str) -> TaskEntry | None:
        """A task that was submitted with these parameters and is not finished, or None; each is given out once."""
        for entry in self._entries:
            if id(entry) in self._claimed or entry.finished:
                continue
            if entry.service == service and entry.parameters == parameters:
                self._claimed.add(id(entry))
                return entry
        return None

    def intend(self, service: str, parameters: str) -> TaskEntry:
        """Record that a job is about to be submitted; on the disk when this returns.

        Raises:
            DiskError: it could not be written.
        """
        entry = TaskEntry(None, service, parameters)
        self._claimed.add(id(entry))
        self._entries.append(entry)
        self._write()
        return entry

    def accept(self, entry: TaskEntry, task: str) -> None:
        """Record the id of a task that was accepted; on the disk when this returns.

        Raises:
            DiskError: it could not be written.
        """
        entry.task = task
        self._write()

    def withdraw(self, entry: TaskEntry) -> None:
        """Record that a job was not accepted, for certain.

        Raises:
            DiskError: it could not be written.
        """
        self._entries.remove(entry)
        self._write()

    def finish(self, entry: TaskEntry | None) -> None:
        """Record that nothing more will come of a task.

        Raises:
            DiskError: it could not be written.
        """
        if entry is not None:
            entry.finished = True
            self._write()

    @property
    def path(self) -> Path | None:
        """The record's file."""
        return self._path

    def _write(self) -> None:
        if self._path is None:
            return
        record = {"schema": _SCHEMA, "tasks": [asdict(entry) for entry in self._entries]}
        write_file(self._path, (json.dumps(record, indent=1) + "\n").encode())

    @staticmethod
    def _read(path: Path) -> list[TaskEntry]:
        try:
            record: Any = json.loads(path.read_text("utf-8"))
            if record["schema"] != _SCHEMA:
                raise DiskError(f"`{path}` was written by another version of storyscript: use that, or another folder")
            return [TaskEntry(**entry) for entry in record["tasks"]]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise DiskError(f"cannot read `{path}`: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError, RecursionError):
            raise DiskError(
                f"`{path}` is damaged, and may name tasks that are paid for: look at it, then move it away"
            ) from None
