"""The service's objects as they come over the wire, checked and with plain types.

Declared is what storyscript reads. All other fields are kept as they came (`model_extra`) and are never an
error: the API page shows samples with different sets of fields, so only a task's `id` and `status` are
required. The service writes numbers as strings; a number in its place is read as well, and so are nulls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from storyscript import protocol
from storyscript.errors import MalformedAnswerError
from storyscript.wiro import strict_json
from storyscript.wiro.censor import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_SIZE_DIGITS = 18


def _text(value: object) -> object:
    """Numbers to strings; anything else is pydantic's to judge."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _whole_number(value: object) -> int | None:
    """A number of bytes, from `202472`, `"202472"`, null or an empty string."""
    digits = value.strip() if isinstance(value, str) else value
    if digits is None or digits == "":
        return None
    if isinstance(digits, str) and digits.isascii() and digits.isdigit() and len(digits) <= _MAX_SIZE_DIGITS:
        return int(digits)
    if isinstance(digits, int) and not isinstance(digits, bool) and digits >= 0:
        return digits
    raise ValueError("is no number of bytes")


def _object(value: object) -> object:
    """An object, or a string that holds one as JSON; some servers write an empty object as an empty array."""
    if isinstance(value, str):
        value = strict_json.parse(value) if value.strip() else {}
    return {} if value is None or value == [] else value


def _words(value: object) -> object:
    """An array of strings, or a string: either that array as JSON, or a single word."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return strict_json.parse(value) if value.lstrip().startswith("[") else (value,)
    return value


def as_list(value: object) -> object:
    """An array; null stands for an empty one."""
    return () if value is None else value


Text = Annotated[str | None, BeforeValidator(_text)]
Identifier = Annotated[
    str, BeforeValidator(_text), StringConstraints(min_length=1, max_length=200, pattern=r"^[!-~]+$")
]
Size = Annotated[int | None, BeforeValidator(_whole_number)]


class Wire(BaseModel):
    """An object of the API: immutable, its unknown fields kept.

    What `repr` and `str` show is a choice of fields, because unknown ones may hold access tokens.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    called: ClassVar[str | None] = None
    """The word for it in messages, where that is not the class's name."""
    shown: ClassVar[tuple[str, ...]] = ()

    def __repr_args__(self) -> Iterable[tuple[str | None, object]]:
        return [(name, getattr(self, name)) for name in self.shown]


class Output(Wire):
    """A file that a task made.

    Attributes:
        id: its id, or None.
        name: the name that the service gave it, such as `0.png`; never used as a path.
        contenttype: its media type as the service has it.
        size: its size in bytes, or None where the service does not say.
        url: where it can be fetched, or None.
    """

    shown: ClassVar = ("name", "size")

    id: Text = None
    name: Text = None
    contenttype: Text = None
    size: Size = None
    url: str | None = None


class Submission(Wire):
    """The answer to a Run that was accepted.

    Attributes:
        taskid: the new task.
        socketaccesstoken: opens the task's events, and its details; a secret.
    """

    shown: ClassVar = ("taskid",)

    taskid: Identifier
    socketaccesstoken: Text = None


class Task(Wire):
    """A task as `/Task/Detail` shows it.

    Attributes:
        id: the task's id.
        status: where it stands; see `is_terminal`.
        socketaccesstoken: opens its events; a secret.
        pexit: the process's exit code as a string; None or `""` before it exited.
        debugoutput: what the process printed.
        debugerror: what it printed as errors.
        parameters: what Run was given; not known to come back exactly.
        categories: the tool's categories.
        outputs: the files it made.
        size: their size in bytes together, or None.
        totalcost: what the task cost, as it came.
        cps: the price of a second, as it came.
        elapsedseconds: how long it worked, as it came.
        createtime: when it was submitted, unix seconds as a string, as all times; `"0"` where unset.
        starttime: when the process began.
        endtime: when the process ended.
        postprocessendtime: when all was done.
    """

    shown: ClassVar = ("id", "status", "pexit")

    id: Identifier
    status: Identifier
    uuid: Text = None
    socketaccesstoken: Text = None
    pexit: Text = None
    debugoutput: Text = None
    debugerror: Text = None
    parameters: Annotated[dict[str, object], BeforeValidator(_object)] = {}
    categories: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    outputs: Annotated[tuple[Output, ...], BeforeValidator(as_list)] = ()
    size: Size = None
    totalcost: Text = None
    cps: Text = None
    elapsedseconds: Text = None
    createtime: Text = None
    starttime: Text = None
    endtime: Text = None
    postprocessendtime: Text = None

    @property
    def is_terminal(self) -> bool:
        """Nothing more will happen; an unknown status means that it still runs (API page)."""
        return self.status in protocol.TERMINAL_STATUSES

    @property
    def succeeded(self) -> bool:
        """It ended well: exit code 0, or no exit code at all but outputs."""
        if self.status != protocol.STATUS_POSTPROCESS_END:
            return False
        if self.pexit is None or not self.pexit.strip():
            return bool(self.outputs)
        return self.pexit.strip() == protocol.EXIT_SUCCESS

    @property
    def failure_reason(self) -> str:
        """Why it did not succeed, in one short line: the service's words, or what can be told without."""
        for report in (self.debugerror, self.debugoutput):
            line = one_line(self._without_token(_telling_line(report or "")))
            if line:
                return line
        if self.status == protocol.STATUS_CANCEL:
            return "it was cancelled"
        if self.pexit is not None and self.pexit.strip() not in {"", protocol.EXIT_SUCCESS}:
            return f"its process ended with exit code {one_line(self.pexit)} and no message"
        return "it gave neither outputs nor a message"

    def _without_token(self, line: str) -> str:
        return line.replace(self.socketaccesstoken, "***") if self.socketaccesstoken else line


AnyWire = TypeVar("AnyWire", bound=Wire)


def read_object(model: type[AnyWire], value: object, *, endpoint: str) -> AnyWire:
    """A wire object from parsed JSON.

    Args:
        model: what the value should be.
        value: what the answer holds in its place.
        endpoint: whose answer it is, for the message.

    Raises:
        MalformedAnswerError: a field is missing or of the wrong kind; the message names the first such field.
    """
    if isinstance(value, dict):
        try:
            return model.model_validate(value)
        except ValidationError as error:
            # Not `str(error)` nor its cause: they quote the input, which may hold tokens.
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            place = one_line(".".join(map(str, first["loc"])) or "it", limit=60)
            flaw = f"{place}: {one_line(first['msg'], limit=100)}"
    else:
        flaw = "it is no object"
    del value  # a traceback may show what has a name here
    raise MalformedAnswerError(
        f"{endpoint}: the service's {model.called or model.__name__.lower()} cannot be understood ({flaw}); try again "
        "later, or look for a newer storyscript"
    )


def _telling_line(report: str) -> str:
    """The first line that is not blank, or the last one of a Python traceback, where its error stands."""
    lines = [line for line in report.splitlines() if line.strip()]
    if not lines:
        return ""
    return lines[-1] if lines[0].startswith("Traceback (most recent call last)") else lines[0]
