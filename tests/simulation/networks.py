"""The way to the service and back: latency, faults, requests that arrive late, and a process that dies under way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import httpx

from simulation.troubles import LATE, OVERTAKEN, draw_fate, draw_fault, place_of
from storyscript import protocol
from storyscript.fake.faults import read_order
from storyscript.fake.httpx_answers import DELAY, httpx_answer
from storyscript.fake.service import handle
from storyscript.fake.trouble import TASKS

if TYPE_CHECKING:
    from collections import Counter
    from random import Random

    from simulation.lives import Life
    from simulation.troubles import Trouble
    from storyscript.fake import Machine

_LATENCY: Final = 0.2
_TOO_LATE: Final = 700.0
"""Seconds; the client's patience for an exchange is 120, and for a large upload some more."""
_SILENCE: Final = 30.0
"""Seconds after which a client takes silence for an answer."""


class Wire(httpx.AsyncBaseTransport):
    """Carries one process's requests to a machine.

    Args:
        machine: who answers.
        life: the process's.
        trouble: how often something goes wrong.
        random: chooses.
        tally: counts what went wrong.

    Attributes:
        requests: how many were sent.
        runs: how many of them were Runs that arrived.
    """

    def __init__(self, machine: Machine, life: Life, trouble: Trouble, random: Random, tally: Counter[str]) -> None:
        self._machine: Final = machine
        self._life: Final = life
        self._trouble: Final = trouble
        self._random: Final = random
        self._tally: Final = tally
        self._astray: Final[list[tuple[httpx.Request, bytes]]] = []
        self.requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._life.step()
        self.requests += 1
        body = await request.aread()
        place = place_of(request.url.path)
        fault = draw_fault(self._random, place, self._trouble.requests, self._tally)
        await asyncio.sleep(self._random.random() * _LATENCY)
        if fault == OVERTAKEN:
            self._astray.append((request, body))
            await asyncio.sleep(_TOO_LATE)
        if fault in ("timeout", "timeout-after"):
            await asyncio.sleep(_SILENCE)
        self._life.step()
        response = self._deliver(request, body, place, None if fault == LATE else fault)
        self._life.step()  # killed here, it never hears what it did
        await asyncio.sleep(_TOO_LATE if fault == LATE else self._random.random() * _LATENCY)
        self._life.step()
        await asyncio.sleep(float(response.extensions.get(DELAY, 0.0)))
        return response

    def arrive(self) -> None:
        """Let what was overtaken come to the service after all."""
        for request, body in self._astray:
            self._deliver(request, body, "", None)
        self._astray.clear()

    def _deliver(self, request: httpx.Request, body: bytes, place: str, fault: str | None) -> httpx.Response:
        """What the service does and answers.

        Raises:
            httpx.TransportError: no answer comes.
        """
        faults = self._machine.faults
        faults.clear()
        if fault is not None:
            faults.arrange(read_order(f"{fault}{place}"))
        if place == protocol.RUN and (fate := draw_fate(self._random, self._trouble.tasks, self._tally)) is not None:
            faults.arrange(read_order(f"{fate}{TASKS}"))
        answer = handle(self._machine, request.method, request.url.path, dict(request.headers), body)
        return httpx_answer(answer, request)
