from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editing.views import STORY, own_file, view_of
from golden import CASES, as_shown, check_cases
from memory import MemoryReader
from mutations import FILES, Mutator
from storyscript.compiler import compile_source
from storyscript.diagnostics.fixes import apply
from storyscript.diagnostics.model import Problem, Severity
from storyscript.editing.actions import Kind, actions, problems_in
from storyscript.editing.ignoring import ignoring
from storyscript.editing.mending import Seen, changes, mended
from storyscript.source import SourceFile, Span
from strategies import anything, stories

if TYPE_CHECKING:
    from collections.abc import Sequence

EFFORT = 1024 * 1024
READER = MemoryReader({**FILES})
mutated = st.integers(0, 2**32).map(lambda seed: Mutator(seed).document().decode("utf-8", "surrogateescape"))


def fixable(source: SourceFile, *, fixes: bool = True) -> Sequence[Problem]:
    return compile_source(source, reader=READER, fragment=True, effort=EFFORT if fixes else 0, unsure=True).problems


def analyse(text: str, *, fixes: bool) -> list[Seen]:
    source = SourceFile.from_text(STORY, f"\ufeff{text}")
    return [Seen(source, fixable(source, fixes=fixes))]


def weight(text: str) -> tuple[int, int]:
    """Errors, and then all problems."""
    problems = [problem for seen in analyse(text, fixes=False) for problem in seen.problems]
    return sum(problem.severity is Severity.ERROR for problem in problems), len(problems)


def codes(text: str) -> list[str]:
    return [problem.code for seen in analyse(text, fixes=False) for problem in seen.problems]


# ---- silencing ---------------------------------------------------------------------------------------------------


def silenced(text: str) -> str:
    """The text with each warning silenced, one after the other."""
    for _ in range(20):
        view = view_of(text)
        file = own_file(view)
        problem = next((p for p in view.problems if p.severity is Severity.WARNING and p.code != "SS400"), None)
        if problem is None:
            return as_shown(text).removesuffix("\n")
        edit = ignoring(file, problem)
        assert edit is not None
        text = apply(file.source.text, [edit])
    pytest.fail("there are always more")


def test_silenced() -> None:
    check_cases(CASES / "ignoring.txt", silenced)


@given(st.one_of(stories, mutated))
def test_what_silences_a_warning_takes_it_away_and_changes_nothing_else(text: str) -> None:
    view = view_of(text, FILES)
    file = own_file(view)
    before = [(p.code, p.message) for p in view.problems if p.code != "SS400" and not p.more]
    for problem in view.problems:
        edit = ignoring(file, problem) if problem.span.source is file.source else None
        if edit is None:
            continue
        after = view_of("\ufeff" + apply(file.source.text, [edit]), FILES)
        left = [(p.code, p.message) for p in after.problems if p.code != "SS400" and not p.more]
        line = problem.span.first.line
        gone = [
            (p.code, p.message)
            for p in view.problems
            if p.span.source is file.source and p.code == problem.code and p.span.first.line == line and not p.more
        ]
        assert Counter(left) == Counter(before) - Counter(gone)


def test_an_error_cannot_be_silenced_nor_a_comment_that_silences_nothing() -> None:
    view = view_of("scne x\n// storyscript: ignore SS404\n")
    assert [problem.code for problem in view.problems] == ["SS101", "SS400"]
    assert [ignoring(own_file(view), problem) for problem in view.problems] == [None, None]


def test_a_warning_that_a_project_makes_an_error_can_be_silenced() -> None:
    view = view_of("steps: 500\n")
    problem = view.problems[0]._replace(severity=Severity.ERROR)
    assert ignoring(own_file(view), problem) == ignoring(own_file(view), view.problems[0]) is not None


def test_a_comment_above_has_the_line_end_of_its_file() -> None:
    view = view_of("steps: 500 // much\r\nscene [NC]\r\n  a lamp\r\n")
    edit = ignoring(own_file(view), view.problems[0])
    assert edit is not None
    assert edit.text == "// storyscript: ignore SS404\r\n"


# ---- offers ------------------------------------------------------------------------------------------------------


def offers(text: str) -> list[str]:
    source = SourceFile.from_text(STORY, text)
    problems = fixable(source)
    file = own_file(view_of(text))
    file.source = source
    return [action.title for action in actions(file, problems)]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("scne a [NC]\n  walks\n", ["Replace `scne` with `scene`"]),
        ("scene [NC]\n  a lamp\ncaption: late\n", ["Indent this line"]),
        ("scene [NC]\n  a lamp\n  caption: one\n  and two\n  and three\n", ["Indent these lines", "Ignore SS411 here"]),
        ("steps: 500\nscene [NC]\n  a lamp\n", ["Ignore SS404 here"]),
        ("style: line art\nstyle: line art\nscene [NC]\n  a lamp\n", ["Delete `style: line art`"]),
        ("scene [NC]\n  a lamp\npanel two\nscne [NC]\n  walks\n", ["Replace `scne` with `scene`", "Indent this line"]),
        ("scene\n  a lamp\n", []),
    ],
)
def test_offers_say_what_they_do(text: str, titles: list[str]) -> None:
    assert offers(text) == titles


