"""Where a file says a name: every name that the analysis looks up, and nothing that it takes for text."""

from __future__ import annotations

from contextlib import contextmanager
from textwrap import dedent
from typing import TYPE_CHECKING
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from editing.views import own_file, unmarked, view_of
from storyscript.analysis.text import Mentions, Origin, TextReader
from storyscript.editing.occurrences import Form, Space, occurrence_at, occurrences
from storyscript.syntax.names import fold
from strategies import anything, stories, story_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.analysis.files import File
    from storyscript.analysis.story import Variable
    from storyscript.analysis.text import Text
    from storyscript.editing.occurrences import Occurrence

LETTER = {Space.CHARACTER: "c", Space.VARIABLE: "v", Space.PANEL: "p"}


def shown(text: str) -> str:
    """A story with each of its names in brackets: what it is the name of, and `=` where it is defined."""
    file = own_file(view_of(text))
    parts, at = [], 0
    for name in occurrences(file):
        sign = f"[{LETTER[name.space]}{'=' if name.defines else ':'}"
        parts += [text[at : name.sign_start], sign, text[name.sign_start : name.sign_end], "]"]
        at = name.sign_end
    return "".join([*parts, text[at:]])


def test_names_are_found_wherever_they_mean_something() -> None:
    story = dedent("""\
        title: {city} and @Mira
        author: {"{city}"} {city}
        negative: blurry, {city}
        private-model: {city}
        MAIN:  Mira
        include {city}/@Mira.story
        let city = a town where @Tom lives, near {river}   // {city} @Tom

        character Mira
          lives in {city}
          as: the girl of
            {city}
          image: @Tom.png
        section {city} @Mira

        scene attic [NC]
          // @Mira {city}
          Mira meets @Tom, @{Tom}like, a@Tom and {city}{river}
          caption: she said {"@Tom"}:
            @Mira!
            lead: @Tom
          lead : Tom
        event snow
          falls on @Mira-
    """)
    assert shown(story) == dedent("""\
        title: [v:{city}] and @Mira
        author: {"{city}"} [v:{city}]
        negative: blurry, [v:{city}]
        private-model: {city}
        MAIN:  [c:Mira]
        include {city}/@Mira.story
        let [v=city] = a town where [c:@Tom] lives, near [v:{river}]   // {city} @Tom

        character [c=Mira]
          lives in [v:{city}]
          as: the girl of
            [v:{city}]
          image: @Tom.png
        section {city} @Mira

        scene [p=attic] [NC]
          // @Mira {city}
          Mira meets [c:@Tom], [c:@{Tom}]like, a@Tom and [v:{city}][v:{river}]
          caption: she said {"@Tom"}:
            [c:@Mira]!
            lead: [c:@Tom]
          lead : [c:Tom]
        event [p=snow]
          falls on [c:@Mira]-
    """)


def test_lines_that_are_wrong_where_they_stand_mean_what_they_say() -> None:
    story = dedent("""\
          above all stands @Tom in {rain}
        let 3 = @Tom
        scene: @Tom in {rain}
          @Tom waits
          lead: Tom
        character Mira
          seen by @Tom
          lead: Tom
          as: one
          as: @Tom {rain}
        lead: Tom
        caption: @Tom says
        Mira: Hello @Tom!
        She sees @Tom.
          in {rain}
        scene
          @{Tom
          {rain } @3
    """)
    assert shown(story) == dedent("""\
          above all stands [c:@Tom] in [v:{rain}]
        let 3 = [c:@Tom]
        scene: [c:@Tom] in [v:{rain}]
          [c:@Tom] waits
          lead: [c:Tom]
        character [c=Mira]
          seen by [c:@Tom]
          lead: [c:Tom]
          as: one
          as: [c:@Tom] [v:{rain}]
        lead: [c:Tom]
        caption: [c:@Tom] says
        Mira: Hello [c:@Tom]!
        She sees [c:@Tom].
          in [v:{rain}]
        scene
          @{Tom
          {rain } @3
    """)


def test_names_are_keyed_by_the_form_in_which_they_are_compared() -> None:
    one, two = occurrences(own_file(view_of("character Zoe\u0308\n  @Zo\xeb\n")))
    assert one.key == two.key == "Zo\xeb"
    assert (one.end - one.start, two.end - two.start) == (4, 3)


def test_the_cursor_may_stand_anywhere_in_a_name_and_at_its_signs() -> None:
    text, offsets = unmarked("scene\n  ▮▮@▮To▮m▮ ▮@▮{▮Tom▮}▮, ▮{▮a▮}▮{b▮}▮ ▮@")
    names = occurrences(own_file(view_of(text)))
    at = [occurrence_at(names, offset) for offset in offsets]
    tom, braced, a, b = names
    assert at == [*[tom] * 5, *[braced] * 5, *[a] * 3, *[b] * 3, None]
    assert [name.form for name in names] == [Form.MENTION, Form.BRACED, Form.VARIABLE, Form.VARIABLE]


# ---- as the analysis has it ----------------------------------------------------------------------------------

