"""All faults that have a name: what each is, what it is for, and whether the request takes effect.

A name that ends in `-after` is the fault without that ending, after the request took effect.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Final

from storyscript import protocol
from storyscript.analysis.near import nearest
from storyscript.fake import ready_made, spoiling
from storyscript.fake.refusals import UNKNOWN_PATH, Refusal
from storyscript.fake.trouble import (
    ENDPOINTS,
    FILES,
    SOCKET,
    TASKS,
    Altered,
    Broken,
    Dated,
    Edited,
    Expired,
    Fate,
    Replaced,
    Response,
    SocketTrouble,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.fake.trouble import Breakage, Fault

SLOW_SECONDS: Final = 2.0
"""How long `slow` takes."""

RETRY_SECONDS: Final = 2
"""What `http-429-seconds` and `http-429-date` ask a client to wait."""

_RUN_FIRST: Final = ENDPOINTS
_API: Final = tuple(endpoint for endpoint in ENDPOINTS if endpoint != FILES)
_DETAIL_FIRST: Final = (protocol.TASK_DETAIL, *(place for place in ENDPOINTS if place != protocol.TASK_DETAIL))
_FILES_FIRST: Final = (FILES, *_API)

_STATUSES: Final = {
    404: "nothing is there",
    408: "the server waited too long for the request",
    429: "too many requests, without a word on when to come again",
    500: "the server made a mistake",
    502: "a gateway had no good answer",
    503: "the service is not to be had",
    504: "a gateway had no answer in time",
}
_RETRY_AFTER: Final = {
    "seconds": (str(RETRY_SECONDS), "in seconds"),
    "negative": ("-5", "that is negative"),
    "junk": ("when the moon is full", "that means nothing"),
    "huge": ("99999999999", "of three thousand years"),
}
_CODES: Final = {
    protocol.CODE_CONCURRENCY: protocol.MESSAGE_CONCURRENCY.format(balance="50.00", limit=5),
    protocol.CODE_BALANCE: protocol.MESSAGE_NO_BALANCE,
    protocol.CODE_SIGN_IN: "sign in to run this model",
    protocol.CODE_BEARER: "bearer token is not valid",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A fault with a name.

    Attributes:
        name: what it is ordered by.
        fault: what happens.
        places: the endpoints, or `FILES`, `TASKS`, `SOCKET`, that it can be ordered for; the first if none is named.
        what: what it is, in a line.
    """

    name: str
    fault: Fault
    places: tuple[str, ...]
    what: str

    @property
    def effect(self) -> str:
        """Whether the request takes effect: `yes`, `no`, or `-` where there is none that could."""
        match self.fault:
            case Replaced(executed=executed) | Broken(executed=executed):
                return "yes" if executed else "no"
            case Dated():
                return "no"
            case Edited() | Altered():
                return "yes"
            case _:
                return "-"


def find(name: str) -> Entry:
    """The entry of a name.

    Raises:
        ValueError: there is none; the message has the nearest and all that there are.
    """
    found = CATALOGUE.get(name)
    if found is None:
        near = nearest(name, CATALOGUE)
        meant = f"did you mean `{near}`? " if near else ""
        raise ValueError(f"there is no fault `{name}`: {meant}There are {', '.join(CATALOGUE)}")
    return found


def _connections() -> Iterator[Entry]:
    yield Entry("refused", Broken("unreachable"), _RUN_FIRST, "nobody listens; on a socket the same as `reset`")
    ways: tuple[tuple[Breakage, str], ...] = (
        ("reset", "the connection is reset before any answer"),
        ("hangup", "the connection is closed in good order, without any answer"),
        ("timeout", "nothing comes, for as long as the client waits"),
    )
    for how, what in ways:
        yield Entry(how, Broken(how), _RUN_FIRST, what)
        yield Entry(f"{how}-after", Broken(how, executed=True), _RUN_FIRST, f"{what}: a lost answer")


def _deliveries() -> Iterator[Entry]:
    for name, change, what in (
        ("slow", spoiling.delayed(SLOW_SECONDS), f"the answer comes after {SLOW_SECONDS:g} seconds"),
        ("dribble", spoiling.delivered("dribble"), "the answer comes whole, one byte at a time"),
        ("truncated", spoiling.delivered("truncated"), "half the body that `Content-Length` announces, and the end"),
        ("unended", spoiling.delivered("unended"), "half the body in chunks, without the last one"),
        ("unseen-cut", spoiling.delivered("unseen"), "half the body, with no length by which that could be seen"),
        ("stall", spoiling.delivered("stalled"), "half the body, and then nothing"),
        ("reset-amid", spoiling.delivered("reset"), "half the body, and then a reset"),
        ("gzip", spoiling.zipped, "the body is compressed, whatever was asked for"),
    ):
        yield Entry(name, Altered(change), _RUN_FIRST, what)


def _bodies() -> Iterator[Entry]:
    text = Response(200, b"Service is starting, please wait")
    yield Entry("not-json", Replaced(text), _DETAIL_FIRST, "plain text that is called JSON")
    yield Entry("html", ready_made.HTML, _DETAIL_FIRST, "a web page under HTTP 200")
    yield Entry("empty", ready_made.EMPTY, _DETAIL_FIRST, "a body without a byte")
    yield Entry("json-list", ready_made.LIST, _DETAIL_FIRST, "JSON that is no object")
    garbage = "in place of the answer, bytes that mean nothing"
    yield Entry("garbage", Replaced(Response(200, spoiling.GARBAGE)), _API, garbage)
    for name, change, what in (
        ("garbage-after", spoiling.garbage, garbage),
        ("html-after", lambda _: ready_made.HTML.response, "a web page under HTTP 200"),
        ("half-json", spoiling.half, "the first half of the answer, as if that were all"),
        ("wrong-bytes", spoiling.wrong_bytes, "the answer, with bytes in it that are no UTF-8"),
        ("twice-keys", spoiling.twice, "the answer, with a key twice and two meanings"),
    ):
        yield Entry(name, Altered(change), _DETAIL_FIRST if name != "garbage-after" else _API, what)
    yield Entry(
        "unknown-status",
        ready_made.UNKNOWN_STATUS,
        (protocol.TASK_DETAIL,),
        "a task's status is a word that nobody knows; that of the task itself stays",
    )


