"""What a fake tells of itself, and how it is told what to do: the paths below `/__fake__/`, without credentials.

GET    /__fake__/ledger    each Run that was accepted, and what it was charged
GET    /__fake__/faults    what is ordered, what came and happened, and all names that there are
POST   /__fake__/faults    {"faults": ["reset:2", {"name": "stuck", "probability": 0.1}], "seed": 7}
DELETE /__fake__/faults    forget all that is ordered
GET    /__fake__/clock     the time
POST   /__fake__/clock     {"advance": SECONDS}, where the clock is a virtual one
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from storyscript import protocol
from storyscript.fake.catalogue import CATALOGUE
from storyscript.fake.orders import read_order, read_order_fields
from storyscript.fake.refusals import OK, UNKNOWN_PATH, Refusal
from storyscript.fake.trouble import Response

if TYPE_CHECKING:
    from storyscript.fake.machine import Machine
    from storyscript.fake.orders import Order

CONTROL: Final = "/__fake__/"
"""What these paths begin with."""

LEDGER: Final = f"{CONTROL}ledger"
FAULTS: Final = f"{CONTROL}faults"
CLOCK: Final = f"{CONTROL}clock"

_MOST_DIGITS: Final = 18


def answer_control(machine: Machine, method: str, path: str, body: bytes) -> Response:
    """Answer a request for one of these paths.

    Args:
        machine: whose.
        method: GET, POST or DELETE.
        path: the request's path, which begins with `CONTROL`.
        body: its body; JSON, where there is one.
    """
    try:
        match method, path:
            case "GET", str(path) if path == LEDGER:
                return _json(machine.ledger())
            case "GET" | "POST" | "DELETE", str(path) if path == FAULTS:
                return _json(_faults(machine, method, body))
            case "GET" | "POST", str(path) if path == CLOCK:
                return _json(_clock(machine, method, body))
            case _:
                return _json(UNKNOWN_PATH.fields(), UNKNOWN_PATH.status)
    except ValueError as error:
        return _json(Refusal(protocol.CODE_GENERAL, str(error)).fields(), HTTPStatus.BAD_REQUEST)


def _faults(machine: Machine, method: str, body: bytes) -> dict[str, object]:
    faults = machine.faults
    if method == "DELETE":
        faults.clear()
    elif method == "POST":
        asked = _read(body, {"faults", "seed"})
        orders = asked.get("faults", [])
        if not isinstance(orders, list):
            raise ValueError("`faults` is a list of orders, such as `reset:2`")
        made = [_order(order) for order in orders]
        seed = asked.get("seed")
        if seed is not None:
            if isinstance(seed, bool) or not isinstance(seed, int):
                raise ValueError("`seed` is a whole number")
            faults.reseed(seed)
        faults.arrange(*made)
    return {
        "ordered": [order.fields() for order in faults.ordered()],
        "happened": dict(faults.happened),
        "seen": dict(faults.seen),
        "names": [
            {"name": entry.name, "endpoints": list(entry.places), "effect": entry.effect, "what": entry.what}
            for entry in CATALOGUE.values()
        ],
    }


def _order(given: object) -> Order:
    match given:
        case str():
            return read_order(given)
        case dict():
            return read_order_fields(given)
        case _:
            raise ValueError("an order of a fault is a text, such as `reset:2`, or an object")


def _clock(machine: Machine, method: str, body: bytes) -> dict[str, object]:
    if method == "POST":
        seconds = _read(body, {"advance"}).get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ValueError("`advance` is a number of seconds")
        machine.advance(seconds)
    return {"now": machine.now(), "clock": "virtual" if machine.is_held else "real"}


def _read(body: bytes, names: set[str]) -> dict[str, object]:
    """The JSON object in a body, all of whose names are known.

    Raises:
        ValueError: it is none.
    """
    try:
        value = json.loads(body, parse_int=_integer)
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
    if not isinstance(value, dict) or not set(value) <= names:
        raise ValueError(f"the body is not a JSON object of {', '.join(sorted(names))}")
    return value


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(digits)
    return int(digits)


def _json(value: object, status: int = OK) -> Response:
    return Response(status, json.dumps(value, allow_nan=False).encode())
