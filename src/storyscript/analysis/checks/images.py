"""The word `img`, which a reference image asks for: once in the description, nowhere else (SS304, SS305)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storyscript.analysis.story import Character
    from storyscript.analysis.text import Composed
    from storyscript.diagnostics.sink import Sink

TRIGGER_WORD: Final = re.compile(r"(?<!\w)img(?!\w)")
_WORD_AND_SPACE: Final = re.compile(r"\s?(?<!\w)img(?!\w)")
TRIGGER: Final = "img"


def without_trigger(description: str) -> str:
    """A description as another panel takes it: without `img`, the space before it, and a comma left at the start."""
    if TRIGGER not in description:
        return description
    shorter, taken = _WORD_AND_SPACE.subn("", description)
    shorter = shorter.lstrip()
    return shorter.removeprefix(",").strip() if taken else description


def check_description(character: Character, text: Composed, sink: Sink) -> None:
    """The description of a character with a reference image has the word exactly once."""
    assert character.image_span is not None  # noqa: S101 - for the type checker: callers ask only with an image
    found = list(TRIGGER_WORD.finditer(text.raw))
    if not found:
        sink.report(
            "SS304",
            character.image_span,
            f"`{character.name}` has a reference image, but its description lacks the word `img`",
            hint="put `img` behind the word that says what it is: `a woman img, wearing a red dress`",
        )
    elif len(found) > 1:
        sink.report(
            "SS305",
            text.span(*found[1].span()),
            f"`img` stands twice in the description of `{character.name}`: the service takes it exactly once",
            hint="keep the one behind the word that says what the character is",
        )


def check_panel(character: Character, text: Composed, sink: Sink) -> None:
    """A panel of a character with a reference image does not have the word."""
    found = TRIGGER_WORD.search(text.raw)
    if found is not None:
        has = TRIGGER_WORD.search(character.description)
        sink.report(
            "SS305",
            text.span(*found.span()),
            f"`img` stands in a panel of `{character.name}`, "
            + ("whose description has it already" if has else "and belongs in the description alone"),
            hint="the word ties the reference image to the character; write another one here",
        )
