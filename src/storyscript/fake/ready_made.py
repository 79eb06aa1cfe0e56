"""Faults of requests that are ready to be ordered, and functions that make further ones."""

from __future__ import annotations

from typing import Final

from storyscript import protocol
from storyscript.fake.trouble import Edited, Replaced, Response

HTML: Final = Replaced(Response(200, b"<!doctype html><title>Welcome</title><p>Not the API.</p>", "text/html"))
LIST: Final = Replaced(Response(200, b"[1, 2, 3]"))
HALF: Final = Replaced(Response(200, b'{"result": true, "errors": [], "taskli'))
EMPTY: Final = Replaced(Response(200, b""))


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


UNKNOWN_STATUS: Final = task_with(status="task_dreaming")
FAILED_PROCESS: Final = task_with(
    status=protocol.STATUS_POSTPROCESS_END, pexit="1", outputs=[], debugerror="CUDA out of memory"
)
NO_OUTPUTS: Final = task_with(status=protocol.STATUS_POSTPROCESS_END, pexit="", outputs=[])
WRONG_SIZE: Final = outputs_with(size="1")
