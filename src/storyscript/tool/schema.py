"""What a tool takes, as data, and how two statements of it differ.

One statement is ours, made from the tool's page when storyscript was; the other is the service's of today. Where they
differ, what storyscript sends or warns of may be out of date.
"""

from __future__ import annotations

import json
import pkgutil
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_MOST_NAMED: Final = 5
"""Options that one line names; a count stands for the others."""

_ANY: Final = "any"

Scalar = str | int | float | bool | None


class Parameter(NamedTuple):
    """A parameter of a tool.

    Attributes:
        name: as it is sent.
        kind: `text`, `select`, `number`, …; None where it is not stated.
        defaults: the values that stand for its default: one, or also the sample that a page shows in its place.
        options: for a select, each value's label.
        least, most: the limits that are stated, or None.
        required: a Run without it is refused.
    """

    name: str
    kind: str | None
    defaults: tuple[Scalar, ...]
    options: Mapping[str, str]
    least: float | None = None
    most: float | None = None
    required: bool = False


class Change(StrEnum):
    """How a parameter differs."""

    GONE = "gone"
    NEW = "new"
    NEW_REQUIRED = "new and required"
    KIND = "type"
    DEFAULT = "default"
    OPTIONS_GONE = "options gone"
    OPTIONS_NEW = "options new"
    OPTIONS_RENAMED = "options renamed"
    LIMITS = "limits"


class Difference(NamedTuple):
    """One thing that the service states otherwise.

    Attributes:
        parameter: its name, the service's where it is new.
        change: what differs.
        here: what storyscript knows: none, a value, or the options concerned.
        there: what the service states.
    """

    parameter: str
    change: Change
    here: tuple[str, ...]
    there: tuple[str, ...]


@cache
def known_parameters() -> tuple[Parameter, ...]:
    """The parameters that storyscript knows, in the order of the tool's page."""
    page: dict[str, Any] = json.loads(pkgutil.get_data(__name__, "story_diffusion_advanced.json") or b"")
    return tuple(
        Parameter(
            entry["name"],
            entry["type"],
            tuple(entry[key] for key in ("default", "sample") if key in entry),
            {option["value"]: option["label"] for option in entry.get("options", ())},
            entry.get("known_range", {}).get("min"),
            entry.get("known_range", {}).get("max"),
        )
        for entry in page["parameters"]
    )


def compare(here: Iterable[Parameter], there: Iterable[Parameter]) -> list[Difference]:
    """What the service states otherwise; in the order of `here`, and then what is new.

    Labels, helps and the order of parameters do not count: nothing that is sent depends on them. Neither do the
    options of a select of which storyscript knows none: those are the user's own.
    """
    stated = {parameter.name: parameter for parameter in there}
    known = {parameter.name: parameter for parameter in here}
    found: list[Difference] = []
    for name, parameter in known.items():
        if name in stated:
            found += _differences(parameter, stated[name])
        else:
            found.append(Difference(name, Change.GONE, (), ()))
    for name, parameter in stated.items():
        if name not in known:
            change = Change.NEW_REQUIRED if parameter.required else Change.NEW
            found.append(Difference(name, change, (), (parameter.kind or "unknown", *map(_shown, parameter.defaults))))
    return found


def _differences(here: Parameter, there: Parameter) -> Iterator[Difference]:
    if there.kind is not None and there.kind != here.kind:
        yield Difference(here.name, Change.KIND, (str(here.kind),), (there.kind,))
    for stated in there.defaults:
        if not any(_is_same(known, stated) for known in here.defaults):
            yield Difference(here.name, Change.DEFAULT, (_shown(here.defaults[0]),), (_shown(stated),))
    if here.options:
        yield from _options(here, there)
    if _is_narrower(here, there):
        yield Difference(here.name, Change.LIMITS, _limits(here), _limits(there))


def _options(here: Parameter, there: Parameter) -> Iterator[Difference]:
    gone = [value for value in here.options if value not in there.options]
    new = [value for value in there.options if value not in here.options]
    renamed = [
        value for value, label in here.options.items() if value in there.options and there.options[value] != label
    ]
    if gone:
        yield Difference(here.name, Change.OPTIONS_GONE, _named(gone, here.options), ())
    if new:
        yield Difference(here.name, Change.OPTIONS_NEW, (), _named(new, there.options))
    if renamed:
        labels = _named(renamed, here.options), _named(renamed, there.options)
        yield Difference(here.name, Change.OPTIONS_RENAMED, *labels)


def _named(values: Iterable[str], options: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(value if options[value] in ("", value) else f"{value} {options[value]}" for value in values)


def _is_same(known: Scalar, stated: Scalar) -> bool:
    """The service writes numbers as strings or not, and nothing as null or as an empty text."""
    a, b = _number(known), _number(stated)
    if a is not None and b is not None:
        return a == b
    return " ".join(_shown(known).split()) == " ".join(_shown(stated).split())


def _number(value: Scalar) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _shown(value: Scalar) -> str:
    return "" if value is None else str(value)


def _is_narrower(here: Parameter, there: Parameter) -> bool:
    """The service refuses what storyscript lets pass without a warning."""
    above = there.least is not None and (here.least is None or there.least > here.least)
    below = there.most is not None and (here.most is None or there.most < here.most)
    return above or below


def _limits(parameter: Parameter) -> tuple[str, ...]:
    return tuple(_ANY if limit is None else f"{limit:.10g}" for limit in (parameter.least, parameter.most))


def describe(difference: Difference, show: Callable[[str], str]) -> str:
    """A difference as one line.

    Args:
        difference: what differs.
        show: makes a text fit to be shown: the service's words may hold anything.
    """
    here, there = ([show(text) for text in texts] for texts in (difference.here, difference.there))
    name = f"`{show(difference.parameter)}`"
    match difference.change:
        case Change.GONE:
            return f"{name}: the service has it no longer"
        case Change.NEW | Change.NEW_REQUIRED:
            default = f", default `{there[1]}`" if len(there) > 1 else ""
            return f"{name}: {difference.change}, storyscript does not know it (type {there[0]}{default})"
        case Change.KIND | Change.DEFAULT:
            return f"{name}: {difference.change} `{there[0]}` at the service, `{here[0]}` in storyscript"
        case Change.OPTIONS_GONE:
            return f"{name}: the service offers no longer: {_some(here)}"
        case Change.OPTIONS_NEW:
            return f"{name}: the service offers also: {_some(there)}"
        case Change.OPTIONS_RENAMED:
            return f"{name}: named otherwise: {_some([f'{a} is {b}' for a, b in zip(here, there, strict=True)])}"
        case Change.LIMITS:
            ours = "knows no limits" if set(here) == {_ANY} else f"warns outside {here[0]} to {here[1]}"
            return f"{name}: the service takes {there[0]} to {there[1]}, storyscript {ours}"


def _some(texts: list[str]) -> str:
    more = len(texts) - _MOST_NAMED
    return ", ".join(texts[:_MOST_NAMED]) + (f", and {more} more" if more > 0 else "")
