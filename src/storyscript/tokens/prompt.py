"""The prompt of a panel, as the text encoder gets it, and how much of it is read.

The machine puts the lead's description and a comma before what a panel shows, unless it is marked `[NC]`, and the words
of the style around that. A caption is no part of it. What does not fit into the encoder's window is cut off at the end:
first the words that the style puts behind, which most styles lose of any longer panel; then the writer's. Source: API
page, "What the encoding means to the machine that reads it".
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.tokens.counter import ENDS, WINDOW
from storyscript.tool import StyleTokens, story_diffusion_advanced

if TYPE_CHECKING:
    from storyscript.ir import Job, Panel
    from storyscript.tokens.counter import TokenCounter

JOINT: Final = ","
"""What stands between the lead's description and the panel's."""

MOST_COUNTED: Final = 8 * 1024
"""So many signs of a prompt are looked at; that these hold more tokens than are read, the vocabulary makes sure."""

# A word, or a single sign of the scripts that put no space between words. Compiled when it is needed.
_WORD: Final = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff]+(?:['\u2019]\w+)*"


class Prompt(NamedTuple):
    """What the encoder gets for a panel.

    Attributes:
        text: the writer's: the lead's description and the panel's.
        style: how many tokens the style's words take before and behind it.
    """

    text: str
    style: StyleTokens

    @property
    def room(self) -> int:
        """How many tokens of the text are read."""
        return WINDOW - ENDS - self.style.before


class PromptLength(NamedTuple):
    """How long a prompt is, and how much of it is read.

    Attributes:
        tokens: of the text, with the start, the end and what the style puts before it.
        all_tokens: with what the style puts behind, too.
        unseen: start and end of the first word of the text that is not read, or not to its end; None where all are.
        exact: whether it was counted, or estimated.
        whole: whether the whole text was counted; of a text beyond any measure, only its beginning is.
    """

    tokens: int
    all_tokens: int
    unseen: tuple[int, int] | None
    exact: bool
    whole: bool


def prompt_of(job: Job, panel: Panel) -> Prompt:
    """The prompt of a panel of a job."""
    lead = "" if panel.no_character else job.description
    return Prompt(prompt_text(lead, panel.description), style_tokens(str(job.settings["styleName"])))


def prompt_text(lead: str, description: str) -> str:
    """The text of a prompt.

    Args:
        lead: the description of the character that the panel shows, or `""` where it shows none.
        description: the panel's.
    """
    return f"{lead}{JOINT}{description}" if lead else description


def style_tokens(style: str) -> StyleTokens:
    """What a style's words take; of a style that is not known, nothing is assumed."""
    return story_diffusion_advanced().style_tokens.get(style, StyleTokens(0, 0))


def measure(prompt: Prompt, counter: TokenCounter) -> PromptLength:
    """Count a prompt's tokens."""
    text = prompt.text[:MOST_COUNTED]
    starts = counter.starts(text)
    tokens = ENDS + prompt.style.before + len(starts)
    unseen = None
    if len(starts) > prompt.room:
        unseen = _word_from(text, starts[max(prompt.room, 0)])
    return PromptLength(
        tokens, tokens + prompt.style.behind, unseen, counter.exact, whole=len(prompt.text) <= MOST_COUNTED
    )


def _word_from(text: str, at: int) -> tuple[int, int] | None:
    """The first word that ends behind an offset, or a symbol there; None where only punctuation is left."""
    run = text.rfind(" ", 0, at) + 1
    for match in re.compile(_WORD).finditer(text, run):
        if match.end() <= at:
            continue
        symbol = _symbol(text, at, match.start())
        return symbol or match.span()
    return _symbol(text, at, len(text))


def _symbol(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The first symbol, such as an emoji, in a stretch without words."""
    for at in range(start, end):
        if unicodedata.category(text[at]).startswith("S"):
            return at, at + 1
    return None
