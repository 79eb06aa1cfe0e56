"""Completion in comments: `// storyscript: ignore`, and the codes of the warnings that it can silence.

Source: language page, "Diagnostics".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.catalog import TITLES, severity
from storyscript.diagnostics.ignores import read_ignore
from storyscript.diagnostics.model import Severity
from storyscript.editing.completion_items import Item, Kind, fitting

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.editing.view import View
    from storyscript.syntax import nodes

_WORDS: Final = "storyscript: ignore"
_SURE: Final = len("storys")
"""So many letters of `storyscript` nobody types for another word."""
_CODES: Final = re.compile(r"(?:[\s,]*SS[0-9]+(?![\w-]))*[\s,]*", re.IGNORECASE)
_CODE: Final = re.compile(r"\w*")
_IGNORE_WORD: Final = re.compile(r"ignore", re.IGNORECASE)


def in_comment(view: View, file: File, comment: nodes.Comment, offset: int, *, asked: bool) -> list[Item]:
    """What may stand in a comment where the cursor is; nothing in a writer's own words."""
    text = file.source.readable
    told = read_ignore(text[comment.start : comment.end], comment.start)
    if told is None:
        return _beginning(text, comment, offset, asked=asked)
    word = _IGNORE_WORD.search(text, comment.start, comment.end)
    behind = word.end() if word is not None else comment.end
    if offset <= behind:
        return []
    start = offset
    while start > behind and (text[start - 1].isascii() and text[start - 1].isalnum()):
        start -= 1
    typed = text[start:offset].upper()
    between = _CODES.fullmatch(text, behind, start)
    if between is None or start == behind or typed in TITLES or not (typed or asked):
        return []
    end = _CODE.match(text, offset, comment.end)
    stop = offset if end is None else end.end()
    here = _reported(view, file, comment)
    known = set(told.codes) - {text[start:stop].upper()}
    return fitting(
        (
            Item(Kind.CODE, code, start, stop, code, detail=title, finds=f"{code} {title}", rank=int(code not in here))
            for code, title in TITLES.items()
            if severity(code) is Severity.WARNING and code not in known
        ),
        text[start:offset],
    )


def _beginning(text: str, comment: nodes.Comment, offset: int, *, asked: bool) -> list[Item]:
    start = comment.start + 2
    while start < offset and text[start] in " \t":
        start += 1
    typed = text[start:offset]
    if offset < start or text[offset : comment.end].strip() or typed.lower() != _WORDS[: len(typed)]:
        return []
    if typed.lower() == _WORDS or (len(typed) < _SURE and (typed or not asked)):
        return []
    space = "" if text[start - 1] in " \t" else " "
    says = "Silences warnings of this line, or of the next where it stands alone; codes follow it."
    return fitting([Item(Kind.MARK, _WORDS, start, offset, f"{space}{_WORDS} ", says=says, finds=_WORDS)], typed)


def _reported(view: View, file: File, comment: nodes.Comment) -> set[str]:
    """The warnings of the line that a comment speaks of, but the one of a comment that is not finished."""
    line = file.source.position(comment.start).line + comment.alone
    return {
        problem.code
        for problem in view.problems
        if problem.span.source is file.source
        and problem.severity is Severity.WARNING
        and problem.code != "SS400"
        and problem.span.first.line == line
    }
