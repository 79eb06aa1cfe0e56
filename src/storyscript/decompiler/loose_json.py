"""JSON as people paste it: read leniently where the meaning is plain, with a note where it is not.

What is read here is shown to a writer and compiled again, never sent as it is; so a field that stands twice is worth a
note, not a refusal.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from storyscript.decompiler.notes import short
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    from storyscript.decompiler.notes import Notes


_QUOTES: Final = frozenset(
    "'`\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
)


def load_string(text: str) -> str | None:
    """The text that a JSON string means; None for what is not one JSON string and nothing more."""
    if not text.lstrip().startswith('"'):
        return None
    try:
        return str(json.loads(text, strict=False))
    except json.JSONDecodeError:
        return None


def load(text: str, notes: Notes) -> object:
    """The value that a JSON text means. Numbers are `Decimal`, so that none is rounded or too long to be read.

    Raises:
        ConfigurationError: it is not JSON; the message says where, and quotes nothing from it.
    """

    def fields(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                notes.add(f"`{short(key)}` is given twice; the last one was taken")
            found[key] = value
        return found

    try:
        # Line breaks inside strings are no JSON, but there is only one thing that they can mean.
        return json.loads(
            text,
            strict=False,
            object_pairs_hook=fields,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_number,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        hint = (
            "; JSON has straight double quotes around its texts" if text[error.pos : error.pos + 1] in _QUOTES else ""
        )
        raise ConfigurationError(f"this is not JSON from {where} on: {error.msg}{hint}") from None
    except RecursionError:
        raise ConfigurationError("this JSON is nested too deeply to be a payload") from None


def _number(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent beyond all bounds
        return Decimal("NaN")
