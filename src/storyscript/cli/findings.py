"""What an examination found, a line each: for people in words, for programs as JSON."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.cli import exits
from storyscript.diagnostics.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Status(StrEnum):
    """What a finding means, in the word that is printed."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


_COLOURS: Final = {
    Status.OK: "\x1b[32m",
    Status.WARNING: "\x1b[1;33m",
    Status.ERROR: "\x1b[1;31m",
    Status.SKIPPED: "\x1b[2m",
}
_RESET: Final = "\x1b[0m"


class Finding(NamedTuple):
    """One thing that was looked at.

    Attributes:
        subject: what, in a word or two.
        status: how it is.
        message: what was found.
        code: the exit code that an error asks for.
    """

    subject: str
    status: Status
    message: str
    code: int = exits.DONE


def render_findings(findings: Sequence[Finding], *, colour: bool = False) -> str:
    """A line for each finding: its status, its subject, what was found."""
    subjects = max((len(finding.subject) for finding in findings), default=0)
    statuses = max(map(len, Status))
    lines = []
    for finding in findings:
        status = f"{finding.status:{statuses}}"
        if colour:
            status = f"{_COLOURS[finding.status]}{status}{_RESET}"
        lines.append(f"{status}  {finding.subject:{subjects}}  {visible(finding.message)}\n")
    return "".join(lines)


def findings_json(findings: Iterable[Finding], more: Mapping[str, object]) -> str:
    """The findings as `{"checks": […], …}`, ASCII only, with a line feed at the end."""
    checks = [
        {"subject": finding.subject, "status": str(finding.status), "message": finding.message} for finding in findings
    ]
    return json.dumps({"checks": checks, **more}, indent=1) + "\n"


def code_of_findings(findings: Iterable[Finding]) -> int:
    """The exit code of all errors together."""
    return exits.worst(finding.code for finding in findings if finding.status is Status.ERROR)
