"""Codes of problems in settings and options: what `select` and `ignore` may name.

Source: settings page, "Which warnings are shown".
"""

from __future__ import annotations

import re
from typing import Final

from storyscript.analysis.near import nearest
from storyscript.config.reading import MOST_FLAWS, Mistakes
from storyscript.diagnostics import catalog
from storyscript.diagnostics.model import Severity

_FORM: Final = re.compile(r"SS[0-9]{0,3}")
_WARNINGS: Final = [code for code in catalog.TITLES if catalog.severity(code) is Severity.WARNING]
_ALWAYS: Final = "errors are always shown: only warnings, which begin with `SS4`, can be chosen among"
_SHOWN: Final = 20
"""Characters of what is no code that are repeated."""


def read_codes(value: object) -> tuple[str, ...]:
    """Codes and beginnings of codes, from a file.

    Raises:
        ValueError: it is no array of texts.
        Mistakes: some of them are no codes of warnings.
    """
    if not isinstance(value, list):
        raise ValueError('must be an array of codes in quotes, such as ["SS405", "SS41"]')  # noqa: TRY004 - a file's mistake
    codes: dict[str, None] = {}
    flaws: dict[int, str] = {}
    for number, item in enumerate(value):
        flaw = flaw_of_code(item.upper()) if isinstance(item, str) else "holds what is no code in quotes"
        if flaw is None:
            codes[item.upper()] = None
        else:
            flaws[number] = flaw
            if len(flaws) == MOST_FLAWS:
                break
    if flaws:
        raise Mistakes(flaws)
    return tuple(codes)


def flaw_of_code(code: str) -> str | None:
    """What is wrong with a code, or the beginning of one, for choosing among warnings; None where it will do."""
    if not _FORM.fullmatch(code):
        near = nearest(code, _WARNINGS)
        hint = f"did you mean `{near}`?" if near else "codes look like `SS405`, and beginnings of codes like `SS4`"
        shown = code if len(code) <= _SHOWN else f"{code[:_SHOWN]}…"
        return f"names `{shown}`, which is no code; {hint}"
    if any(known.startswith(code) for known in _WARNINGS):
        return None
    if code in catalog.TITLES:
        return f"names `{code}` ({catalog.TITLES[code]}), which is an error; {_ALWAYS}"
    if any(known.startswith(code) for known in catalog.TITLES):
        return f"names `{code}`, with which only errors begin; {_ALWAYS}"
    near = nearest(code, _WARNINGS)
    known = f"did you mean `{near}`?" if near else f"warnings are {_WARNINGS[0]} to {_WARNINGS[-1]}"
    return f"names `{code}`, and there is no such code; {known}"
