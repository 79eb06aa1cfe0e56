"""Scenes and events: what each shows, its caption, its lead. Every panel of every story passes here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.blocks import split_block, value_lines
from storyscript.analysis.checks import images, signs, slashes, structure
from storyscript.analysis.checks.mentions import NameFinder, check_names
from storyscript.analysis.text import SPECIAL, Mentions, find_character
from storyscript.encoding import normalize
from storyscript.source import trimmed
from storyscript.syntax.names import fold, is_name

if TYPE_CHECKING:
    from storyscript.analysis.names import Statements
    from storyscript.analysis.story import Character, PanelText
    from storyscript.analysis.text import Composed, Text, TextReader
    from storyscript.source import Span
    from storyscript.syntax import nodes


class PanelReader:
    """Works the texts of panels out, in the order of the story.

    Args:
        texts: reads and composes.
        statements: the story.
        main: the character of panels without `lead:`.
        captions: whether a scene without `caption:` gets its own text as one (`captions: text`); None where the
            setting is wrong.
    """

    def __init__(
        self, texts: TextReader, statements: Statements, main: Character | None, *, captions: bool | None
    ) -> None:
        self.texts: Final = texts
        self.sink: Final = texts.sink
        self.statements: Final = statements
        self.main: Final = main
        self.captions: Final[bool | None] = captions
        self.finder: Final = NameFinder(texts.names)

    def read(self, panel: PanelText) -> None:
        """Work one panel out."""
        file, block = panel.file, panel.block
        found = split_block(file, block, panel.kind, self.texts.names, self.sink)
        slips: list[Span] = []
        if found.suspicious:
            slips = structure.check_lines(file, block, panel.kind, self.texts.names, self.sink)
        lead = found.properties.get("lead")
        if lead is not None:
            self._lead(panel, lead)
        shown = None if panel.no_character or panel.wrong else panel.lead or self.main
        caption = found.properties.get("caption")

        source = file.source.readable
        prose = found.prose
        raw = source[prose[0][0] : prose[0][1]] if len(prose) == 1 else " ".join([source[a:b] for a, b in prose])
        if "//" in raw:
            slashes.check_slashes(file, prose, self.sink)
        named = None
        if SPECIAL.search(raw) is None and not self._needs_a_look(raw, shown):
            panel.description = normalize(raw)
        else:
            named = self._describe(panel, prose, shown, slips, has_caption=caption is not None)
        if not panel.description and not panel.poisoned and not self.statements.is_spared(file, block, self.sink):
            self.sink.report(
                "SS212",
                panel.head,
                f"this {panel.kind} says nothing",
                hint="write below it, indented, what the panel shows",
            )
        if caption is not None:
            self._caption(panel, caption, named or panel.description)
        elif panel.kind == "scene":
            if self.captions is False:
                panel.caption = ""
            else:
                panel.words = panel.description if named is None else named
                panel.caption = named

    def _needs_a_look(self, raw: str, shown: Character | None) -> bool:
        if shown is not None and shown.image and images.TRIGGER in raw:
            return True
        return self.finder.may_name(raw)

    def _lead(self, panel: PanelText, line: nodes.Property) -> None:
        span = panel.file.span(*trimmed(panel.file.source.readable, line.value_start, line.end))
        name = panel.file.source.readable[span.start : span.end]
        if not name:  # not written, as it were: the main character leads
            hint = "write a character's name, or delete the line for the main character"
            self.sink.report("SS202", span, "`lead` names no character", hint=hint)
            return
        if not is_name(name):
            panel.wrong = True
            self.texts.names.excuse_uses(name)
            hint = self._lead_meant(name)
            message = f"`lead` takes one character's name, not `{name}`"
            self.sink.report("SS202", span, message, hint=hint)
            return
        panel.lead = find_character(self.texts.names, self.sink, name, span)
        panel.wrong = panel.lead is None

    def _lead_meant(self, written: str) -> str:
        bare = written.removeprefix("@")
        if is_name(bare):
            return f"write the name without `@`: `lead: {bare}`"
        several = [name for name in re.split(r"[\s,;/&+@]+", written) if fold(name) in self.texts.names.characters]
        if not several:
            return "write the name as it stands behind `character`"
        hint = f"one character leads a panel: `lead: {several[0]}`"
        if len(several) > 1:
            hint += f"; its text mentions the others, as `@{several[1]}`"
        return hint

    # ---- what the panel shows --------------------------------------------------------------------------------

    def _describe(
        self,
        panel: PanelText,
        prose: list[tuple[int, int]],
        shown: Character | None,
        slips: list[Span],
        *,
        has_caption: bool,
    ) -> str | None:
        """Work out a description that is more than plain text; returns its caption, where names make one."""
        texts, sink = self.texts, self.sink
        text = texts.read(panel.file, prose, Mentions.ALLOWED)
        mentioned: set[str] = set()
        replaced = False

        def describe(key: str) -> str:
            nonlocal replaced
            character = texts.names.characters[key]
            texts.names.use(character)
            text.poisoned = text.poisoned or character.poisoned
            if character is shown or key in mentioned:
                return character.called
            mentioned.add(key)
            description = images.without_trigger(character.description)
            replaced = replaced or bool(description)
            return description or character.called

        composed = texts.compose(text, describe)
        panel.description = composed.value
        panel.text = composed
        signs.check_signs(composed, sink)
        if not has_caption and "#" in composed.raw:
            self._check_hash(panel, composed)
        if shown is not None and shown.image:
            images.check_panel(shown, composed, sink)
        if not panel.wrong:
            check_names(self.finder, composed, shown, slips, sink)
        panel.poisoned = text.poisoned
        if not replaced:
            return None
        named = texts.compose(text, self._called, count=False)
        if "[NC]" in named.raw and "[NC]" not in composed.raw:
            # Names in place of descriptions: signs may come together anew where they are inserted.
            signs.check_signs(named, sink)
        return named.value

    def _check_hash(self, panel: PanelText, composed: Composed) -> None:
        if panel.kind == "event":
            why, hint = "`#` in an event: what follows it would be lost", "write `no.` or spell it out"
        else:
            why = "`#` in a scene without a `caption:`: what follows it would become the caption"
            hint = "give the scene a `caption:` (or `caption: none`), or write `no.`"
        signs.check_hash(composed, self.sink, why, hint)

    def _called(self, key: str) -> str:
        character = self.texts.names.characters[key]
        self.texts.names.use(character)
        return character.called

    # ---- its caption -----------------------------------------------------------------------------------------

    def _caption(self, panel: PanelText, line: nodes.Property, own: str) -> None:
        lines = value_lines(line)
        source = panel.file.source.readable
        raw = " ".join([source[a:b] for a, b in lines])
        if "//" in raw:
            slashes.check_slashes(panel.file, lines, self.sink)
        if SPECIAL.search(raw) is None:
            panel.caption = panel.words = normalize(raw)
            if panel.caption.lower() == "none":
                panel.caption = panel.words = ""
                return
            text = None
        else:
            text = self._captioned(panel, lines)
        if not panel.caption:
            if text is None or not text.poisoned:
                where = panel.file.span(line.end, line.end)
                hint = "write its text, or `caption: none` for no caption"
                self.sink.report("SS202", where, "`caption` has no text", hint=hint)
        elif panel.caption == own and self.captions and not panel.poisoned:
            self.sink.report(
                "SS410",
                panel.file.span(line.start, line.start + len(line.word)),
                "the caption is the scene's own text, which is what a scene without `caption:` gets",
                hint="delete it, or `caption: none` for no caption",
            )

    def _captioned(self, panel: PanelText, lines: list[tuple[int, int]]) -> Text:
        text = self.texts.read(panel.file, lines, Mentions.ALLOWED)
        composed = self.texts.compose(text, self._called)
        signs.check_signs(composed, self.sink)
        why = "`#` in a caption: the service would take only what follows it for the caption"
        signs.check_hash(composed, self.sink, why, "write `no.` or spell it out")
        panel.caption = panel.words = composed.value
        panel.poisoned = panel.poisoned or text.poisoned
        return text
