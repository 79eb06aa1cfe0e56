"""`//` that is neither a comment nor plainly text (SS413)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.diagnostics.sink import Sink

_SLASHES: Final = re.compile(r"//+")


def check_slashes(file: File, lines: list[tuple[int, int]], sink: Sink) -> None:
    """Report each `//` that is neither a comment nor plainly text; not inside `{"…"}`."""
    text = file.source.readable
    for start, end in lines:
        if text.find("//", start, end) < 0:
            continue
        # To the line's end, even where the text ends before a comment.
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        literal_end = start
        for match in _SLASHES.finditer(text, start, end):
            if match.start() < literal_end:
                continue
            opened = text.find('{"', literal_end, match.start())
            while opened >= 0:
                closed = text.find('"}', opened + 2, end)
                if closed < 0:
                    break
                literal_end = closed + 2
                if literal_end > match.start():
                    break
                opened = text.find('{"', literal_end, match.start())
            if match.start() < literal_end:
                continue
            before = match.start() == start or text[match.start() - 1].isspace()
            after = match.end() == stop or text[match.end()].isspace()
            if before or after:
                sink.report(
                    "SS413",
                    file.span(*match.span()),
                    f"`{match[0]}` is text here: a comment's `//` has white space on both sides",
                    hint='for a comment, write ` // `; for the sign itself, `{"//"}`',
                )
