"""What an editor says of a scene or an event: what it compiles to, to the sign.

Source: language page, "From story to jobs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.diagnostics.model import Severity
from storyscript.editing.layout import block_end
from storyscript.editing.markdown import code, fenced, plain
from storyscript.editing.prompts import Prompts, counted_tokens, shown_in
from storyscript.encoding import EncodingError, Scene, encode, encode_events
from storyscript.tokens.counter import WINDOW
from storyscript.tokens.prompt import measure
from storyscript.tokens.vocabulary import best_counter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.story import PanelText, StoryText
    from storyscript.editing.view import Place, View
    from storyscript.tokens.counter import TokenCounter


def segment(view: View, panel: PanelText) -> str | None:
    """A panel as it stands between the bars of `generalPrompt` or `extraEventPrompts`; None where it cannot stand."""
    try:
        if panel.kind == "event":
            return encode_events([panel.description])
        caption = "" if _is_local(view.story) else panel.caption
        return encode([Scene(panel.description, caption, panel.no_character)])
    except EncodingError:
        return None


def describe_panel(view: View, panel: PanelText, counter: TokenCounter | None = None) -> str:
    """What a panel compiles to, where it stands in its job, and how long its prompt is; in Markdown.

    Args:
        view: the story.
        panel: of the story.
        counter: counts tokens; by default as exactly as can be.
    """
    name = f" {code(panel.name)}" if panel.name else ""
    place = view.place_of(panel)
    title = f"**{panel.kind}**{name}"
    wrong = _why_not(view, panel, place)
    sent = segment(view, panel)
    if wrong or sent is None or place is None:
        return f"{title}\n\nDoes not compile yet: {wrong or 'its text cannot be sent as it is.'}"
    facts = [_caption(view.story, panel), _prompt(view.story, panel, place, counter)]
    listed = "\n".join(f"- {fact}" for fact in facts if fact)
    return f"{title}: {_where(view, panel, place)}\n\n{fenced(sent)}\n{listed}".rstrip()


def _where(view: View, panel: PanelText, place: Place) -> str:
    text = f"{panel.kind} {place.number} of {place.of}"
    if len(view.story.jobs) > 1:
        text += f" in job {place.job_number} of {len(view.story.jobs)}"
    if place.job.lead is not None:
        text += f", lead {code(place.job.lead.name)}"
    return text


def _why_not(view: View, panel: PanelText, place: Place | None) -> str:
    """What keeps a panel from being compiled, as a sentence; `""` where nothing does."""
    source, start, end = panel.file.source, panel.block.start, block_end(panel.block)
    for problem in view.problems:
        if problem.severity is Severity.ERROR and problem.span.source is source and start <= problem.span.start <= end:
            return f"{plain(problem.message)} ({problem.code})."
    if place is None:
        return "nobody knows whom it shows."
    if panel.poisoned:
        return "something that it names has an error."
    if place.job.lead is None and not panel.no_character:
        return "it shows a character, and the story has none."
    return ""


def _caption(story: StoryText, panel: PanelText) -> str:
    if panel.kind == "event":
        return ""
    if not panel.words:
        return "No caption"
    by = ", lettered by storyscript" if _is_local(story) else ""
    return f"Caption{by}: {code(panel.words)}"


def _prompt(story: StoryText, panel: PanelText, place: Place, counter: TokenCounter | None) -> str:
    shown = shown_in(panel, place)
    if shown is not None and shown.poisoned:
        return f"Prompt: unknown, the description of {code(shown.name)} has an error"
    prompt = Prompts(story).of(panel, shown)
    length = measure(prompt, counter or best_counter())
    text = f"Prompt: {counted_tokens(length)} of the {WINDOW} tokens that are read"
    if length.unseen is not None:
        start, end = length.unseen
        text += f"; not seen from {code(prompt.text[start:end])} on"
    return text


def _is_local(story: StoryText) -> bool:
    return "lettering" in story.settings and story.settings["lettering"].value == "local"


def counted(items: list[tuple[int, str]]) -> Iterator[str]:
    """Numbers of things as people say them, without those of which there are none."""
    for number, thing in items:
        if number:
            yield f"{number} {thing}{'' if number == 1 else 's'}"
