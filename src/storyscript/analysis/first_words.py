"""What the first word of a line was meant for: a keyword, a setting, a property, or nothing of the kind."""

from __future__ import annotations

import re
from typing import Final

from storyscript.analysis.near import is_like, is_one_slip, nearest
from storyscript.analysis.settings import SETTINGS, WORDS
from storyscript.syntax import nodes
from storyscript.syntax.names import is_name
from storyscript.tool import story_diffusion_advanced

_SURE_PROPERTY: Final = 5
"""Shorter words for properties are one slip away from too many words of a sentence."""
_BEGINNING: Final = 2
_WORDS_OF_THEIR_OWN: Final = frozenset({"as", "in", "le", "se"})
"""Words of some language that are also a property, or the beginning of a keyword."""
_VALUE: Final = re.compile(r"[ \t]*(?P<sign>:?[=：]?)[ \t]*(?P<value>[^=:：].*)")
_NUMBERS: Final = re.compile(r"[+-]?[0-9][0-9.,]*(?:[ \t]*[x×*][ \t]*[0-9]+)?(?:px)?", re.IGNORECASE)  # noqa: RUF001 - what is typed
_TAKES_NUMBERS: Final = frozenset({"size", "steps", "guidance", "seed", "identity", "font-size", "model"})
_DEFINED: Final = re.compile(r"(?P<name>[^\s=:：]+)[ \t]*=[ \t]*[^\s=]")


def property_meant(word: str) -> str | None:
    """The property that a word at column 0 is, or for sure was meant for."""
    if word in nodes.PROPERTY_WORDS:
        return word
    long = (known for known in nodes.PROPERTY_WORDS if len(known) >= _SURE_PROPERTY)
    return next((known for known in long if is_one_slip(word, known)), None)


def keyword_near(word: str) -> str | None:
    """The keyword most like a word: by its letters, even in another order, or because the word is its beginning."""
    near = nearest(word, nodes.KEYWORDS)
    if near is not None:
        return near
    lower = word.lower()
    if len(lower) < _BEGINNING or lower in _WORDS_OF_THEIR_OWN:
        return None
    found = [
        keyword
        for keyword in nodes.KEYWORDS
        if keyword.startswith(lower) or (keyword[0] == lower[0] and sorted(keyword) == sorted(lower))
    ]
    return found[0] if len(found) == 1 else None


def setting_near(word: str, head: str) -> str | None:
    """The setting most like the first word of a line without a colon, if what is behind that can only be its value.

    Args:
        word: the first word.
        head: the line.
    """
    match = _VALUE.fullmatch(head, len(word))
    near = nearest(word, SETTINGS) if match is not None else None
    if match is None or near is None:
        return None
    # The first letter is the last to be mistyped: `rain = …` is no slip for `main`.
    signed = match["sign"] and near[0] == word[0].lower()
    return near if signed or _is_value(near, match["value"].strip()) else None


def _is_value(setting: str, value: str) -> bool:
    if _NUMBERS.fullmatch(value) is not None:
        return setting in _TAKES_NUMBERS
    tool = story_diffusion_advanced()
    known = {"style": tool.styles, "model": [model.label for model in tool.models.values()]}.get(setting, ())
    return value.casefold() in {word.casefold() for word in (*known, *WORDS.get(setting, ()))}


def variable_meant(head: str) -> str | None:
    """The name of the variable that a line such as `rain = grey rain` defines, but for its `let`."""
    match = _DEFINED.match(head)
    return match["name"] if match is not None and is_name(match["name"]) else None


def is_far(word: str) -> bool:
    """Whether a word is not even loosely like any word that has a meaning at column 0 or in a block."""
    if word.lower() in _WORDS_OF_THEIR_OWN:
        return True
    words = (*nodes.KEYWORDS, *SETTINGS, *nodes.PROPERTY_WORDS)
    return nearest(word, words) is None and not any(is_like(word, known) for known in words)


def keyword_meant(key: str, setting: str | None) -> str | None:
    """The keyword that an unknown setting was meant for, as `Characters:`; not where a setting is as near."""
    if setting is not None and not any(is_one_slip(key, keyword) for keyword in nodes.KEYWORDS):
        return None
    return nearest(key, nodes.KEYWORDS)