settings = st.sampled_from(
    [
        "title: The {rain}",
        "title:\u3000{rain} of\xa0{both}",
        "author: @Tom",
        "negative: {both}, @Tom",
        "main: Tom",
        "main: @Mira",
    ]
)
prose = st.sampled_from(
    [
        "  as: {rain} of @Tom",
        "  @{Mira}x and a@Tom, {both}{rain}",
        "  caption: @Tom in {none}",
        "  lead: Mira",
        "  lead: \u3000Tom ",
        "let rain = {rain} {both}",
        "let none = {",
        "character @Tom",
    ]
)
documents = st.lists(st.one_of(story_lines, settings, prose, settings, prose), max_size=25).map("\n".join)


@contextmanager
def readings() -> Iterator[list[tuple[Text, Sequence[tuple[int, int]], Mentions]]]:
    """What the analysis makes of the lines that it reads as text, while this lasts."""
    seen: list[tuple[Text, Sequence[tuple[int, int]], Mentions]] = []
    read = TextReader.read

    def watched(self: TextReader, file: File, lines: Sequence[tuple[int, int]], mentions: Mentions) -> Text:
        text = read(self, file, lines, mentions)
        seen.append((text, lines, mentions))
        return text

    with patch.object(TextReader, "read", watched):
        yield seen


def only_mentions(variable: Variable, mentions: Mentions) -> bool:
    """Whether nothing of a variable is inserted, because it holds what is forbidden there."""
    return mentions is Mentions.FORBIDDEN and not any(isinstance(part, str) for part in variable.parts)


@given(documents)
@example("let a = @Tom\ncharacter Tom\n  x\nscene\n  {a} {a}\n")
def test_whatever_the_analysis_inserts_stands_at_a_name_and_each_name_of_a_text_is_inserted_or_unknown(
    text: str,
) -> None:
    with readings() as seen:
        view = view_of(text)
    file = own_file(view)
    names = {(name.sign_start, name.sign_end): name for name in occurrences(file)}
    found = view.story.names
    for read, lines, mentions in seen:
        inserted = set()
        for piece in read.pieces:
            if piece.origin in (Origin.VARIABLE, Origin.MENTION):
                inserted.add((piece.start, piece.end))
                name = names[piece.start, piece.end]
                direct = file.source.readable[piece.start] == "@"
                assert (name.space, name.defines) == (Space.CHARACTER if direct else Space.VARIABLE, False)
                if direct:
                    assert name.key == fold(piece.value)
        for place, name in names.items():
            if place in inserted or not any(start <= place[0] and place[1] <= end for start, end in lines):
                continue
            if name.space is Space.CHARACTER:
                assert mentions is Mentions.FORBIDDEN or name.key not in found.characters
            else:
                variable = found.all_variables.get(name.key)
                later = mentions is Mentions.KEPT and variable is not None and variable.node.value_start >= lines[0][0]
                assert variable is None or variable.poisoned or later or only_mentions(variable, mentions)


@given(documents)
def test_every_name_that_is_unknown_or_forbidden_is_one(text: str) -> None:
    view = view_of(text)
    names = occurrences(own_file(view))
    for problem in view.problems:
        at = problem.span.start, problem.span.end
        if problem.code == "SS205" and not problem.more:
            assert at in [(name.start, name.end) for name in names if not name.defines]
        elif problem.code == "SS204":
            assert at in [(name.start, name.end) for name in names if name.defines]


@example(
    "character Mira\n  a cat\nlet rain = grey\nscene attic\n  sleeps\n  lead: Mira\nevent\n  lead:  Mira  \n  {rain}\n"
)
@given(documents)
def test_what_has_a_name_is_defined_where_the_file_says_so(text: str) -> None:
    view = view_of(text)
    names = occurrences(own_file(view))
    defined = {(name.space, name.start, name.end): name.key for name in names if name.defines}
    found = view.story.names
    for space, known in ((Space.CHARACTER, found.characters), (Space.VARIABLE, found.all_variables)):
        first: dict[str, int] = {}
        for name in names:
            if name.defines and name.space is space:
                first.setdefault(name.key, name.start)
        assert {key: named.name_span.start for key, named in known.items()} == first
        for key, named in known.items():
            assert defined[space, named.name_span.start, named.name_span.end] == key
    plain = [name for name in names if name.form is Form.PLAIN and not name.defines]
    for panel in view.story.panels:
        if panel.lead is not None:
            assert panel.lead.name in [
                name.key for name in plain if panel.block.start < name.start <= panel.block.lines[-1].end
            ]


@given(st.one_of(stories, documents, anything), st.integers(min_value=-2, max_value=400))
def test_names_are_in_order_and_apart_in_any_text(text: str, offset: int) -> None:
    file = own_file(view_of(text))
    names = occurrences(file)
    end = 0
    for name in names:
        assert end <= name.sign_start <= name.start < name.end <= name.sign_end <= len(file.source.text)
        assert fold(file.source.readable[name.start : name.end]) == name.key
        end = name.sign_end
    found = occurrence_at(names, offset)
    holding: list[Occurrence] = [name for name in names if name.sign_start <= offset <= name.sign_end]
    assert found == (holding[-1] if holding else None)
