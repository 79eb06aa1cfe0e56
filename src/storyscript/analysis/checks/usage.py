"""Names that nothing uses, and comments that silence nothing (SS406, SS400)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.catalog import TITLES, severity
from storyscript.diagnostics.model import Severity
from storyscript.source import Span

if TYPE_CHECKING:
    from storyscript.analysis.story import Names
    from storyscript.diagnostics.ignores import Ignore, Ignores
    from storyscript.diagnostics.sink import Sink
    from storyscript.source import SourceFile

_NUMBER: Final = re.compile(r"(?ai:ignore)[ \t]+(?ai:s{0,2})[ \t-]*(4[0-9]{2})(?![0-9])")


def check_usage(names: Names, sink: Sink) -> None:
    """Report each variable and character of the story's own file that nothing uses."""
    if names.missing:
        return  # what could not be included may use it
    for what, found in (("variable", names.all_variables), ("character", names.characters)):
        for key, named in found.items():
            if named.used or not named.file.own or key in names.excused_uses:
                continue
            hint = "delete it, or use it: "
            hint += f"`{{{named.name}}}`" if what == "variable" else f"`@{named.name}`, or `lead: {named.name}`"
            sink.report("SS406", named.name_span, f"{what} `{named.name}` is never used", hint=hint)


def check_ignores(source: SourceFile, ignores: Ignores, skipped: set[str], sink: Sink) -> None:
    """Report each `ignore` comment that names a code which it does not silence.

    Args:
        source: the file.
        ignores: its comments.
        skipped: codes that were not looked for, because of what else is wrong.
        sink: takes the problems.
    """
    for ignore, silent in ignores.without_effect():
        unused = [code for code in silent if code not in skipped]
        if silent and not unused:
            continue
        ignore.idle = unused
        message, hint = _without_effect(unused) if unused else _without_code(source, ignore)
        sink.report("SS400", Span(source, ignore.start, ignore.end), message, hint=hint)


def _without_effect(codes: list[str]) -> tuple[str, str]:
    """What is to be said of codes that silence nothing: they are no codes, or errors, or not there."""
    unknown = [code for code in codes if code not in TITLES]
    errors = [code for code in codes if code in TITLES and severity(code) is Severity.ERROR]
    absent = [code for code in codes if code not in unknown and code not in errors]
    parts = []
    if absent:
        parts.append(f"no {' '.join(absent)} here to ignore")
    if errors:
        parts.append(f"{' '.join(errors)} cannot be ignored")
    if unknown:
        parts.append(f"there is no code {' '.join(unknown)}")
    hint = "delete it"
    if errors:
        hint = "errors cannot be silenced: delete it, and mend what they report"
    elif unknown:
        hint = "the codes of warnings begin with `SS4`, as in `// storyscript: ignore SS404`"
    return "; ".join(parts), hint


def _without_code(source: SourceFile, ignore: Ignore) -> tuple[str, str]:
    number = _NUMBER.search(source.readable, ignore.start, ignore.end)
    if number is not None and f"SS{number[1]}" in TITLES:
        return "this `ignore` names no code", f"write `SS{number[1]}`"
    return "this `ignore` names no code", "name the warnings to silence: `// storyscript: ignore SS404`"
