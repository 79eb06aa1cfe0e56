"""Requests to a fake without a client in between."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storyscript.fake import Account
from storyscript.fake.faults import Response
from storyscript.fake.service import handle
from wiro.standins import Clock, machine_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyscript.fake import Machine

RUN = "/v1/Run/wiro/story-diffusion-advanced"


def post(
    machine: Machine,
    path: str,
    body: bytes | Mapping[str, object] = b"",
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, object]]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = handle(machine, "POST", path, headers or {}, content)
    assert isinstance(response, Response)
    assert response.content_type == "application/json"
    answer = json.loads(response.body)
    assert isinstance(answer, dict)
    return response.status, answer


def opened(*, speed: float = 1.0) -> Machine:
    return machine_at(Clock(), account=Account(), speed=speed)


def error(code: int, message: str) -> dict[str, object]:
    return {"result": False, "errors": [{"code": code, "message": message}]}
