"""Comments, and what was meant as one (SS400, SS413)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.fixes.place import Place

_CODES: Final = re.compile(r"(?P<head>//[ \t]*\w+[ \t]*:[ \t]*\w+[ \t]*)(?P<codes>(?ai:SS[0-9]+(?:[\s,]+|\Z))*)")
_REMARK: Final = re.compile(r"[ \t]*(?:TODO|FIXME|XXX|HACK|NOTE)(?![\w-])|[ \t]*(?ai:storyscript)[ \t]*:")


def idle_ignore(place: Place) -> Iterator[Fix | None]:
    """SS400: the codes that silence nothing go, and the comment where nothing is left of it."""
    ignore = place.ignores.at(place.start) if place.ignores is not None else None
    if ignore is None or not ignore.idle:
        return
    match = _CODES.match(place.word)
    if match is None:
        return
    kept = [code for code in ignore.codes if code not in ignore.idle]
    reason = place.word[match.end() :]
    if kept:
        start, end = place.start + match.start("codes"), place.start + match.end("codes")
        yield Fix((place.edit(start, end, " ".join(kept) + (" " if reason else "")),))
    elif reason:
        yield place.rewrite(place.start, place.end, f"// {reason}")
    else:
        yield Fix((place.cut_word(place.start, place.end),))


def half_a_comment(place: Place) -> Iterator[Fix | None]:
    """SS413: the white space that makes it a comment; sure for `//TODO`, `x// storyscript: …`."""
    text = place.text
    line_start, line_end = place.layout.line(place.start)
    spaced_before = place.start > line_start and text[place.start - 1] in " \t"
    spaced_after = text[place.end : place.end + 1] in (" ", "\t", "\n", "")
    if len(place.word) > len("//"):
        if spaced_before and spaced_after:
            yield place.replace("//")
        return
    edits = []
    if not spaced_before:
        edits.append(place.insert(place.start, " "))
    if not spaced_after:
        edits.append(place.insert(place.end, " "))
    yield Fix(tuple(edits), sure=_REMARK.match(text, place.end, line_end) is not None)
