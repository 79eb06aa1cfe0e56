"""What submitting jobs would cost, by what the service states of its tool, and where that is from.

An estimate and no promise: only a success is billed, and what a task cost is known when it has ended.

Source: API page, "Limits, retries, price".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.wiro import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storyscript.wiro import ToolDetail

_PIXELS_OF_A_TIER: Final = 1_048_576
_UNITS: Final = {
    "cpr": ("task", "a request"),
    "cpo": ("output", "an output"),
    "cp-pixel": ("tier", "each 1,048,576 pixels"),
    "cps": ("second", "a second"),
    "approximatelycost": ("task", "a Run"),
}
"""For each method, and for the field that is none: what is counted, and what its price is paid for."""

_EXACT: Final = Context(prec=200)
"""Enough for every sum of prices with at most `_LONGEST` digits: none is ever rounded."""
_LONGEST: Final = 30
"""Characters of a price; what is longer is none."""
_LARGEST: Final = 20
"""The largest power of ten in a price, up and down."""
_MOST_DIGITS: Final = 9
"""Digits of a picture's side."""
_SHOWN: Final = 3
"""Rates that are told; of more, the first."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What some jobs would cost.

    Attributes:
        amount: in US dollars, at least 0; None where it is not known.
        source: how it comes about and which of the service's fields it is from, or why it is not known.
    """

    amount: Decimal | None
    source: str

    @property
    def words(self) -> str:
        """The estimate in a line: `about $0.06 (2 tasks at $0.03 a request; from the service's dynamicprice)`."""
        amount = "unknown" if self.amount is None else f"about {_dollars(self.amount)}"
        return f"{amount} ({self.source})"


class _Rate(NamedTuple):
    """A price that is one.

    Attributes:
        price: in US dollars.
        method: what it is paid for, a key of `_UNITS` or a method that is not known here.
        inputs: the parameters' values that it is for.
        field: the service's field that states it.
    """

    price: Decimal
    method: str
    inputs: tuple[tuple[str, str], ...] = ()
    field: str = "dynamicprice"

    @property
    def words(self) -> str:
        _, unit = _UNITS.get(self.method, ("", f"by the method {self.method or 'that is not stated'}"))
        inputs = ", ".join(f"{name} {value}" for name, value in self.inputs)
        return f"{_dollars(self.price)} {unit}" + (f" with {inputs}" if inputs else "")

    def is_for(self, payload: Mapping[str, object]) -> bool:
        """Whether all its inputs are the payload's; a string and a number that are written the same are equal."""
        return all(name in payload and str(payload[name]) == value for name, value in self.inputs)

    def times(self, payload: Mapping[str, object], outputs: int) -> int | None:
        """How often it is paid for a job; None where nobody can know before."""
        match self.method:
            case "cpr" | "approximatelycost":
                return 1
            case "cpo":
                return max(0, outputs)
            case "cp-pixel":
                width, height = _side(payload.get("width")), _side(payload.get("height"))
                if width is None or height is None:
                    return None
                return -(-width * height // _PIXELS_OF_A_TIER) * max(0, outputs)
            case _:
                return None


def estimate(tool: ToolDetail | None, payloads: Sequence[Mapping[str, object]], outputs: Sequence[int]) -> Estimate:
    """What submitting jobs would cost.

    For each job counts the price of `dynamicprice` whose inputs are the job's; of several the one with the most
    inputs, and of those the dearest, or one of which nobody can know how often it is paid. Where none is for it,
    `approximatelycost` counts, else `cps`.

    Args:
        tool: what the service says of the tool; None where it was not asked or did not answer.
        payloads: the parameters of each job.
        outputs: how many pictures each is to give.
    """
    if not payloads:
        return Estimate(Decimal(0), "no tasks")
    if tool is None:
        return Estimate(None, "the service has not told its price")
    stated, general = _stated(tool), _general(tool)
    counts: Counter[_Rate] = Counter()
    uncounted: dict[_Rate, None] = {}
    without = 0
    for payload, number in zip(payloads, outputs, strict=True):
        rate, count = _applying(stated, general, payload, number)
        if rate is None:
            without += 1
        elif count is None:
            uncounted[rate] = None
        else:
            counts[rate] += count
    if without:
        which = "" if not stated else f" for {without} of {len(payloads)} tasks with their parameters"
        return Estimate(None, f"the service states no price{which}")
    if uncounted:
        return Estimate(None, _sourced([rate.words for rate in uncounted], uncounted))
    with localcontext(_EXACT):
        amount = sum((rate.price * count for rate, count in counts.items()), Decimal(0))
    return Estimate(
        amount, _sourced([f"{_counted(rate, count)} at {rate.words}" for rate, count in counts.items()], counts)
    )


def _applying(
    stated: Sequence[_Rate], general: _Rate | None, payload: Mapping[str, object], outputs: int
) -> tuple[_Rate | None, int | None]:
    """The rate of a job, and how often it is paid."""
    fitting = [rate for rate in stated if rate.is_for(payload)]
    most = max((len(rate.inputs) for rate in fitting), default=0)
    found = [(rate, rate.times(payload, outputs)) for rate in fitting if len(rate.inputs) == most]
    if not found:
        return general, None if general is None else general.times(payload, outputs)
    unknown = next((pair for pair in found if pair[1] is None), None)
    return unknown or max(found, key=lambda pair: pair[0].price * (pair[1] or 0))


def _stated(tool: ToolDetail) -> list[_Rate]:
    """The prices of `dynamicprice` that are prices."""
    rates = []
    for stated in tool.prices():
        price = _price(stated.price)
        if price is not None:
            inputs = tuple((name, str(value)) for name, value in stated.inputs.items())
            rates.append(_Rate(price, stated.method or "", inputs))
    return rates


def _general(tool: ToolDetail) -> _Rate | None:
    """The price for whatever `dynamicprice` says nothing of."""
    fields = (("approximatelycost", tool.approximatelycost), ("cps", tool.cps))
    rates = ((name, _price(text)) for name, text in fields)
    return next((_Rate(price, name, field=name) for name, price in rates if price is not None), None)


def _price(text: str | None) -> Decimal | None:
    """A finite number of at least 0; None for anything else."""
    try:
        price = Decimal(text or "") if len(text or "") <= _LONGEST else Decimal("NaN")
    except InvalidOperation:
        return None
    is_one = price.is_finite() and price >= 0 and (not price or abs(price.adjusted()) <= _LARGEST)
    return price.copy_abs() if is_one else None  # `-0` is 0


def _side(value: object) -> int | None:
    """A picture's side in pixels, from `768` or `"768"`."""
    digits = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    is_one = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    return int(digits) or None if is_one else None


def _sourced(parts: Sequence[str], rates: Iterable[_Rate]) -> str:
    shown = [*parts[:_SHOWN], *(["and more"] if len(parts) > _SHOWN else [])]
    fields = " and ".join(dict.fromkeys(rate.field for rate in rates))
    # The inputs and the method's name are the service's words.
    return f"{one_line(', '.join(shown))}; from the service's {fields}"


def _counted(rate: _Rate, count: int) -> str:
    what, _ = _UNITS[rate.method]
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _dollars(amount: Decimal) -> str:
    """An amount with at least the cents, and no zeros after them."""
    whole, _, cents = f"{amount:f}".partition(".")
    return f"${whole}.{cents.rstrip('0').ljust(2, '0')}"
