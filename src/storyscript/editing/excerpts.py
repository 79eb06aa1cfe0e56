"""A few words of a text, for where there is room for no more."""

from __future__ import annotations

from typing import Final

from storyscript.diagnostics.text import visible
from storyscript.encoding import normalize

MOST: Final = 60
"""Signs of an excerpt, by default."""
LOOKED_AT: Final = 8
"""So many times the signs that are wanted are looked at: white space between them may be long."""


def excerpt(text: str, most: int = MOST) -> str:
    """The first words of a text on one line, with nothing in them that an editor could not show.

    Args:
        text: of any length; only its beginning is looked at.
        most: how many signs may come out, with the `…` that stands for the rest.
    """
    head = text[: most * LOOKED_AT]
    shown = visible(normalize(head))
    if len(shown) <= most and len(head) == len(text):
        return shown
    cut = shown[: most - 1]
    if len(shown) >= most and shown[most - 1] != " ":
        cut = cut.rpartition(" ")[0] or cut
    return f"{cut.rstrip()}…"
