"""Storyscript, made worse in ways in which people do make it: what the worlds must notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from simulation.commands import Flaws
from simulation.troubles import place_of
from storyscript import protocol
from storyscript.rendering.ledger import Ledger

if TYPE_CHECKING:
    from storyscript.rendering.journal import Line
    from storyscript.rendering.workplace import Workplace


class _Repeating(httpx.AsyncBaseTransport):
    """Sends a Run again when its answer was lost."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner: Final = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        except httpx.TransportError:
            if place_of(request.url.path) != protocol.RUN:
                raise
            return await self._inner.handle_async_request(request)


class _LateLedger(Ledger):
    """Writes an intent down when the Run was answered, and not before it left."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(None)
        self._ledger: Final = ledger
        self._held: Final[dict[object, Line]] = {}
        self.entries, self.uploads, self._last = ledger.entries, ledger.uploads, ledger._last

    def _append(self, line: Line) -> None:
        if line.get("step") == "intended":
            self._held[line["job"]] = line
            return
        held = self._held.pop(line.get("job"), None)
        for each in (held, line):
            if each is not None:
                self._ledger._append(each)


def _write_late(place: Workplace) -> None:
    place.ledger = _LateLedger(place.ledger)


def _forget_unknown(place: Workplace) -> None:
    """Take a job of unknown fate for one that was never submitted."""
    for rendering in place.renderings:
        if rendering.standing == "unknown":
            rendering.standing = "new"


FLAWS: Final = {
    "a Run is sent again when its answer was lost": Flaws(wire=_Repeating),
    "an intent is written down after its Run": Flaws(place=_write_late),
    "a job of unknown fate is submitted again": Flaws(place=_forget_unknown),
    "nothing is synced": Flaws(syncs=False),
}
