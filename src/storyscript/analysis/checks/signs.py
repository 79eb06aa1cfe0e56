"""Signs that the encoding would read as its own: `|`, `#`, `[NC]` (SS301, SS302, SS303, SS403)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.text import Origin

if TYPE_CHECKING:
    from storyscript.analysis.text import Composed
    from storyscript.diagnostics.sink import Sink

_SIGNS: Final = re.compile(r"\||\[NC\]|\[\s*(?ai:nc)\s*\]|\(\s*(?ai:nc)\s*\)")


def check_signs(text: Composed, sink: Sink) -> None:
    """Report each `|` and `[NC]`, and what was perhaps meant as one.

    What a variable or a mention brings in whole is reported once, where it is written.
    """
    source = text.file.source
    for match in _SIGNS.finditer(text.raw):
        sign = match[0]
        if text.origin(*match.span()) in (Origin.VARIABLE, Origin.MENTION):
            continue
        if sign == "|":
            if sink.is_full("SS301", source):
                sink.count_more("SS301", source, 1)
                continue
            sink.report(
                "SS301",
                text.span(*match.span()),
                "`|` in a text would split the panel in two: it is the service's separator, and has no escape",
                hint="write another sign, such as `/` or a comma",
            )
        elif sign == "[NC]":
            sink.report(
                "SS303",
                text.span(*match.span()),
                "`[NC]` in a text would take the character out of the panel",
                hint="for a panel without its character, put `[NC]` at the end of the scene's head",
            )
        else:
            sink.report(
                "SS403",
                text.span(*match.span()),
                f"`{sign}` is plain text: the character stays in the panel",
                hint="for a panel without its character, put `[NC]` at the end of the scene's head",
            )


def check_hash(text: Composed, sink: Sink, why: str, hint: str) -> None:
    """Report the first `#` of a text that may hold none (SS302).

    What a mention brings in is reported at the character.
    """
    at = text.raw.find("#")
    while at >= 0:
        if text.origin(at, at + 1) is not Origin.MENTION:
            before, behind = text.raw[:at], text.raw[at + 1 :]
            if before.strip().lower() == "none":
                hint = "a comment begins with `//`"
            elif not before[-1:].strip() and behind[:1].isspace() and behind.strip():
                hint += "; a comment begins with `//`"
            sink.report("SS302", text.span(at, at + 1), why, hint=hint)
            return
        at = text.raw.find("#", at + 1)
