"""Where the files of tasks are: addresses that can die, and be followed by others."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storyscript.fake.naming import Names
    from storyscript.fake.tasks import TaskRecord

_FILE: Final = re.compile(r"/(?P<folder>[0-9a-f-]+)/(?P<index>0|[1-9][0-9]{0,5})\.png")


class Folders:
    """The folders of all tasks of one machine.

    Args:
        names: makes their names.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskRecord] = {}
        self._dead: set[str] = set()

    def add(self, task: TaskRecord) -> None:
        """Keep a task under the folder that it has."""
        self._tasks[task.folder] = task

    def find(self, path: str) -> tuple[TaskRecord, int] | None:
        """The task and the number of the file at `/FOLDER/INDEX.png`, or None where nothing is."""
        parts = _FILE.fullmatch(path)
        task = self._tasks.get(parts["folder"]) if parts else None
        return None if parts is None or task is None else (task, int(parts["index"]))

    def is_dead(self, path: str) -> bool:
        """The file at `/FOLDER/INDEX.png` was there, and has another address now."""
        parts = _FILE.fullmatch(path)
        return parts is not None and parts["folder"] in self._dead

    def move(self, task: TaskRecord) -> None:
        """Give a task's files a folder of another name; the one that they had is dead."""
        with self._lock:
            self._dead.add(task.folder)
            del self._tasks[task.folder]
            task.moves += 1
            task.folder = self._names.folder("task", task.number, task.moves)
            self._tasks[task.folder] = task
