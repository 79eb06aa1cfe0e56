from __future__ import annotations

import pytest

from storyscript.fake.models import MODELS
from storyscript.fake.parameters import PARAMETERS, effective
from storyscript.fake.refusals import Refusal


def values(**fields: object) -> dict[str, str | int | float]:
    result = effective({"generalPrompt": "runs", **fields})
    assert not isinstance(result, Refusal)
    return result


def message(**fields: object) -> str:
    result = effective({"generalPrompt": "runs", **fields})
    assert isinstance(result, Refusal)
    assert (result.code, result.status) == (0, 200)
    return result.message


def test_what_is_missing_has_the_tools_default() -> None:
    read = values()
    assert len(read) == len(PARAMETERS) == 16
    assert read["prompt"] == "img, a woman wearing red dress"
    assert read["extraEventPrompts"] == "siting on the sofa | on the bed, at night"
    assert (read["width"], read["height"], read["seed"]) == (768, 768, 123456)
    assert values(prompt=None)["prompt"] == read["prompt"]


def test_what_is_empty_is_not_missing() -> None:
    assert values(prompt="", extraEventPrompts="")["extraEventPrompts"] == ""
    assert values(prompt="")["prompt"] == ""


def test_the_api_pages_sample() -> None:
    read = values(selectedModel="", selectedModelPrivate="", inputImageUrl="bg-img2.png", scale="2.0", steps=30)
    assert read["scale"] == 2.0
    assert read["selectedModel"] == ""


@pytest.mark.parametrize("sent", [512, 512.0, "512 ", "5.12e2"])
def test_numbers(sent: object) -> None:
    assert values(width=sent)["width"] == 512


@pytest.mark.parametrize("sent", ["", "wide", True, [512], {}, "nan", "inf", 10**400, "1" * 5000])
@pytest.mark.parametrize("name", ["width", "steps", "scale", "seed"])
def test_what_is_no_number(name: str, sent: object) -> None:
    assert message(**{name: sent}) == f"Request parameter [{name}] must be integer or float"


@pytest.mark.parametrize("sent", [0, -1, 4097, "1e9"])
def test_images_that_nobody_can_draw(sent: object) -> None:
    assert message(height=sent) == "Request parameter [height] must be between 1 and 4096"


def test_no_other_limits_are_made_up() -> None:
    assert values(steps=100_000, imageLength=99, seed=-1, fontSize=1)["steps"] == 100_000


@pytest.mark.parametrize("missing", [{}, {"generalPrompt": None}])
def test_a_story_is_required(missing: dict[str, object]) -> None:
    result = effective(missing)
    assert isinstance(result, Refusal)
    assert result.message == "Request parameter [generalPrompt] required"


def test_styles_are_exact_and_models_open() -> None:
    assert values(styleName="Line art")["styleName"] == "Line art"
    assert values(styleName="")["styleName"] == "Comic book"
    assert message(styleName="line art") == "Request parameters are invalid."
    assert values(selectedModel="4711")["selectedModel"] == "4711"
    assert values(selectedModel=79)["selectedModel"] == "79"


@pytest.mark.parametrize("sent", [[], {}, True])
def test_texts_are_texts(sent: object) -> None:
    assert message(prompt=sent) == "Request parameters are invalid."


def test_half_a_character_is_replaced() -> None:
    assert values(prompt="\ud83d")["prompt"] == "?"


def test_unknown_fields_are_ignored() -> None:
    assert "nonsense" not in values(nonsense=1)


def test_the_pages_models() -> None:
    assert len(MODELS) == 51
    assert MODELS["79"] == "stabilityai/stable-diffusion-xl-base-1.0"