def test_two_warnings_of_a_code_on_a_line_are_silenced_by_one_offer() -> None:
    assert offers("scene [NC]\n  a (NC) lamp (NC)\n").count("Ignore SS403 here") == 1


@given(st.one_of(stories, mutated))
def test_every_offer_has_a_title_on_one_line_and_edits_its_own_file(text: str) -> None:
    source = SourceFile.from_text(STORY, text)
    file = own_file(view_of(text))
    file.source = source
    for action in actions(file, [p for p in fixable(source) if p.span.source is source]):
        assert action.title.strip()
        assert "\n" not in action.title
        assert len(action.title) < 120
        assert action.edits
        assert action.kind is (
            Kind.IGNORE
            if action.problem.fix is None or action.edits != action.problem.fix.edits
            else (Kind.FIX if action.problem.fix.sure else Kind.MAYBE)
        )
        assert all(edit.span.source is source for edit in action.edits)


def test_problems_of_a_stretch_are_those_that_touch_it() -> None:
    text = "scne a\nscne b\n"
    view = view_of(text)
    file = own_file(view)
    assert [p.span.start for p in problems_in(view.problems, file, 4, 4)] == [0]
    assert [p.span.start for p in problems_in(view.problems, file, 5, 6)] == []
    assert [p.span.start for p in problems_in(view.problems, file, 0, len(text))] == [0, 7]


# ---- everything at once ------------------------------------------------------------------------------------------


def test_all_fixes_of_a_file_are_made_in_it() -> None:
    text = "steps: 500\nscne a [NC]\n  walks\nsceen [NC]\n  sleeps\ncaption: late\n"
    done = mended(text, analyse)
    assert done == "steps: 500\nscene a [NC]\n  walks\nscene [NC]\n  sleeps\n  caption: late\n"
    assert codes(done) == ["SS404"]


def test_what_comes_to_light_with_a_statement_does_not_keep_it_from_being_mended() -> None:
    text = "character M\n  a girl\ncharcter Bob\n  a man\npanel two\nscene [NC\n  a lamp //lit\n"
    done = mended(text, analyse)
    assert done == "character M\n  a girl\ncharacter Bob\n  a man\npanel two\nscene [NC]\n  a lamp //lit\n"
    assert codes(done) == ["SS406", "SS101", "SS413"]


def test_where_nothing_is_to_be_mended_the_text_is_the_same() -> None:
    text = "scene\n  says\n"
    assert mended(text, analyse) == text


@given(mutated)
def test_mending_leaves_less_that_is_wrong(text: str) -> None:
    source = SourceFile.from_text(STORY, text)
    done = mended(source.text, analyse)
    if done != source.text:
        assert weight(done) < weight(source.text)
    assert apply(source.text, changes(source, done)) == done


def test_no_fix_is_made_that_another_story_would_suffer_from() -> None:
    def in_two_stories(text: str, *, fixes: bool) -> list[Seen]:
        [seen] = analyse(text, fixes=fixes)
        other = SourceFile.from_text("other.story", f"\ufeff{text}")
        span = Span(other, 0, 1)
        suffers = [Problem("SS101", Severity.ERROR, "now", span)] if "scene b" in text else []
        return [seen, Seen(other, suffers)]

    text = "scne a [NC]\n  walks\nscne b [NC]\n  sleeps\n"
    assert mended(text, in_two_stories) == "scene a [NC]\n  walks\nscne b [NC]\n  sleeps\n"


@given(st.one_of(anything, stories), st.one_of(anything, stories))
def test_changes_of_whole_lines_make_one_text_the_other(one: str, other: str) -> None:
    before = SourceFile.from_text("", one)
    edits = changes(before, other)
    assert apply(before.text, edits) == other
    assert all(edit.span.start in before.line_starts for edit in edits)
    assert (edits == []) == (before.text == other)


def test_lines_that_are_as_they_were_are_no_change() -> None:
    lines = [f"line {number}\n" for number in range(100)]
    before = SourceFile.from_text("", "".join(lines))
    lines[10], lines[90] = "ten\n", "ninety\n"
    edits = changes(before, "".join(lines))
    assert [(edit.span.first.line, edit.text) for edit in edits] == [(11, "ten\n"), (91, "ninety\n")]


def test_a_long_text_that_is_another_altogether_is_one_change() -> None:
    before = SourceFile.from_text("", "a\n" * 3000)
    assert len(changes(before, "b\nc\n" * 1500)) == 1
