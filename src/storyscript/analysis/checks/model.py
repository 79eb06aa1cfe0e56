"""What the chosen model asks of the prompts (SS408)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.analysis.story import JobText, SettingValue
    from storyscript.diagnostics.sink import Sink


def check_trigger_words(jobs: Sequence[JobText], setting: SettingValue, sink: Sink) -> None:
    """Report a model with trigger words of which no prompt has one."""
    model = story_diffusion_advanced().models.get(str(setting.value))
    if model is None or not model.trigger_words:
        return
    wanted = [word.lower() for word in model.trigger_words]
    if any(word in text for text in _prompts(jobs) for word in wanted):
        return
    words = ", ".join(f"`{word}`" for word in model.trigger_words)
    which, it = ("a word", "it") if len(model.trigger_words) == 1 else ("any of some words", "one")
    sink.report(
        "SS408",
        setting.key_span,
        f"the model {model.label} knows its style by {which}, and no prompt has {it}",
        hint=f"put {it} into the description of each character that leads panels: {words}",
    )


def _prompts(jobs: Sequence[JobText]) -> Iterator[str]:
    for job in jobs:
        if job.lead is not None:
            yield job.lead.description.lower()
        for panel in (*job.scenes, *job.events):
            yield panel.description.lower()
