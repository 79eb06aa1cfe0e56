"""The prompt of a panel while its story is being written, and how its length is told.

Source: API page, "What the encoding means to the machine that reads it".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storyscript.tokens.prompt import Prompt, prompt_text, style_tokens
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from storyscript.analysis.story import Character, PanelText, StoryText
    from storyscript.editing.view import Place
    from storyscript.tokens.prompt import PromptLength


class Prompts:
    """The prompts of a story's panels.

    Args:
        story: as analysed, whatever is wrong with it.
    """

    def __init__(self, story: StoryText) -> None:
        style = story.settings.get("style")
        name = story_diffusion_advanced().defaults["styleName"] if style is None else style.value
        self._style: Final = style_tokens(str(name))

    def of(self, panel: PanelText, shown: Character | None) -> Prompt:
        """A panel's prompt.

        Args:
            panel: of the story.
            shown: the character that it shows, of whose description nothing is wrong.
        """
        return Prompt(prompt_text(shown.description if shown is not None else "", panel.description), self._style)


def shown_in(panel: PanelText, place: Place) -> Character | None:
    """The character that a panel shows; None for one marked `[NC]`, and where the story has none."""
    return None if panel.no_character else place.job.lead


def counted_tokens(length: PromptLength) -> str:
    """A prompt's tokens as people say them, as far as they were counted: `about 61`, `more than 9000`."""
    return f"{'' if length.exact else 'about '}{'' if length.whole else 'more than '}{length.tokens}"
