"""Trouble on order: what a test can make the service do wrong.

A fault is one of three things: an answer put in place of the right one, a connection that breaks, or the
right answer with something changed in it. Each is ordered for an endpoint, and served in that order.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from storyscript import protocol

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = "/files"
"""Stands for all files in place of an endpoint."""

ENDPOINTS: Final = (
    protocol.RUN,
    protocol.TASK_DETAIL,
    protocol.TASK_KILL,
    protocol.TASK_CANCEL,
    protocol.TASK_LIST,
    protocol.TASK_DELETE_FILES,
    protocol.TOOL_DETAIL,
    protocol.FILE_UPLOAD,
    FILES,
)
"""What trouble can be ordered for."""

Breakage = Literal["unreachable", "reset", "timeout"]
"""How a request gets no answer."""

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer.

    Attributes:
        status: the HTTP status.
        body: its bytes.
        content_type: their media type.
        headers: further headers.
    """

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Replaced:
    """Another answer in place of the right one.

    Attributes:
        response: what is answered.
        executed: the request takes effect all the same.
    """

    response: Response
    executed: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer at all.

    Attributes:
        how: nobody listens (the request never arrives), the connection breaks, or nothing comes in time.
        executed: the request takes effect all the same.

    Raises:
        ValueError: there is no such kind.
    """

    how: Breakage
    executed: bool = False

    def __post_init__(self) -> None:
        _require_known("a way to break", self.how, get_args(Breakage))


@dataclass(frozen=True, slots=True)
class Edited:
    """The right answer with something changed in it.

    Attributes:
        edit: from the answer's JSON object to what is answered.
    """

    edit: Callable[[dict[str, object]], object]


Fault = Replaced | Broken | Edited

HTML = Replaced(Response(200, b"<!doctype html><title>Welcome</title><p>Not the API.</p>", "text/html"))
LIST = Replaced(Response(200, b"[1, 2, 3]"))
HALF = Replaced(Response(200, b'{"result": true, "errors": [], "taskli'))
EMPTY = Replaced(Response(200, b""))


class Faults:
    """The trouble ordered for one machine.

    Attributes:
        seen: how many requests came for each endpoint, faulty or not.
    """

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._ordered: dict[str, deque[Fault]] = {}
        self._lasting: dict[str, Fault] = {}
        self._failures: deque[str] = deque()
        self._lock = threading.Lock()

    def order(self, endpoint: str, *faults: Fault) -> None:
        """Serve these for the next requests to an endpoint (`protocol.RUN`, …, or `FILES`), one each.

        Raises:
            ValueError: there is no such endpoint, or it has no such trouble: a test would pass for nothing.
            TypeError: one of them is no fault.
        """
        _check(endpoint, *faults)
        self._ordered.setdefault(endpoint, deque()).extend(faults)

    def always(self, endpoint: str, fault: Fault) -> None:
        """Serve this for each request to an endpoint that nothing else is ordered for.

        Raises:
            ValueError: there is no such endpoint, or it has no such trouble.
            TypeError: it is no fault.
        """
        _check(endpoint, fault)
        self._lasting[endpoint] = fault

    def fail_next_task(self, message: str) -> None:
        """Let the next accepted task end with exit code 1 and this as its error."""
        self._failures.append(message)

    def take(self, endpoint: str) -> Fault | None:
        """The fault for a request that has just come."""
        with self._lock:
            self.seen[endpoint] += 1
            ordered = self._ordered.get(endpoint)
            return ordered.popleft() if ordered else self._lasting.get(endpoint)

    def take_failure(self) -> str | None:
        """The failure for a task that has just been accepted."""
        return self._failures.popleft() if self._failures else None


def _check(endpoint: str, *faults: object) -> None:
    _require_known("an endpoint", endpoint, ENDPOINTS)
    for fault in faults:
        if not isinstance(fault, Fault):
            raise TypeError(
                f"{fault!r} is no fault: take `http(…)`, `Broken(…)`, `Edited(…)`, or one that is ready made"
            )
        if endpoint == FILES and isinstance(fault, Edited):
            raise ValueError("the answer for a file is no JSON that `Edited` could change; take `http(200, …)`")


def _require_known(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise ValueError(f"{given!r} is not {what}; known are {', '.join(known)}")


def http(status: int, body: bytes = b"", *, executed: bool = False, **headers: str) -> Replaced:
    """An HTTP status with a body; a header's name is written with `_` for `-`."""
    names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Replaced(Response(status, body, headers=names), executed)


def task_with(**fields: object) -> Edited:
    """The first task in the answer has these fields."""

    def edit(answer: dict[str, object]) -> object:
        match answer.get("tasklist"):
            case [dict() as task, *others]:
                return {**answer, "tasklist": [{**task, **fields}, *others]}
            case _:
                return answer

    return Edited(edit)


def outputs_with(**fields: object) -> Edited:
    """Each output of the first task in the answer has these fields."""

    def edit(answer: dict[str, object]) -> object:
        match answer.get("tasklist"):
            case [{"outputs": list() as outputs}, *_]:
                changed = [{**output, **fields} for output in outputs]
                return task_with(outputs=changed).edit(answer)
            case _:
                return answer

    return Edited(edit)


UNKNOWN_STATUS = task_with(status="task_dreaming")
FAILED_PROCESS = task_with(
    status=protocol.STATUS_POSTPROCESS_END, pexit="1", outputs=[], debugerror="CUDA out of memory"
)
NO_OUTPUTS = task_with(status=protocol.STATUS_POSTPROCESS_END, pexit="", outputs=[])
WRONG_SIZE = outputs_with(size="1")
