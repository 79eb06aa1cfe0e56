from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from storyscript.diagnostics.catalog import severity
from storyscript.diagnostics.fixes import apply, choose, edits_in, is_no_worse, number_of, only_mends, weight_of
from storyscript.diagnostics.model import Edit, Fix, Problem, Severity
from storyscript.source import SourceFile, Span

SOURCE = SourceFile("a.story", "0123456789")
OTHER = SourceFile("b.story", "0123456789")


def edit(start: int, end: int, text: str, source: SourceFile = SOURCE) -> Edit:
    return Edit(Span(source, start, end), text)


def fix(*edits: Edit) -> Fix:
    return Fix(edits)


def problem(start: int, code: str = "SS101", message: str = "no", more: int = 0) -> Problem:
    return Problem(code, Severity.ERROR, message, Span(SOURCE, start, start + 1), more=more)


edits = st.builds(
    lambda start, size, text: edit(start, min(start + size, 10), text),
    st.integers(0, 10),
    st.integers(0, 4),
    st.sampled_from(["", "x", "yy"]),
)
fixes = st.lists(st.builds(lambda one: Fix((one,)), edits), max_size=6)


def test_edits_are_made_in_the_order_of_the_text() -> None:
    assert apply(SOURCE.text, [edit(0, 1, "a"), edit(3, 3, "+"), edit(5, 9, "")]) == "a12+349"


def test_of_two_fixes_that_overlap_the_first_is_chosen() -> None:
    first, second, third = fix(edit(0, 3, "a")), fix(edit(2, 4, "b"), edit(8, 9, "c")), fix(edit(8, 9, "d"))
    assert choose([first, second, third]) == [first, third]


def test_a_fix_is_made_whole_or_not_at_all() -> None:
    first, second = fix(edit(5, 6, "a")), fix(edit(0, 1, "b"), edit(5, 6, "c"))
    assert choose([first, second]) == [first]


def test_an_edit_that_two_fixes_share_is_made_once() -> None:
    head = edit(1, 1, " [NC]")
    both = [fix(head, edit(4, 5, "")), fix(head, edit(7, 8, ""))]
    assert choose(both) == both
    assert apply(SOURCE.text, edits_in(SOURCE, both)) == "0 [NC]1235689"


def test_insertions_in_one_place_do_not_go_together() -> None:
    assert len(choose([fix(edit(3, 3, "a")), fix(edit(3, 3, "b"))])) == 1
    assert len(choose([fix(edit(3, 3, "a")), fix(edit(3, 5, "b"))])) == 1
    assert len(choose([fix(edit(1, 3, "a")), fix(edit(3, 3, "b"))])) == 1
    assert len(choose([fix(edit(1, 3, "a")), fix(edit(3, 5, "b"))])) == 2


def test_files_do_not_stand_in_each_others_way() -> None:
    both = [fix(edit(0, 3, "a")), fix(edit(1, 2, "b", OTHER))]
    assert choose(both) == both
    assert edits_in(OTHER, both) == [edit(1, 2, "b", OTHER)]


@given(fixes)
def test_what_is_chosen_changes_nothing_else(offered: list[Fix]) -> None:
    chosen = choose(offered)
    made = edits_in(SOURCE, chosen)
    assert all(one.span.end <= two.span.start for one, two in pairwise(made))
    kept = set(range(10)) - {at for one in made for at in range(one.span.start, one.span.end)}
    text = apply(SOURCE.text, made)
    assert [sign for sign in text if sign.isdigit()] == [str(at) for at in sorted(kept)]
    # Nothing that is left out could have been made as well.
    for left in offered:
        if left not in chosen:
            assert choose([*chosen, left]) == chosen


def test_a_problem_that_moves_with_the_text_is_the_same() -> None:
    mended, later = problem(2), problem(6)
    made = fix(edit(2, 3, "xyz"))
    assert only_mends([mended, later], [problem(8)], made, mended)
    assert not only_mends([mended, later], [problem(7)], made, mended)


def test_a_problem_of_other_words_is_another_one() -> None:
    mended, later = problem(2), problem(6)
    made = fix(edit(2, 3, "x"))
    assert not only_mends([mended, later], [problem(6, message="yes")], made, mended)
    assert not only_mends([mended, later], [problem(6, "SS102")], made, mended)


def test_a_fix_that_leaves_its_problem_does_not_mend() -> None:
    mended, later = problem(2), problem(6)
    assert not only_mends([mended, later], [problem(2)], fix(edit(2, 3, "x")), mended)


def test_fewer_problems_are_not_enough() -> None:
    before = [problem(2), problem(4), problem(6)]
    assert not is_no_worse(before, [problem(8)], [edit(2, 3, "x")])
    assert is_no_worse(before, [problem(4)], [edit(2, 3, "x")])
    assert is_no_worse(before, before, [])


def test_of_a_code_that_is_only_counted_the_number_is_compared() -> None:
    before = [problem(2), problem(2, message="and 5 more", more=5)]
    assert number_of(before) == 6
    assert only_mends(before, [problem(7), problem(7, message="and 4 more", more=4)], fix(edit(2, 3, "x")), before[0])
    assert not is_no_worse(before, [problem(7), problem(7, message="and 6 more", more=6)], [edit(2, 3, "x")])


# ---- what comes to light ------------------------------------------------------------------------------------------


def story(text: str, *found: tuple[str, str]) -> list[Problem]:
    """A story's problems: each a code and the place that it points at."""
    source = SourceFile("a.story", text)
    spans = [(code, Span(source, text.index(at), text.index(at) + len(at))) for code, at in found]
    return [Problem(code, severity(code), at, span) for (code, span), (_, at) in zip(spans, found, strict=True)]


BROKEN = "steps: 1\nchrcter Bob\n  a man\n\n  (NC)\nscene\n  (nc)\n"
HEAD = fix(Edit(Span(SourceFile("a.story", BROKEN), 9, 16), "character"))
WHOLE = BROKEN.replace("chrcter", "character")


def is_mended(*left: tuple[str, str]) -> bool:
    before = story(BROKEN, ("SS101", "chrcter"))
    return only_mends(before, story(WHOLE, *left), HEAD, before[0])


def test_a_warning_of_the_mended_statement_does_not_count() -> None:
    assert is_mended(("SS406", "Bob"))
    assert is_mended(("SS403", "(NC)"), ("SS406", "Bob"))


def test_any_other_warning_and_any_error_does() -> None:
    assert not is_mended(("SS403", "(nc)"))
    assert not is_mended(("SS401", "Bob"))
    assert not is_mended(("SS404", "1"))
    assert not is_mended(("SS304", "a man"))


def test_of_a_setting_all_could_be_seen_before() -> None:
    before = story('steps: "1"\n', ("SS202", '"1"'))
    made = fix(Edit(Span(before[0].span.source, 7, 10), "1"))
    assert only_mends(before, story("steps: 1\n"), made, before[0])
    assert not only_mends(before, story("steps: 1\n", ("SS404", "1")), made, before[0])


def test_errors_weigh_more_than_any_number_of_warnings() -> None:
    assert weight_of([problem(0, "SS401"), problem(1, "SS401", more=5)]) == (0, 6)
    assert weight_of([problem(0, "SS101")]) > weight_of([problem(0, "SS401"), problem(1, "SS402")])
