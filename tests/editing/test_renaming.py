"""Renaming over all files of all stories: what changes, what stays, and what is refused."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from editing.shelf import Shelf, ShelfReader
from storyscript.compiler import compile_source
from storyscript.diagnostics.model import Severity
from storyscript.editing.occurrences import occurrences
from storyscript.editing.renaming import CannotRenameError, rename, renameable
from storyscript.source import SourceFile
from storyscript.syntax.names import fold, is_name
from strategies import anything, story_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def renamed(text: str, new: str, **others: str) -> str:
    """A story, marked where the cursor stands, once the name there is another one; other files stay as they are."""
    files = {"story.story": text, **{f"{name}.story": other for name, other in others.items()}}
    after = Shelf(files, ["story.story"]).renamed(new)
    assert {name: other for name, other in after.items() if name != "story.story"} == {
        name: other for name, other in files.items() if name != "story.story"
    }
    return after["story.story"]


def refused(files: Mapping[str, str] | str, new: str) -> str:
    with pytest.raises(CannotRenameError) as caught:
        Shelf({"story.story": files} if isinstance(files, str) else files).renamed(new)
    return str(caught.value)


def test_a_character_gets_a_new_name_in_whatever_form_it_is_written() -> None:
    story = dedent("""\
        main: Mira
        title: @Mira and Mira    // of @Mira
        let both = @Mira and @Tom
        character Mir▮a
          a fox
        character Tom
          as: Mira's friend
          a bear
        scene Mira
          @{Mira}like, @Mira-, x@Mira: {"@Mira"}
          caption: @Mira's
            @Mira
        scene
          lead:  Mira
          alone with @Mirabel and Mira
    """)
    assert renamed(story, "Anna-Lena") == dedent("""\
        main: Anna-Lena
        title: @Mira and Mira    // of @Mira
        let both = @Anna-Lena and @Tom
        character Anna-Lena
          a fox
        character Tom
          as: Mira's friend
          a bear
        scene Mira
          @{Anna-Lena}like, @Anna-Lena-, x@Mira: {"@Mira"}
          caption: @Anna-Lena's
            @Anna-Lena
        scene
          lead:  Anna-Lena
          alone with @Mirabel and Mira
    """)


def test_variables_scenes_and_events_get_new_names() -> None:
    story = dedent("""\
        title: a {}
        let {} = b
        let b = {{{}}}
        scene a
          @a {{{}}}
        event snow
          {{b}}
    """)
    assert renamed(story.format("{a▮}", *"aaa"), "mist") == story.format("{mist}", *["mist"] * 3)
    assert renamed("let a = b\nscene ▮a\n  {a}\n", "mist") == "let a = b\nscene mist\n  {a}\n"
    assert renamed("scene a\n  {a}\nevent a▮b\n  c\n", "mist") == "scene a\n  {a}\nevent mist\n  c\n"


def test_white_space_around_the_new_name_is_none_of_it() -> None:
    assert renamed("scene ▮a\n  b\n", " Ä_1\t") == "scene Ä_1\n  b\n"


def test_all_files_of_all_stories_change() -> None:
    files = {
        "cast.story": "character Mira\n  a fox\n",
        "stories/one.story": "include ../cast.story\nscene\n  walks with @Mi▮ra\n",
        "stories/two.story": "include ../cast.story\ninclude deep/scenes.story\n",
        "stories/deep/scenes.story": "event\n  waves to @Mira\n",
        "alone.story": "character Mira\n  another\nscene\n  @Mira\n",
    }
    after = Shelf(files, ["stories/one.story", "stories/two.story", "alone.story"]).renamed("Anna")
    assert after == {
        "cast.story": "character Anna\n  a fox\n",
        "stories/one.story": "include ../cast.story\nscene\n  walks with @Anna\n",
        "stories/two.story": "include ../cast.story\ninclude deep/scenes.story\n",
        "stories/deep/scenes.story": "event\n  waves to @Anna\n",
        "alone.story": "character Mira\n  another\nscene\n  @Mira\n",
    }


@pytest.mark.parametrize("begin", ["", "\ufeff", "\ufeff\ufeff is text\r\n"])
def test_line_ends_and_marks_of_utf_8_stay(begin: str) -> None:
    story = f"{begin}let {{}} = b\r\ncharacter M\r\n  {{{{{{}}}}}}\r\nscene\r\n  {{{{{{}}}}}}"
    assert renamed(story.format("a", "a", "a▮"), "mist") == story.format(*["mist"] * 3)


def test_lines_that_are_wrong_where_they_stand_change_too() -> None:
    story = "character Mi▮ra\n  a fox, not @Mira\nscene 3\n  @Mira\nlead: Mira\nMira: I am @Mira\n@Mira sings\n"
    assert renamed(story, "Anna") == (
        "character Anna\n  a fox, not @Anna\nscene 3\n  @Anna\nlead: Anna\nMira: I am @Anna\n@Anna sings\n"
    )


def test_one_of_two_that_are_called_the_same_can_be_told_apart() -> None:
    story = "character Tom\n  a bear\nscene\n  @Tom\ncharacter {}\n  a cat\n"
    assert renamed(story.format("▮Tom"), "Thomas") == story.format("Thomas")
    first = story.format("Tom").replace("r T", "r ▮T", 1)
    assert renamed(first, "Max") == "character Max\n  a bear\nscene\n  @Max\ncharacter Tom\n  a cat\n"


def test_a_block_that_is_not_written_yet_can_be_given_a_name_of_its_own() -> None:
    assert renamed("scene a\n  b\nscene a▮\n", "mist") == "scene a\n  b\nscene mist\n"
    assert renamed("scene a▮\n  b\nscene a\n", "mist") == "scene mist\n  b\nscene a\n"


def test_a_name_can_be_written_in_another_form_of_the_same_signs() -> None:
    story = "character Zo\xeb\n  x\nscene\n  @▮Zoe\u0308\n"
    assert renamed(story, "Zo\xeb") == "character Zo\xeb\n  x\nscene\n  @Zo\xeb\n"
    files = Shelf({"story.story": story})
    assert len(rename(files, files.file, files.offset, "Zo\xeb")) == 1
    assert rename(files, files.file, files.offset, "Zo\xeb").popitem()[1][0].span.start == story.index("▮")


def test_a_name_that_is_written_like_that_already_needs_no_edits() -> None:
    files = Shelf({"story.story": "scene ▮a\n  b\n"})
    assert rename(files, files.file, files.offset, "a") == {}


def test_warnings_may_come_and_go() -> None:
    story = "character Mira\n  x\ncharacter To▮m\n  y\nscene\n  Max greets Tom and @Tom\n"
    assert renamed(story, "Max") == story.replace("To▮m", "Max").replace("@Tom", "@Max")


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("", "a name begins with a letter or `_`, then letters, digits, `_`, and single `-` between them"),
        ("@Max", "`@Max` is no name: a name begins with a letter or `_`, "),
        ("Max Moritz", "`Max Moritz` is no name: a name begins with a letter or `_`, "),
        ("Max-", "`Max-` is no name: "),
        ("3", "`3` is no name: "),
        ("a\nb", "`a\nb` is no name: "),
        ("Max\udc80", "`Max\udc80` is no name: "),
        ("Mira", "there is already a character named `Mira`: story.story, line 3"),
        ("No", "`No` is spoken of, though nothing defines it, and would then mean `Tom`: story.story, line 6"),
    ],
)
def test_names_that_are_none_or_are_taken_are_refused(new: str, message: str) -> None:
    story = "character ▮Tom\n  x\ncharacter Mira\n  x\nscene rain\n  @No\n"
    assert refused(story, new).startswith(message)


def test_a_name_may_be_taken_in_another_story_only() -> None:
    files = {
        "cast.story": "let ▮rain = x\n",
        "one.story": "include cast.story\ncharacter mist\n  x\nscene mist\n  {rain}\n",
        "two.story": "include cast.story\nlet mist = x\nscene\n  {rain}\n",
    }
    assert refused(files, "mist") == "there is already a variable named `mist`: two.story, line 2"
    elsewhere = {
        "cast.story": files["cast.story"].replace("▮", ""),
        "one.story": files["one.story"].replace("{rain}", "{▮rain}"),
    }
    assert refused({**files, **elsewhere}, "mist") == "there is already a variable named `mist`: two.story, line 2"
    del files["two.story"]
    assert Shelf(files).renamed("mist")["one.story"].endswith("{mist}\n")


def test_what_nothing_defines_cannot_be_renamed() -> None:
    assert refused("scene\n  @▮Tom\n", "Max") == "nothing defines a character `Tom`, so there is nothing to rename"
    assert refused("scene\n  ▮Tom\n", "Max").startswith("there is no name here")
    files = Shelf({"story.story": "scene ▮a\n  @Tom b\n"})
    name = renameable(files, files.file, files.offset)
    assert name is not None
    assert (name.start, name.end) == (6, 7)
    assert renameable(files, files.file, len("scene a\n  @Tom b")) is None
    with pytest.raises(CannotRenameError, match="nothing defines a character `Tom`"):
        renameable(files, files.file, len("scene a\n  @Tom"))


def test_what_would_bring_an_error_is_refused() -> None:
    photo = "character ▮Tom\n  image: https://example.org/x.png\n  a man img\nscene\n  @Tom waves\n"
    assert refused(photo, "img").startswith(
        "with `Tom` renamed `img`, there would be an error in story.story, line 5: "
    )


def test_an_error_that_goes_elsewhere_is_no_price_for_one_that_comes() -> None:
    photo = "character ▮Tom\n  image: https://example.org/x.png\n  a man img\nscene\n  @Tom waves\n"
    assert renamed(f"{photo}character Tom\n  y\n", "Max").startswith("character Max")
    assert "line 5: " in refused(f"{photo}character Tom\n  y\n", "img")


def test_what_changed_meanwhile_is_refused() -> None:
    files = Shelf({"story.story": "include b.story\ncharacter ▮Tom\n  x\nscene\n  @Tom\n", "b.story": "let a = b\n"})
    files.texts["b.story"] = "let a = @Tom\n"
    with pytest.raises(CannotRenameError, match=r"other names would be read in b\.story, or it has changed meanwhile"):
        files.renamed("Max")
    del files.texts["b.story"]
    with pytest.raises(CannotRenameError, match="the story would be of other files, or they have changed meanwhile"):
        files.renamed("Max")


def test_of_very_many_errors_the_number_is_asked_for() -> None:
    story = "let a▮ = b\ncharacter M\n  x\nscene\n  {a}\n" + "  {no}\n" * 150
    assert renamed(story, "mist").startswith("let mist = b")
    photo = "character ▮Tom\n  image: https://example.org/x.png\n  a man img\n" + "scene\n  @Tom waves\n" * 150
    assert "there would be an error in story.story, line 5: " in refused(photo, "img")
    once_more = "character ▮Tom\n  image: https://example.org/x.png\n  a man img\nscene\n  @Tom waves\n"
    once_more += "scene\n  an img\n" * 150  # errors of that code, more than are told one by one
    assert "there would be an error in story.story, line " in refused(once_more, "img")
    assert renamed(once_more, "Max").startswith("character Max")
    twice = "scene a\n  b\nscene a▮\n  b\n" + "scene a\n  b\n" * 150
    assert renamed(twice, "mist") == twice.replace("a▮", "mist")


# ---- any story -----------------------------------------------------------------------------------------------

names = st.one_of(
    st.sampled_from(
        ["Mira", "Tom", "rain", "both", "a", "b", "e", "Zoe\u0308", "img", "none", "Anna-Lena", "\u0915\u093e"]
    ),
    st.from_regex(r"\A[^\W\d](-?\w){0,6}\Z"),
    anything,
)
lines = st.one_of(
    story_lines,
    st.sampled_from(
        [
            "let rain = grey rain",
            "character Tom",
            "  a bear, {rain}",
            "scene a",
            "  @{Tom}like @Mira, {rain}{both}",
            "  caption: @Tom in {rain}",
            "include cast.story",
            "title: {rain} of @Tom",
            "main: Tom",
        ]
    ),
)
CAST = "character Mira\n  as: the fox\n  a young woman\nlet fog = thick fog and @Mira\n"
texts = st.lists(lines, max_size=20).map("\n".join)
whole = st.lists(
    st.sampled_from(
        [
            "  walks home in {fog}",
            "  @{Tom}like @Mira, {fog}{fog}",
            "  caption: @Tom in {fog}, Rain",
            "  lead: Tom",
            "scene\n  rests",
            "scene [NC]\n  rain, {rain}",
            "scene b\n  meets @Tom, Tom",
            "event e\n  snow on @Mira",
            "title: {rain} of @Tom",
            "main: Tom",
            "// @Tom {rain}",
        ]
    ),
    max_size=12,
).map(
    lambda more: "\n".join(
        ["include cast.story", "let rain = grey rain", "character Tom\n  a bear", "scene a\n  sits", *more]
    )
)


def payloads(texts: Mapping[str, str], name: str) -> list[dict[str, Any]] | None:
    reader = ShelfReader(texts, posixpath.dirname(name))
    result = compile_source(SourceFile.from_text(name, texts[name]), reader=reader)
    return None if result.has_errors else result.payloads


def each_name(files: Shelf) -> Iterator[tuple[str, int]]:
    for view in files.known.values():
        for file in view.story.files[:1]:
            for name in occurrences(file):
                yield files.identity(file.source), name.start


@given(st.one_of(texts, whole), st.one_of(texts, st.just(CAST)), names, st.data())
def test_a_rename_changes_the_name_and_nothing_else(text: str, cast: str, new: str, data: st.DataObject) -> None:
    files = Shelf(
        {"story.story": text, "cast.story": cast, "other.story": "include cast.story\nscene\n  {fog} @Mira\n"}
    )
    places = list(each_name(files))
    assume(places)
    files.marked, files.offset = data.draw(st.sampled_from(places))
    old = next(name for name in occurrences(files.file) if name.start == files.offset)
    try:
        after = files.renamed(new)
    except CannotRenameError as error:
        event("refused: " + re.sub(r"`.*?`", "`…`", str(error)).partition(":")[0])
        return
    event(f"renamed {old.space.value}")
    assert is_name(new.strip())
    changed = Shelf(after)
    for name, view in files.known.items():
        now = changed.known[name]
        # The same names in the same order, the new one for some of the old.
        for was, file in zip(view.story.files, now.story.files, strict=True):
            for one, two in zip(occurrences(was), occurrences(file), strict=True):
                assert (one.space, one.form, one.defines) == (two.space, two.form, two.defines)
                assert one.key == two.key or (one.key, two.key) == (old.key, fold(new.strip()))
        errors = sum(problem.severity is Severity.ERROR for problem in view.problems)
        assert sum(problem.severity is Severity.ERROR for problem in now.problems) <= errors
        # What is sent is the same, but for what texts call a character by its name.
        sent = payloads(files.texts, name)
        if sent is not None:
            character = view.story.names.characters.get(old.key) if old.space.value == "character" else None
            if character is None or character.called != character.name:
                assert payloads(after, name) == sent
                event("payloads held")
            else:
                assert payloads(after, name) is not None
    if any(problem.code == "SS204" for view in files.known.values() for problem in view.problems):
        return
    # And back again, all in the form that the name had at the cursor.
    number = [name.start for name in occurrences(files.file)].index(old.start)
    changed.marked, changed.offset = files.marked, 0
    changed.offset = occurrences(changed.file)[number].start
    written = files.file.source.text[old.start : old.end]
    assert {name: nfc(text) for name, text in changed.renamed(written).items()} == {
        name: nfc(text) for name, text in files.texts.items()
    }


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
