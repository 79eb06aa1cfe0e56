"""JSON, read more strictly than the standard library does by default.

An answer of the service is another program's word: it is refused where two readers could understand it
differently (duplicate fields, NaN) and where it would break what handles it later (endless nesting, endless
numbers).
"""

from __future__ import annotations

import json
import math
from typing import NoReturn

_MAX_DIGITS = 64


def parse(text: str | bytes) -> object:
    """The value that a JSON text means.

    Args:
        text: the text; bytes are UTF-8, with or without a byte order mark.

    Raises:
        ValueError: it is not JSON; the exception's text says why in a few words that quote nothing from it.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer
        )
        # What is kept must be fit to be written again: half a surrogate pair, which JSON can spell, is not.
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a character") from None
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON from character {error.pos} on") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("has a field twice")
    return fields


def _constant(name: str) -> NoReturn:
    raise ValueError(f"holds {name}, which is no number")


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("holds a number that is too large")
    return number


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError("holds a number that is too large")
    return int(digits)
