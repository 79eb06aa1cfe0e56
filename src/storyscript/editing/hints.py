"""What an editor shows in a panel's head that is not written there: its caption, and a long prompt's tokens."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.editing.excerpts import excerpt
from storyscript.editing.heads import head_end, panels_in
from storyscript.editing.prompts import Prompts, counted_tokens, shown_in
from storyscript.encoding import normalize
from storyscript.syntax import nodes
from storyscript.tokens.counter import ENDS, WINDOW
from storyscript.tokens.prompt import measure
from storyscript.tokens.vocabulary import EXTRA, best_counter
from storyscript.tokens.words import TokenBound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.files import File
    from storyscript.analysis.story import PanelText
    from storyscript.editing.view import View
    from storyscript.tokens.counter import TokenCounter

MANY: Final = 60
"""A prompt of more tokens is told how many it has: it comes near what the encoder reads (`WINDOW`)."""


class Kind(Enum):
    """What a hint tells."""

    CAPTION = auto()
    TOKENS = auto()


class Hint(NamedTuple):
    """A few words to be shown in the text.

    Attributes:
        kind: what it tells.
        offset: where it is shown.
        label: what is shown.
        more: what is told of it when somebody asks, or `""`.
    """

    kind: Kind
    offset: int
    label: str
    more: str = ""


ALL: Final = frozenset(Kind)


def hints(
    view: View,
    file: File,
    start: int,
    end: int,
    *,
    kinds: frozenset[Kind] = ALL,
    counter: TokenCounter | None = None,
) -> Iterator[Hint]:
    """The hints for the heads in a stretch of a file, in the order of the text.

    Args:
        view: of a story that the file belongs to.
        file: one of its files.
        start: where the stretch begins.
        end: where it ends.
        kinds: which hints are wanted.
        counter: counts tokens; by default exactly, where the library for it is installed. It is asked only for
            prompts that may be long.
    """
    lengths = _Lengths(view, counter)
    for panel in panels_in(view, file, start, end):
        offset = head_end(panel)
        if panel.poisoned or not start <= offset <= end:
            continue
        if Kind.CAPTION in kinds and (caption := _caption(panel)):
            label = excerpt(caption)
            yield Hint(Kind.CAPTION, offset, f"caption: {label}", "" if label == caption else caption)
        if Kind.TOKENS in kinds:
            yield from lengths.of(panel, offset)


def _caption(panel: PanelText) -> str:
    """The caption that a scene gets from its text, where it is not that text as it is written; else `""`."""
    if panel.kind != "scene" or not panel.words:
        return ""
    lines = panel.block.lines
    if any(isinstance(line, nodes.Property) and line.word == "caption" for line in lines):
        return ""
    text = panel.file.source.readable
    written = normalize(" ".join([text[line.start : line.end] for line in lines if isinstance(line, nodes.Prose)]))
    return panel.words if panel.words != written else ""


class _Lengths:
    def __init__(self, view: View, counter: TokenCounter | None) -> None:
        self._view: Final = view
        self._prompts: Final = Prompts(view.story)
        self._counter = counter
        self._bound: Final = TokenBound()

    def of(self, panel: PanelText, offset: int) -> Iterator[Hint]:
        """The number of a panel's tokens, where it is worth telling."""
        place = self._view.place_of(panel)
        if place is None:
            return
        shown = shown_in(panel, place)
        if shown is not None and shown.poisoned:
            return
        prompt = self._prompts.of(panel, shown)
        if ENDS + prompt.style.before + self._bound.of(prompt.text) <= MANY:
            return
        if self._counter is None:
            self._counter = best_counter()
        length = measure(prompt, self._counter)
        if length.tokens > MANY:
            label = f"{counted_tokens(length)} of {WINDOW} tokens"
            yield Hint(Kind.TOKENS, offset, label, _told(exact=length.exact))


def _told(*, exact: bool) -> str:
    more = f"The text encoder reads {WINDOW} tokens: of the style, of the description of the character that the panel "
    more += "shows, and of the panel's text, in this order. What comes after that it does not see."
    return more if exact else f"{more} This is an estimate; storyscript's extra `{EXTRA}` makes it exact."
