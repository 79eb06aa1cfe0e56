"""The kinds of trouble: what can be wrong with an answer, a connection, a task or a WebSocket.

Which of them let a Run take effect is part of what each kind says, for it is what a client must get right: a Run that
took effect is charged, whatever its caller heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from storyscript import protocol

if TYPE_CHECKING:
    from collections.abc import Callable

FILES: Final = "/files"
"""Stands for all files in place of an endpoint."""

TASKS: Final = "/tasks"
"""Stands for the tasks that are accepted."""

SOCKET: Final = "/socket"
"""Stands for the WebSockets that are opened."""

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
"""What requests trouble can be ordered for."""

PLACES: Final = (*ENDPOINTS, TASKS, SOCKET)
"""All that trouble can be ordered for."""

Breakage = Literal["unreachable", "reset", "timeout", "hangup"]
"""How a request gets no answer."""

Delivery = Literal["whole", "dribble", "truncated", "unended", "unseen", "stalled", "reset"]
"""How an answer gets to the client: as it should; a byte at a time; less of it than `Content-Length` says; in chunks
without the last one; half of it without any length, so that the cut cannot be seen; half of it and then nothing; half
of it and then a reset."""

SocketBehaviour = Literal["refused", "dropped", "silent", "nonsense"]
"""What is wrong with a WebSocket: it is not let in; it breaks after the first news; it says nothing but its greeting;
what it says makes no sense."""

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer.

    Attributes:
        status: the HTTP status.
        body: its bytes.
        content_type: their media type.
        headers: further headers.
        delivery: how it gets to the client.
        delay: seconds before it begins to.
    """

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    delivery: Delivery = "whole"
    delay: float = 0.0


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
class Dated:
    """Another answer in place of the right one, which depends on the time. The request takes no effect.

    Attributes:
        make: from unix time in seconds to what is answered.
    """

    make: Callable[[float], Response]


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer at all.

    Attributes:
        how: nobody listens (the request never arrives), the connection breaks, nothing comes in time, or the
            connection is closed in good order.
        executed: the request takes effect all the same.

    Raises:
        ValueError: there is no such kind.
    """

    how: Breakage
    executed: bool = False

    def __post_init__(self) -> None:
        require_known("a way to break", self.how, get_args(Breakage))


@dataclass(frozen=True, slots=True)
class Edited:
    """The right answer with something changed in it. The request takes effect.

    Attributes:
        edit: from the answer's JSON object to what is answered.
    """

    edit: Callable[[dict[str, object]], object]


@dataclass(frozen=True, slots=True)
class Altered:
    """The right answer with its bytes, its headers or its delivery changed. The request takes effect.

    Attributes:
        change: from the right answer to what is answered.
    """

    change: Callable[[Response], Response]


@dataclass(frozen=True, slots=True)
class Expired:
    """The address of a file is dead from now on, with those of the task's other files: HTTP 403.

    The next Detail of the task gives new ones.
    """


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a task; the default is: all goes well.

    It is the task's truth and not only what an answer says of it: what is charged goes by it.

    Attributes:
        failure: what its process says when it fails (exit code 1, nothing charged), or None.
        stuck: it runs and never ends, unless somebody kills it; nothing is charged.
        queue: seconds, at speed 1, that it stays in the queue beyond the usual.
        no_outputs: it ends well, is charged, and has no files.
        extra: files beyond its panels; negative for fewer.
        late: how many times its end is shown without its files before they are there.
        fresh_addresses: each time it is shown its files have new addresses, and the earlier ones are dead.
        size_error: bytes by which the announced size of each file is wrong.
    """

    failure: str | None = None
    stuck: bool = False
    queue: float = 0.0
    no_outputs: bool = False
    extra: int = 0
    late: int = 0
    fresh_addresses: bool = False
    size_error: int = 0


@dataclass(frozen=True, slots=True)
class SocketTrouble:
    """What is wrong with a WebSocket.

    Attributes:
        how: see `SocketBehaviour`.

    Raises:
        ValueError: there is no such behaviour.
    """

    how: SocketBehaviour

    def __post_init__(self) -> None:
        require_known("what a WebSocket does", self.how, get_args(SocketBehaviour))


RequestFault = Replaced | Dated | Broken | Edited | Altered | Expired
Fault = RequestFault | Fate | SocketTrouble


def check_fault(place: str, fault: object) -> None:
    """See to it that a fault can happen where it is ordered for: a test would pass for nothing otherwise.

    Raises:
        ValueError: there is no such place, or it has no such trouble.
        TypeError: it is no fault.
    """
    if not isinstance(fault, Fault):
        raise TypeError(f"{fault!r} is no fault: take `http(…)`, `Broken(…)`, `Edited(…)`, or one that is ready made")
    fitting: tuple[str, ...] = ENDPOINTS
    if isinstance(fault, Fate):
        fitting = (TASKS,)
    elif isinstance(fault, SocketTrouble):
        fitting = (SOCKET,)
    elif isinstance(fault, Expired):
        fitting = (FILES,)
    require_known("an endpoint", place, fitting if place in PLACES else PLACES)
    if place == FILES and isinstance(fault, Edited):
        raise ValueError("the answer for a file is no JSON that `Edited` could change; take `http(200, …)`")


def require_known(what: str, given: str, known: tuple[str, ...]) -> None:
    """Raise for a word that is none of those known.

    Raises:
        ValueError: it names what was given and all that is known.
    """
    if given not in known:
        raise ValueError(f"{given!r} is not {what}; known are {', '.join(known)}")
