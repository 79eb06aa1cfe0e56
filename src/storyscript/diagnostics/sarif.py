"""Problems as SARIF 2.1.0, for code-scanning services and editors (`check --format sarif`).

Numbers in comments are sections of the OASIS standard "Static Analysis Results Interchange Format Version 2.1.0".
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from storyscript.diagnostics.catalog import TITLES, severity
from storyscript.diagnostics.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from storyscript.diagnostics.model import Edit, Fix, Problem
    from storyscript.source import Span

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
"""What relative paths are relative to: the name that services know for the top of a checkout."""

_CODES: Final = tuple(TITLES)
_SIGNS: Final = {"|": "Pipe", "#": "Hash", "@": "At"}
_DRIVE: Final = re.compile(r"[A-Za-z]:/")


def render_sarif(
    problems: Iterable[Problem], *, version: str, pages: Mapping[str, str], placed: Callable[[str], str] = str
) -> str:
    """A log of one run, ASCII only, with a line feed at the end.

    Args:
        problems: in the order to list; of several that are alike, as from a file that two stories include, one is kept.
        version: storyscript's own.
        pages: of each code of the catalogue what it means, as Markdown; the first paragraph is a summary.
        placed: from the name of a source file to its path, with `/`: relative to the folder that the program runs in,
            or absolute; without `..`, which only who knows the folders can take out (3.10.2).
    """
    results = {json.dumps(result): result for result in (_result(problem, placed) for problem in problems)}
    run = {
        "tool": {
            "driver": {
                "name": "storyscript",
                "version": version,
                "rules": [_rule(code, pages[code]) for code in _CODES],
            }
        },
        # Where that folder is would say something of the machine, and who reads the log knows (3.14.14).
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that storyscript was started in"}}},
        "columnKind": "unicodeCodePoints",
        "results": list(results.values()),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(code: str, page: str) -> dict[str, Any]:
    summary = " ".join(page.partition("\n\n")[0].split())
    return {
        "id": code,
        "name": _rule_name(TITLES[code]),
        "shortDescription": {"text": _escaped(TITLES[code])},
        "fullDescription": {"text": _escaped(summary)},
        "help": {"text": _escaped(page), "markdown": _escaped(page)},
        "defaultConfiguration": {"level": str(severity(code))},
    }


def _rule_name(title: str) -> str:
    """`PipeInAText` for "`|` in a text": an identifier that says something, as 3.49.7 asks for."""
    words = re.findall(r"[\w']+|[|#@]", title)
    return "".join(_SIGNS.get(word, word[:1].upper() + word[1:]) for word in words).replace("'", "")


def _result(problem: Problem, placed: Callable[[str], str]) -> dict[str, Any]:
    message = problem.message if problem.hint is None else f"{problem.message}\nhelp: {problem.hint}"
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": _CODES.index(problem.code),
        "level": str(problem.severity),
        "message": _message(message),
        "locations": [{"physicalLocation": _place(problem.span, placed)}],
    }
    if problem.labels:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(label.span, placed), "message": _message(label.message)}
            for number, label in enumerate(problem.labels)
        ]
    fix = problem.sure_fix  # services make it at a press of a button
    if fix is not None and fix.edits and all(_is_unicode(edit.text) for edit in fix.edits):
        result["fixes"] = [_fix(fix, problem.hint, placed)]
    return result


def _fix(fix: Fix, hint: str | None, placed: Callable[[str], str]) -> dict[str, Any]:
    by_file: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_file.setdefault(edit.span.source.name, []).append(edit)
    changes = [
        {
            "artifactLocation": _artifact(name, placed),
            "replacements": [_replacement(edit) for edit in sorted(edits, key=lambda edit: edit.span[1:])],
        }
        for name, edits in by_file.items()
    ]
    described = {"description": _message(hint)} if hint else {}
    return {**described, "artifactChanges": changes}


def _replacement(edit: Edit) -> dict[str, Any]:
    inserted = {"insertedContent": {"text": edit.text}} if edit.text else {}
    return {"deletedRegion": _region(edit.span), **inserted}


def _place(span: Span, placed: Callable[[str], str]) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span.source.name, placed), "region": _region(span)}


def _region(span: Span) -> dict[str, int]:
    first, last = span.first, span.last
    return {"startLine": first.line, "startColumn": first.column, "endLine": last.line, "endColumn": last.column}


def _artifact(name: str, placed: Callable[[str], str]) -> dict[str, str]:
    if name.startswith("<") and name.endswith(">"):
        return {"uri": _quoted(name)}  # no file: standard input, or options of the command line
    path = placed(name)
    absolute = path.startswith("/") or _DRIVE.match(path) is not None
    clean = "/".join(segment for segment in path.split("/") if segment not in ("", "."))  # 3.10.2
    if not absolute:
        return {"uri": _quoted(clean), "uriBaseId": _ROOT}
    if path.startswith("/"):
        return {"uri": f"file:///{_quoted(clean)}"}
    return {"uri": f"file:///{clean[:2]}{_quoted(clean[2:])}"}


def _quoted(path: str) -> str:
    try:
        # A byte of a file's name that is no UTF-8 came as a lone surrogate, and becomes that byte again.
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", "surrogatepass"))


def _message(text: str) -> dict[str, str]:
    return {"text": _escaped("\n".join(map(visible, text.split("\n"))))}


def _escaped(text: str) -> str:
    """A text that means itself: braces would name arguments (3.11.5), and `[…](…)` would be a link (3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "]\\(")


def _is_unicode(text: str) -> bool:
    """Whether JSON's readers take a text; a fix that could only be told with other characters is not offered."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
