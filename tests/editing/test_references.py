"""Where a name is defined and all that speaks of it, in one file and across stories that share files."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editing.shelf import Shelf
from editing.views import file_at, own_file, unmarked, view_of
from storyscript.editing.definition import defined as defined_in
from storyscript.editing.definition import definition, highlights
from storyscript.editing.occurrences import Space, occurrences
from storyscript.editing.references import references
from strategies import anything, stories

if TYPE_CHECKING:
    from collections.abc import Mapping

CAST = dedent("""\
    let fur = red fur
    character Mira
      a fox, {fur}
    character Tom
      as: the old bear
      a bear
""")
STORY = dedent("""\
    include cast/shared.story
    main: Mira
    title: {fur}
    scene walk
      walks with @Tom, {fur}
    scene watch
      lead: Tom
      closes @{Mira}like shutters. Mira!
""")


def shelf(story: str = STORY, cast: str = CAST, **more: str) -> Shelf:
    return Shelf({"one.story": story, "cast/shared.story": cast, **{f"{n}.story": text for n, text in more.items()}})


def defined(files: Shelf) -> dict[str, str]:
    """Where the definition is that the cursor's name has, in whichever story."""
    spans = [definition(view, files.file_in(view), files.offset) for view in files.views(files.file.source)]
    shown = [files.shown([] if span is None else [span]) for span in spans]
    assert all(other == shown[0] for other in shown)
    return shown[0]


def marked_line(shown: Mapping[str, str]) -> dict[str, str]:
    """Only the lines with brackets."""
    return {name: "|".join(line for line in text.split("\n") if "[" in line) for name, text in shown.items()}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("main: Mi▮ra", "character [Mira]"),
        ("@▮Tom", "character [Tom]"),
        ("@{Mira▮}", "character [Mira]"),
        ("lead: Tom▮", "character [Tom]"),
        ("title: {f▮ur}", "let [fur] = red fur"),
    ],
)
def test_the_definition_is_found_in_another_file(at: str, expected: str) -> None:
    files = shelf(STORY.replace(at.replace("▮", ""), at, 1))
    assert marked_line(defined(files)) == {"cast/shared.story": expected}


def test_the_path_of_an_include_leads_to_the_start_of_the_file() -> None:
    span = definition((files := shelf()).known["one.story"], own_file(files.known["one.story"]), len("include c"))
    assert span is not None
    assert (span.source.name, span.start, span.end) == ("cast/shared.story", 0, 0)
    assert definition(files.known["one.story"], own_file(files.known["one.story"]), len("inclu")) is None
    deep = view_of("include a/b.story\n", {"a/b.story": "include c.story\ninclude ../story.story\n", "a/c.story": ""})
    found = [definition(deep, file_at(deep, "a/b.story"), offset) for offset in (len("include c"), 30)]
    assert [span and span.source.name for span in found] == ["a/c.story", "story.story"]
    broken = view_of("include no.story\ninclude story.story\ninclude\n")
    assert definition(broken, own_file(broken), 10) is None
    assert definition(broken, own_file(broken), 30) == own_file(broken).span(0, 0)
    assert definition(broken, own_file(broken), 41) is None


@pytest.mark.parametrize("at", ["Mira!▮", "wal▮ks", "sce▮ne", "title▮", "character N▮ o", "@{▮ Mira}", "{No▮}", "@No▮"])
def test_what_is_no_name_or_is_unknown_has_no_definition(at: str) -> None:
    files = shelf(f"{STORY}character N o\nscene\n  @{{ Mira}} {{No}} @No\n".replace(at.replace("▮", ""), at, 1))
    assert defined(files) == {}


def test_a_name_that_is_defined_twice_means_the_first() -> None:
    text, offsets = unmarked("scene a\n  b\nevent ▮a\n  @▮M\ncharacter M\n  x\ncharacter ▮M\n  y\nlet a = {▮a}\n")
    view = view_of(text)
    spans = [definition(view, own_file(view), offset) for offset in offsets]
    assert [span and span.start for span in spans] == [6, 35, 35, 61]


def test_each_space_has_its_own_names() -> None:
    view = view_of("let a = b\nscene c\n  {a}\n")
    found = {(space, key): defined_in(view, space, key) for space in Space for key in "ac"}
    assert {key: span.start for key, span in found.items() if span} == {
        (Space.VARIABLE, "a"): 4,
        (Space.PANEL, "c"): 16,
    }


