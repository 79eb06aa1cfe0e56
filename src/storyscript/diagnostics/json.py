"""Problems for programs to read (command-line page, `check --format json`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyscript.diagnostics.model import Edit, Problem
    from storyscript.source import Span


def render_json(problems: Iterable[Problem]) -> str:
    """`{"problems": […]}`, ASCII only, with a line feed at the end.

    A `fix` is one that a program may make unseen: who reads this makes it blindly.
    """
    return json.dumps({"problems": [_problem(problem) for problem in problems]}, indent=1) + "\n"


def _problem(problem: Problem) -> dict[str, Any]:
    fix = problem.sure_fix
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "message": problem.message,
        "file": problem.span.source.name,
        **_place(problem.span),
        "hint": problem.hint,
        "fix": {"edits": [_edit(edit) for edit in fix.edits]} if fix is not None else None,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {**_place(edit.span), "text": edit.text}


def _place(span: Span) -> dict[str, int]:
    first, last = span.first, span.last
    return {"line": first.line, "column": first.column, "endLine": last.line, "endColumn": last.column}
