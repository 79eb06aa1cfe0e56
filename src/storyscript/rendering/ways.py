"""The ways on from where only a person can decide, as the commands that messages name.

Source: command-line page, `resume`.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyscript.errors import SubmissionUnknownError

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.rendering.ledger import Entry


@dataclass(frozen=True, slots=True)
class Ways:
    """The commands for one story.

    Attributes:
        folder: the story's.
    """

    folder: Path

    @property
    def resume(self) -> str:
        """Goes on with this story."""
        return f"storyscript resume {shlex.quote(str(self.folder.parent))}"

    def adopt(self, task: str) -> str:
        """Takes a task for that of a job whose answer was lost; its id is the service's word, and no shell's."""
        return f"`{self.resume} --adopt {shlex.quote(task)}`"

    def resubmit(self, entry: Entry) -> str:
        """Submits a job again."""
        return f"`{self.resume} --resubmit {shlex.quote(self._name(entry))}`"

    def without_outputs(self, entry: Entry) -> str:
        """What to do about outputs that are not to be had."""
        return (
            f"`{self.resume}` asks again; if they are gone for good, {self.resubmit(entry)} has the job drawn anew, "
            "and paid for"
        )

    def unknown(self, entry: Entry) -> SubmissionUnknownError:
        """What is said of a job whose fate nobody knows."""
        return SubmissionUnknownError(
            f"job {self._name(entry)} ({entry.lead or 'without a character'}) was submitted and its answer was lost, "
            f"so it is not submitted again: look for the task at Wiro; if it is there, `{self.resume} --adopt TASKID`, "
            f"if it is not, {self.resubmit(entry)}"
        )

    def _name(self, entry: Entry) -> str:
        return f"{self.folder.name}:{entry.number}"
