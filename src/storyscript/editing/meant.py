"""What a statement that is written wrong was meant to be, so that a broken file keeps its outline."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from storyscript.analysis.heads import keyword_meant, unknown
from storyscript.analysis.near import nearest
from storyscript.analysis.settings import SETTINGS
from storyscript.encoding import NO_CHARACTER_MARK
from storyscript.syntax import nodes

_MOST_COMPARED: Final = 50
"""So many unknown words of a file are compared with what is known, which takes its time: more, nobody mistypes."""
_LONGEST_HEAD: Final = 1000
_FIRST_WORD: Final = re.compile(r"\S+")
_AROUND_NAME: Final = " \t:："


class Head(NamedTuple):
    """What a line begins.

    Attributes:
        keyword: of the statement, or `""` where it is a setting.
        name_start, name_end: its name, title or path, as far as there is one; of a setting, its key.
        right: whether it is written as it must be.
    """

    keyword: str
    name_start: int
    name_end: int
    right: bool = True


class Meanings:
    """Reads the heads of one file.

    Args:
        text: what was parsed.
    """

    def __init__(self, text: str) -> None:
        self._text: Final = text
        self._compared: dict[str, str | None] = {}

    def of(self, item: nodes.Item) -> Head | None:
        """What a statement is, or was meant to be; None where that is anybody's guess."""
        if isinstance(item, nodes.Character | nodes.Scene | nodes.Event | nodes.Let):
            return Head(item.type.lower(), item.name_start, item.name_start + len(item.name or ""))
        if isinstance(item, nodes.Section):
            return Head(item.type.lower(), *self._trimmed(item.value_start, item.end))
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
        meant = self._nearest(key)
        if meant in nodes.KEYWORDS:
            return self._wrong(meant, item.value_start, item.end)
        return None if meant is None else Head("", item.start, end, right=False)

    def _nearest(self, key: str) -> str | None:
        """The setting or the keyword that an unknown key was meant for."""
        if key not in self._compared:
            if len(self._compared) == _MOST_COMPARED:
                return None
            setting = nearest(key, SETTINGS)
            self._compared[key] = keyword_meant(key, setting) or setting
        return self._compared[key]

    def _bad(self, item: nodes.Bad) -> Head | None:
        head = self._text[item.start : min(item.end, item.start + _LONGEST_HEAD)]
        match = _FIRST_WORD.search(head)
        if match is None:
            return None
        word = match[0]
        if word not in self._compared:
            if len(self._compared) == _MOST_COMPARED:
                return None
            maybe = unknown(word, head, compare=True).maybe
            self._compared[word] = maybe[0] if len(maybe) == 1 and maybe[0] in nodes.KEYWORDS else None
        keyword = self._compared[word]
        if keyword is None:
            return None
        at = head.lower().find(keyword, 0, len(word) + len(keyword) + 1)  # behind a sign such as `#`
        begin = item.start + (match.end() if at < 0 else at + len(keyword))
        return self._wrong(keyword, begin, item.end)

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
        return Head(keyword, start, start + len(inner.rstrip(_AROUND_NAME)), right=False)

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        inner = self._text[start:end].lstrip()
        start = end - len(inner)
        return start, start + len(inner.rstrip())
