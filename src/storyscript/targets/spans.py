"""Places in a story as JSON: lines and columns from 1, columns in code points, the end exclusive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storyscript.source import Span


def place(span: Span) -> dict[str, int]:
    """Where a stretch of a file is, without the file."""
    first, last = span.first, span.last
    return {"line": first.line, "column": first.column, "endLine": last.line, "endColumn": last.column}


def source_place(span: Span) -> dict[str, Any]:
    """Where a stretch is, and in which file, as messages call it."""
    return {"file": span.source.name, **place(span)}
