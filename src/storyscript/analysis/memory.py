"""What an analysis leaves for the next one of the same story, in which most panels read as before.

What a panel's block says depends on its own lines and on what they name. So a panel is kept by the text of its block,
with what was looked at while it was read; where both are the same again, what came out and what was reported are taken
over, moved to where the block now stands. An editor analyses a story at each keystroke, and one panel has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from storyscript.analysis.text import MOST_INSERTED
from storyscript.analysis.trace import Trace
from storyscript.diagnostics.model import Label
from storyscript.source import Span
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from storyscript.analysis.files import File, Trees
    from storyscript.analysis.panels import PanelReader
    from storyscript.analysis.story import Character, PanelText, Variable
    from storyscript.analysis.text import Composed
    from storyscript.diagnostics.sink import Report


class _Kept(NamedTuple):
    """A panel that was read.

    Attributes:
        start: of its block then; all places below count from the start of that file.
        named: what was looked at: whether a character, its key, and what stood for it.
        lead: the key of the character that its `lead:` names, or None.
        inserted: how many bytes were inserted into it.
        excused, reports: as in `Trace`.
        description, text, caption, words, wrong, poisoned: as in `storyscript.analysis.story.PanelText`.
    """

    start: int
    named: tuple[tuple[bool, str, object], ...]
    lead: str | None
    inserted: int
    excused: set[str]
    reports: tuple[Report, ...]
    description: str
    text: Composed | None
    caption: str | None
    words: str
    wrong: bool
    poisoned: bool


class PanelMemory:
    """The panels of one story, as its last two analyses read them."""

    def __init__(self) -> None:
        self.context: object = None
        self.named: dict[tuple[bool, str], object] = {}
        self.before: dict[tuple[str, bool], _Kept] = {}
        self.now: dict[tuple[str, bool], _Kept] = {}

    def begin(self, context: object, named: dict[tuple[bool, str], object]) -> None:
        """Begin an analysis.

        Args:
            context: what every panel depends on; where it is another than before, nothing is taken over.
            named: what stands for each character and variable; equal ones are made the same object.
        """
        self.before = self.now if context == self.context else {}
        self.now = {}
        self.context = context
        for key, meaning in named.items():
            known = self.named.get(key)
            if known == meaning:
                named[key] = known
        self.named = named


class Memory:
    """All that one analysis of a story leaves for the next.

    Args:
        trees: makes texts and trees of files.
    """

    def __init__(self, trees: Trees) -> None:
        self.trees: Final = trees
        self.panels: Final = PanelMemory()


class RememberingReader:
    """Reads panels as a `PanelReader` does, but those that read as before from memory.

    Args:
        reader: reads the others.
        memory: of the story.
    """

    def __init__(self, reader: PanelReader, memory: PanelMemory) -> None:
        self._reader: Final = reader
        self._texts: Final = reader.texts
        self._names: Final = reader.texts.names
        self._sink: Final = reader.sink
        self._spared: Final = reader.statements.spared
        self._memory: Final = memory
        names, main = self._names, reader.main
        context = (
            reader.captions,
            None if main is None else (main.name, main.image, main.image and main.description),
            [(key, character.name) for key, character in names.characters.items()],
            [(key, variable.name) for key, variable in names.all_variables.items()],
        )
        named: dict[tuple[bool, str], object] = {}
        for key, character in names.characters.items():
            named[True, key] = (character.called, character.description, character.image, character.poisoned)
        for key, variable in names.variables.items():
            named[False, key] = (variable.parts, variable.size, variable.poisoned)
        memory.begin(context, named)
        self._keys: Final = {
            **{id(character): (True, key) for key, character in names.characters.items()},
            **{id(variable): (False, key) for key, variable in names.all_variables.items()},
        }

    def read(self, panel: PanelText) -> None:
        """Work one panel out."""
        if self._sink.overflows or self._texts.inserted > MOST_INSERTED or self._sink.is_damaged(panel.file.source):
            self._reader.read(panel)  # what comes out depends on more than is kept
            return
        block = panel.block
        key = (_text_of(panel.file, block), id(block) in self._spared)
        memory = self._memory
        kept = memory.before.get(key) or memory.now.get(key)
        if kept is None or not self._take(panel, kept):
            kept = self._read(panel)
        if kept is not None:
            memory.now[key] = kept

    def _take(self, panel: PanelText, kept: _Kept) -> bool:
        """Take a panel over; whether what it depends on is still the same."""
        named = self._memory.named
        for is_character, key, meaning in kept.named:
            if named.get((is_character, key)) is not meaning:
                return False
        if self._texts.inserted + kept.inserted > MOST_INSERTED:
            return False
        names, file, by = self._names, panel.file, panel.block.start - kept.start
        self._texts.inserted += kept.inserted
        for is_character, key, _ in kept.named:
            found: dict[str, Any] = names.characters if is_character else names.all_variables
            found[key].used = True
        if kept.excused:
            names.excused_uses |= kept.excused
        for report in kept.reports:
            labels = tuple([Label(_moved(label.span, file, by), label.message) for label in report.labels])
            span = _moved(report.span, file, by)
            self._sink.report(report.code, span, report.message, hint=report.hint, labels=labels)
        panel.description, panel.caption, panel.words = kept.description, kept.caption, kept.words
        panel.wrong, panel.poisoned = kept.wrong, kept.poisoned
        if kept.lead is not None:
            panel.lead = names.characters[kept.lead]
        if kept.text is not None:
            panel.text = kept.text.moved(file, by)
        return True

    def _read(self, panel: PanelText) -> _Kept | None:
        """Read a panel; gives what is to be kept of it, unless others had a say in it."""
        trace, before = Trace(), self._texts.inserted
        self._names.trace, self._sink.trace = trace, trace.reports
        try:
            self._reader.read(panel)
        finally:
            self._names.trace = self._sink.trace = None
        if trace.looked_far or self._sink.overflows or self._texts.inserted > MOST_INSERTED:
            return None
        return _Kept(
            start=panel.block.start,
            named=self._meanings(trace.used),
            lead=None if panel.lead is None else self._keys[id(panel.lead)][1],
            inserted=self._texts.inserted - before,
            excused=trace.excused,
            reports=tuple(trace.reports),
            description=panel.description,
            text=panel.text,
            caption=panel.caption,
            words=panel.words,
            wrong=panel.wrong,
            poisoned=panel.poisoned,
        )

    def _meanings(self, used: list[Character | Variable]) -> tuple[tuple[bool, str, object], ...]:
        named = self._memory.named
        return tuple((*key, named.get(key)) for key in dict.fromkeys(self._keys[id(one)] for one in used))


def _text_of(file: File, block: nodes.Block) -> str:
    """A block as it is written, to the end of its last line."""
    last: nodes.Line = block.lines[-1] if block.lines else block
    if last.__class__ is nodes.Property and last.lines:
        last = last.lines[-1]
    text = file.source.readable
    end = text.find("\n", last.end)
    return text[block.start : end] if end >= 0 else text[block.start :]


def _moved(span: Span, file: File, by: int) -> Span:
    return Span(file.source, span.start + by, span.end + by)
