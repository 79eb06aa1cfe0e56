"""A tool as `/Tool/Detail` states it: its parameters and its price.

Of all that the service may say, little is required: that there is a tool, and that what it has of parameters has
names. Everything unknown is kept. A price that cannot be read is no price; it spoils nothing else.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from pydantic import BeforeValidator, Field, ValidationError

from storyscript.tool.schema import Parameter
from storyscript.wiro import strict_json
from storyscript.wiro.models import Identifier, Text, Wire, as_list

_METHODS: Final = {
    "cpr": "a request",
    "cps": "a second",
    "cpo": "an output",
    "cp-pixel": "each 1,048,576 pixels",
}
"""What a price of each method is paid for (Wiro's documentation)."""


def _json_list(value: object) -> object:
    """An array; a string that holds one as JSON; null stands for an empty one."""
    return as_list(strict_json.parse(value) if isinstance(value, str) and value.strip() else value or None)


def _groups(value: object) -> object:
    """The same; what is empty states nothing."""
    return _json_list(value) if value else None


def _limit(value: object) -> object:
    """A number, also as a string; an empty string stands for none."""
    return None if isinstance(value, str) and not value.strip() else value


def _flag(value: object) -> object:
    """Yes or no in all the forms that services write; what is not stated is no."""
    return False if value is None or value == "" else value


class ToolOption(Wire):
    """A value that a select offers.

    Attributes:
        value: what is sent.
        label: what is shown for it.
    """

    shown: ClassVar = ("value", "label")

    value: Text = None
    label: Text = None


class ToolParameter(Wire):
    """A parameter of a tool.

    Attributes:
        id: its name in a Run.
        type: `text`, `select`, `number`, …
        required: a Run without it is refused.
        default: what stands in the page's form.
        options: what a select offers.
        min, max: the limits that the service states.
    """

    shown: ClassVar = ("id", "type")

    id: Identifier
    type: Text = None
    label: Text = None
    required: Annotated[bool, BeforeValidator(_flag)] = False
    default: object = None
    options: Annotated[tuple[ToolOption, ...], BeforeValidator(_json_list)] = ()
    min: Annotated[float | None, BeforeValidator(_limit)] = None
    max: Annotated[float | None, BeforeValidator(_limit)] = None

    def plain(self) -> Parameter:
        """The parameter as data without a wire."""
        default = self.default
        stated = "default" in self.model_fields_set
        scalar = default if default is None or isinstance(default, str | int | float) else str(default)
        options = {option.value: option.label or option.value for option in self.options if option.value is not None}
        return Parameter(
            self.id, self.type, (scalar,) if stated else (), options, self.min, self.max, required=self.required
        )


class ToolGroup(Wire):
    """Parameters below one title.

    Attributes:
        items: the parameters.
    """

    items: Annotated[tuple[ToolParameter, ...], BeforeValidator(as_list)] = ()


class Price(Wire):
    """A price for Runs with certain inputs.

    Attributes:
        inputs: the parameters' values that it is for; empty for all.
        price: in US dollars.
        method: what it is paid for: `cpr`, `cps`, …
    """

    shown: ClassVar = ("price", "method")

    inputs: dict[str, object] = Field(default_factory=dict)
    price: Text = None
    method: Text = Field(default=None, alias="priceMethod")


class ToolDetail(Wire):
    """A tool as `/Tool/Detail` shows it.

    Attributes:
        slugowner, slugproject: the two parts of its slug.
        parameters: its parameters in groups, or None where the service states none.
        dynamicprice: its prices as a JSON string.
        approximatelycost: what a Run costs, roughly.
        cps: the price of a second.
    """

    called: ClassVar = "tool"
    shown: ClassVar = ("slugowner", "slugproject")

    slugowner: Text = None
    slugproject: Text = None
    parameters: Annotated[tuple[ToolGroup, ...] | None, BeforeValidator(_groups)] = None
    dynamicprice: object = None
    approximatelycost: Text = None
    cps: Text = None

    def schema_of_parameters(self) -> tuple[Parameter, ...] | None:
        """All parameters as data, or None where the service states none."""
        if not self.parameters:
            return None
        return tuple(item.plain() for group in self.parameters for item in group.items)

    def prices(self) -> tuple[Price, ...]:
        """What `dynamicprice` states; nothing where it states nothing that can be understood."""
        try:
            stated = _json_list(self.dynamicprice)
            return tuple(map(Price.model_validate, stated)) if isinstance(stated, list | tuple) else ()
        except (ValueError, ValidationError):
            return ()

    def price_statement(self) -> tuple[str, str] | None:
        """The price in words, and the field that it is from; None where no price is stated.

        Source: API page, "Limits, retries, price".
        """
        prices = [_in_words(price) for price in self.prices() if price.price]
        if prices:
            return "; ".join(prices), "dynamicprice"
        if self.approximatelycost:
            return f"about ${self.approximatelycost} a Run", "approximatelycost"
        return (f"${self.cps} a second", "cps") if self.cps else None


def _in_words(price: Price) -> str:
    unit = _METHODS.get(price.method or "", f"by the method {price.method or 'that is not stated'}")
    inputs = ", ".join(f"{name} {value}" for name, value in price.inputs.items())
    return f"${price.price} {unit}" + (f" with {inputs}" if inputs else "")
