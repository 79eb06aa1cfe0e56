"""Lines that are text for sure, and such as may be: what lost its indentation, and is no head or setting with a slip.

To take a head for text costs money: the panel above is drawn with it, and its own panel is missing.
"""

from __future__ import annotations

import re
from typing import Final

from storyscript.analysis.first_words import is_far

_SENTENCE: Final = 3
"""So many words that end as a sentence does are one."""
_WIDE_STOPS: Final = "。！？"  # noqa: RUF001 - of scripts that put no space between words
_STOPS: Final = frozenset(".!?…" + _WIDE_STOPS)
_CLOSING: Final = "\"'”’»)」』 \t"  # noqa: RUF001 - what may stand behind the end of a sentence
_FIRST: Final = re.compile(r"[\"'“”‘’„«「『(@{.…¡¿]*(?P<word>[^\W_][\w-]*)")  # noqa: RUF001 - what a sentence begins with
_SIGN: Final = re.compile(r"[=:：]")
_HEADS_ELSEWHERE: Final = re.compile(
    r"(?ai:act|chapter|cut|draft|episode|ext|exterior|fade|fixme|frame|int|interior|location|mood|narrator|note|page"
    r"|panel|part|setting|shot|time|todo|tone)"
)
"""Words that begin a line of structure, or a remark, in other scripts for comics and films."""
_LISTS: Final = "-*+>#=~"
_MARKS: Final = re.compile(r"\||\[\s*(?ai:nc)\s*\]")


def is_sentence(line: str) -> bool:
    """Whether a line can hardly be anything but text: a sentence, and not even loosely like a head or a setting.

    Args:
        line: as it is written, from column 0.
    """
    words, first = line.split(), _FIRST.match(line)
    end = line.rstrip(_CLOSING)[-1:]
    if first is None or end not in _STOPS or not is_text(line):
        return False
    word = first["word"]
    if len(words) < _SENTENCE and (end not in _WIDE_STOPS or word.isascii()):
        return False
    if any(part[0].isdigit() or _SIGN.search(part) for part in words[:_SENTENCE]):
        return False  # `mood = …`, `Panel two: …`, `Page 2 shows …`
    if len(word) > 1 and word.isupper():
        return False  # `INT. …`, `TODO …`
    return _HEADS_ELSEWHERE.fullmatch(word) is None and is_far(word)


def is_text(line: str) -> bool:
    """Whether a line has letters and is neither an entry of a list nor marked as structure."""
    return line[:1] not in _LISTS and any(map(str.isalpha, line)) and _MARKS.search(line) is None
