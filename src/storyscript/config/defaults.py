"""Settings of stories in a project file: from a value of TOML to what a story would say.

Whether that is right for the setting is the analysis's to say, where a story is compiled with it. Here is refused what
no story could say: values of another kind, and texts that would not be one setting of one line.

Source: settings page, "What a project says of its stories".
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final

from storyscript.config.reading import text
from storyscript.source import SourceFile
from storyscript.vocabulary import SETTING_MEANINGS

if TYPE_CHECKING:
    from storyscript.config.reading import Keys

WHOLE: Final = frozenset({"model", "size", "steps", "seed", "identity", "font-size"})
"""The settings that a whole number of TOML can give."""
DECIMAL: Final = frozenset({"guidance"})
"""The settings that any number of TOML can give."""
SWITCHES: Final = {"reorder": ("no", "yes")}
"""The settings that `false` and `true` can give, and what a story says for each."""
_MOST: Final = 10**100
"""Numbers from here on are shown in no message."""
_LINE_END: Final = re.compile(r"[ \t]*\r?\n[ \t]*")


def _read(key: str, value: object) -> str:
    match value:
        case bool() if key in SWITCHES:
            return SWITCHES[key][value]
        case bool():
            pass
        case int() if key in WHOLE or key in DECIMAL:
            if abs(value) >= _MOST:
                raise ValueError("is a number of more than 100 digits")
            return str(value)
        case float() if key in DECIMAL and math.isfinite(value):
            return f"{Decimal(repr(value)):f}"
        case str():
            return _one_line(key, text(value))
    raise ValueError(f"must be {_kinds(key)}, as a story has it: {SETTING_MEANINGS[key].takes}")


def _kinds(key: str) -> str:
    if key in SWITCHES:
        return "true or false, or a text in quotes"
    if key in WHOLE:
        return "a whole number, or a text in quotes"
    return "a number, or a text in quotes" if key in DECIMAL else "a text in quotes"


def _one_line(key: str, value: str) -> str:
    """A text of several lines as one, which is what a story makes of it."""
    line = _LINE_END.sub(" ", value)
    if next(SourceFile.from_text("", line).damage(), None) is not None:
        raise ValueError("holds a control character")
    if "//" in line:
        from storyscript.syntax.parser import parse  # noqa: PLC0415 - few texts have one

        if parse(f"{key}: {line}\n").comments:
            raise ValueError('holds `//` between white space, which begins a comment in a story: write `{"//"}`')
    return line


DEFAULT_KEYS: Final[Keys] = {key: partial(_read, key) for key in SETTING_MEANINGS}
"""What the table of settings may hold, and how each is read."""
