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
        # The next literal is looked for once, and only behind the last one: a line takes one pass.
        literal_end, literal = start, text.find('{"', start, end)
        last_close = text.rfind('"}', start, end)
        for match in _SLASHES.finditer(text, start, end):
            while 0 <= literal < match.start():
                if last_close < literal + 2:
                    literal = -1
                    break
                literal_end = text.index('"}', literal + 2) + 2
                literal = text.find('{"', literal_end, end)
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
