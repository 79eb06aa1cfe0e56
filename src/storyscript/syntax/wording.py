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

_TEXTS: Final = ("title", "author", "negative", "private-model", "as", "caption")
"""Settings and properties whose value is a text, in which a run of white space counts as one space."""
_MARK: Final = " [NC]"
_RUNS: Final = re.compile(r" ?\t[ \t]*|  [ \t]*")


class Wording:
    """Notes what is to be changed in the lines of a text.

    Attributes:
        setters: what sets a line that is more than text, by the type of its node; it takes the node, where the line
            begins, and where its text ends, without trailing white space. Lines of other types are wrong, and stay.

    Args:
        text: the text; offsets count in it.
        made: takes the edits.
    """

    def __init__(self, text: str, made: list[Edit]) -> None:
        self._text: Final = text
        self._made: Final = made
        self.setters: Final[dict[str, Callable[[Any, int, int], None]]] = {
            nodes.Property.type: self._set_property,
            nodes.Setting.type: self._set_setting,
            nodes.Scene.type: self._set_scene,
            nodes.Event.type: self._set_event,
            nodes.Character.type: self._set_character,
            nodes.Let.type: self._set_let,
            nodes.Section.type: self._set_section,
            nodes.Include.type: self._set_include,
        }

    def set_text(self, start: int, end: int) -> None:
        """Make one space of each run of white space in a text, but inside of `{"…"}`, where signs are themselves."""
        text = self._text
        last_close = text.rfind('"}', start, end)
        while True:
            literal = text.find('{"', start, end)
            stop = literal if 0 <= literal <= last_close - 2 else end
            self._made.extend((run.start(), run.end(), " ") for run in _RUNS.finditer(text, start, stop))
            if stop == end:
                return
            start = text.index('"}', literal + 2) + 2

    def _set_property(self, leaf: nodes.Property, start: int, end: int) -> None:
        words = ("none",) if leaf.word == "caption" and not leaf.lines else ()
        value = self._set_before(f"{leaf.word}: ", leaf.value_start, start, end)
        self._set_value(value, end, words, is_text=leaf.word in _TEXTS)

    def _set_setting(self, leaf: nodes.Setting, start: int, end: int) -> None:
        key = leaf.key.lower()
        if key in SETTING_WORDS:
            value = self._set_before(f"{key}: ", leaf.value_start, start, end)
            self._set_value(value, end, SETTING_WORDS[key], is_text=key in _TEXTS)

    def _set_scene(self, leaf: nodes.Scene, start: int, end: int) -> None:
        head = f"scene {leaf.name}" if leaf.name else "scene"
        if leaf.no_character:
            head += _MARK
        if self._text[start:end] != head:  # no call for most of the lines that are most common
            self._set_head(head, start, end)

    def _set_event(self, leaf: nodes.Event, start: int, end: int) -> None:
        self._set_head(f"event {leaf.name}" if leaf.name else "event", start, end)

    def _set_character(self, leaf: nodes.Character, start: int, end: int) -> None:
        self._set_head(f"character {leaf.name}", start, end)

    def _set_let(self, leaf: nodes.Let, start: int, end: int) -> None:
        self._set_value(self._set_before(f"let {leaf.name} = ", leaf.value_start, start, end), end)

    def _set_section(self, leaf: nodes.Section, start: int, end: int) -> None:
        self._set_value(self._set_before("section ", leaf.value_start, start, end), end)

    def _set_include(self, leaf: nodes.Include, start: int, end: int) -> None:
        self._set_before("include ", leaf.value_start, start, end)

    def _set_head(self, head: str, start: int, end: int) -> None:
        written = self._text[start:end]
        if written != head and not CONTROL.search(written):
            self._made.append((start, end, head))

    def _set_before(self, head: str, value: int, start: int, end: int) -> int:
        """Set what stands before a value; gives where the value begins.

        Args:
            head: what is to stand there.
            value: where the value begins, or the white space before it.
            start: where the statement begins.
            end: where the statement ends.
        """
        text = self._text
        while value < end and text[value] in " \t":
            value += 1
        value = min(value, end)
        if value == end or (text.startswith("//", value) and text[value - 1] not in " \t"):
            head = head.rstrip()  # with a space before it, `//` would begin a comment
        self._set_head(head, start, value)
        return value

    def _set_value(self, start: int, end: int, words: tuple[str, ...] = (), *, is_text: bool = True) -> None:
        """Set a value.

        Args:
            start: where it begins.
            end: where it ends.
            words: what it may be in any case.
            is_text: whether it is a text; else its white space may mean something.
        """
        text = self._text
        if words:
            written = text[start:end]
            word = written.lower()
            if word != written and word in words:
                self._made.append((start, end, word))
                return
        if is_text and (text.find("  ", start, end) >= 0 or text.find("\t", start, end) >= 0):
            self.set_text(start, end)
