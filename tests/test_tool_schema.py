from __future__ import annotations

from typing import Any

import pytest

from storyscript.tool import story_diffusion_advanced
from storyscript.tool.schema import Change, Difference, Parameter, compare, describe, known_parameters

KNOWN = {parameter.name: parameter for parameter in known_parameters()}


def altered(name: str, changes: dict[str, Any]) -> list[Parameter]:
    return [parameter._replace(**changes) if parameter.name == name else parameter for parameter in KNOWN.values()]


def lines(there: list[Parameter]) -> list[str]:
    return [describe(difference, str) for difference in compare(known_parameters(), there)]


def test_the_known_parameters_are_those_of_the_tool() -> None:
    tool = story_diffusion_advanced()
    assert {name: parameter.defaults[0] for name, parameter in KNOWN.items()} == tool.defaults
    assert list(KNOWN["selectedModel"].options) == list(tool.models)
    assert list(KNOWN) == list(tool.defaults)


def test_a_tool_does_not_differ_from_itself() -> None:
    assert compare(known_parameters(), reversed(known_parameters())) == []


MODELS = KNOWN["selectedModel"].options
STYLES = KNOWN["styleName"].options


@pytest.mark.parametrize(
    ("name", "changes", "line"),
    [
        ("steps", {"kind": "float"}, "`steps`: type `float` at the service, `number` in storyscript"),
        ("steps", {"defaults": (25,)}, "`steps`: default `25` at the service, `30` in storyscript"),
        ("negativePrompt", {"defaults": (None,)}, "`negativePrompt`: default `` at the service, "),
        (
            "selectedModel",
            {"options": {value: label for value, label in MODELS.items() if value != "79"}},
            "`selectedModel`: the service offers no longer: 79 stabilityai/stable-diffusion-xl-base-1.0",
        ),
        (
            "selectedModel",
            {"options": {**MODELS, "1300": "new/One"}},
            "`selectedModel`: the service offers also: 1300 new/One",
        ),
        ("selectedModel", {"options": {}}, "1095 terrariumbuilder497/AdeptSDXL, and 46 more"),
        (
            "styleName",
            {"options": {**STYLES, "Line art": "Line Art"}},
            "`styleName`: named otherwise: Line art is Line art Line Art",
        ),
        ("width", {"most": 768}, "`width`: the service takes 256 to 768, storyscript warns outside 256 to 1024"),
        (
            "fontSize",
            {"least": 8, "most": 64},
            "`fontSize`: the service takes 8 to 64, storyscript knows no limits",
        ),
        (
            "seed",
            {"most": 2147483646},
            "the service takes -1 to 2147483646, storyscript warns outside -1 to 2147483647",
        ),
    ],
)
def test_what_differs(name: str, changes: dict[str, Any], line: str) -> None:
    [found] = lines(altered(name, changes))
    assert line in found


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("steps", {"defaults": ("30",)}),
        ("steps", {"defaults": (30.0,)}),
        ("steps", {"defaults": ()}),
        ("steps", {"kind": None}),
        ("scale", {"defaults": (2,)}),
        ("seed", {"defaults": ("123456 ",)}),
        ("inputImageUrl", {"defaults": (None,)}),
        ("prompt", {"defaults": ("img, a woman wearing red dress",)}),
        ("prompt", {"defaults": ("img, a woman\n  wearing red dress",)}),
        ("prompt", {"defaults": ("",)}),
        ("width", {"least": 1, "most": 4096}),
        ("width", {"least": None, "most": None}),
        ("selectedModelPrivate", {"options": {"9": "my/own"}}),
    ],
)
def test_what_does_not(name: str, changes: dict[str, Any]) -> None:
    assert lines(altered(name, changes)) == []


def test_what_is_new_and_what_is_gone() -> None:
    there = [parameter for parameter in KNOWN.values() if parameter.name != "seed"]
    there += [Parameter("mood", "select", ("calm",), {}), Parameter("licence", None, (), {}, required=True)]
    assert compare(known_parameters(), there) == [
        Difference("seed", Change.GONE, (), ()),
        Difference("mood", Change.NEW, (), ("select", "calm")),
        Difference("licence", Change.NEW_REQUIRED, (), ("unknown",)),
    ]
    assert lines(there) == [
        "`seed`: the service has it no longer",
        "`mood`: new, storyscript does not know it (type select, default `calm`)",
        "`licence`: new and required, storyscript does not know it (type unknown)",
    ]


def test_each_of_the_services_words_is_made_fit_to_be_shown() -> None:
    there = [
        *altered("styleName", {"options": {**STYLES, "EVIL": "EVIL"}, "kind": "EVIL", "defaults": ("EVIL",)}),
        Parameter("EVIL", "EVIL", ("EVIL",), {}),
    ]
    shown = [
        describe(difference, lambda text: text.replace("EVIL", "*"))
        for difference in compare(known_parameters(), there)
    ]
    assert len(shown) == 4
    assert "EVIL" not in str(shown)
