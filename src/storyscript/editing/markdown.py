"""Texts of a story in Markdown, as what they are: nothing in them becomes a link, a picture or a heading by itself.

What is not to be seen (control characters, bytes that are no text, signs that turn the direction of a line) is shown
as in messages.
"""

from __future__ import annotations

import re
from typing import Final

from storyscript.diagnostics.text import visible

MOST_SHOWN: Final = 16 * 1024
"""Signs of a text that are shown; no editor shows more of one well."""

_TICKS: Final = re.compile("`+")
_MARKUP: Final = re.compile(r"^[-+=]|[\\`*_{}\[\]()<>#|~&:@.]")


def code(text: str) -> str:
    """A text in one line, as code: white space is collapsed."""
    shown = " ".join(_shown(text).split())
    if not shown:
        return ""
    ticks = "`" * (_longest(shown) + 1)
    # A space on either side is taken off again where there is one on both.
    return f"{ticks} {shown} {ticks}" if shown[0] == "`" or shown[-1] == "`" else f"{ticks}{shown}{ticks}"


def fenced(text: str) -> str:
    """A text in a block of its own, sign by sign."""
    fence = "`" * max(_longest(text) + 1, 3)
    return f"{fence}text\n{_shown(text)}\n{fence}"


def plain(text: str) -> str:
    """A text in one line, among others."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(_shown(text).split()))


def picture(text: str, uri: str) -> str:
    """A picture.

    Args:
        text: what is read where it cannot be shown.
        uri: of its file, all signs escaped that a URI may not hold.
    """
    return f"![{plain(text)}](<{uri}>)"


def _shown(text: str) -> str:
    left = len(text) - MOST_SHOWN
    return visible(text) if left <= 0 else f"{visible(text[:MOST_SHOWN])}… (and {left} more signs)"


def _longest(text: str) -> int:
    return max((len(ticks) for ticks in _TICKS.findall(text)), default=0)
