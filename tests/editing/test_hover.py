"""What is said of what is pointed at: in each text, of the sign behind `▮`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from editing.views import own_file, unmarked, view_of
from golden import CASES, read_cases
from memory import MemoryReader
from storyscript.compiler import compile_source
from storyscript.diagnostics.text import visible
from storyscript.editing.hover import hover
from storyscript.editing.hover_panels import segment
from storyscript.source import SourceFile
from storyscript.syntax import nodes
from storyscript.tokens.estimate import TokenEstimate
from storyscript.tokens.prompt import measure, prompt_of
from strategies import stories

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storyscript.editing.hover import Hover
    from storyscript.editing.view import View

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
COUNTER: Final = TokenEstimate()
OTHERS: Final[dict[str, str | bytes]] = {
    "cast/shared.story": "character Tom\n  as: the old keeper\n  an old man\nlet rain = grey rain\nsteps: 40\n",
    "photo.png": b"",
}
STORY: Final = """\
include cast/shared.story
model: 966
character Mira
  image: photo.png
  a young woman img, red scarf
let pair = @Tom in {rain}
scene attic
  walks with @Tom in {rain}
  caption: She was late.
scene [NC]
  niji style, an empty street
scene watch
  lead: Tom
  closes the shutters
event snow
  snow falls on @Mira
"""


def said(marked: str, others: Mapping[str, str | bytes] = OTHERS) -> tuple[str, Hover | None]:
    text, [offset] = unmarked(marked)
    view = view_of(text, others)
    return text, hover(view, own_file(view), offset, counter=COUNTER)


def of(marked: str) -> tuple[str, str]:
    """What is pointed at, and what is said of it."""
    text, found = said(marked)
    assert found is not None
    return text[found.start : found.end], found.text


def at(line: str) -> tuple[str, str]:
    """The same, of a line of the story, written with its mark."""
    plain = line.replace("▮", "")
    assert f"\n{plain}\n" in f"\n{STORY}"
    return of(f"\n{STORY}".replace(f"\n{plain}\n", f"\n{line}\n", 1)[1:])


# ---- panels ------------------------------------------------------------------------------------------------------


def test_a_scene_is_what_it_compiles_to() -> None:
    assert at("scene att▮ic") == (
        "scene attic",
        """\
**scene** `attic`: scene 1 of 2 in job 1 of 2, lead `Mira`

