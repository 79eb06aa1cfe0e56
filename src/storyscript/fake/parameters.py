"""The tool's parameters as the service takes them: lenient in form, with defaults for what is missing.

The API page's own samples send an empty `selectedModel` and a number as a string, so both are accepted, and
what is unknown is ignored. Limits that no source gives are not made up, but for the size of an image, which
must be drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from storyscript import protocol
from storyscript.fake.models import MODELS
from storyscript.fake.refusals import INVALID, Refusal, required

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_SIDE = 4096
"""Pixels of an image's side."""

STYLES = (
    "Comic book",
    "Japanese Anime",
    "Digital/Oil Painting",
    "Pixar/Disney Character",
    "Photographic",
    "Line art",
    "Black and White Film Noir",
    "Isometric Rooms",
)

_NEGATIVE = (
    "naked, deformed, bad anatomy, disfigured, poorly drawn face, mutation, extra limb, ugly, disgusting, "
    "poorly drawn hands, missing limb, floating limbs, disconnected limbs, blurry, watermarks, "
    "oversaturated, distorted hands, amputation"
)

_SCENES = (
    "wake up in the bed | have breakfast | is on the road, go to the company | work in the company | "
    "running in the playground | reading book in the home"
)

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Parameter:
    """A row of the API page's table of inputs.

    Attributes:
        name: as in a Run.
        kind: `number` stands for whole numbers and others alike, as the service's own message does.
        label: what the tool's page calls it.
        default: for a Run without it.
        options: for a select, each value's label; an empty value is always taken.
        open: other values than the options are taken, too.
        least: the smallest number taken, or None.
        most: the greatest number taken, or None.
    """

    name: str
    kind: Literal["text", "textarea", "select", "number", "float"]
    label: str
    default: Value
    options: Mapping[str, str] | None = None
    open: bool = False
    least: int | None = None
    most: int | None = None


PARAMETERS = (
    # A model that the page does not list may be newer than the page.
    Parameter("selectedModel", "select", "select-model", "79", options=MODELS, open=True),
    Parameter("selectedModelPrivate", "select", "select-model-private", "", options={}, open=True),
    Parameter("inputImageUrl", "text", "pad-image-url", ""),
    Parameter("inputImage2Url", "text", "init-image-url", ""),
    Parameter("prompt", "textarea", "Character Detail Prompt", "img, a woman wearing red dress"),
    # Required all the same: a Run that says nothing is a mistake.
    Parameter("generalPrompt", "textarea", "prompt", _SCENES),
    Parameter("negativePrompt", "textarea", "negativeprompt", _NEGATIVE),
    Parameter("extraEventPrompts", "textarea", "extra-event-prompt", "siting on the sofa | on the bed, at night"),
    Parameter("styleName", "select", "style-name", "Comic book", options={style: style for style in STYLES}),
    Parameter("steps", "number", "inferencesteps", 30),
    Parameter("width", "number", "width", 768, least=1, most=MAX_SIDE),
    Parameter("height", "number", "height", 768, least=1, most=MAX_SIDE),
    Parameter("fontSize", "number", "guidancescale", 30),
    Parameter("imageLength", "number", "id-image-length", 4),
    Parameter("scale", "float", "guidancescale", 2.0),
    Parameter("seed", "number", "seed", 123456),
)


def effective(given: Mapping[str, object]) -> dict[str, Value] | Refusal:
    """What the tool works with: each parameter's value, or its default; or why the Run is refused.

    Args:
        given: the Run's fields. `generalPrompt` must be among them; whether it holds a scene is judged where
            it is read.
    """
    if given.get("generalPrompt") is None:
        return required("generalPrompt")
    values: dict[str, Value] = {}
    for parameter in PARAMETERS:
        sent = given.get(parameter.name)
        value = parameter.default if sent is None else _value(parameter, sent)
        if isinstance(value, Refusal):
            return value
        values[parameter.name] = value
    return values


def _value(parameter: Parameter, sent: object) -> Value | Refusal:
    if parameter.kind in {"number", "float"}:
        return _number(parameter, sent)
    if isinstance(sent, bool) or not isinstance(sent, str | int | float):
        return INVALID
    # A lone surrogate can be written in JSON, but it is no character.
    text = str(sent).encode(errors="replace").decode()
    if parameter.options is None or parameter.open or text in parameter.options:
        return text
    return INVALID if text else parameter.default


def _number(parameter: Parameter, sent: object) -> Value | Refusal:
    number = _read_number(sent)
    if number is None:
        message = protocol.MESSAGE_NOT_A_NUMBER.format(name=parameter.name)
        return Refusal(protocol.CODE_GENERAL, message)
    if parameter.least is not None and parameter.most is not None:
        if not parameter.least <= number <= parameter.most:
            message = protocol.MESSAGE_OUT_OF_RANGE.format(name=parameter.name, min=parameter.least, max=parameter.most)
            return Refusal(protocol.CODE_GENERAL, message)
        return int(number)
    return number


def _read_number(sent: object) -> float | None:
    if isinstance(sent, bool) or not isinstance(sent, str | int | float):
        return None
    try:
        number = float(sent)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
