"""Names: of characters, variables, scenes and events."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

NAME_RULE: Final = "a name begins with a letter or `_`, then letters, digits, `_`, and single `-` between them"
"""What is a name, for people."""

_FLAT: Final = re.compile(r"[^\x00-,./:-@\[-^`{-\x7f]+")


def is_name(text: str) -> bool:
    """Whether a text is a name: a letter or `_`, then letters, marks, digits, `_`, and single `-` between them.

    Source: language page, "Lines, white space, names".
    """
    if text.isascii():
        return text.replace("-", "_").isidentifier() and "--" not in text and "-" not in (text[0], text[-1])
    return name_end(text, 0, len(text)) == len(text)


def name_end(text: str, start: int, stop: int) -> int:
    """Where the longest name that begins at `start` ends; `start` itself where none begins there."""
    flat = _FLAT.match(text, start, stop)
    if flat is None:
        return start
    end = flat.end()
    word = text[start:end]
    if word.isascii():
        if "-" in word:
            word = word.partition("--")[0].rstrip("-")
        return start + len(word) if word[:1].isalpha() or word[:1] == "_" else start
    if not _begins(text[start]):
        return start
    at = start + 1
    while at < end:
        if text[at] == "-":
            if at + 1 == end or not _continues(text[at + 1]):
                break
            at += 2
        elif _continues(text[at]):
            at += 1
        else:
            break
    return at


def fold(name: str) -> str:
    """The form in which names are compared (NFC)."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _begins(sign: str) -> bool:
    # A lone surrogate stands for a byte that is no UTF-8, reported as such: inside a name it is taken for a
    # letter, so that one wrong byte is one problem.
    return sign == "_" or unicodedata.category(sign)[0] == "L" or "\udc80" <= sign <= "\udcff"


def _continues(sign: str) -> bool:
    return _begins(sign) or unicodedata.category(sign)[0] == "M" or unicodedata.category(sign) == "Nd"
