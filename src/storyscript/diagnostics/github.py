"""Problems as workflow commands of GitHub Actions, which shows them at their lines (`check --format github`).

The form is that of GitHub's page "Workflow commands", the escapes are those that its runner takes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.diagnostics.catalog import TITLES
from storyscript.diagnostics.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from storyscript.diagnostics.model import Problem


def render_github(problems: Iterable[Problem], *, placed: Callable[[str], str] = str) -> str:
    """A line for each problem; `""` for none.

    Args:
        problems: in the order to show; of several that are alike, as from a file that two stories include, one is kept,
            since GitHub shows only the first few.
        placed: from the name of a source file to its path, as for `render_sarif`.
    """
    return "".join(dict.fromkeys(_command(problem, placed) for problem in problems))


def _command(problem: Problem, placed: Callable[[str], str]) -> str:
    first, last = problem.span.first, problem.span.last
    # The runner refuses columns where the lines differ.
    columns = first.line == last.line
    properties = {
        "file": visible(placed(problem.span.source.name)),
        "line": first.line,
        **({"col": first.column} if columns else {}),
        "endLine": last.line,
        **({"endColumn": last.column} if columns else {}),
        "title": f"{problem.code}: {TITLES[problem.code]}",
    }
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = visible(problem.message)
    if problem.hint is not None:
        message += f"\nhelp: {visible(problem.hint)}"
    return f"::{problem.severity} {told}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
