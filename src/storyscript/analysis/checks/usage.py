"""Names that nothing uses, and comments that silence nothing (SS406, SS400)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.source import Span

if TYPE_CHECKING:
    from storyscript.analysis.story import Names
    from storyscript.diagnostics.ignores import Ignores
    from storyscript.diagnostics.sink import Sink
    from storyscript.source import SourceFile


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
        what = " ".join(unused)
        sink.report(
            "SS400",
            Span(source, ignore.start, ignore.end),
            f"no {what} here to ignore" if what else "this `ignore` names no code",
            hint="delete it" if what else "name the warnings to silence: `// storyscript: ignore SS404`",
        )
