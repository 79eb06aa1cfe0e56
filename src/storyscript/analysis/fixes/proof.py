"""Fixes that are offered: those of which it was tried that they only mend.

What a line says depends on lines far from it, so no rule that looks at a line can promise that mending it breaks
nothing. Each fix is therefore made, alone, and the story is analysed once more: there must be less that is wrong than
before, and nothing that was not there, but for warnings of the mended statement itself, which nobody could see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storyscript.analysis.analyse import analyse
from storyscript.analysis.files import Trees
from storyscript.analysis.fixes import blocks, comments, heads, images, texts, values
from storyscript.analysis.fixes.place import Layout, Place
from storyscript.analysis.fixes.reading import Snapshot
from storyscript.analysis.memory import Memory
from storyscript.diagnostics.catalog import severity
from storyscript.diagnostics.fixes import apply, only_mends
from storyscript.diagnostics.model import Severity
from storyscript.diagnostics.sink import Sink
from storyscript.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from storyscript.analysis.files import File
    from storyscript.analysis.story import StoryText
    from storyscript.diagnostics.fixes import Search
    from storyscript.diagnostics.model import Fix, Problem
    from storyscript.source import Located, Reader
    from storyscript.tokens.counter import TokenCounter

_BOM: Final = "\ufeff"

MAKERS: Final[dict[str, Callable[[Place], Iterable[Fix | None]]]] = {
    "SS101": heads.unknown_statement,
    "SS102": heads.malformed_statement,
    "SS104": texts.braces,
    "SS201": heads.unknown_setting,
    "SS202": values.wrong_value,
    "SS203": values.setting_twice,
    "SS205": texts.unknown_name,
    "SS206": values.wrong_path,
    "SS213": blocks.property_twice,
    "SS303": texts.mark_in_text,
    "SS304": images.missing_word,
    "SS305": images.superfluous_word,
    "SS400": comments.idle_ignore,
    "SS401": values.identity_order,
    "SS405": blocks.looks_like_structure,
    "SS406": texts.unused_name,
    "SS410": blocks.own_text_as_caption,
    "SS411": blocks.prose_behind_caption,
    "SS413": comments.half_a_comment,
    "SS414": texts.bare_name,
}
"""What makes the fixes for a problem: edits that may be offered, the sure ones first, and of each kind the best."""


def with_fixes(
    problems: Sequence[Problem],
    story: StoryText,
    sink: Sink,
    *,
    reader: Reader | None,
    overrides: SourceFile | None,
    defaults: File | None,
    fragment: bool,
    counter: TokenCounter | None,
    search: Search,
) -> tuple[Problem, ...]:
    """Give each problem the first of its fixes that only mends.

    Args:
        problems: of an analysis, sorted.
        story: what that analysis found out.
        sink: what it reported to.
        reader: what it was given, as the next four.
        overrides: settings that win over the story's.
        defaults: settings that hold where neither says anything.
        fragment: whether a story without scenes and events will do.
        counter: counts the tokens of prompts.
        search: which fixes are asked for.
    """
    trial = _Trial(
        problems, story, reader, overrides, defaults, fragment=fragment, counter=counter, effort=search.effort
    )
    errors = [problem for problem in problems if severity(problem.code) is Severity.ERROR]
    layouts = {file.source: Layout(file) for file in story.files}
    found = []
    for problem in problems:
        layout = layouts.get(problem.span.source)
        make = MAKERS.get(problem.code)
        fix = None
        asked = search.wanted is None or search.wanted(problem)
        if asked and make is not None and layout is not None and not problem.more:
            place = Place(problem, story, layout, sink.ignores(layout.file.source), errors)
            offered = (fix for fix in make(place) if fix is not None and (fix.sure or search.unsure))
            fix = next((fix for fix in offered if trial.only_mends(problem, fix)), None)
        found.append(problem if fix is None else problem._replace(fix=fix))
    return tuple(found)


class _Trial:
    """Analyses a story again with a fix made in it."""

    def __init__(
        self,
        problems: Sequence[Problem],
        story: StoryText,
        reader: Reader | None,
        overrides: SourceFile | None,
        defaults: File | None,
        *,
        fragment: bool,
        counter: TokenCounter | None,
        effort: int,
    ) -> None:
        self._before: Final = problems
        self._own: Final = story.files[0].source
        self._snapshot: Final = Snapshot(reader) if reader is not None else None
        self._paths: Final = {file.source: file.path for file in story.files}
        self._memory: Final = Memory(_SameNames({file.path: file.source.name for file in story.files}))
        self._overrides: Final = overrides
        self._defaults: Final = defaults
        self._fragment: Final = fragment
        self._counter: Final = counter
        self._size: Final = sum(len(file.source.text) for file in story.files)
        self._left = effort
        self._after: dict[Fix, tuple[Problem, ...]] = {}

    def only_mends(self, problem: Problem, fix: Fix) -> bool:
        after = self._after.get(fix)  # two problems may have one fix
        if after is None:
            if self._size > self._left:
                return False
            self._left -= self._size
            after = self._after[fix] = self._analyse(fix)
        return only_mends(self._before, after, fix, problem)

    def _analyse(self, fix: Fix) -> tuple[Problem, ...]:
        source = fix.edits[0].span.source
        # What is parsed is a file's text behind its mark of UTF-8; a second mark would be text.
        fixed = _BOM + apply(source.text, fix.edits)
        sink, own, reader = Sink(), self._own, self._snapshot
        if source is own:
            own = SourceFile.from_text(own.name, fixed)
        elif reader is not None:
            reader = reader.with_text(self._paths[source], fixed)
        analyse(
            own,
            sink,
            reader=reader,
            overrides=self._overrides,
            defaults=self._defaults,
            fragment=self._fragment,
            counter=self._counter,
            memory=self._memory,
        )
        return sink.problems()


class _SameNames(Trees):
    """Texts that are called as before, since problems are told apart by the names of their files.

    Args:
        names: what each file was called, by its path.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names: Final = names

    def source(self, located: Located, name: str, data: bytes) -> SourceFile:
        """The text of an included file."""
        return super().source(located, self._names.get(located.path, name), data)
