"""The compiler's façade: from text to jobs and problems."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from storyscript.analysis.analyse import analyse
from storyscript.diagnostics.model import Severity
from storyscript.diagnostics.sink import Sink
from storyscript.lowering import lower
from storyscript.source import SourceFile
from storyscript.targets.payload import payload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.defaults import Defaults
    from storyscript.analysis.files import Trees
    from storyscript.diagnostics.model import Problem
    from storyscript.ir import Job, Story
    from storyscript.source import Reader
    from storyscript.tokens.counter import TokenCounter

_LARGE: Final = 64 * 1024
EFFORT: Final = 256 * 1024
"""How many characters `compile` reads again at most to find fixes (language page, "Limits")."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """What became of a story.

    Attributes:
        story: its meaning, or None where it has errors.
        problems: errors and warnings, sorted by file and position.
    """

    story: Story | None
    problems: tuple[Problem, ...]

    @property
    def jobs(self) -> tuple[Job, ...]:
        """One payload each, in the order of their first scenes; none where the story has errors."""
        return self.story.jobs if self.story is not None else ()

    @property
    def payloads(self) -> list[dict[str, Any]]:
        """The Run parameters of each job; new dicts at each call."""
        return [payload(job) for job in self.jobs]

    @property
    def has_errors(self) -> bool:
        """Whether any problem is an error."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def compile(text: str, *, name: str = "<string>", reader: Reader | None = None) -> Compilation:  # noqa: A001 - as `re.compile`
    """Compile a story. Never fails: what is wrong with the story is in the result's `problems`.

    Args:
        text: the story.
        name: what messages call it, usually its path; the file part is the title of a story without `title`.
        reader: opens the files that the story names (`include`, `image`, `pad-image`); without one, naming a file
            is an error. `storyscript.FolderReader` reads from disk.

    Source: the language page.
    """
    return compile_source(SourceFile.from_text(name, text), reader=reader, effort=EFFORT)


def compile_source(
    source: SourceFile,
    *,
    reader: Reader | None = None,
    overrides: SourceFile | None = None,
    defaults: Defaults | None = None,
    fragment: bool = False,
    counter: TokenCounter | None = None,
    effort: int = 0,
    unsure: bool = False,
    trees: Trees | None = None,
) -> Compilation:
    """Compile a file that was read already.

    Args:
        source: the story's own file.
        reader: as in `compile`.
        overrides: settings, one a line, that win over the story's.
        defaults: a project's settings, which hold where neither says anything.
        fragment: whether a story without scenes and events will do; it compiles to no jobs.
        counter: counts the tokens of prompts (SS409); by default exactly, where the library for it is installed, and
            else an estimate.
        effort: how many characters may be read again to find fixes for problems; without it, none are looked for.
        unsure: whether to look, too, for fixes that are not sure, to be shown to somebody who chooses.
        trees: makes texts and trees of files, for who compiles stories that have some in common; by default anew.
    """
    with _collector_paused(len(source.text) > _LARGE):
        sink = Sink()
        given = None if defaults is None else defaults.file
        analysed = analyse(
            source,
            sink,
            reader=reader,
            overrides=overrides,
            defaults=given,
            fragment=fragment,
            counter=counter,
            trees=trees,
        )
        problems = sink.problems()
        if effort and problems:
            from storyscript.analysis.fixes.proof import with_fixes  # noqa: PLC0415 - only a mistake needs it
            from storyscript.diagnostics.fixes import Search  # noqa: PLC0415 - as above

            problems = with_fixes(
                problems,
                analysed,
                sink,
                reader=reader,
                overrides=overrides,
                defaults=given,
                fragment=fragment,
                counter=counter,
                search=Search(effort, unsure),
            )
        if defaults is not None:
            problems = defaults.told(problems)
        if sink.has_errors:
            return Compilation(None, problems)
        return Compilation(lower(analysed, source.name), problems)


@contextmanager
def _collector_paused(pause: bool) -> Iterator[None]:  # noqa: FBT001 - private, and called once
    """Keep the garbage collector from walking a large tree again and again while it grows.

    Nothing in a compilation makes cycles worth collecting, and without this the time is superlinear.
    """
    if not pause or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
