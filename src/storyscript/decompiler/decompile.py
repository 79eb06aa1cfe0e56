"""The façade over the ways back: `decompile`, from what a service was given to a story."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storyscript.decompiler.arrange import arrange
from storyscript.decompiler.inputs import read_input
from storyscript.decompiler.notes import Notes, short
from storyscript.decompiler.parameters import IDENTITY, check, kind_of
from storyscript.decompiler.writing import write
from storyscript.errors import ConfigurationError
from storyscript.source import MAX_SOURCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.decompiler.inputs import Given
    from storyscript.decompiler.parameters import Checked
    from storyscript.source import Reader


class Decompilation(NamedTuple):
    """What became of a payload.

    Attributes:
        story: a story's text. It has no errors, and compiles to what was given but for what the notes tell.
        notes: what a story cannot say, one line each: what, why, what was done.
    """

    story: str
    notes: tuple[str, ...]


def decompile(text: str, *, reader: Reader | None = None) -> Decompilation:
    """Write the story that compiles to a payload.

    Args:
        text: a payload as JSON, a list of them, a plan as `storyscript build --emit jobs` prints it, the service's
            answer about tasks, a page with curl commands (nothing is run), or a `generalPrompt` alone.
        reader: finds the local files that payloads of storyscript itself name (`file:PATH`); without one they are
            left out, with a note.

    Raises:
        ConfigurationError: the text holds nothing to import, or cannot be read.

    Source: the language page, "From story to jobs" and "The encoding, exactly".
    """
    notes = Notes()
    given = read_input(text, notes)
    payloads = []
    for one in given.payloads:
        checked = check(one, reader, notes)
        if checked.scenes:
            payloads.append(checked)
        elif len(given.payloads) > 1:
            notes.add(f"{one.where}its `generalPrompt` has no scene, so there is nothing to draw; left out")
    if not payloads:
        raise ConfigurationError(f"there is no scene in what was given: `generalPrompt` {_why_none(given.payloads)}")
    settings = _shared_settings(payloads, notes)
    story = write(given, arrange(given, payloads, notes), settings, notes)
    if len(story) * 4 > MAX_SOURCE_BYTES and len(story.encode()) > MAX_SOURCE_BYTES:
        raise ConfigurationError("the story would be over 16 MiB, which no story may be")
    return Decompilation(story, notes.all())


def _why_none(payloads: Sequence[Given]) -> str:
    """What is wrong with every `generalPrompt`, by the first that is something at all."""
    for payload in payloads:
        value = payload.parameters.get("generalPrompt")
        if value is not None and not isinstance(value, str):
            return f"is {kind_of(value)}, and must be a text with `|` between its scenes"
    return "is missing or empty"


def _shared_settings(payloads: Sequence[Checked], notes: Notes) -> dict[str, str | int]:
    """The first payload's settings; a story has one set of them for all its jobs."""
    first = payloads[0].settings
    for payload in payloads[1:]:
        for name in {**first, **payload.settings}:
            ours, theirs = first.get(name, ""), payload.settings.get(name, "")
            if ours != theirs and name != IDENTITY:
                notes.add(
                    f"{payload.given.where}`{name}` is `{short(theirs)}`, but a story has one for all its jobs; "
                    f"the first payload's `{short(ours)}` was taken"
                )
    return first