def all_of(files: Shelf, *, definitions: bool = True) -> dict[str, str]:
    found = references(files, files.file, files.offset, definitions=definitions)
    return marked_line(files.shown(found))


def test_references_are_gathered_over_includes_and_stories() -> None:
    files = shelf(
        STORY,
        CAST.replace("Mira", "Mi▮ra"),
        two="include cast/shared.story\nscene\n  sees @Mira\n",
        three="character Mira\n  another\nscene\n  sees @Mira\n",
    )
    assert all_of(files) == {
        "one.story": "main: [Mira]|  closes @{[Mira]}like shutters. Mira!",
        "cast/shared.story": "character [Mira]",
        "two.story": "  sees @[Mira]",
    }
    assert all_of(files, definitions=False) == {
        "one.story": "main: [Mira]|  closes @{[Mira]}like shutters. Mira!",
        "two.story": "  sees @[Mira]",
    }


def test_whichever_story_asks_gets_all_references() -> None:
    files = {
        "cast.story": "character Mira\n  a fox\n",
        "stories/one.story": "include ../cast.story\nscene\n  walks with @Mi▮ra\n",
        "stories/two.story": "include ../cast.story\ninclude deep/scenes.story\n",
        "stories/deep/scenes.story": "event\n  waves to @Mira\n",
    }
    assert all_of(Shelf(files, ["stories/one.story", "stories/two.story"])) == {
        "cast.story": "character [Mira]",
        "stories/one.story": "  walks with @[Mira]",
        "stories/deep/scenes.story": "  waves to @[Mira]",
    }


def test_what_stories_tie_together_belongs_together() -> None:
    files = {
        "winter.story": "character Mira\n  in a coat\ninclude scenes.story\n",
        "summer.story": "character ▮Mira\n  in a dress\ninclude scenes.story\n",
        "scenes.story": "scene\n  @Mira walks\n",
    }
    assert all_of(Shelf(files, ["winter.story", "summer.story"])) == {
        "winter.story": "character [Mira]",
        "summer.story": "character [Mira]",
        "scenes.story": "  @[Mira] walks",
    }


def test_the_second_definition_of_a_name_is_spoken_of_by_nobody() -> None:
    assert all_of(shelf(f"{STORY}character M▮ira\n  late\n")) == {"one.story": "character [Mira]"}


def test_unknown_names_have_references_too() -> None:
    text = "scene\n  @Nobo▮dy and @Nobody, {Nobody}\n"
    assert all_of(shelf(text)) == {"one.story": "  @[Nobody] and @[Nobody], {Nobody}"}
    assert all_of(shelf("scene\n  walks▮\n")) == {}


def test_highlights_are_the_references_of_one_file() -> None:
    def shown(text: str) -> str:
        text, (offset,) = unmarked(text)
        view = view_of(text)
        file = own_file(view)
        found = highlights(view, file, offset)
        assert found == [name for name in occurrences(file) if name in found]
        return Shelf({}).shown([file.span(name.start, name.end) for name in found]).get("story.story", "")

    assert shown("let a = b\nscene a\n  {▮a} {a}, @a\n") == "let [a] = b\nscene a\n  {[a]} {[a]}, @a\n"
    assert shown("let a = b\nlet a▮ = c\nscene\n  {a}") == "let a = b\nlet [a] = c\nscene\n  {a}"
    assert shown("let ▮a = b\nlet a = c\nscene\n  {a}") == "let [a] = b\nlet a = c\nscene\n  {[a]}"
    assert shown("scene\n  @x ▮ @x\n") == ""
    assert shown("scene\n  @x▮  @x\n") == "scene\n  @[x]  @[x]\n"


@given(st.one_of(stories, anything), st.one_of(stories, anything), st.integers(min_value=-2, max_value=500))
def test_any_place_of_any_story_has_an_answer(text: str, other: str, offset: int) -> None:
    files = Shelf({"story.story": text, "other.story": other})
    view = files.known["story.story"]
    file = own_file(view)
    lit = highlights(view, file, offset)
    found = references(files, file, offset, definitions=True)
    assert len(found) == len(set(found))
    assert {(name.start, name.end) for name in lit} <= {
        (span.start, span.end) for span in found if files.identity(span.source) == "story.story"
    }
    span = definition(view, file, offset)
    if lit and span is not None:
        assert (files.identity(span.source), span.start) in [
            (files.identity(source), start) for source, start, _ in found
        ] or lit[0].defines
    elif span is not None:
        assert (span.start, span.end) == (0, 0)
