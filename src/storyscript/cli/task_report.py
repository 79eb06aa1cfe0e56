"""A task of the service, as it is shown: in words for people, or as JSON, without what would let anybody in.

What a task says of itself are the words of the service and of a process there. They are shown as one line each,
without controls, our credentials, tokens and addresses: a file's address is all that guards it.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from storyscript import protocol
from storyscript.rendering.manifest import total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storyscript.wiro import Output, Task, WiroClient

_ADDRESS: Final = re.compile(r"\b[a-z][a-z0-9+.-]{0,20}://\S+", re.IGNORECASE)
_SECRET: Final = re.compile(r"token|key|secret|password|signature|nonce|url", re.IGNORECASE)
"""In the name of a field whose value lets somebody in, or leads to what nothing else guards."""
_HIDDEN: Final = "***"
_LAST_LINES: Final = 8
"""Lines shown of what a process said."""
_LONGEST: Final = 4000
"""Characters of a line that JSON has at most."""
_TIMES: Final = {
    "createtime": "submitted",
    "starttime": "began",
    "canceltime": "cancelled",
    "endtime": "ended",
    "postprocessendtime": "finished",
}


class TaskReport:
    """A task, and how it is shown.

    Args:
        task: as the service has it.
        client: who got it, and so knows which secrets may be in it.
    """

    def __init__(self, task: Task, client: WiroClient) -> None:
        self.task: Final = task
        self._redact: Final[Callable[..., str]] = client.redact

    @property
    def state(self) -> str:
        """Where it stands: `queued`, `working`, `cancelled`, `failed` or `done`."""
        match self.task.status:
            case protocol.STATUS_QUEUE:
                return "queued"
            case protocol.STATUS_CANCEL:
                return "cancelled"
            case protocol.STATUS_POSTPROCESS_END:
                return "done" if self.task.succeeded else "failed"
            case _:
                return "working"

    @property
    def standing(self) -> str:
        """The same in words: `in the queue`, `at work (task_start)`, `failed: CUDA out of memory`."""
        match self.state:
            case "queued":
                return "in the queue"
            case "working":
                return f"at work ({self._shown(self.task.status)})"
            case "failed":
                return f"failed: {self._shown(self.task.failure_reason)}"
            case state:
                return state

    @property
    def line(self) -> str:
        """The task and where it stands."""
        return f"task {self.task.id}: {self.standing}"

    def text(self) -> str:
        """All that people want to know of it, with a line end."""
        return "\n".join([self.line, *self._facts(), *self._files(), *self._said()]) + "\n"

    def json(self) -> str:
        """All of it for programs, unknown fields as well, with `***` for each value that lets somebody in."""
        shown = {"state": self.state, "task": self._without_secrets(self.task.model_dump(mode="json"))}
        return json.dumps(shown, indent=1) + "\n"

    def _facts(self) -> Iterator[str]:
        task = self.task
        fields = task.model_dump(mode="json", include={*_TIMES}) | (task.model_extra or {})
        facts = {"status": self._shown(task.status)}
        facts |= {word: _moment(fields.get(name)) for name, word in _TIMES.items()}
        if task.elapsedseconds:
            facts["worked"] = f"{total([task.elapsedseconds]) or self._shown(task.elapsedseconds)} seconds"
        if task.totalcost:
            facts["cost"] = f"{total([task.totalcost]) or self._shown(task.totalcost)} as reported"
        facts["exit code"] = self._shown(task.pexit or "")
        return (f"  {name:<10} {value}" for name, value in facts.items() if value)

    def _files(self) -> Iterator[str]:
        if self.task.outputs:
            yield f"  {'outputs':<10} {len(self.task.outputs)}"
        for output in self.task.outputs:
            yield f"    {self._file(output)}"

    def _file(self, output: Output) -> str:
        size = None if output.size is None else f"{output.size:,} bytes"
        return ", ".join(filter(None, (self._shown(output.name or "without a name"), size)))

    def _said(self) -> Iterator[str]:
        for name, text in (("said", self.task.debugoutput), ("complained", self.task.debugerror)):
            lines = [line for line in (text or "").splitlines() if line.strip()]
            if lines:
                yield f"  {name}"
                yield from (f"    {self._shown(line)}" for line in lines[-_LAST_LINES:])

    def _shown(self, text: str, **limits: int) -> str:
        return self._redact(_ADDRESS.sub(_HIDDEN, text), **limits)

    def _without_secrets(self, value: object) -> object:
        match value:
            case dict():
                return {
                    self._shown(name): _HIDDEN if inner and _SECRET.search(name) else self._without_secrets(inner)
                    for name, inner in value.items()
                }
            case list():
                return [self._without_secrets(inner) for inner in value]
            case str():
                return "\n".join(self._shown(line, limit=_LONGEST) for line in value.splitlines())
            case _:
                return value


def _moment(value: object) -> str:
    """A time of the service, unix seconds as a string; empty for one that is unset or none."""
    text = str(value)
    if not (text.isascii() and text.isdigit()) or len(text) > len("9999999999") or not int(text):
        return ""
    return f"{datetime.fromtimestamp(int(text), UTC):%Y-%m-%d %H:%M:%S} UTC"
