"""The names of a story, and the order of its statements; what is wrong with heads and stray lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from storyscript.analysis.checks.slashes import check_slashes
from storyscript.analysis.first_words import keyword_meant
from storyscript.analysis.heads import EXAMPLES, malformed, unknown
from storyscript.analysis.near import is_one_slip, nearest
from storyscript.analysis.settings import SETTINGS
from storyscript.analysis.story import Character, Names, PanelText, Variable, words_of
from storyscript.diagnostics.model import Label
from storyscript.encoding import normalize
from storyscript.syntax import nodes
from storyscript.syntax.names import fold

if TYPE_CHECKING:
    from storyscript.analysis.files import File, Files
    from storyscript.diagnostics.sink import Sink
    from storyscript.source import Span

_FIRST_WORD: Final = re.compile(r"[\w@-]+|\S+")


@dataclass(slots=True, eq=False)
class Statements:
    """A story's statements, sorted.

    Attributes:
        names: what they define.
        characters: every character block, also those whose name was taken.
        variables: every `let`, in order, also those whose name was taken.
        panels: scenes and events, in order.
        settings: settings of known keys, with the block that they stand in.
        spared: blocks of which SS212 says nothing, because a line at column 0 that was reported may be theirs.
        maybe: keywords that a wrong head may have been meant for.
    """

    names: Names = field(default_factory=Names)
    characters: list[Character] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    panels: list[PanelText] = field(default_factory=list)
    settings: list[tuple[File, nodes.Setting, nodes.Block | None]] = field(default_factory=list)
    spared: set[int] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)

    def spare(self, block: nodes.Block) -> None:
        """Say nothing of SS212 for a block."""
        self.spared.add(id(block))

    def is_spared(self, file: File, block: nodes.Block, sink: Sink) -> bool:
        """Whether SS212 says nothing of a block: also where its text is no text, which was reported."""
        if id(block) in self.spared:
            return True
        end = block.lines[-1].end if block.lines else block.end
        return sink.is_damaged(file.source, file.source.position(block.start).line, file.source.position(end).line)


def collect(files: Files, sink: Sink) -> Statements:
    """Sort a story's statements; reports SS101, SS102, SS103, SS201 and SS204."""
    collector = _Collector(sink)
    collector.found.names.missing = files.missing
    collector.found.names.sources = [file.source for file in files.files]
    for file, item in files:
        collector.take(file, item)
    return collector.found


