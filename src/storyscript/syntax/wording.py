"""What stands in a line, laid out: one space between its parts, and words of the language in their usual case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from storyscript.syntax import nodes
from storyscript.syntax.spacing import CONTROL

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.syntax.spacing import Edit

SETTING_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "title": (),
    "author": (),
    "main": (),
    "style": (),
    "model": (),
    "private-model": (),
    "size": (),
    "steps": (),
    "guidance": (),
    "seed": (),
    "identity": ("auto",),
    "negative": ("none",),
    "font-size": (),
    "pad-image": (),
    "captions": ("text", "none"),
    "lettering": ("service", "local"),
    "reorder": ("yes", "no"),
    "callback": (),
}
"""Every setting, with the words that its value may be in any case."""

_TEXTS: Final = frozenset({"title", "author", "negative", "private-model", "as", "caption"})
"""Settings and properties whose value is a text, in which a run of white space counts as one space."""
_LONGEST: Final = max(len(word) for words in SETTING_WORDS.values() for word in words)
_NONE: Final = ("none",)
_MARK: Final = " [NC]"
_RUNS: Final = re.compile(r" ?\t[ \t]*|  [ \t]*")
_SPACES: Final = re.compile("  +")
"""The same where no tab is, and found in a third of the time."""


class Wording:
    """Notes what is to be changed in the lines of a text.

    Attributes:
        setters: what sets a line that is more than text, by the class of its node; it takes the node and the line,
            without white space around it. Lines of other classes are wrong, and stay.

    Args:
        made: takes the edits.
    """

    def __init__(self, made: list[Edit]) -> None:
        self._made: Final = made
        self.setters: Final[dict[type[nodes.Line], Callable[[Any, str], None]]] = {
            nodes.Property: self._set_property,
            nodes.Setting: self._set_setting,
            nodes.Scene: self._set_scene,
            nodes.Event: self._set_event,
            nodes.Character: self._set_character,
            nodes.Let: self._set_let,
            nodes.Section: self._set_section,
            nodes.Include: self._set_include,
        }

    def set_text(self, text: str, start: int) -> None:
        """Make one space of each run of white space in a text, but inside of `{"…"}`, where signs are themselves.

        Args:
            text: the text.
            start: where it begins.
        """
        runs = _RUNS if "\t" in text else _SPACES
        at = 0
        while True:
            literal = text.find('{"', at)
            close = text.find('"}', literal + 2) if literal >= 0 else -1
            for run in runs.finditer(text, at, literal if close >= 0 else len(text)):
                self._made.append((start + run.start(), start + run.end(), " "))
            if close < 0:
                return
            at = close + 2

    def _set_property(self, leaf: nodes.Property, line: str) -> None:
        words = _NONE if leaf.word == "caption" and not leaf.lines else ()
        self._set_statement(f"{leaf.word}: ", leaf, line, words, is_text=leaf.word in _TEXTS)

    def _set_setting(self, leaf: nodes.Setting, line: str) -> None:
        key = leaf.key.lower()
        if key in SETTING_WORDS:
            self._set_statement(f"{key}: ", leaf, line, SETTING_WORDS[key], is_text=key in _TEXTS)

    def _set_scene(self, leaf: nodes.Scene, line: str) -> None:
        head = f"scene {leaf.name}" if leaf.name else "scene"
        if leaf.no_character:
            head += _MARK
        if line != head:  # no call for most of the lines that are most common
            self._set_head(head, line, leaf.start)

    def _set_event(self, leaf: nodes.Event, line: str) -> None:
        self._set_head(f"event {leaf.name}" if leaf.name else "event", line, leaf.start)

    def _set_character(self, leaf: nodes.Character, line: str) -> None:
        self._set_head(f"character {leaf.name}", line, leaf.start)

    def _set_let(self, leaf: nodes.Let, line: str) -> None:
        self._set_statement(f"let {leaf.name} = ", leaf, line)

    def _set_section(self, leaf: nodes.Section, line: str) -> None:
        self._set_statement("section ", leaf, line)

    def _set_include(self, leaf: nodes.Include, line: str) -> None:
        self._set_statement("include ", leaf, line, is_text=False)

    def _set_head(self, head: str, written: str, start: int) -> None:
        # What is printable has no control character, and that is told sooner.
        if written != head and (written.isprintable() or not CONTROL.search(written)):
            self._made.append((start, start + len(written), head))

    def _set_statement(
        self,
        head: str,
        leaf: nodes.Property | nodes.Setting | nodes.Section | nodes.Let,
        line: str,
        words: tuple[str, ...] = (),
        *,
        is_text: bool = True,
    ) -> None:
        """Set a statement that ends with a value.

        Args:
            head: what is to stand before the value.
            leaf: the statement.
            line: it, as written.
            words: what the value may be in any case.
            is_text: whether the value is a text; else its white space may mean something.
        """
        start = leaf.start
        before = len(head)
        if not line.startswith(head) or line[before] in " \t" or leaf.value_start > start + before:
            before = self._set_before(head, line, start, leaf.value_start - start)
        value = line[before:]
        if words and len(value) <= _LONGEST:
            word = value.lower()
            if word != value and word in words:
                self._made.append((start + before, start + len(line), word))
                return
        if is_text and ("  " in value or "\t" in value):
            self.set_text(value, start + before)

    def _set_before(self, head: str, line: str, start: int, before: int) -> int:
        """Set what stands before a value; gives how much that is.

        Args:
            head: what is to stand there.
            line: the statement.
            start: where it begins.
            before: how much of it stands before the value, or the white space before that.
        """
        size = len(line)
        while before < size and line[before] in " \t":
            before += 1
        if before >= size or (line.startswith("//", before) and line[before - 1] not in " \t"):
            head = head.rstrip()  # with a space before it, `//` would begin a comment
        self._set_head(head, line[:before], start)
        return before
