"""The service's HTTP face without any HTTP library: from a request's parts to an answer's.

An in-process transport and a server on a real socket both stand on `handle`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from storyscript import protocol
from storyscript.fake import endpoints
from storyscript.fake.bodies import read_body
from storyscript.fake.control import CONTROL, LEDGER, answer_control
from storyscript.fake.machine import API_PREFIX
from storyscript.fake.refusals import INVALID, OK, UNKNOWN_PATH, Refusal
from storyscript.fake.tasks import TaskRecord
from storyscript.fake.trouble import FILES, Altered, Broken, Dated, Edited, Expired, Replaced, Response
from storyscript.fake.uploads import UPLOADS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyscript.fake.machine import Machine

__all__ = ["LEDGER", "answer_api", "handle", "waits_for_frames"]

_DEAD: Final = Refusal(protocol.CODE_GENERAL, protocol.MESSAGE_NOT_PERMITTED, 403)


def handle(machine: Machine, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response | Broken:
    """Answer a request, with the trouble that was ordered for it.

    Args:
        machine: who answers.
        method: GET or POST, and DELETE for what is ordered; everything else is an unknown path.
        path: the request's path, decoded, without the query.
        headers: its headers, names in any case.
        body: its body.

    Returns:
        The answer, or how the connection fails instead.
    """
    if path.startswith(CONTROL):
        return answer_control(machine, method, path, body)
    if method == "POST":
        return _handle_post(machine, path, headers, body)
    if method == "GET" and path.startswith((f"{FILES}/", f"{UPLOADS}/")):
        return _handle_file(machine, path)
    return _json(UNKNOWN_PATH.status, UNKNOWN_PATH.fields())


def waits_for_frames(machine: Machine, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the answer to a request may have to wait for frames to be drawn.

    Args:
        machine: who would answer.
        method: as for `handle`, and so on.
        path: the request's path.
        headers: its headers, names in lower case.
        body: its body.
    """
    if method == "GET":
        return path.startswith(f"{FILES}/")
    match _endpoint(path):
        case protocol.TASK_LIST:
            form = read_body(headers.get("content-type", ""), body)
            tasks = [] if form is None else endpoints.listed(machine, form)[1]
            return any(map(machine.waits_for_frames, tasks))
        case protocol.TASK_DETAIL:
            form = read_body(headers.get("content-type", ""), body)
            task = None if form is None else endpoints.named(machine, form)
            return isinstance(task, TaskRecord) and machine.waits_for_frames(task)
        case _:
            return False


def answer_api(machine: Machine, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, object]]:
    """Answer a POST to the API, as it should be.

    Returns:
        The HTTP status and the answer's JSON object.
    """
    answer = _answer(machine, path, {name.lower(): value for name, value in headers.items()}, body)
    return (answer.status, answer.fields()) if isinstance(answer, Refusal) else (OK, answer)


def _answer(machine: Machine, path: str, headers: Mapping[str, str], body: bytes) -> endpoints.Answer:
    endpoint = _endpoint(path)
    if not endpoint:
        return UNKNOWN_PATH
    refused = machine.gate.check(headers)
    if refused is not None:
        return refused
    form = read_body(headers.get("content-type", ""), body)
    if form is None:
        return INVALID
    if endpoint in endpoints.PATHS:
        return endpoints.answer(machine, endpoint, form)
    return endpoints.run(machine, endpoint.removeprefix(f"{protocol.RUN}/"), form)


def _endpoint(path: str) -> str:
    """The path below the prefix, or `""` where no endpoint is."""
    endpoint = path.removeprefix(API_PREFIX) if path.startswith(f"{API_PREFIX}/") else ""
    return endpoint if endpoint in endpoints.PATHS or endpoint.startswith(f"{protocol.RUN}/") else ""


def _handle_post(machine: Machine, path: str, headers: Mapping[str, str], body: bytes) -> Response | Broken:
    match machine.faults.take(_fault_key(path)):
        case Broken() as broken:
            if broken.executed:
                answer_api(machine, path, headers, body)
            return broken
        case Replaced() as replaced:
            if replaced.executed:
                answer_api(machine, path, headers, body)
            return replaced.response
        case Dated() as dated:
            return dated.make(machine.now())
        case Edited() as edited:
            status, fields = answer_api(machine, path, headers, body)
            return _json(status, edited.edit(fields))
        case Altered() as altered:
            return altered.change(_json(*answer_api(machine, path, headers, body)))
        case _:
            return _json(*answer_api(machine, path, headers, body))


def _fault_key(path: str) -> str:
    """The endpoint that faults are ordered for; `""` for all paths that are none, however many there are."""
    endpoint = _endpoint(path)
    return protocol.RUN if endpoint.startswith(f"{protocol.RUN}/") else endpoint


def _handle_file(machine: Machine, path: str) -> Response | Broken:
    match machine.faults.take(FILES):
        case Broken() as broken:
            return broken
        case Replaced() as replaced:
            return replaced.response
        case Dated() as dated:
            return dated.make(machine.now())
        case Altered() as altered:
            return altered.change(_file(machine, path))
        case Expired():
            machine.expire(path.removeprefix(FILES))
            return _json(_DEAD.status, _DEAD.fields())
        case _:
            return _file(machine, path)


def _file(machine: Machine, path: str) -> Response:
    upload = machine.uploads.find(path)
    if upload is not None:
        return Response(OK, upload.content, upload.content_type)
    if machine.folders.is_dead(path.removeprefix(FILES)):
        return _json(_DEAD.status, _DEAD.fields())
    content = machine.file(path.removeprefix(FILES))
    if content is None:
        return _json(UNKNOWN_PATH.status, UNKNOWN_PATH.fields())
    return Response(OK, content, "image/png")


def _json(status: int, value: object) -> Response:
    return Response(status, json.dumps(value, allow_nan=False).encode())
