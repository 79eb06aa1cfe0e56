"""From bytes to an answer of the API, and from a refusal to the error that it means.

Every answer is an object `{"result": bool, "errors": [{"code": int, "message": str}], …}`, mostly under
HTTP 200 even where it says no (Wiro's documentation).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storyscript import protocol
from storyscript.errors import (
    CredentialsError,
    LimitError,
    MalformedAnswerError,
    RefusedError,
    StoryscriptError,
)
from storyscript.wiro import strict_json

if TYPE_CHECKING:
    from storyscript.wiro.censor import Censor
    from storyscript.wiro.exchange import Reply

_AUTHENTICATION_STATUSES = frozenset({401, 403})
_TOO_MANY_REQUESTS = 429
_REDIRECTS = range(300, 400)

_CREDENTIALS_CODES = frozenset({protocol.CODE_SIGN_IN, protocol.CODE_BEARER})
_LIMIT_CODES = frozenset({protocol.CODE_CONCURRENCY, protocol.CODE_BALANCE})
_TELLING_CODES = _CREDENTIALS_CODES | _LIMIT_CODES
_MAX_CODE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Complaint:
    """One of an answer's errors.

    Attributes:
        code: the API's error code, or None where there is none to read.
        message: the service's own words, not yet fit to be shown.
    """

    code: int | None
    message: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with the form that all of them share.

    Attributes:
        fields: all its fields.
        result: the service's yes or no.
        complaints: its errors.
    """

    fields: dict[str, object] = field(repr=False)
    result: bool
    complaints: tuple[Complaint, ...]

    def lists(self, name: str) -> int | None:
        """How many values the list of a name has; None where there is no such list."""
        value = self.fields.get(name)
        return len(value) if isinstance(value, list) else None

    def all(self, name: str) -> list[object]:
        """The values of such a list; do not give names to them before they are checked."""
        value = self.fields[name]
        return value if isinstance(value, list) else []

    def first(self, name: str) -> object:
        """The first value of such a list; do not give a name to it before it is checked."""
        value = self.fields[name]
        return value[0] if isinstance(value, list) else None


def read_answer(reply: Reply, endpoint: str) -> Answer:
    """The answer in a reply of any HTTP status.

    Raises:
        MalformedAnswerError: the body is no answer of this API.
    """
    flaw = reply.flaw
    if flaw is None:
        try:
            return _envelope(_parse(reply.body))
        except ValueError as error:
            flaw = str(error)
    raise MalformedAnswerError(
        f"{endpoint}: the service's answer (HTTP {reply.status}) {flaw}; try again later, and if it stays "
        "so, check the base URL"
    )


def check_status(reply: Reply, endpoint: str, censor: Censor) -> None:
    """Judge by the HTTP status alone, where it tells enough.

    Raises:
        CredentialsError: HTTP 401 or 403.
        LimitError: HTTP 429, whose body is not documented.
        MalformedAnswerError: a redirect, which is not followed: the credentials would go to another address.
    """
    if reply.status in _AUTHENTICATION_STATUSES or reply.status == _TOO_MANY_REQUESTS:
        try:
            answer = read_answer(reply, endpoint)
        except MalformedAnswerError:
            answer = Answer({}, result=False, complaints=())
        raise refusal(answer, reply, endpoint, censor)
    if reply.status in _REDIRECTS:
        raise MalformedAnswerError(
            f"{endpoint}: the service redirects to another address (HTTP {reply.status}), where requests "
            "are not sent; check the base URL"
        )


def refusal(answer: Answer, reply: Reply, endpoint: str, censor: Censor) -> StoryscriptError:
    """The error that an answer with `result: false` stands for.

    Returns:
        A `CredentialsError`, `LimitError` or `RefusedError`, by the HTTP status and the first telling code.
    """
    telling = (complaint for complaint in answer.complaints if complaint.code in _TELLING_CODES)
    first = next(telling, answer.complaints[0] if answer.complaints else Complaint(None, ""))
    words = censor.show(first.message) or f"no reason given, HTTP {reply.status}"
    if reply.status in _AUTHENTICATION_STATUSES or first.code in _CREDENTIALS_CODES:
        return CredentialsError(
            f"{endpoint}: the service refused the credentials ({words}); check the API key and secret, "
            "and the project's allowed addresses"
        )
    if first.code in _LIMIT_CODES:
        advice = "add funds at Wiro" if first.code == protocol.CODE_BALANCE else "wait until a task has ended"
        return LimitError(
            f"{endpoint}: the service takes no more for now ({words}, code {first.code}); {advice}, then go on",
            code=first.code,
            retry_after=reply.retry_after,
        )
    if reply.status == _TOO_MANY_REQUESTS:
        wait = "later" if reply.retry_after is None else f"in {reply.retry_after:.0f} s"
        return LimitError(
            f"{endpoint}: the service asks for fewer requests (HTTP 429); go on {wait}",
            retry_after=reply.retry_after,
        )
    code = "" if first.code is None else f", code {first.code}"
    return RefusedError(
        f"{endpoint}: the service refused ({words}{code}); change what was asked for, then try again",
        code=first.code,
    )


def _parse(body: bytes) -> object:
    text = body.strip()
    if not text:
        raise ValueError("is empty")
    if text.startswith(b"<"):
        raise ValueError("is HTML, not JSON")
    return strict_json.parse(text)


def _envelope(value: object) -> Answer:
    if not isinstance(value, dict):
        raise ValueError("is JSON, but no object")  # noqa: TRY004 - a value of the wire, not an argument
    match value.get("result"):
        case bool() as result:
            return Answer(value, result, tuple(map(_complaint, _errors(value))))
        case _:
            raise ValueError("has no `result` that is true or false")


def _errors(fields: dict[str, object]) -> list[object]:
    errors = fields.get("errors")
    if errors is None:
        return []
    if not isinstance(errors, list):
        raise ValueError("has `errors` that are no array")  # noqa: TRY004 - a value of the wire, not an argument
    return errors


def _complaint(value: object) -> Complaint:
    if not isinstance(value, dict):
        raise ValueError("has `errors` that are no objects")  # noqa: TRY004 - a value of the wire, not an argument
    code, message = value.get("code"), value.get("message")
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) <= _MAX_CODE_DIGITS:
        code = int(code)
    if isinstance(code, bool) or not isinstance(code, int):
        code = None
    return Complaint(code, message if isinstance(message, str) else "")
