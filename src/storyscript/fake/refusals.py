"""The ways in which the service says no."""

from __future__ import annotations

from dataclasses import dataclass

from storyscript import protocol

OK = 200
UNAUTHORIZED = 401
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer with `result: false`.

    Attributes:
        code: the API's error code.
        message: in the service's words.
        status: the HTTP status; mostly 200 even here (Wiro's documentation).
    """

    code: int
    message: str
    status: int = OK

    def fields(self) -> dict[str, object]:
        """The answer's JSON object."""
        return {"result": False, "errors": [{"code": self.code, "message": self.message}]}


UNKNOWN_PATH = Refusal(protocol.CODE_GENERAL, protocol.MESSAGE_UNKNOWN_PATH, NOT_FOUND)
INVALID = Refusal(protocol.CODE_GENERAL, protocol.MESSAGE_INVALID)
NO_TASK = Refusal(protocol.CODE_NOT_FOUND, protocol.MESSAGE_NO_TASK)
TASK_REQUIRED = Refusal(protocol.CODE_GENERAL, protocol.MESSAGE_TASK_REQUIRED)


def required(name: str) -> Refusal:
    """A parameter is missing."""
    return Refusal(protocol.CODE_GENERAL, protocol.MESSAGE_REQUIRED.format(name=name))
