"""What is shown beside the heads of panels: hints and lenses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from editing.views import own_file, view_of
from golden import CASES, check_cases
from mutations import Mutator
from storyscript.editing.hints import Kind, hints
from storyscript.editing.lenses import lenses
from storyscript.source import SourceFile
from storyscript.tokens.counter import WINDOW
from storyscript.tokens.estimate import TokenEstimate
from storyscript.tokens.vocabulary import TokenVocabulary
from strategies import stories

EXACT = TokenVocabulary()
mutated = st.integers(0, 2**32).map(lambda seed: Mutator(seed).document().decode("utf-8", "surrogateescape"))


def with_hints(text: str) -> str:
    view = view_of(text)
    file = own_file(view)
    for hint in reversed(list(hints(view, file, 0, len(text), counter=EXACT))):
        text = f"{text[: hint.offset]} «{hint.label}»{text[hint.offset :]}"
    return text.removesuffix("\n")


def with_lenses(text: str) -> str:
    view = view_of(text)
    for lens in reversed(list(lenses(view, own_file(view)))):
        text = f"{text[: lens.start]}«{lens.title}»\n{text[lens.start :]}"
    return text.removesuffix("\n")


def test_hints() -> None:
    check_cases(CASES / "hints.txt", with_hints)


def test_lenses() -> None:
    check_cases(CASES / "lenses.txt", with_lenses)


@given(st.one_of(stories, mutated), st.data())
def test_hints_of_a_stretch_are_those_of_the_whole_that_lie_in_it(text: str, data: st.DataObject) -> None:
    size = len(SourceFile.from_text("", text).text)
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    view = view_of(text)
    file = own_file(view)
    whole = list(hints(view, file, 0, size, counter=EXACT))
    part = list(hints(view, file, start, end, counter=EXACT))
    assert part == [hint for hint in whole if start <= hint.offset <= end]
    for hint in whole:
        assert "\n" not in hint.label
        assert 0 < hint.offset <= size


@given(st.one_of(stories, mutated))
def test_every_panel_with_a_place_has_its_lens(text: str) -> None:
    view = view_of(text)
    file = own_file(view)
    panels = [panel for panel in view.story.panels if panel.file is file and view.place_of(panel) is not None]
    found = list(lenses(view, file))
    assert [lens.start for lens in found] == [panel.block.start for panel in panels]
    assert all(lens.start < lens.end <= len(file.source.text) for lens in found)


def test_an_included_panel_has_its_place_among_all() -> None:
    view = view_of("character Mira\n  a woman\nscene\n  walks\ninclude b.story\n", {"b.story": "scene\n  sleeps\n"})
    [lens] = lenses(view, view.story.files[1])
    assert lens.title == "scene 2 of 2 · Mira"


LONG = "character Mira\n  a woman\nscene\n  " + "walks down a narrow alley of wet stone, " * 8 + "\n"


def test_an_estimate_says_that_it_is_one() -> None:
    view = view_of(LONG)
    [hint] = hints(view, own_file(view), 0, len(LONG), counter=TokenEstimate())
    assert hint.label.startswith("about ")
    assert hint.label.endswith(f" of {WINDOW} tokens")
    assert "estimate" in hint.more


def test_what_is_not_known_is_not_counted() -> None:
    unknown_lead = LONG.replace("scene\n", "scene\n  lead: Nobody\n")
    wrong_lead = LONG.replace("a woman", "a woman {nosuch}")
    for text in (unknown_lead, wrong_lead):
        view = view_of(text)
        assert [hint.kind for hint in hints(view, own_file(view), 0, len(text), counter=EXACT)] == []


def test_kinds_that_nobody_wants_are_left_out() -> None:
    view = view_of(LONG)
    assert list(hints(view, own_file(view), 0, len(LONG), kinds=frozenset({Kind.CAPTION}), counter=EXACT)) == []


def test_a_caption_that_is_cut_is_told_whole_to_who_asks() -> None:
    text = "let x = rain\nscene [NC]\n  " + "{x} and snow, " * 9 + "\n"
    view = view_of(text)
    [hint] = hints(view, own_file(view), 0, len(text), kinds=frozenset({Kind.CAPTION}))
    assert len(hint.label) < 80
    assert hint.label.endswith("…")
    assert hint.more == ("rain and snow, " * 9).strip()
