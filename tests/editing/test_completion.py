"""What is offered where: the cursor is at `▮`, and what is shown is the line as accepting each item would make it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import storyscript
from editing.views import MARK, file_at, own_file, unmarked, view_of
from golden import CASES, read_cases
from storyscript.editing.completion import complete
from storyscript.editing.completion_items import MOST_OFFERED
from storyscript.syntax.signs import Kind as SignKind
from storyscript.syntax.signs import signs
from storyscript.tool import story_diffusion_advanced
from storyscript.vocabulary import KEYWORD_MEANINGS, SETTING_MEANINGS
from strategies import stories

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storyscript.editing.completion_items import Item

CAST: Final = """\
character Mira
  a young woman, red scarf
character Tom
  as: the old keeper
  an old man, brass lantern
character Tommy
  a boy
let rain = grey rain
let pair = @Tom in {rain}
"""
FOLDERS: Final = {
    "": [("cast", True), (".git", True), ("story.story", False), ("prologue.story", False), ("mira.PNG", False)],
    "cast": [("shared.story", False), ("tom.jpg", False), ("notes.txt", False), ("a // b.story", False)],
    "..": [("up.story", False)],
    ".git": [("hooks", True)],
    "deep": [("cast", True), ("notes", True), ("empty", True), *((f"n{number:02}", True) for number in range(60))],
    "deep/cast": [("Shared.STORY", False)],
    "deep/notes": [("notes.txt", False), ("tom.jpg", False)],
}


class Listing:
    """A folder in memory."""

    def entries(self, path: str) -> Iterable[tuple[str, bool]]:
        return FOLDERS.get(path.rstrip("/"), [])


def offered(marked: str, *, asked: bool = True, cast: str = CAST) -> tuple[str, list[Item]]:
    text, [offset] = unmarked(cast + marked)
    view = view_of(text)
    return text, complete(view, own_file(view), offset, asked=asked, folder=Listing())


def accepted(marked: str, *, asked: bool = True, cast: str = CAST) -> list[str]:
    """The line of the cursor, for each item, as accepting it would make it; the cursor is then at `▮`."""
    text, items = offered(marked, asked=asked, cast=cast)
    lines = []
    for item in items:
        start = text.rfind("\n", 0, item.start) + 1
        end = text.find("\n", item.end)
        end = len(text) if end < 0 else end
        lines.append(f"{text[start : item.start]}{item.text}{MARK}{text[item.end : end]}")
    return lines


def labels(marked: str, *, asked: bool = True, cast: str = CAST) -> list[str]:
    return [item.label for item in offered(marked, asked=asked, cast=cast)[1]]


# ---- within a text -----------------------------------------------------------------------------------------------

TEXTS: Final = {
    "a mention": ("scene\n  walks @▮", ["  walks @Mira▮", "  walks @Tom▮", "  walks @Tommy▮"]),
    "of which some is typed": ("scene\n  walks @mi▮ home", ["  walks @Mira▮ home"]),
    "found by what the text calls them": ("scene\n  @keeper▮", ["  @Tom▮"]),
    "within a word: the word is replaced": ("scene\n  @To▮m, home", ["  @Tom▮, home", "  @Tommy▮, home"]),
    "before more of a text": ("scene\n  @▮walks", ["  @{Mira}▮walks", "  @{Tom}▮walks", "  @{Tommy}▮walks"]),
    "where no space stands between words": ("scene\n  @Mi▮笑了", ["  @{Mira}▮笑了"]),
    "before a hyphen of its own": ("scene\n  @mir▮-", ["  @Mira▮-"]),
    "in braces": ("scene\n  the @{Mi▮} house", ["  the @{Mira}▮ house"]),
    "in braces that are open": ("scene\n  the @{Mi▮ house", ["  the @{Mira}▮ house"]),
    "in a caption": ("scene\n  walks\n  caption: So @mi▮", ["  caption: So @Mira▮"]),
    "in a line that goes on with one": ("scene\n  walks\n  caption: So\n    @mi▮", ["    @Mira▮"]),
    "in an event": ("event\n  @mi▮", ["  @Mira▮"]),
    "in a variable": ("let who = @mi▮", ["let who = @Mira▮"]),
    "below a head that is wrong": ("scene a b\n  @mi▮", ["  @Mira▮"]),
    "not in an address": ("scene\n  writes to mira@▮", []),
    "not between braces, which make it none": ("scene\n  {@mi▮}", []),
    "not in a comment": ("scene\n  walks // @▮", []),
    "not in a literal": ('scene\n  {"@▮"}', []),
    "not in a literal that is open": ('scene\n  {"a"} {"@mi▮', []),
    "not in a character": ("character Ida\n  like @▮", []),
    "not in what a character is called": ("character Ida\n  as: @▮", []),
    "not in a title": ("title: @▮", []),
    "not in a section": ("section @▮", []),
    "a variable": ("scene\n  in {▮", ["  in {rain}▮", "  in {pair}▮"]),
    "with its brace closed by the editor": ("scene\n  in {▮}", ["  in {rain}▮", "  in {pair}▮"]),
    "of which some is typed, its brace closed": ("scene\n  in {ra▮}.", ["  in {rain}▮.", "  in {pair}▮."][:1]),
    "before more of the text": ("scene\n  in {▮walks", ["  in {rain}▮walks", "  in {pair}▮walks"]),
    "in a title, where nobody is mentioned": ("title: In {pa▮", ["title: In {pair}▮"]),
    "a title's braces behind an @ are a variable's": ("title: @{ra▮", ["title: @{rain}▮"]),
    "in a character, who can hold no mention": ("character Ida\n  in {▮", ["  in {rain}▮"]),
    "in what a character is called": ("character Ida\n  as: {ra▮", ["  as: {rain}▮"]),
    "not behind a brace": ("scene\n  {{▮", []),
    "not in a literal's braces": ('scene\n  {"▮"}', []),
    "not where a literal begins": ('scene\n  {▮"a"}', []),
    "not in prose": ("scene\n  in ra▮", []),
    "not where no name can be": ("scene\n  @9▮", []),
    "not in a variable's name": ("let @▮ = rain", []),
    "not before a value": ("title ▮: {rain}", []),
    "not between the signs of a comment": ("scene\n  walks /▮/ @", []),
    "not below a wrong character": ("character A B\n  @▮", []),
    "not in braces in a character": ("character Ida\n  @{▮", []),
}


@pytest.mark.parametrize("title", TEXTS)
def test_in_a_text(title: str) -> None:
    marked, lines = TEXTS[title]
    assert accepted(marked, asked=False) == lines


def test_a_variable_sees_those_above_it() -> None:
    cast = "let a = one\nlet b = {▮}\nlet c = three\n"
    assert labels(cast, cast="") == ["a"]
    assert labels("let a = one\nlet c = three\nscene\n  {▮", cast="") == ["a", "c"]


def test_a_character_is_shown_with_what_it_is_called_and_looks_like() -> None:
    tom = offered("scene\n  @▮")[1][1]
    assert (tom.detail, tom.says) == ("the old keeper", "an old man, brass lantern")


def test_a_variable_is_shown_with_its_text_and_once() -> None:
    rain, long = offered("scene\n  {▮", cast=f"let rain = grey rain\nlet long = {'wet ' * 40}`street`\n")[1]
    assert (rain.detail, rain.says) == ("grey rain", "")
    assert long.detail.endswith("wet…")
    assert long.says == f"`` {'wet ' * 40}`street` ``"


# ---- values ------------------------------------------------------------------------------------------------------

VALUES: Final = {
    "a panel's lead": ("scene\n  lead: ▮", ["  lead: Mira▮", "  lead: Tom▮", "  lead: Tommy▮"]),
    "behind a bare colon": ("scene\n  lead:▮", ["  lead: Mira▮", "  lead: Tom▮", "  lead: Tommy▮"]),
    "the main character": ("main: t▮", ["main: Tom▮", "main: Tommy▮"]),
    "a style, and its comment stays": ("style: jap▮ // to try", ["style: Japanese Anime▮ // to try"]),
    "a style in place of another": ("style: ▮Line art", None),
    "a model by its name": ("model: jugger▮", ["model: KandooAI/Juggernaut v10.0▮"]),
    "a model by what is said of it": ("model: Hyperdetailed▮", ["model: advokat/5DN-Hyperdetailed▮"]),
    "a word": ("reorder: ▮", ["reorder: no▮", "reorder: yes▮"]),
    "between the lines of a block": ("scene\nlettering: l▮\n  walks", ["lettering: local▮"]),
    "what a size may be": ("size: ▮", ["size: 768x768▮", "size: 1024x1024▮"]),
    "any number is a size": ("size: 7▮", []),
    "any number is a seed": ("seed: ▮", []),
    "of an unknown setting": ("sytle: ▮", []),
    "a lead for those who have none": ("character Ida\n  lead: ▮", []),
    "speech": ("scene\n  she says: ▮", []),
}


@pytest.mark.parametrize("title", VALUES)
def test_values(title: str) -> None:
    marked, lines = VALUES[title]
    found = accepted(marked, asked=False)
    if lines is None:
        assert found == [f"style: {style}{MARK}" for style in ("Comic book", *_other_styles())]
    else:
        assert found == lines


def _other_styles() -> Sequence[str]:
    return [style for style in story_diffusion_advanced().styles if style != "Comic book"]


def test_a_model_by_its_id_is_for_those_who_ask() -> None:
    assert accepted("model: 12▮") == ["model: King_Hatchet/SereneXL▮"]
    assert accepted("model: 12▮", asked=False) == []  # it may be the id of a model that nobody here knows


def test_none_is_for_those_who_ask() -> None:
    assert accepted("negative: ▮") == ["negative: none▮"]
    assert accepted("scene\n  caption: ▮") == ["  caption: none▮"]
    assert accepted("negative: ▮", asked=False) == accepted("scene\n  caption: ▮", asked=False) == []
    assert accepted("scene\n  caption: no▮") == []


@pytest.mark.parametrize("key", ["style", "model", "size", "identity", "captions", "lettering", "reorder"])
def test_every_offered_value_is_what_it_says(key: str) -> None:
    parameters = set()
    lines = accepted(f"{key}: ▮")
    for line in lines:
        result = storyscript.compile(
            f"{line.removesuffix(MARK)}\n{CAST}scene\n  walks\nscene\n  runs\nscene\n  jumps\n"
        )
        assert {problem.code for problem in result.problems} <= {"SS406", "SS408"}
        parameters.add(str(result.payloads))
    own = {"lettering", "captions", "reorder", "identity"}  # two words may come to the same in so small a story
    assert len(parameters) == len(lines) or key in own


# ---- the beginnings of lines -------------------------------------------------------------------------------------


def test_an_empty_line_may_begin_with_any_statement() -> None:
    found = labels("style: Line art\n▮")
    assert found[:6] == ["character", "scene", "event", "section", "let", "include"]
    assert found[6:8] == ["title", "author"]
    assert found[-1] == "style"  # set already
    assert set(found) == {*KEYWORD_MEANINGS, *SETTING_MEANINGS}
    assert labels("▮", asked=False) == []


def test_a_setting_is_shown_with_what_holds_without_it() -> None:
    text, [offset] = unmarked("include cast.story\nsize: 512\n▮\nscene [NC]\n  rain\n")
    view = view_of(text, {"cast.story": b'\nstyle: line ART\nnegative: rain, {"x"} // wet\n'})
    own = {item.label: item.detail for item in complete(view, own_file(view), offset)}
    assert own["style"] == "one of the eight styles; in this story line ART"
    assert own["negative"] == 'a text, or none; in this story rain, {"x"}'
    assert own["steps"] == "a whole number from 1; by default 30"
    assert own["size"] == "set in this file"
    included = {item.label: item.detail for item in complete(view, file_at(view, "cast.story"), 0)}
    assert included["size"] == "WIDTHxHEIGHT, or one number; in this story 512"
    assert included["style"] == "set in this file"


def test_a_word_at_column_0() -> None:
    assert accepted("se▮", asked=False)[:2] == ["section ▮", "seed: ▮"]
    assert accepted("inc▮", asked=False)[0] == "include ▮"
    assert accepted("ide▮: 4", asked=False)[0] == "identity▮: 4"
    assert accepted("sc▮ attic", asked=False)[0] == "scene▮ attic"


def test_a_panel_whose_name_nobody_types_has_none() -> None:
    # One that the form brought would be defined twice with the second panel.
    assert offered("sce▮")[1][0].snippet == "scene $1\n  $0"
    assert offered("eve▮")[1][0].snippet == "event\n  $0"


LETTERS: Final = {
    "one letter: words that begin with it": ("▮a", ["author"]),
    "of which settings have several": ("▮m", ["main", "model", "private-model"]),
    "and which most words hold": ("▮e", ["event"]),
    "of a style": ("style: ▮n", ["Black and White Film Noir"]),
    "of a name, or what it is called by": ("scene\n  @▮k", ["Tom"]),
    "of a file": ("include ▮c", ["cast/"]),
    "several: first those that begin so": ("style: ▮li", ["Line art"]),
    "then those that hold them": ("captions: ▮ex", ["text"]),
    "the first at the beginning of a word": ("▮pm", ["private-model", "pad-image"]),
    "signs of a script with a sign for each word": ("scene\n  @▮丽", ["王丽"]),
    "what is said of a model counts in one piece": ("model: ▮hyperdetailed", ["advokat/5DN-Hyperdetailed"]),
}


@pytest.mark.parametrize("title", LETTERS)
def test_what_letters_find(title: str) -> None:
    marked, found = LETTERS[title]
    before, typed = marked.split(MARK)
    assert labels(f"{before}{typed}{MARK}", cast=f"{CAST}character 王丽\n  a painter\n") == found


@pytest.mark.parametrize(
    "marked",
    [
        *("style: ▮ANIME", "style: ▮film  noir", "model: ▮jug", "model: ▮42", "scene\n  lead: ▮keep", "scene a ▮[nc"),
        *("scene\n  @▮mir", "scene\n  in {▮AIN", "// storyscript: ignore ▮ss4", "// ▮Storyscr", "▮sec", "include ▮LOG"),
    ],
)
def test_an_editor_that_looks_at_beginnings_finds_it_too(marked: str) -> None:
    before, typed = marked.split(MARK)
    items = offered(f"{before}{typed}{MARK}")[1]
    assert items
    assert [item.finds[: len(typed)] for item in items] == [typed] * len(items)


BLOCKS: Final = {
    "two letters": ("scene\n  ca▮", ["  caption: ▮"]),
    "one letter is prose": ("scene\n  c▮", []),
    "a capital is prose": ("scene\n  Le▮", []),
    "what it has already": ("scene\n  caption: none\n  ca▮", []),
    "what another kind of block has": ("character Ida\n  ca▮", []),
    "an event": ("event\n  le▮", ["  lead: ▮"]),
    "of a line that is written": ("scene\n  ca▮: She left", ["  caption▮: She left"]),
    "what is deeper than a caption goes on with it": ("scene\n  caption: x\n    le▮", []),
    "what is not": ("scene\n  caption: x\n  le▮", ["  lead: ▮"]),
    "behind a word": ("scene\n  walks le▮", []),
    "before a word": ("scene\n  le▮ walks", []),
    "below no block": ("include a.story\n  ca▮", []),
}


@pytest.mark.parametrize("title", BLOCKS)
def test_properties(title: str) -> None:
    marked, lines = BLOCKS[title]
    assert accepted(marked, asked=False) == lines


def test_an_empty_line_of_a_block_is_for_those_who_ask() -> None:
    assert accepted("scene\n  walks\n  ▮") == ["  caption: ▮", "  lead: ▮"]
    assert accepted("scene\n  walks\n\n  ▮\n  runs") == ["  caption: ▮", "  lead: ▮"]
    assert accepted("scene\n  walks\n  ▮", asked=False) == []
    assert accepted("scene\n  caption: x\n    ▮") == []
    assert accepted("include a.story\n  ▮") == []


def test_the_mark_of_a_scene() -> None:
    assert accepted("scene lamp [▮", asked=False) == ["scene lamp [NC]▮"]
    assert accepted("scene lamp [n▮]", asked=False) == ["scene lamp [NC]▮"]
    assert accepted("scene lamp ▮") == accepted("scene lamp ▮") == ["scene lamp [NC]▮"]
    assert accepted("scene lamp ▮", asked=False) == accepted("scene [NC] ▮") == accepted("event lamp [▮") == []


# ---- files and comments ------------------------------------------------------------------------------------------

FILES: Final = {
    "a story, but not this one": ("include ▮", ["include prologue.story▮", "include cast/▮"]),
    "in a folder": ("include cast/▮", ["include cast/shared.story▮"]),
    "of which some is typed": ("include cast/sha▮red.story // who", ["include cast/shared.story▮ // who"]),
    "further up": ("include ../▮", ["include ../up.story▮"]),
    "hidden ones": ("include .g▮", ["include .git/▮"]),
    "a picture": ("character Ida\n  image: ▮", ["  image: mira.PNG▮", "  image: cast/▮"]),
    "behind a bare colon": ("pad-image:▮", ["pad-image: mira.PNG▮", "pad-image: cast/▮"]),
    "an address": ("pad-image: https://▮", []),
    "an absolute path": ("include /▮", []),
    "a folder with a story": ("include deep/ca▮", ["include deep/cast/▮"]),
    "no folder without": ("include deep/note▮", []),
    "nor an empty one": ("include deep/emp▮", []),
    "a folder with a picture": ("pad-image: deep/note▮", ["pad-image: deep/notes/▮"]),
    "that is whole": ("include prologue.story▮", []),
}


@pytest.mark.parametrize("title", FILES)
def test_files(title: str) -> None:
    marked, lines = FILES[title]
    assert accepted(marked, asked=False) == lines


def test_of_very_many_folders_not_each_is_looked_into() -> None:
    first, *others = labels("include deep/▮")
    assert first == "cast/"
    assert others == [*(f"n{number}/" for number in range(48, 60)), "notes/"]  # behind `cast`, `empty` and 48 of them


def test_codes_of_warnings() -> None:
    marked = "steps: 5 // storyscript: ignore ▮"
    first, *others = offered(marked)[1]
    assert (first.label, first.detail) == ("SS404", "value outside the known range")
    assert [item.label for item in others][:2] == ["SS400", "SS401"]
    assert not [item for item in others if not item.label.startswith("SS4")]
    assert labels("// storyscript: ignore SS▮\nsteps: 5", asked=False)[0] == "SS404"  # alone, above the line
    assert "SS409" not in labels("steps: 5 // storyscript: ignore SS409, ▮")
    assert labels("steps: 5 // storyscript: ignore SS409 since ▮") == []
    assert labels(marked, asked=False) == labels("steps: 5 // storyscript: ignore SS404▮") == []


def test_the_words_of_an_ignore() -> None:
    assert accepted("steps: 5 // ▮") == ["steps: 5 // storyscript: ignore ▮"]
    assert accepted("steps: 5 // storys▮", asked=False) == ["steps: 5 // storyscript: ignore ▮"]
    assert accepted("steps: 5 // story▮") == accepted("steps: 5 // ▮", asked=False) == []


# ---- Enter stays Enter -------------------------------------------------------------------------------------------

WHOLE: Final = [
    *("scene\n  walks @Tom▮", "scene\n  walks @{Tom▮}", "scene\n  in {rain▮}", "scene\n  lead: Tom▮"),
    *("main: Tom▮", "style: line ART▮", "model: 79▮", "model: sdvn8-artxl▮", "reorder: yes▮", "identity: auto▮"),
    *("scene▮", "let▮", "captions▮", "scene\n  as▮", "scene\n  lead▮", "scene\n  caption: none▮", "scene a▮"),
    *("include prologue.story▮", "scene [NC]▮", "size: 768▮", "seed: 4▮", "scene\n  She walks home▮", "title: A▮"),
    *("// storyscript: ignore SS404▮", "// storyscript: ignore▮", "// story▮", "identity: 4▮", "scene\n  ▮walks"),
]


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("marked", WHOLE)
def test_what_is_whole_is_left_alone(marked: str, *, asked: bool) -> None:
    assert labels(marked, asked=asked) == []


GOOD: Final = [case.story for path in sorted(CASES.glob("payload-*.txt")) for case in read_cases(path)]


@pytest.mark.parametrize("number", range(len(GOOD)))
def test_at_no_line_of_a_right_story_would_enter_do_something_else(number: int) -> None:
    text = GOOD[number]
    view = view_of(text)
    file = own_file(view)
    ends = [offset for offset in range(len(text)) if text[offset] == "\n"]
    for asked in (True, False):
        found = {
            text[:end].rpartition("\n")[2]: complete(view, file, end, asked=asked, folder=Listing()) for end in ends
        }
        # Whoever asks is told that a caption may also be `none`, and what may begin an empty line.
        told = {line: items for line, items in found.items() if items and not (asked and _is_open(line))}
        assert told == {}


def _is_open(line: str) -> bool:
    return not line.strip() or line.strip().lower() == "caption:" or line[-1] in " \t"


# ---- whatever there is -------------------------------------------------------------------------------------------


@given(stories, st.data())
def test_any_text_has_an_answer_that_stays_in_its_line(text: str, data: st.DataObject) -> None:
    view = view_of(text)
    file = own_file(view)
    text = file.source.text
    for _ in range(5):
        offset = data.draw(st.integers(0, len(text)))
        for item in complete(view, file, offset, asked=data.draw(st.booleans()), folder=Listing()):
            at = offset - 1 if text[offset - 1 : offset + 1] == "\r\n" else offset
            assert 0 <= item.start <= at <= item.end <= len(text)
            assert not set("\r\n") & set(text[item.start : item.end])
            assert "\n" not in item.text
            f"{item.text}{item.label}{item.detail}{item.says}{item.finds}".encode()  # no half of a sign is sent
            assert item.label
            assert item.text
            assert item.finds.startswith(text[item.start : at])


def test_bytes_that_are_no_text_are_not_offered() -> None:
    assert labels("scene\n  @▮", cast="character Mi\udcffra\n  a woman\ncharacter Tom\n  a man\n") == ["Tom"]
    assert labels("scene\n  {▮", cast="let r\udcffin = rain\nlet snow = snow\n") == ["snow"]


def test_lines_may_end_as_elsewhere() -> None:
    text = f"{CAST}scene\n  walks @mi▮\n  lead: to▮\n▮\nstyle: li▮\n".replace("\n", "\r\n")
    text, offsets = unmarked(text)
    view = view_of(text)
    found = [complete(view, own_file(view), offset) for offset in offsets]
    assert [items[0].label for items in found] == ["Mira", "Tom", "character", "Line art"]
    assert [text[items[0].end :][:2] for items in found] == ["\r\n"] * 4


def test_so_many_names_are_offered_as_an_editor_can_show() -> None:
    cast = "".join(f"let v{number} = rain\n" for number in range(2000))
    assert len(labels("scene\n  {v▮", cast=cast)) == MOST_OFFERED
    assert labels("scene\n  {v1999▮", cast=cast) == ["v1999"]


@given(stories, st.sampled_from("@{"), st.text('ab rain{}"@笑é-_9.', max_size=8), st.text("abz笑é-_}9. ", max_size=4))
def test_what_is_accepted_in_a_text_is_what_it_says(story: str, sign: str, before: str, behind: str) -> None:
    text, [offset] = unmarked(f"{CAST}{story}\nscene\n  {before}{sign}{MARK}{behind}")
    view = view_of(text)
    file = own_file(view)
    for item in complete(view, file, offset, asked=False):
        made = text[: item.start] + item.text + text[item.end :]
        start = made.rfind("\n", 0, item.start) + 1
        found = {
            (made[found.inner_start : found.inner_end], found.kind)
            for found in signs(made, start, len(made), mentions=True)
            if found.start < item.start + len(item.text) <= found.end + 1
        }
        assert found & {(item.label, SignKind.MENTION), (item.label, SignKind.VARIABLE)}