class _Collector:
    def __init__(self, sink: Sink) -> None:
        self.sink: Final = sink
        self.found: Final = Statements()
        self._panels: dict[str, tuple[File, nodes.Scene | nodes.Event]] = {}
        self._section: str | None = None
        self._file: File | None = None
        self._previous: nodes.Item | None = None

    def take(self, file: File, item: nodes.Item) -> None:  # noqa: C901 - one branch a kind of statement
        if file is not self._file:
            self._file, self._previous = file, None
        kind = item.__class__  # asked for by class, most frequent first: every scene passes here
        if kind is nodes.Scene or kind is nodes.Event:
            self._panel(file, item)  # type: ignore[arg-type]
        elif kind is nodes.Character:
            self._character(file, item)  # type: ignore[arg-type]
        elif kind is nodes.Let:
            self._variable(file, item)  # type: ignore[arg-type]
        elif isinstance(item, nodes.Section):
            self._name_section(file, item)
        elif isinstance(item, nodes.Setting):
            self._setting(file, item, None)
        elif isinstance(item, nodes.BadHead | nodes.Bad):
            self._wrong_head(file, item)
        elif isinstance(item, nodes.Stray):
            self._stray(file, item)
        if isinstance(item, nodes.Block):
            for line in item.lines:
                if line.__class__ is nodes.Setting and not isinstance(item, nodes.Stray):
                    self._setting(file, line, item)
        self._previous = item

    # ---- names -----------------------------------------------------------------------------------------------

    def _panel(self, file: File, block: nodes.Scene | nodes.Event) -> None:
        name = block.name
        if name is not None:
            first_file, first = self._panels.setdefault(fold(name), (file, block))
            if first is not block:
                span = file.span(block.name_start, block.name_start + len(name))
                first_span = first_file.span(first.name_start, first.name_start + len(first.name or ""))
                self._twice("scene or event", name, span, first_span)
                self.found.spare(block)
        if isinstance(block, nodes.Scene):
            panel = PanelText("scene", name, self._section, file, block, block.no_character)
        else:
            panel = PanelText("event", name, self._section, file, block, no_character=False)
        self.found.panels.append(panel)

    def _character(self, file: File, block: nodes.Character) -> None:
        character = Character(block.name, file, block, called=block.name)
        first = self.found.names.characters.setdefault(fold(block.name), character)
        if first is not character:
            self._twice("character", block.name, character.name_span, first.name_span)
            self.found.spare(block)
        self.found.characters.append(character)

    def _variable(self, file: File, node: nodes.Let) -> None:
        variable = Variable(node.name, file, node)
        first = self.found.names.all_variables.setdefault(fold(node.name), variable)
        if first is not variable:
            self._twice("variable", node.name, variable.name_span, first.name_span)
        self.found.variables.append(variable)

    def _twice(self, what: str, name: str, span: Span, first: Span) -> None:
        self.sink.report(
            "SS204",
            span,
            f"there is already a {what} named `{name}`",
            hint="rename one of them",
            labels=(Label(first, "first defined here"),),
        )

    def _name_section(self, file: File, section: nodes.Section) -> None:
        self._section = normalize(file.source.readable[section.value_start : section.end])
        check_slashes(file, [(section.value_start, section.end)], self.sink)
        if not self._section:
            self._section = None
            span = file.span(section.start, section.end)
            self.sink.report("SS102", span, "`section` lacks a title", hint=f"for example {EXAMPLES['section']}")

    # ---- settings --------------------------------------------------------------------------------------------

    def _setting(self, file: File, setting: nodes.Setting, block: nodes.Block | None) -> None:
        key = setting.key.lower()
        if key in SETTINGS:
            self.found.settings.append((file, setting, block))
            return
        if isinstance(block, nodes.Bad | nodes.BadHead):
            # Nothing below a wrong head is reported but a setting, which is no line of the block.
            block = None
        span = file.span(setting.start, setting.start + len(setting.key))
        self._excuse_uses(file, setting.start, setting.end)
        compare = not self.sink.is_full("SS201", file.source)
        near = nearest(key, SETTINGS) if compare else None
        keyword = keyword_meant(key, near) if compare and key not in nodes.PROPERTY_WORDS else None
        if keyword is not None:
            self._may_be(keyword)
            self.found.names.excused |= words_of(file.source.readable[setting.start : setting.end])
            if block is not None:
                self.found.spare(block)
            message = f"unknown setting `{setting.key}`"
            hint = f"did you mean `{keyword}`? It takes no colon: {EXAMPLES[keyword]}"
        elif block is not None:
            self.found.spare(block)
            if key == "lead":
                self.found.maybe.add("scene")  # which job the panel is in, nobody knows
            if key in nodes.PROPERTY_WORDS:
                message, hint = (
                    f"`{key}:` at column 0 is no setting",
                    "indent it to make it a property of the block above",
                )
            elif (slip := _property_meant(key, block, near)) is not None:
                message = f"unknown setting `{setting.key}`"
                hint = f"did you mean `{slip}:`? Indent it to make it a property of the block above"
            else:
                message = f"unknown setting `{setting.key}`"
                hint = (
                    f"did you mean `{near}`? To make the line text of the block above, indent it"
                    if near
                    else ("indent it to make it text of the block above")
                )
        elif key in nodes.PROPERTY_WORDS:
            message, hint = (
                f"`{key}:` at column 0 is no setting",
                "it is a property: indent it below the head it belongs to",
            )
        else:
            message = f"unknown setting `{setting.key}`"
            hint = f"did you mean `{near}`?" if near else "settings are: " + ", ".join(SETTINGS)
        self.sink.report("SS201", span, message, hint=hint)

    # ---- what fits no form -----------------------------------------------------------------------------------

    def _wrong_head(self, file: File, block: nodes.BadHead | nodes.Bad) -> None:
        if isinstance(self._previous, nodes.Block):
            self.found.spare(self._previous)
        text = file.source.readable
        head = text[block.start : block.end]
        self.found.names.excused |= words_of(head)
        last = block.end
        for line in block.lines:
            more = line.lines[-1].end if isinstance(line, nodes.Property) and line.lines else line.end
            last = max(last, more)
        self._excuse_uses(file, block.start, last)
        if isinstance(block, nodes.BadHead):
            self._may_be(block.keyword)
            found = malformed(block.keyword, head)
            end = block.start + len(head.rstrip())
            self.sink.report("SS102", file.span(block.start, end), found.message, hint=found.hint)
        else:
            self._unknown_statement(file, block, head)

    def _may_be(self, keyword: str) -> None:
        self.found.maybe.add(keyword)
        if keyword == "include":
            self.found.names.missing = True

    def _unknown_statement(self, file: File, block: nodes.Bad, head: str) -> None:
        match = _FIRST_WORD.match(head)
        word = match[0] if match else head[:1]
        # The bound keeps a file of nothing but prose at column 0 from being compared word by word.
        found = unknown(word, head, compare=not self.sink.is_full("SS101", file.source))
        if len(found.maybe) == 1:
            self._may_be(found.maybe[0])
        self.found.maybe.update(found.maybe)
        shown = word if len(word) <= 40 else f"{word[:39]}…"  # noqa: PLR2004 - what reads well in a line
        message, hint = f"unknown statement `{shown}`", found.hint
        self.sink.report("SS101", file.span(block.start, block.start + len(word)), message, hint=hint)

    def _stray(self, file: File, stray: nodes.Stray) -> None:
        self._excuse_uses(file, stray.start, stray.lines[-1].end)
        if isinstance(self._previous, nodes.Setting) and self._previous.key.lower() not in SETTINGS:
            return
        text = file.source.readable[stray.start : stray.end]
        self.sink.report(
            "SS103",
            file.span(stray.start, stray.start + len(text.rstrip())),
            "indented line that belongs to no block",
            hint="indented lines stand below a `scene`, `event` or `character`; all others begin at column 0",
        )

    def _excuse_uses(self, file: File, start: int, end: int) -> None:
        self.found.names.excuse_uses(file.source.readable[start:end])


def _property_meant(key: str, block: nodes.Block, setting: str | None) -> str | None:
    """The property of a block that a key at column 0 is one slip away from, unless a setting is as near."""
    if setting is not None and is_one_slip(key, setting):
        return None
    return next((word for word in nodes.PROPERTIES.get(block.type.lower(), ()) if is_one_slip(key, word)), None)
