"""What a fix is called where an editor offers it: what it changes, in whole words, as a writer reads it in a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.model import Edit
from storyscript.editing.excerpts import excerpt
from storyscript.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.diagnostics.model import Problem

_SHOWN: Final = 40
_JOINED: Final = frozenset("@{}[]_-/=:：")
"""Signs that belong to the word that they touch, as letters and digits do."""
_BLANK: Final = " \t"


def fix_title(problem: Problem) -> str:
    """What a problem's fix does, in a few words; where those cannot tell, the problem's hint."""
    edits = problem.fix.edits if problem.fix is not None else ()
    title = _title(edits) if edits else None
    return title or f"Fix: {excerpt(problem.hint or problem.message, 2 * _SHOWN)}"


def _title(edits: Sequence[Edit]) -> str | None:
    if all(map(_indents, edits)):
        return "Indent this line" if len(edits) == 1 else "Indent these lines"
    if len(edits) == 1 and not edits[0].text and not (_before(edits[0]) + _old(edits[0])).strip(_BLANK):
        return "Move this line to column 0"
    edits = [*_parts(edits[0]), *edits[1:]]
    if not _indents(edits[0]):
        return _change(edits)
    title = _change(edits[1:])
    return f"Indent this line and {title[0].lower()}{title[1:]}" if title else None


def _parts(edit: Edit) -> tuple[Edit, ...]:
    """An edit, apart from the indentation that it brings along."""
    text = edit.text.lstrip(_BLANK)
    start = Span(edit.span.source, edit.span.start, edit.span.start)
    indentation = Edit(start, edit.text.removesuffix(text))
    if not text or not _indents(indentation) or _old(edit)[:1] in (" ", "\t"):
        return (edit,)
    return indentation, edit._replace(text=text)


def _change(edits: Sequence[Edit]) -> str | None:
    """What is replaced by what; None where that takes more than a few words."""
    source, start, end = edits[0].span.source, edits[0].span.start, edits[-1].span.end
    if len(edits) > 1 and end - start > _SHOWN:
        return None
    new, at = "", start
    for edit in edits:
        new += source.text[at : edit.span.start] + edit.text
        at = edit.span.end
    before, behind = _cut(source.text, start, end, new)
    old = source.text[start:end]
    if len(before + old + behind) < _SHOWN and "\n" not in old + new:
        old, new = before + old + behind, before + new + behind
    elif len(edits) > 1:
        return None
    if not old.strip() and not new.strip():
        return "Fix the white space" if _before(edits[0]).strip() else None
    old, new = excerpt(old, _SHOWN), excerpt(new, _SHOWN)
    if old == new:  # they differ in white space, or behind what is shown
        return None
    if not new:
        return f"Delete `{old}`"
    return f"Replace `{old}` with `{new}`" if old else f"Insert `{new}`"


def _cut(text: str, start: int, end: int, new: str) -> tuple[str, str]:
    """What is left, before and behind, of the words that a change begins or ends in: no more than can be shown."""
    first, last = start, end
    if any(map(_is_joined, (text[start : start + 1], (new + text[end : end + 1])[:1]))):
        while start - first < _SHOWN and first and _is_joined(text[first - 1]):
            first -= 1
    if any(map(_is_joined, (text[max(end - 1, 0) : end], (text[max(start - 1, 0) : start] + new)[-1:]))):
        while last - end < _SHOWN and last < len(text) and _is_joined(text[last]):
            last += 1
    return text[first:start], text[end:last]


def _is_joined(sign: str) -> bool:
    return sign.isalnum() or sign in _JOINED


def _indents(edit: Edit) -> bool:
    """Whether an edit only moves a line to the right."""
    old = _old(edit)
    return len(edit.text) > len(old) and not (_before(edit) + old + edit.text).strip(_BLANK)


def _before(edit: Edit) -> str:
    """What stands before an edit in its line."""
    source = edit.span.source
    return source.text[source.line_starts[edit.span.first.line - 1] : edit.span.start]


def _old(edit: Edit) -> str:
    return edit.span.source.text[edit.span.start : edit.span.end]
