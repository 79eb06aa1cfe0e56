"""Texts that must not be seen: credentials, from the moment they are read.

A plain string shows itself wherever somebody prints a variable: in a log, in a dictionary's `repr`, in a traceback
with the values of local variables. A hidden one shows `***`, and `reveal` marks each place where it is really meant.
"""

from __future__ import annotations

from typing import Final

_SHOWN: Final = "***"


class Hidden:
    """A text that shows itself only when asked by `reveal`.

    Args:
        text: the text; another hidden one stands for its own.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str | Hidden) -> None:
        self._text: Final = text.reveal() if isinstance(text, Hidden) else text
        del text  # also from what a traceback would show of this call

    def reveal(self) -> str:
        """The text itself; do not give a name to it."""
        return self._text

    def __repr__(self) -> str:
        return _SHOWN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(_SHOWN, spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Hidden, self._text))
