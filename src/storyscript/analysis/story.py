"""What the analysis knows of a story: its names, and the texts and values that they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from storyscript.syntax.names import fold

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.analysis.text import Composed
    from storyscript.analysis.trace import Trace
    from storyscript.ir import PanelKind
    from storyscript.source import SourceFile, Span
    from storyscript.syntax import nodes


_BETWEEN_WORDS: Final = re.compile(r"[\x00-\x2c./:-@\[-^`{-\x7f\s]+")


_INDENTED_NAME: Final = re.compile(r"^[ \t]+(?ai:character|let)[ \t:：]+([^\s=:：]+)", re.MULTILINE)


@dataclass(slots=True, eq=False)
class Character:
    """A character.

    Attributes:
        name: as defined.
        file, block: where.
        description: its prose, as sent; `""` where there is none.
        text: the same, with where each part of it comes from.
        called: what the text calls it: `as`, else its name.
        image: the reference photo as sent, or `""`.
        image_span: its `image:` property.
        poisoned: its texts could not be worked out; what follows from them is no news.
        used: something names it.
    """

    name: str
    file: File
    block: nodes.Character
    description: str = ""
    text: Composed | None = None
    called: str = ""
    image: str = ""
    image_span: Span | None = None
    poisoned: bool = False
    used: bool = False

    @property
    def name_span(self) -> Span:
        """Where its name is defined."""
        return self.file.span(self.block.name_start, self.block.name_start + len(self.block.name))


@dataclass(slots=True, eq=False)
class Variable:
    """A variable.

    Attributes:
        name: as defined.
        file, node: where.
        parts: its text: strings, and mentions as pairs of the name and what was written.
        size: of what it inserts by itself, in bytes of UTF-8.
        poisoned: its text could not be worked out.
        used: something names it.
    """

    name: str
    file: File
    node: nodes.Let
    parts: list[str | tuple[str, str]] = field(default_factory=list)
    size: int = 0
    poisoned: bool = False
    used: bool = False

    @property
    def name_span(self) -> Span:
        """Where its name is defined."""
        return self.file.span(self.node.name_start, self.node.name_start + len(self.node.name))


@dataclass(slots=True, eq=False)
class PanelText:
    """A scene or event with its texts worked out.

    Attributes:
        kind, name, section, file, block: what it is and where it stands.
        description, caption, words: as in `storyscript.ir.Panel`.
        no_character: marked `[NC]`.
        text: the description, with where each part of it comes from; None where it is plain prose.
        lead: the character that its `lead:` names, or None without one.
        wrong: its `lead:` names no character; nothing more is said of the panel's job.
        poisoned: something in its text is unknown, and was reported.
    """

    kind: PanelKind
    name: str | None
    section: str | None
    file: File
    block: nodes.Scene | nodes.Event
    no_character: bool
    description: str = ""
    text: Composed | None = None
    caption: str | None = None
    words: str = ""
    lead: Character | None = None
    wrong: bool = False
    poisoned: bool = False

    @property
    def head(self) -> Span:
        """Its head line."""
        return self.file.span(self.block.start, self.block.end)


@dataclass(slots=True, eq=False)
class SettingValue:
    """A setting that holds for the story.

    Attributes:
        value: of the type that the setting has; see `storyscript.analysis.settings`.
        key_span, span: its key and its value in the source.
    """

    value: object
    key_span: Span
    span: Span


@dataclass(slots=True, eq=False)
class Names:
    """Everything that has a name, keyed by the name in NFC.

    Attributes:
        characters: in the order of their definition.
        variables: those whose text is known by now; a `let` sees only these.
        all_variables: every variable, those further down too.
        excused: names in heads that are themselves wrong: nobody is told that they are unknown.
        excused_uses: words in such heads, in the lines below them, and in others that were reported whole: nobody
            is told that these are unused.
        missing: an include failed, so any name may be its.
        sources: all files.
        trace: takes down what is asked of the names, while somebody wants to know.
    """

    characters: dict[str, Character] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    all_variables: dict[str, Variable] = field(default_factory=dict)
    excused: set[str] = field(default_factory=set)
    excused_uses: set[str] = field(default_factory=set)
    missing: bool = False
    sources: list[SourceFile] = field(default_factory=list)
    trace: Trace | None = None
    _indented: set[str] | None = None

    def is_excused(self, key: str) -> bool:
        """Whether nobody is told that a name is unknown: a wrong head, which is an error, may define it."""
        if self.trace is not None:
            self.trace.looked_far = True
        return self.missing or key in self.excused

    def use(self, named: Character | Variable) -> None:
        """Take down that something names a character or a variable; who looks at one's texts says so first."""
        named.used = True
        if self.trace is not None:
            self.trace.used.append(named)

    def is_indented(self, key: str) -> bool:
        """Whether an indented line would define a name at column 0."""
        if self.trace is not None:
            self.trace.looked_far = True
        if self._indented is None:  # worked out when a first name is not known
            self._indented = {
                fold(name)
                for source in self.sources
                for name in re.findall(
                    r"^[ \t]+(?ai:character|let)[ \t:：]+([^\s=:：]+)", source.readable, re.MULTILINE
                )
            }
        return key in self._indented

    def excuse_uses(self, text: str) -> None:
        """Tell nobody that a name in this text is unused."""
        words = words_of(text)
        self.excused_uses |= words
        if self.trace is not None:
            self.trace.excused |= words


def words_of(text: str) -> set[str]:
    """Everything in a text that could be a name."""
    return {fold(word.strip("-")) for word in _BETWEEN_WORDS.split(text)}


@dataclass(slots=True, eq=False)
class JobText:
    """The panels of one lead, in the payload's order.

    Attributes:
        lead: None in a story without characters.
        scenes, events: its panels.
        identity: how many leading scenes fix the character's identity.
    """

    lead: Character | None
    scenes: list[PanelText] = field(default_factory=list)
    events: list[PanelText] = field(default_factory=list)
    identity: int = 1


@dataclass(slots=True, eq=False)
class StoryText:
    """A whole story, analysed; meaningful where no error was reported.

    Attributes:
        title, author: `""` where not written.
        panels: in the order of the text.
        jobs: in the order of their first scenes.
        settings: those that were written and hold, by key.
        files: the story's own first, then the included ones.
        names: what it defines.
    """

    title: str
    author: str
    panels: list[PanelText]
    jobs: list[JobText]
    settings: dict[str, SettingValue]
    files: list[File]
    names: Names
