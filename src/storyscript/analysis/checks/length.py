"""Prompts of which the model's text encoder does not read all (SS409)."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from storyscript.analysis.story import PanelText
from storyscript.analysis.text import Composed, Origin, Piece
from storyscript.encoding import CAPTION_SIGN, NO_CHARACTER_MARK, SEPARATOR
from storyscript.syntax import nodes
from storyscript.tokens.counter import WINDOW
from storyscript.tokens.prompt import MOST_COUNTED, Prompt, measure, prompt_text, style_tokens
from storyscript.tokens.vocabulary import EXTRA, best_counter
from storyscript.tokens.words import TokenBound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.analysis.story import Character, JobText
    from storyscript.diagnostics.sink import Sink
    from storyscript.tokens.counter import TokenCounter

_SHOWN: Final = 40
_LONG: Final = 16 * 1024
"""A text of so many signs is counted without a look at its words first."""


class LengthCheck:
    """Reports each panel whose prompt is longer than what is read of it, and each description that alone is.

    Args:
        style: the `styleName` of the jobs.
        counter: counts tokens; by default exactly, where the library for it is installed. It is asked only for
            prompts that may be too long, so that most stories never load a vocabulary.
        sink: takes the problems.
    """

    def __init__(self, style: str, counter: TokenCounter | None, sink: Sink) -> None:
        self._style: Final = style_tokens(style)
        self._counter = counter
        self._sink: Final = sink
        self._bound: Final = TokenBound()

    def check(self, jobs: Sequence[JobText]) -> bool:
        """Look at the panels of all jobs; whether none was spared for what else is wrong."""
        complete = True
        for job in jobs:
            lead = job.lead
            spared = lead is not None and (_is_unclear(lead) or self._is_lead_too_long(job, lead))
            complete = complete and not spared
            for panel in self._long_panels(job, spared=spared):
                if _is_unclear(panel):
                    complete = False
                    continue
                shown = None if panel.no_character else lead
                before = prompt_text(shown.description if shown is not None else "", "")
                self._check(before, panel.description, panel.text or _composed(panel), shown)
        return complete

    def _is_lead_too_long(self, job: JobText, lead: Character) -> bool:
        """Whether no panel that shows a lead can be read; it is reported once, where the lead is described."""
        if lead.text is None or all(panel.no_character for panel in (*job.scenes, *job.events)):
            return False
        if self._fits(lead.description, Prompt("", self._style).room):
            return False
        return self._check("", lead.description, lead.text, lead)

    def _long_panels(self, job: JobText, *, spared: bool) -> Iterator[PanelText]:
        """The panels of which it is not clear at a glance that all is read.

        Args:
            job: whose panels.
            spared: whether those that show the lead are left out.
        """
        room = Prompt("", self._style).room
        beside = room
        if job.lead is not None and not spared:
            beside -= self._bound.of(prompt_text(job.lead.description, ""))
        look_up = self._bound.__getitem__
        for panel in (*job.scenes, *job.events):
            text = panel.description
            if panel.no_character:
                most = room
            elif spared:
                continue
            else:
                most = beside
            # Most panels of most stories end here, so the look at them is spelled out.
            if len(text) <= most and text.isascii():
                continue
            if len(text) <= _LONG and sum(map(look_up, text.split())) <= most:
                continue
            yield panel

    def _fits(self, text: str, room: int) -> bool:
        return len(text) <= _LONG and self._bound.of(text) <= room

    def _check(self, before: str, text: str, composed: Composed, shown: Character | None) -> bool:
        """Count a prompt, and report it where some of it is not read.

        Args:
            before: what stands before the text.
            text: what is looked at.
            composed: the same, with where each part of it comes from.
            shown: the character that takes its share of the prompt.
        """
        if self._counter is None:
            self._counter = best_counter()
        length = measure(Prompt(before + text, self._style), self._counter)
        if length.unseen is None:
            return False
        start, end = (max(offset - len(before), 0) for offset in length.unseen)
        if end <= start:
            return False  # it stands in the lead's description, which was looked at by itself
        takes = f"{'' if length.exact else 'about '}{'' if length.whole else 'more than '}{length.tokens}"
        prompt = f"this prompt has {takes}"
        if shown is not None and not before:
            prompt = f"the description of `{shown.name}` alone makes {takes}"
        sees = "will not see" if length.exact else "may not see"
        hint = "say less here"
        if shown is not None and before:
            hint += f", or where `{shown.name}` is described, which stands before it"
        if not length.exact:
            hint += f"; this is an estimate, storyscript's extra `{EXTRA}` makes it exact"
        self._sink.report(
            "SS409",
            composed.span(*_in_raw(composed.raw, start, end)),
            f"the text encoder reads {WINDOW} tokens, and {prompt}: it {sees} `{_excerpt(text, start)}`",
            hint=hint,
        )
        return True


def _is_unclear(of: Character | PanelText) -> bool:
    """Whether the prompt is another than is written, for an error that was reported: unknown names, or signs."""
    if of.poisoned:
        return True
    ends = not isinstance(of, PanelText) or of.caption is None
    text = of.description
    return SEPARATOR in text or NO_CHARACTER_MARK in text or (ends and CAPTION_SIGN in text)


def _composed(panel: PanelText) -> Composed:
    """The text of a panel that is nothing but what is written in its lines, as far as it is looked at."""
    source = panel.file.source.readable
    pieces: list[Piece] = []
    prose = (line for line in panel.block.lines if isinstance(line, nodes.Prose))
    for line in islice(prose, MOST_COUNTED):  # each has a sign of its own
        if pieces:
            pieces.append(Piece(Origin.WRITTEN, " ", line.start, line.start))
        pieces.append(Piece(Origin.WRITTEN, source[line.start : line.end], line.start, line.end))
    return Composed(panel.file, pieces)


def _in_raw(raw: str, start: int, end: int) -> tuple[int, int]:
    """Where a stretch of one word of a text, its white space collapsed, stands in the text before that."""
    at = 0
    for word in re.finditer(r"\S+", raw):
        size = word.end() - word.start()
        if start < at + size:
            shift = word.start() - at
            return start + shift, end + shift
        at += size + 1
    return 0, len(raw)


def _excerpt(text: str, start: int) -> str:
    """The words from an offset on, as many as a message can hold."""
    shown = text[start : start + _SHOWN + 1]
    if len(shown) <= _SHOWN:
        return shown
    return f"{shown[:_SHOWN].rpartition(' ')[0] or shown[:_SHOWN]} …"