def _statuses() -> Iterator[Entry]:
    refused = {401: protocol.MESSAGE_WRONG_SIGNATURE, 403: protocol.MESSAGE_NOT_PERMITTED}
    for status, message in refused.items():
        answer = Response(status, _refusal(protocol.CODE_GENERAL, message))
        yield Entry(f"http-{status}", Replaced(answer), _RUN_FIRST, f"the caller may not: {message}")
    for status, what in _STATUSES.items():
        page = b"<html><head><title>%d</title></head><body></body></html>" % status
        answer = Response(status, page, "text/html")
        yield Entry(f"http-{status}", Replaced(answer), _RUN_FIRST, what)
        yield Entry(f"http-{status}-after", Replaced(answer, executed=True), _RUN_FIRST, what)
    for kind, (value, what) in _RETRY_AFTER.items():
        later = ready_made.http(429, retry_after=value)
        yield Entry(f"http-429-{kind}", later, _RUN_FIRST, f"too many requests, with a `Retry-After` {what}")
    yield Entry("http-429-date", Dated(_later), _RUN_FIRST, "too many requests, with a `Retry-After` as an HTTP date")
    for code, message in _CODES.items():
        answer = Response(200, _refusal(code, message))
        yield Entry(f"code-{code}", Replaced(answer), _API, f"the service's own refusal: {message}")
    yield Entry(
        "api-redirect",
        Replaced(Response(307, b"", headers=(("Location", "/elsewhere"),))),
        _API,
        "the API sends the caller to another address",
    )


def _tasks() -> Iterator[Entry]:
    for name, fate, what in (
        ("fails", Fate(failure="CUDA out of memory"), "the process ends with exit code 1; nothing is charged"),
        ("stuck", Fate(stuck=True), "it runs and never ends, until it is killed; nothing is charged"),
        ("long-queue", Fate(queue=60.0), "it stays in the queue for a minute more, at speed 1"),
        ("no-outputs", Fate(no_outputs=True), "it ends well and has no files; it is charged"),
        ("late-outputs", Fate(late=1), "the first Detail after its end has no files, the next has"),
        ("more-outputs", Fate(extra=1), "one file more than panels"),
        ("fewer-outputs", Fate(extra=-1), "one file less than panels"),
        (
            "fresh-urls",
            Fate(fresh_addresses=True),
            "each Detail has new addresses of files; earlier ones are dead (403)",
        ),
        ("wrong-size", Fate(size_error=1), "each file's size is announced one byte too large"),
    ):
        yield Entry(name, fate, (TASKS,), what)


def _files() -> Iterator[Entry]:
    yield Entry(
        "url-expired",
        Expired(),
        (FILES,),
        "the addresses of a task's files are dead (403) until a Detail gives new ones",
    )
    for name, change, what in (
        ("wrong-type", spoiling.typed("text/html"), "the picture is called a web page"),
        ("no-picture", spoiling.no_picture, "as many bytes as were announced, of plain text"),
        ("broken-picture", spoiling.broken_picture, "as many bytes as were announced; they do not decode"),
        ("bomb", spoiling.bomb, f"a small PNG that claims {spoiling.BOMB_SIDE} pixels of each side"),
    ):
        yield Entry(name, Altered(change), (FILES,), what)
    moved = Replaced(Response(302, b"", headers=(("Location", "?moved"),)))
    yield Entry("file-redirect", moved, (FILES,), "another address, at which the file is; for ever, it is a circle")


def _lists() -> Iterator[Entry]:
    nothing = Replaced(Response(UNKNOWN_PATH.status, json.dumps(UNKNOWN_PATH.fields()).encode()))
    for name, fault, what in (
        ("list-unsupported", nothing, "there is no `/Task/List`"),
        ("list-bare", Edited(spoiling.without_parameters), "tasks come without their parameters"),
        ("list-text", Edited(spoiling.parameters_as_text), "each task's parameters are a JSON string"),
    ):
        yield Entry(name, fault, (protocol.TASK_LIST,), what)


def _sockets() -> Iterator[Entry]:
    yield Entry("ws-refused", SocketTrouble("refused"), (SOCKET,), "a WebSocket is not let in (HTTP 503)")
    yield Entry("ws-dropped", SocketTrouble("dropped"), (SOCKET,), "it breaks after the first that it tells of a task")
    yield Entry("ws-silent", SocketTrouble("silent"), (SOCKET,), "it greets, and then says nothing")
    yield Entry("ws-nonsense", SocketTrouble("nonsense"), (SOCKET,), "what it says makes no sense, or is a lie")


def _refusal(code: int, message: str) -> bytes:
    return json.dumps(Refusal(code, message).fields()).encode()


def _later(now: float) -> Response:
    # The next whole second, and two: an HTTP date has no parts of a second.
    date = formatdate(int(now) + 1 + RETRY_SECONDS, usegmt=True)
    return Response(429, b"", headers=(("Retry-After", date),))


_GROUPS: Final = (_connections, _deliveries, _bodies, _statuses, _tasks, _files, _lists, _sockets)

CATALOGUE: Final = {entry.name: entry for group in _GROUPS for entry in group()}
"""All entries by name, in the order of the documentation."""
