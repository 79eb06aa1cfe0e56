"""The tool's own facts: parameters, options, defaults.

They are data, made from the tool's page; `known_range` is what the open-source code behind it takes (API page,
"wiro/story-diffusion-advanced"). Parameters of which the page only shows a sample text (`sample`) have no default.
A style's `tokens` are what the words take that the same code (`utils/style_template.py` of StoryDiffusion, in its
version with these eight styles) puts before and behind a prompt, counted with the vocabulary of CLIP.
"""

from __future__ import annotations

import json
import pkgutil
from functools import cache
from typing import Any, NamedTuple


class Range(NamedTuple):
    """What values upstream's code takes; outside it nobody knows what happens."""

    least: float
    most: float
    step: int = 1

    def holds(self, value: float) -> bool:
        """Whether a value is inside."""
        if not self.least <= value <= self.most:
            return False
        return self.step == 1 or value % self.step == 0


class Model(NamedTuple):
    """An option of `selectedModel`.

    Attributes:
        id: the value that is sent.
        label: `owner/name`.
        description: the page's.
        trigger_words: of which one should be in the prompts; mostly none.
    """

    id: str
    label: str
    description: str
    trigger_words: tuple[str, ...]


class StyleTokens(NamedTuple):
    """What a style's own words take of the text encoder's window.

    Attributes:
        before: tokens that stand before the prompt.
        behind: tokens that stand behind it.
    """

    before: int
    behind: int


class Tool(NamedTuple):
    """One tool of the service.

    Attributes:
        slug: `owner/name`.
        defaults: for each parameter, in the order of the page, what is sent where the story says nothing.
        models: by id.
        styles: the values of `styleName`.
        style_tokens: what each of them adds to a prompt.
        ranges: the known range of those parameters that have one.
    """

    slug: str
    defaults: dict[str, str | int]
    models: dict[str, Model]
    styles: tuple[str, ...]
    style_tokens: dict[str, StyleTokens]
    ranges: dict[str, Range]


@cache
def story_diffusion_advanced() -> Tool:
    """The tool that stories are compiled for."""
    page: dict[str, Any] = json.loads(pkgutil.get_data(__name__, "story_diffusion_advanced.json") or b"")
    parameters: dict[str, dict[str, Any]] = {entry["name"]: entry for entry in page["parameters"]}
    return Tool(
        slug=page["tool"],
        defaults={name: entry["default"] for name, entry in parameters.items()},
        models={
            option["value"]: Model(
                option["value"], option["label"], option["description"], tuple(option["triggerwords"])
            )
            for option in parameters["selectedModel"]["options"]
        },
        styles=tuple(option["value"] for option in parameters["styleName"]["options"]),
        style_tokens={
            option["value"]: StyleTokens(option["tokens"]["before"], option["tokens"]["behind"])
            for option in parameters["styleName"]["options"]
        },
        ranges={
            name: Range(entry["known_range"]["min"], entry["known_range"]["max"], entry["known_range"].get("step", 1))
            for name, entry in parameters.items()
            if "known_range" in entry
        },
    )