```text
walks with an old man in grey rain #She was late.
```
- Caption: `She was late.`
- Prompt: about 19 of the 77 tokens that are read""",
    )


@pytest.mark.parametrize("line", ["  wal▮ks with @Tom in {rain}", "  caption: She w▮as late."])
def test_every_line_of_a_scene_says_so(line: str) -> None:
    assert at(line)[1] == at("scene att▮ic")[1]


def test_an_event_has_no_caption() -> None:
    assert at("event sn▮ow")[1] == (
        "**event** `snow`: event 1 of 1 in job 1 of 2, lead `Mira`\n\n"
        "```text\nsnow falls on Mira\n```\n- Prompt: about 15 of the 77 tokens that are read"
    )


def test_a_scene_without_its_character() -> None:
    pointed, text = at("scene ▮[NC]")
    assert pointed == "[NC]"
    assert "[NC] niji style, an empty street" in text
    assert text.endswith("---\n\n`[NC]`\n\nThe scene is drawn without its character.")


def test_a_keyword_says_what_it_does_below() -> None:
    pointed, text = at("▮scene attic")
    assert pointed == "scene"
    assert text == at("scene att▮ic")[1] + (
        "\n\n---\n\n`scene NAME [NC]`\n\nOne panel, with or without name and `[NC]`; the lines below say what it shows."
    )


WRONG: Final = {
    "an unknown name": ("scene\n  wa▮lks in {rian}\nlet rain = rain\n", "unknown variable"),
    "a sign": ("scene\n  wa▮lks | runs\n", "SS301"),
    "no text": ("scene ▮a\n", "SS212"),
    "an unknown lead": ("scene\n  lead: Tim\n  wa▮lks\n", "SS205"),
    "what it names has an error": ("let a = @Tim\nscene\n  wa▮lks {a}\n", "something that it names has an error"),
    "nobody to show": ("scene\n  walks\nscene ▮b\n  runs\n", "it shows a character, and the story has none"),
}


@pytest.mark.parametrize("title", WRONG)
def test_a_panel_with_an_error_does_not_compile_yet(title: str) -> None:
    marked, reason = WRONG[title]
    cast = "" if title == "nobody to show" else "character Mira\n  a woman\n"
    text = of(cast + marked)[1]
    assert "Does not compile yet: " in text
    assert reason in text.replace("\\", "")
    assert "```" not in text


def test_an_error_elsewhere_is_no_concern_of_a_panel() -> None:
    text = of("character Mira\n  a woman\nscene ▮a\n  walks\nscene b\n  runs | jumps\n")[1]
    assert "```text\nwalks\n```" in text


def test_what_does_not_fit_into_a_prompt_is_said() -> None:
    text = of(f"character Mira\n  a woman\nscene ▮a\n  {'cats and dogs ' * 40}unseen\n")[1]
    assert "of the 77 tokens that are read; not seen from `" in text


def test_captions_that_are_lettered_here() -> None:
    text = of("lettering: local\ncharacter Mira\n  a woman\nscene ▮a\n  walks\n  caption: Late.\n")[1]
    assert "```text\nwalks #\n```\n- Caption, lettered by storyscript: `Late.`" in text
    assert "- No caption" in of("character Mira\n  a woman\nscene ▮a\n  walks\n  caption: none\n")[1]


def segments(view: View) -> list[tuple[str, str | None]]:
    return [(panel.kind, segment(view, panel)) for job in view.story.jobs for panel in (*job.scenes, *job.events)]


def check_against_the_payload(text: str, others: Mapping[str, str | bytes]) -> None:
    view = view_of(text, others)
    reader = MemoryReader({"story.story": text.encode("utf-8", "surrogatepass"), **others})
    result = compile_source(SourceFile.from_text("story.story", text), reader=reader)
    if result.has_errors:
        return
    sent = []
    for payload in result.payloads:
        sent += [("scene", part) for part in payload["generalPrompt"].split(" | ") if part]
        sent += [("event", part) for part in payload["extraEventPrompts"].split(" | ") if part]
    assert segments(view) == sent
    panels = [panel for job in view.story.jobs for panel in (*job.scenes, *job.events)]
    counted = [measure(prompt_of(job, panel), COUNTER) for job in result.jobs for panel in job.panels]
    for panel, (_, part), length in zip(panels, sent, counted, strict=True):
        found = hover(view, panel.file, panel.block.end, counter=COUNTER)
        assert found is not None
        [fence] = [token for token in MarkdownIt().parse(found.text) if token.type == "fence"]
        assert fence.content == f"{visible(part)}\n"
        assert f"Prompt: about {length.tokens} of" in found.text


GOOD: Final = [case.story for path in sorted(CASES.glob("payload-*.txt")) for case in read_cases(path)]


@pytest.mark.parametrize("number", range(len(GOOD)))
def test_the_segment_is_the_payloads(number: int) -> None:
    check_against_the_payload(GOOD[number], OTHERS)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.story")), ids=lambda path: path.stem)
def test_so_it_is_in_the_examples(path: Path) -> None:
    shared = (EXAMPLES / "cast" / "shared.story").read_text("utf-8")
    check_against_the_payload(path.read_text("utf-8"), {"cast/shared.story": shared})


@given(stories)
def test_so_it_is_in_any_story(text: str) -> None:
    check_against_the_payload(f"character Mira\n  a woman\ncharacter Tom\n  a man\nlet rain = rain\n{text}", {})


# ---- names -------------------------------------------------------------------------------------------------------


def test_a_character() -> None:
    pointed, text = at("  walks with @T▮om in {rain}")
    assert pointed == "@Tom"
    assert text == (
        "**character** `Tom`, called `the old keeper`\n\n```text\nan old man\n```\n\n"
        "- Leads 1 scene, job 2\n- Defined in `cast/shared.story`, line 1"
    )
    assert at("  lead: T▮om") == ("Tom", text)


def test_a_character_with_a_picture_where_it_is_defined() -> None:
    text = at("character Mi▮ra")[1]
    assert "- Reference photo: `photo.png`\n- Leads 1 scene and 1 event, job 1\n- Defined in line 3" in text
    assert at("  a young wo▮man img, red scarf")[1] == text == at("  image: pho▮to.png")[1]


PHOTOS: Final = {"photo.png": "file:///a/photo.png", "cast/a b.JPG": "file:///a/cast/a%20b.JPG", "n.txt": "file:///a/n"}


@pytest.mark.parametrize(
    ("line", "uri"),
    [
        ("  image: pho▮to.png", "file:///a/photo.png"),
        ("  image: cast/a b.J▮PG // hers", "file:///a/cast/a%20b.JPG"),
        ("pad-image: pho▮to.png", "file:///a/photo.png"),
        ("  image: there-is-none.p▮ng", None),
        ("  image: n.t▮xt", None),
        ("  image: https://a.example/pho▮to.png", None),
        ("  im▮age: photo.png", None),
    ],
)
def test_a_picture_is_shown_where_it_is_a_file(line: str, uri: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    text, [offset] = unmarked(f"character Mira\n{line}\n  a young woman img\n")
    view = view_of(text, OTHERS)
    found = hover(view, own_file(view), offset, counter=COUNTER, uri_named=PHOTOS.get)
    bare = hover(view, own_file(view), offset, counter=COUNTER)
    assert found is not None
    assert bare is not None
    reader = MarkdownIt("commonmark")
    monkeypatch.setattr(reader, "validateLink", lambda _: True)  # by itself it shows no files
    shown = [
        part.attrs["src"] for token in reader.parse(found.text) for part in token.children or () if part.type == "image"
    ]
    assert shown == ([] if uri is None else [uri])
    assert found.text.endswith(bare.text)
    assert text[found.start : found.end] in line.replace("▮", "")


@pytest.mark.parametrize("below", ["  in {nosuch}\n", "  as: {nosuch}\n", "scne attic\n  walks\n"])
def test_a_character_may_not_be_all_that_was_meant(below: str) -> None:
    told = "- A line in it, or just below it, has an error\n"
    assert told in of(f"character Mi▮ra\n  a woman\n{below}")[1]
    assert told not in of("character Mi▮ra\n  a woman\n")[1]


def test_a_variable_is_what_it_inserts() -> None:
    assert at("  walks with @Tom in {r▮ain}") == (
        "{rain}",
        "**let** `rain`\n\n```text\ngrey rain\n```\n\n- Defined in `cast/shared.story`, line 4",
    )
    assert "```text\n@Tom in grey rain\n```" in at("let pa▮ir = @Tom in {rain}")[1]
    assert at("let pair = @▮Tom in {rain}")[0] == "@Tom"


def test_an_include_says_what_it_brings_in() -> None:
    assert at("include cast/▮shared.story") == (
        "cast/shared.story",
        "`cast/shared.story`\n\n- Characters: `Tom`\n- Variables: `rain`\n- Settings: `steps`",
    )
    assert of("include no▮ne.story\n")[1] == "`none.story` is not read: \\`none\\.story\\` does not exist (SS206)"
    view = view_of("include a.story\n", {"a.story": "scene\n  x\nevent\n  y\nevent\n  z\n"})
    panels = hover(view, own_file(view), 9)
    assert panels is not None
    assert panels.text == "`a.story`\n\n- 1 scene, 2 events"
    circle = of("include ./st▮ory.story\n")[1]
    assert circle.startswith("`./story.story` is not read: ")
    assert circle.endswith("(SS207)")


def test_the_main_character() -> None:
    assert of("character Mira\n  a woman\nmain: M▮ira\n")[0] == "Mira"
    assert of("character Mira\n  a woman\nma▮in: Mira\n")[1].startswith("**main**")


def test_a_name_that_is_given_again_gives_it_to_nobody() -> None:
    assert said("let rain = grey\nlet ra▮in = green\n")[1] is None
    told = of("character Mira\n  a woman\ncharac▮ter Mira\n  a cat\n")
    assert told == ("character", of("charac▮ter Tom\n")[1].rpartition("---\n\n")[2])
    assert said("character Mira\n  a woman\ncharacter Mi▮ra\n  a cat\n")[1] is None


def test_an_unknown_name_is_no_better_answer() -> None:
    text = of("character Mira\n  a woman\nscene a\n  walks @▮Tim\n")[1]
    assert text.startswith("**scene** `a`")


def test_a_literal() -> None:
    assert of('character Mira\n  a woman\nscene\n  is {"@▮Tim"}\n')[0] == '{"@Tim"}'


# ---- words -------------------------------------------------------------------------------------------------------


def test_a_setting_and_what_its_value_means() -> None:
    pointed, text = at("model: 9▮66")
    assert pointed == "model: 966"
    assert text == (
        "**model**\n\nThe model that draws.\n\n- Takes a model's id or label\n- Sent as `selectedModel`\n"
        "- By default `79`\n\n**StableDiffusionVN/SDVN7-NijiStyleXL**, model `966`\n\nSDVN7-NijiStyleXL\n\n"
        "Knows the trigger words `niji style`"
    )
    assert "Its own words take 3 tokens before a prompt and 16 behind it" in of("style: line ▮art\n")[1]


def test_a_setting_with_its_default_and_its_range() -> None:
    assert of("si▮ze: 512\n")[1].endswith(
        "- Takes WIDTHxHEIGHT, or one number\n- Sent as `width`, `height`\n- By default `768x768`\n"
        "- Known to work from 256 to 1024, in steps of 32"
    )
    assert "- Known to work from -1 to 2147483647" in of("seed▮: 1\n")[1]
    assert "- By default `naked, deformed" in of("nega▮tive: none\n")[1]  # the tool's own
    assert "By default" not in of("callback: https://a▮.example\n")[1]


def test_a_setting_that_another_wins_over() -> None:
    found = said("steps▮: 30\ninclude cast/shared.story\n")[1]
    assert found is not None
    assert "In this story" not in found.text
    view = view_of("include cast/shared.story\nsteps: 30\n", OTHERS)
    shared = next(file for file in view.story.files if not file.own)
    told = hover(view, shared, shared.source.text.index("steps"))
    assert told is not None
    assert "- In this story `30` holds, from `story.story`, line 2" in told.text


def test_words_of_the_language() -> None:
    assert of("incl▮ude a.story\n")[1] == "`include PATH`\n\nAnother `.story`, as if its lines stood here."
    assert at("  le▮ad: Tom")[0] == "lead"
    assert of("sect▮ion One\n")[0] == "section"
    assert of("l▮et\n")[1].startswith("`let NAME = TEXT`")


def test_a_code_in_a_comment() -> None:
    pointed, text = of("steps: 5 // storyscript: ignore SS4▮04 since it works\n")
    assert pointed == "SS404"
    assert text.startswith("**SS404**, warning: value outside the known range")
    assert said("// SS9▮99 and so on\n")[1] is None


@pytest.mark.parametrize(
    "marked", ["▮", "scene\n▮\n  walks", "▮// a note", "sytle▮: x\n", "nosuch ▮thing\n", "  stra▮y\n", "scene a ▮b\n"]
)
def test_of_some_things_nothing_is_said(marked: str) -> None:
    assert said(marked)[1] is None


# ---- whatever there is -------------------------------------------------------------------------------------------

NASTY: Final = [
    "`a` ``b`` ```c", "<b>x</b>", "[a](https://x.example)", "![a](b)", "# a", "*a* _b_", "| a | b |", "&lt;",
    "www.example.com", "https://x.example", "---", "- a", "1. a", "> a", "~~a~~", "\\", "$x$", "<!-- x",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("before", ["as: ", "caption: ", "", "let a = ", "title: ", "lead: ", "image: ", "model: "])
def test_texts_of_a_story_are_no_markup(text: str, before: str) -> None:
    story = f"character Mira\n  a woman\ncharacter T\n  {before if before == 'as: ' else ''}{text}\n  a man\n"
    story += f"scene a\n  walks\n  {before}{text}\n" if before not in ("let a = ", "title: ", "model: ") else ""
    story += f"{before}{text}\nscene b\n  @T runs\n"
    view = view_of(story)
    file = own_file(view)
    for offset in range(len(story)):
        found = hover(view, file, offset, counter=COUNTER)
        if found is not None:
            assert _markup(found.text) <= {"strong_open", "strong_close", "code_inline", "text", "softbreak"}


def _markup(text: str) -> set[str]:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    blocks = {token.type for token in tokens} - {"inline", "fence", "hr"}
    known = {f"{name}_{side}" for name in ("paragraph", "bullet_list", "list_item") for side in ("open", "close")}
    assert blocks <= known
    return {child.type for token in tokens for child in token.children or ()} - {"text_special"}


@given(stories, st.data())
def test_any_offset_has_an_answer_that_stays_in_its_line(text: str, data: st.DataObject) -> None:
    view = view_of(text)
    file = own_file(view)
    text = file.source.text
    for offset in data.draw(st.lists(st.integers(-1, len(text) + 1), max_size=6)):
        found = hover(view, file, offset, counter=COUNTER)
        if found is None:
            continue
        assert 0 <= found.start <= max(0, min(offset, len(text))) <= found.end <= len(text)
        assert found.start < found.end
        assert "\n" not in text[found.start : found.end]
        assert found.text
        found.text.encode()  # no half of a sign is sent


def test_of_every_panel_something_is_said_whatever_is_wrong() -> None:
    for path in sorted(CASES.glob("SS*.txt")):
        for case in read_cases(path):
            view = view_of(case.story)
            for file in view.story.files:
                blocks: Sequence[nodes.Item] = file.tree.items
                for block in blocks:
                    if isinstance(block, nodes.Scene | nodes.Event):
                        assert hover(view, file, block.start, counter=COUNTER) is not None
