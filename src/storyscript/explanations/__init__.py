"""What each code means, for writers: one page a code, and the book of them all.

A page is data, `SSnnn.md` beside this file: what the code means, what the service would do, how to mend it, and two
examples, fenced as `wrong` and `right`. Its heading and severity come from the catalogue. An example of several files
has a fence for each, named by a comment in its first line; the first is the story.
"""

from __future__ import annotations

import pkgutil
from typing import Final

from storyscript.diagnostics.catalog import TITLES, severity
from storyscript.diagnostics.model import Severity

_SEVERITIES: Final = {
    Severity.ERROR: "An error: the story is not built before it is mended.",
    Severity.WARNING: "A warning: the story is built all the same. A comment\n`// storyscript: ignore {}` silences it.",
}

_FOREWORD: Final = """\
# Diagnostics

Every problem that storyscript reports has a code, and every code a page: what it means, what would come of it, how
to mend it, and an example. `storyscript explain SS301` prints one of them.

In the examples, a comment in the first line names the file, where there are several. What the codes point at, and
how to silence a warning, is told in [the language](language.md#diagnostics).

`storyscript check` shows problems to people. For programs there are `--format json`, `--format sarif` (SARIF 2.1.0,
for code scanning and editors; these pages are in it) and `--format github` (annotations in GitHub Actions).
"""


def body(code: str) -> str:
    """The page of a code without its heading, as Markdown; it ends with a line feed.

    Args:
        code: one of the catalogue's, as it is written there.
    """
    # Not `importlib.resources`, which costs a fifth of an empty Python's start.
    return (pkgutil.get_data(__name__, f"{code}.md") or b"").decode()


def page(code: str) -> str:
    """The page of a code, as Markdown."""
    return f"# {code}: {TITLES[code]}\n\n{_standing(code)}\n\n{body(code)}"


def book() -> str:
    """All pages in one document, with a table of contents: `docs/diagnostics.md`."""
    parts = [_FOREWORD]
    for kind, heading in ((Severity.ERROR, "Errors"), (Severity.WARNING, "Warnings")):
        lines = [f"- [{code}](#{code.lower()}): {TITLES[code]}" for code in TITLES if severity(code) is kind]
        parts.append("\n".join([f"**{heading}**\n", *lines, ""]))
    # A heading of the code alone has a link that never changes.
    parts += [f"## {code}\n\n**{TITLES[code]}**\n\n{_standing(code)}\n\n{body(code)}" for code in TITLES]
    return "\n".join(parts)


def _standing(code: str) -> str:
    return _SEVERITIES[severity(code)].format(code)
