"""Orders of faults: which, for what, how often, and how likely; and the text that says so.

    NAME[:COUNT][@PROBABILITY][/ENDPOINT]

NAME is one of the catalogue. COUNT, a whole number from 1 on, is how often it happens at most. PROBABILITY, above 0
and up to 1, is drawn anew for each request. Without either it happens once; with a probability alone, for ever. With
both, each request draws until it has happened COUNT times. ENDPOINT is a path below the base URL, `/files`, `/tasks`
or `/socket`; without it, the fault's own.

    reset:2                 the next two Runs
    http-503@0.1            one Run in ten, for ever
    reset:1/Task/Detail     the next Detail
    stuck:3@0.5             each task that is accepted, with even chances, until three are stuck
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storyscript.fake.catalogue import find
from storyscript.fake.trouble import check_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyscript.fake.trouble import Fault

_TEXT: Final = re.compile(
    r"(?P<name>[a-z0-9-]+)(?::(?P<count>[0-9]{1,9}))?(?:@(?P<probability>[0-9]{0,3}(?:\.[0-9]{0,9})?))?(?P<place>/\S*)?"
)
_GRAMMAR: Final = "NAME[:COUNT][@PROBABILITY][/ENDPOINT]"
_FIELDS: Final = frozenset({"name", "count", "probability", "endpoint"})


@dataclass(slots=True, eq=False)
class Order:
    """One order.

    Attributes:
        place: the endpoint, `FILES`, `TASKS` or `SOCKET` that it is for.
        fault: what happens.
        count: how often at most; None for ever.
        probability: of each time, above 0 and up to 1.
        name: the fault's in the catalogue, or `""`.
        served: how often it has happened.

    Raises:
        ValueError: the place is none, or has no such fault; the count or the probability is not in its range.
        TypeError: the fault is none.
    """

    place: str
    fault: Fault
    count: int | None = 1
    probability: float = 1.0
    name: str = ""
    served: int = 0

    def __post_init__(self) -> None:
        check_fault(self.place, self.fault)
        if self.count is not None and self.count < 1:
            raise ValueError(f"a fault happens once or more often, not {self.count} times")
        if not 0 < self.probability <= 1:
            raise ValueError(f"a probability is above 0 and at most 1, not {self.probability:g}")

    @property
    def is_done(self) -> bool:
        """It happens no more."""
        return self.count is not None and self.served >= self.count

    def fields(self) -> dict[str, object]:
        """The order as `/__fake__/faults` shows it."""
        return {
            "name": self.name or None,
            "endpoint": self.place,
            "count": self.count,
            "probability": self.probability,
            "served": self.served,
        }


def read_order(text: str) -> Order:
    """The order that a text means: `reset:2`, `http-503@0.1/Task/Detail`.

    Raises:
        ValueError: it means none; the message says what is wrong with it.
    """
    parts = _TEXT.fullmatch(text)
    if parts is None:
        raise ValueError(f"`{text}` is no order of a fault: that is {_GRAMMAR}, such as `reset:2` or `http-503@0.1`")
    count = None if parts["count"] is None else int(parts["count"])
    given = parts["probability"]
    try:
        probability = None if given is None else float(given)
    except ValueError:
        raise ValueError(f"`{text}`: a probability is a number above 0 and at most 1, not `{given}`") from None
    return make_order(parts["name"], count=count, probability=probability, endpoint=parts["place"])


def read_order_fields(fields: Mapping[str, object]) -> Order:
    """The order that a JSON object means: `name`, and perhaps `count`, `probability`, `endpoint`.

    Raises:
        ValueError: it means none.
    """
    match [fields.get(name) for name in ("name", "count", "probability", "endpoint")]:
        case [
            str() as name,
            int() | None as count,
            int() | float() | None as probability,
            str() | None as endpoint,
        ] if set(fields) <= _FIELDS and not isinstance(count, bool) and not isinstance(probability, bool):
            return make_order(name, count=count, probability=probability, endpoint=endpoint)
        case _:
            raise ValueError(f"an order of a fault is {_GRAMMAR}, or an object of {', '.join(sorted(_FIELDS))}")


def make_order(
    name: str, *, count: int | None = None, probability: float | None = None, endpoint: str | None = None
) -> Order:
    """An order of a fault of the catalogue.

    Args:
        name: which.
        count: how often at most; None for once, or for ever if there is a probability.
        probability: of each time; None for always.
        endpoint: what it is for; None for the fault's own.

    Raises:
        ValueError: there is no such fault, it cannot happen there, or a number is not in its range.
    """
    entry = find(name)
    place = endpoint if endpoint is not None else entry.places[0]
    if place not in entry.places:
        raise ValueError(f"`{name}` cannot happen at `{place}`, only at {', '.join(entry.places)}")
    if count is None and probability is None:
        count = 1
    return Order(place, entry.fault, count, 1.0 if probability is None else float(probability), name)
