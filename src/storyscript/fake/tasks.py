"""One task of the machine, and how the API shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storyscript import protocol
from storyscript.fake.trouble import Fate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storyscript.fake.parameters import Value
    from storyscript.fake.reading import Reading
    from storyscript.fake.timeline import Timeline

COST = 0.00351
"""What a success costs, in dollars: six seconds at the price of the API page's sample task."""

_COST_PER_SECOND = "0.000585000000"
_TOTAL_COST = f"{COST:.12f}"
_ELAPSED = "6.0000"
_UNSET = "0"

_STATUS_OF_TIME = {
    "accepttime": protocol.STATUS_ACCEPT,
    "assigntime": protocol.STATUS_ASSIGN,
    "preprocessstarttime": protocol.STATUS_PREPROCESS_START,
    "preprocessendtime": protocol.STATUS_PREPROCESS_END,
    "starttime": protocol.STATUS_START,
    "endtime": protocol.STATUS_END,
    "postprocessstarttime": protocol.STATUS_POSTPROCESS_START,
    "postprocessendtime": protocol.STATUS_POSTPROCESS_END,
}

TIMES = frozenset({"createtime", "canceltime", *_STATUS_OF_TIME})
"""The fields that hold times."""


@dataclass(slots=True)
class TaskRecord:
    """A task.

    Attributes:
        number: its id.
        uuid: another id of it.
        token: its socket access token.
        folder: the path segment under which its files are served now.
        tool: the slug it was run with.
        sent: the Run's fields as they came.
        values: what the tool works with.
        panels: the scenes, then the events, as the machine reads them.
        timeline: where it stands when, if nobody stops it.
        fate: what becomes of it.
        moves: how often its files got a new folder.
        late: how many more times its end is shown without its files.
        stopped: when it was cancelled or killed, unix time in seconds, or None.
        files_deleted: its files are no longer there.
    """

    number: int
    uuid: str
    token: str
    folder: str
    tool: str
    sent: Mapping[str, object]
    values: Mapping[str, Value]
    panels: tuple[Reading, ...]
    timeline: Timeline
    fate: Fate = field(default_factory=Fate)
    moves: int = 0
    late: int = field(init=False)
    stopped: float | None = None
    files_deleted: bool = False

    def __post_init__(self) -> None:
        self.late = self.fate.late

    @property
    def failure(self) -> str | None:
        """What its process says when it fails, or None for a task that does not."""
        return self.fate.failure

    @property
    def files(self) -> int:
        """How many files it has once it has ended well."""
        return 0 if self.fate.no_outputs else max(len(self.panels) + self.fate.extra, 0)

    def status(self, now: float) -> str:
        """Where it stands at a moment, unix time in seconds."""
        return self.timeline.status(now) if self.stopped is None else protocol.STATUS_CANCEL

    def is_terminal(self, now: float) -> bool:
        """Nothing more happens to it."""
        return self.status(now) in protocol.TERMINAL_STATUSES

    def succeeded(self, now: float) -> bool:
        """It has ended well."""
        return self.failure is None and self.status(now) == protocol.STATUS_POSTPROCESS_END

    def charged(self, now: float) -> float:
        """What it cost so far, in dollars: only a success is billed (Wiro's documentation)."""
        return COST if self.succeeded(now) else 0.0

    def fields(self, now: float, outputs: Sequence[Mapping[str, object]]) -> dict[str, object]:
        """The task as `/Task/Detail` shows it, with `outputs` as its files."""
        succeeded = self.succeeded(now)
        exited = self.stopped is None and now >= self.timeline.begin(protocol.STATUS_END)
        return {
            "id": str(self.number),
            "uuid": self.uuid,
            "name": "",
            "socketaccesstoken": self.token,
            "parameters": dict(self.sent),
            "debugoutput": "",
            "debugerror": self.failure if exited and self.failure is not None else "",
            "status": self.status(now),
            "pexit": ("0" if self.failure is None else "1") if exited else None,
            "cps": _COST_PER_SECOND if succeeded else None,
            "totalcost": _TOTAL_COST if succeeded else None,
            "elapsedseconds": _ELAPSED if succeeded else None,
            **self.times(now),
            "guestid": None,
            "projectid": "699",
            "modelid": "598",
            "basemodelid": "0",
            "description": "",
            "runtype": "model",
            "modelfolderid": "",
            "modelfileid": "",
            "callbackurl": str(self.sent.get("callbackUrl") or ""),
            "marketplaceid": None,
            "categories": ["tool", "image-to-image", "sdxl"],
            "outputs": [dict(output) for output in outputs],
            "size": str(sum(int(str(output["size"])) for output in outputs)),
        }

    def times(self, now: float) -> dict[str, str]:
        """When it got where, as the API shows it at a moment: whole unix seconds, `0` for not yet or never."""
        until = now if self.stopped is None else min(now, self.stopped)

        def when(status: str) -> str:
            begins = self.timeline.begin(status)
            return str(int(begins)) if begins <= until else _UNSET

        return {
            "createtime": str(int(self.timeline.created)),
            "canceltime": _UNSET if self.stopped is None else str(int(self.stopped)),
            **{field: when(status) for field, status in _STATUS_OF_TIME.items()},
        }
