"""What a statement that is written wrong was meant to be, so that a broken file keeps its outline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.first_words import keyword_meant, keyword_near, property_meant
from storyscript.analysis.heads import unknown
from storyscript.analysis.near import nearest
from storyscript.analysis.settings import SETTINGS
from storyscript.encoding import NO_CHARACTER_MARK
from storyscript.source import trimmed
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_COMPARED: Final = 50
"""So many unknown words of a file are compared with what is known, which takes its time: more, nobody mistypes."""
_LONGEST_HEAD: Final = 1000
_AROUND_NAME: Final = " \t:："


class Head(NamedTuple):
    """What a line begins.

    Attributes:
        keyword: of the statement, or `""` where it is a setting.
        name_start, name_end: its name, title or path, as far as there is one; of a setting, its key.
    """

    keyword: str
    name_start: int
    name_end: int


class Meanings:
    """Reads the heads of one file.

    Args:
        text: what was parsed.
    """

    def __init__(self, text: str) -> None:
        self._text: Final = text
        self._keys: Final[dict[str, str | None]] = {}
        self._words: Final[dict[str, str | None]] = {}

    def of(self, item: nodes.Item) -> Head | None:
        """What a statement is, or was meant to be; None where that is anybody's guess."""
        if isinstance(item, nodes.Character | nodes.Scene | nodes.Event | nodes.Let):
            return Head(item.type.lower(), item.name_start, item.name_start + len(item.name or ""))
        if isinstance(item, nodes.Section):
            return Head(item.type.lower(), *trimmed(self._text, item.value_start, item.end))
        if isinstance(item, nodes.Setting):
            return self._setting(item)
        if isinstance(item, nodes.BadHead):
            return self._wrong(item.keyword, item.start + len(item.keyword), item.end)
        if isinstance(item, nodes.Bad):
            return self._bad(item)
        return None

    def _setting(self, item: nodes.Setting) -> Head | None:
        key, end = item.key.lower(), item.start + len(item.key)
        if key in SETTINGS:
            return Head("", item.start, end)
        meant = self._compare(self._keys, key, _setting_meant)
        if meant in nodes.KEYWORDS:
            return self._wrong(meant, item.value_start, item.end)
        return None if meant is None else Head("", item.start, end)

    def _bad(self, item: nodes.Bad) -> Head | None:
        head = self._text[item.start : min(item.end, item.start + _LONGEST_HEAD)]
        if head[0].isspace():  # of another kind than indents a line
            return None
        word = head.split(maxsplit=1)[0]
        if word[0].isalnum():
            lower = word.lower()
            if lower in SETTINGS or property_meant(lower) is not None:
                return None
            keyword, at = self._compare(self._words, lower, keyword_near), len(word)
        else:  # a sign before what would be a head, such as `# scene attic`
            maybe = unknown(word, head, compare=False).maybe
            keyword = maybe[0] if len(maybe) == 1 else None
            at = head.lower().find(keyword) + len(keyword) if keyword is not None else 0
        return None if keyword is None else self._wrong(keyword, item.start + at, item.end)

    def _compare(self, known: dict[str, str | None], word: str, compare: Callable[[str], str | None]) -> str | None:
        """What a word was meant for, if it has been compared, or may be."""
        if word not in known:
            if len(known) == _MOST_COMPARED:
                return None
            known[word] = compare(word)
        return known[word]

    def _wrong(self, keyword: str, start: int, end: int) -> Head:
        """A head that is no statement: what stands behind its keyword, as far as it can be a name."""
        text = self._text
        if keyword == "let":
            sign = text.find("=", start, end)
            end = sign if sign >= 0 else end
        elif keyword == "scene":
            mark = text[start:end].upper().find(NO_CHARACTER_MARK)
            before = mark > 0 and text[start : start + mark].strip(_AROUND_NAME)
            end = start + mark if before else end
        inner = text[start:end].lstrip(_AROUND_NAME)
        start = end - len(inner)
        return Head(keyword, start, start + len(inner.rstrip(_AROUND_NAME)))


def _setting_meant(key: str) -> str | None:
    """The setting or the keyword that an unknown key was meant for."""
    setting = nearest(key, SETTINGS)
    return keyword_meant(key, setting) or setting
