"""Who answers a served request: the machine, with or without a recording of it, or a recording alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from storyscript.fake.control import CONTROL
from storyscript.fake.machine import Machine
from storyscript.fake.service import handle
from storyscript.fake.trouble import Broken, Response

if TYPE_CHECKING:
    from storyscript.fake.tape.recording import Recorder
    from storyscript.fake.tape.replaying import Replay

Answering = Callable[[Machine, str, str, str, Mapping[str, str], bytes], Response | Broken]
"""From a machine and a request's method, path, query, headers (names in lower case) and body to its answer."""


def plainly(
    machine: Machine, method: str, path: str, _query: str, headers: Mapping[str, str], body: bytes
) -> Response | Broken:
    """The machine's answer."""
    return handle(machine, method, path, headers, body)


def recorded(recorder: Recorder) -> Answering:
    """The machine's answer, once the recording has it. What controls the fake is not recorded."""

    def answer(
        machine: Machine, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Response | Broken:
        result = handle(machine, method, path, headers, body)
        if not path.startswith(CONTROL):
            recorder.add(method, machine.origin, _target(path, query), headers, body, result)
        return result

    return answer


def replayed(replay: Replay) -> Answering:
    """A recording's answer. What controls the fake is for the machine, which has no tasks."""

    def answer(
        machine: Machine, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Response | Broken:
        if path.startswith(CONTROL):
            return handle(machine, method, path, headers, body)
        return replay.answer(method, _target(path, query), headers, body, origin=machine.origin)

    return answer


def _target(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
