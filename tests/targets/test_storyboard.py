from __future__ import annotations

import base64
import hashlib
import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

import strategies
from memory import MemoryReader
from storyscript.compiler import compile as compile_story
from storyscript.diagnostics.model import Label, Problem, Severity
from storyscript.diagnostics.text import visible
from storyscript.folder import FolderReader
from storyscript.ir import Job, Panel, Story
from storyscript.source import SourceFile, Span
from storyscript.targets.storyboard import Picture, storyboard
from storyscript.tool import story_diffusion_advanced
from upstream import Reading, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborNode

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("*.story"))
REORDERED = """\
reorder: yes
character Mira
  a young woman
character Tom
  an old man
scene door [NC]
  a door
scene
  walks home
scene tom
  lead: Tom
  sits, no. #1 of many
  caption: Late.
scene rain
  runs to @Tom
scene quiet
  stands
  caption: none
event
  snow
"""
PICTURE = Picture("image/jpeg", b"\xff\xd8\xff", 64, 48)


def made(text: str, name: str = "a.story", files: Mapping[str, str | bytes] | None = None) -> LexborHTMLParser:
    result = compile_story(text, name=name, reader=MemoryReader({**(files or {})}))
    assert result.story is not None, result.problems
    return LexborHTMLParser(storyboard(result.story, result.problems))


def texts(node: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    return [found.text() for found in node.css(selector)]


def one(node: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    [found] = node.css(selector)
    return found


def facts(page: LexborHTMLParser, selector: str) -> dict[str, str]:
    """Terms and what stands beside them."""
    return dict(zip(texts(page, f"{selector} dt"), texts(page, f"{selector} dd"), strict=True))


# ---- what is on it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*EXAMPLES, REORDERED], ids=[*(path.stem for path in EXAMPLES), "reordered"])
def test_each_panel_shows_what_is_sent_and_the_prompt_that_the_machine_makes_of_it(text: str | Path) -> None:
    source = text if isinstance(text, str) else text.read_text("utf-8")
    result = compile_story(source, name="a.story", reader=FolderReader(EXAMPLES[0].parent))
    assert result.story is not None
    page = LexborHTMLParser(storyboard(result.story))
    assert texts(page, ".card .number") == [str(panel.number) for panel in result.story.panels]
    for number, (job, payload) in enumerate(zip(result.jobs, result.payloads, strict=True), 1):
        sent = [*payload["generalPrompt"].split(" | "), *filter(None, payload["extraEventPrompts"].split(" | "))]
        for place, (panel, segment) in enumerate(zip(job.panels, sent, strict=True), 1):
            card = f"#panel-{panel.number}"
            [frame] = read(segment, payload["prompt"], Reading(trims=True, splits_at_all_line_ends=True))
            assert one(page, f"{card} .prompt").text() == frame.prompt
            shown = facts(page, card)
            assert shown["Sent as"] == segment
            assert shown["Job"].startswith(f"{number}, panel {place} of {len(sent)}")
            assert ("fixes the identity" in shown["Job"]) == (place <= job.identity and not panel.no_character)
            assert shown["Source"] == f"{panel.span.source.name}:{panel.span.first.line}"
            assert texts(page, f"{card} .mark") == ["[NC]"] * panel.no_character + ["Event"] * (panel.kind == "event")


def test_the_three_captions_are_told_apart() -> None:
    page = made(REORDERED)
    captions = {number: facts(page, f"#panel-{number}")["Caption"] for number in range(1, 7)}
    assert captions == {
        1: "default: its text",
        2: "default: its text",
        3: "given",
        4: "default: its text, with names",
        5: "none",
        6: "none of its own: an event",
    }
    assert texts(page, "p.caption") == ["Late.", "runs to Tom"]


def test_captions_that_we_letter_are_shown_and_said_not_to_be_sent() -> None:
    page = made("lettering: local\n" + REORDERED)
    assert facts(page, "#panel-3")["Caption"] == "given; lettered locally, not sent"
    assert facts(page, "#panel-1")["Caption"] == "default: its text; lettered locally, not sent"
    assert facts(page, "#panel-5")["Caption"] == "none"
    assert facts(page, "#panel-3")["Sent as"] == "sits, no. #1 of many #"
    assert texts(page, "p.caption") == ["Late.", "runs to Tom"]


def test_title_author_settings_and_cast() -> None:
    text = (
        "title: Rain\nauthor: A. Writer\nstyle: line art\nmodel: 1201\nsize: 512x768\nseed: 7\nnegative: none\n"
        "callback: https://example.org/a-secret\ncharacter Mira\n  a woman img\n  image: https://example.org/mira.png\n"
        "scene\n  walks\n"
    )
    page = made(text)
    assert texts(page, "title") == texts(page, "h1") == ["Rain"]
    assert texts(page, ".author") == ["by A. Writer"]
    assert facts(page, "#settings") == {
        "Style": "Line art",
        "Model": "King_Hatchet/SereneXL (1201)",
        "Size": "512 × 768",  # noqa: RUF001 - the sign for it
        "Seed": "7",
        "Steps": "30",
        "Guidance": "2.0",
        "Lettering": "by the service",
        "Font size": "30",
        "Negative prompt": "none",
    }
    assert texts(page, ".cast h3") == ["Mira"]
    assert texts(page, ".cast .prose") == ["a woman img"]
    assert facts(page, ".cast")["Reference image"] == "https://example.org/mira.png"
    assert "a-secret" not in str(page.html)  # whoever gets the page could post to it


def test_scenes_stand_below_their_sections_and_events_below_a_heading_of_their_own() -> None:
    body = "scene\n  first\nsection One\nscene\n  second\nevent\n  snow\nsection Two\nscene\n  third\n"
    page = made("character M\n  a man\n" + body)
    assert texts(page, ".part") == ["Opening", "One", "Two", "Events"]
    assert texts(page, "nav a") == ["Cast", "Settings", "Opening 1", "One 2", "Two 3", "Events 4"]
    assert facts(page, "#panel-4")["Section"] == "One"
    assert texts(made("character M\n  a man\nscene\n  only\n"), ".part") == ["Panels"]


def test_the_cast_tells_which_panels_each_job_has_in_the_order_sent() -> None:
    page = made(REORDERED)
    assert facts(page, ".cast li:first-child")["Job 1"] == "panels 2, 4–5, 1, 6, in the order sent"  # noqa: RUF001 - a range
    assert facts(page, ".cast li:last-child")["Job 2"] == "panel 3"


def test_the_cast_tells_what_the_texts_call_a_character_where_that_is_not_the_name() -> None:
    page = made("character Tom\n  an old man\n  as: the old <keeper>\nscene\n  sits\n", files={})
    assert facts(page, ".cast")["Called"] == "the old <keeper>"
    included = made(
        "include cast.story\nscene\n  waits for @Tom\n  lead: Ida\nscene\n  sits\n  lead: Tom\n",
        files={"cast.story": "character Ida\n  a girl\ncharacter Tom\n  an old man\n  as: the keeper\n"},
    )
    assert "Called" not in facts(included, ".cast li:first-child")
    assert facts(included, ".cast li:last-child")["Called"] == "the keeper"
    assert texts(included, ".cast h3") == ["Ida", "Tom"]
    assert "Called" not in facts(made(REORDERED), ".cast")


def test_an_order_that_is_not_the_storys_is_explained() -> None:
    assert facts(made(REORDERED), "#settings")["Reorder"].startswith("yes: scenes without their character ([NC])")
    for text in (REORDERED.replace("reorder: yes\n", ""), "reorder: yes\ncharacter M\n  a man\nscene\n  x\n"):
        assert "Reorder" not in facts(made(text), "#settings")


def test_the_page_says_what_it_does_not_show() -> None:
    result = compile_story(REORDERED, name="a.story")
    assert result.story is not None
    numbers = (
        "the number on one is its place among the frames of its job, not the panel\N{RIGHT SINGLE QUOTATION MARK}s"
    )
    for picture, placeholders in ((PICTURE, False), (PICTURE._replace(placeholder=True), True)):
        footer = one(LexborHTMLParser(storyboard(result.story, (), {1: picture})), "footer").text()
        assert "words of the style, which the service puts around it, are not shown" in footer
        assert (numbers in footer) == placeholders


def test_a_story_without_characters() -> None:
    page = made("scene lamp [NC]\n  a lamp\n")
    assert texts(page, ".cast h3") == ["No character"]
    assert texts(page, ".prompt") == ["a lamp"]
    assert facts(page, "#panel-1")["Lead"] == "none"


def test_files_are_named_as_seen_from_the_story() -> None:
    files: dict[str, str | bytes] = {"cast/c.story": "scene b\n  sits (NC)\n"}
    text = "character M\n  a man\nscene a\n  walks\ninclude cast/c.story\n"
    result = compile_story(text, name="/home/somebody/work/a.story", reader=MemoryReader(files))
    assert result.story is not None
    renamed = [
        panel._replace(
            span=panel.span._replace(source=SourceFile(f"/home/somebody/work/{name}", panel.span.source.text))
        )
        for panel, name in zip(result.story.panels, ("a.story", "cast/c.story"), strict=True)
    ]
    story = Story(
        file=result.story.file,
        title="t",
        author="",
        lettering="service",
        jobs=tuple(
            Job(
                lead=job.lead,
                called=job.called,
                description=job.description,
                image="",
                scenes=tuple(renamed),
                events=(),
                identity=1,
                settings=job.settings,
            )
            for job in result.jobs
        ),
        panels=tuple(renamed),
    )
    html = storyboard(story)
    assert texts(LexborHTMLParser(html), ".source") == ["a.story:3", "cast/c.story:1"]
    assert "somebody" not in html


# ---- problems ------------------------------------------------------------------------------------------------------


def test_problems_stand_where_they_are() -> None:
    text = (
        "steps: 7\n"  # 1: nobody's
        "character M\n  a man //odd\n"  # 3: the cast's
        "scene a\n  walks (NC)\n"  # 5: a's
        "guidance: 99\n"  # 6: nobody's, though between a's lines
        "  // a comment\n"
        "  caption: Late\n    captoin: odd\n"  # 9: a's
        "include more.story\n"
        "scene b\n  sits\n"
        "let unused = x\n"  # 13: nobody's
    )
    page = made(text, files={"more.story": "scene c\n  lies (NC)\n"})
    assert texts(page, "#problems .where") == ["a.story:1", "a.story:3", "a.story:6", "a.story:13"]
    assert texts(page, "#panel-1 .where") == ["a.story:5", "a.story:9"]
    assert texts(page, "#panel-2 .where") == ["more.story:2"]
    assert texts(page, "#panel-3 .where") == []
    assert texts(page, "#problems > p") == ["More at panels 1–2."]  # noqa: RUF001 - a range
    assert one(page, "#problems > p a").attributes["href"] == "#panel-1"
    note = one(page, "#panel-2 .note")
    assert texts(note, "strong") == ["Warning SS403"]
    assert texts(note, ".message") == ["`(NC)` is plain text: the character stays in the panel"]
    assert one(note, ".hint").text().startswith("What to do for a panel without its character")


def test_a_page_without_problems_says_nothing_of_them() -> None:
    assert made(REORDERED).css_first("#problems") is None


# ---- as a document -------------------------------------------------------------------------------------------------


def full_page() -> str:
    text = "steps: 7\nauthor: A\nsection S\n" + REORDERED + "scene odd\n  here (NC)\n"
    result = compile_story(text, name="a.story")
    assert result.story is not None
    return storyboard(result.story, result.problems, {1: PICTURE, 2: PICTURE._replace(earlier=True, placeholder=True)})


def test_it_asks_for_nothing_and_runs_nothing() -> None:
    page = LexborHTMLParser(full_page())
    style = one(page, "style").text()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    [policy] = [node.attributes["content"] for node in page.css("meta[http-equiv=Content-Security-Policy]")]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"url\(|@import|</", style)
    assert page.css("script, link, iframe, object, embed, form, base, [style], [srcset]") == []
    for node in page.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            if name in ("href", "src"):
                assert str(value).startswith(("#", "data:image/jpeg;base64,"))


def test_headings_are_in_order_and_anchors_lead_somewhere() -> None:
    page = LexborHTMLParser(full_page())
    levels = [int(str(node.tag)[1]) for node in page.css("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [node.id for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    wanted = [str(node.attributes["href"])[1:] for node in page.css("a")]
    wanted += [str(node.attributes["aria-labelledby"]) for node in page.css("[aria-labelledby]")]
    assert set(wanted) <= set(ids)
    assert one(page, "html").attributes["lang"] == "en"
    assert [len(page.css(mark)) for mark in ("header", "nav", "main", "footer", "h1")] == [1, 1, 1, 1, 1]
    assert [node.attributes["alt"] for node in page.css("img")] == [
        "Panel 1, as drawn",
        "Panel 2, as drawn for an earlier version",
    ]


def test_every_ink_is_readable_on_every_ground_in_each_scheme() -> None:
    style = one(LexborHTMLParser(full_page()), "style").text()
    schemes = [
        dict(re.findall(r"(--[a-z]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{([^}]*)\}", style)
    ]
    assert len(schemes) == 3  # light, dark, paper
    rest = re.sub(r":root \{[^}]*\}", "", style)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl|color-mix|oklch", rest), "a colour that nobody measures"
    inks = set(re.findall(r"[;{ ]color: var\((--[a-z]+)\)", rest))
    grounds = set(re.findall(r"background: var\((--[a-z]+)\)", rest))
    assert {"--ink", "--soft", "--link", "--alarm"} <= inks
    for scheme in schemes:
        for ink in inks - {"--card"}:
            for ground in grounds - {"--ink"}:
                assert contrast(scheme[ink], scheme[ground]) >= 4.5, (ink, ground)
        assert contrast(scheme["--card"], scheme["--ink"]) >= 4.5  # the numbers, turned round
        for ground in ("--page", "--card", "--box"):
            assert contrast(scheme["--rule"], scheme[ground]) >= 3


def contrast(one: str, other: str) -> float:
    """As the Web Content Accessibility Guidelines compute it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# ---- hostile stories -----------------------------------------------------------------------------------------------

ATTACKS = [
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "\"' onerror=alert(1) x='",
    "<!--",
    "--!><img src=x onerror=alert(1)>",
    "]]><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}{# x",
    "&lt;&amp;&#60;&notit;",
    "\u202eright to left, and never back",
    "\u2066isolated\u2069\u2069\u2069",
    "javascript:alert(1)",
    "<plaintext><noscript><template>",
    "\ufffe\uffff\x80\x9f\ufeff",
]
attacks = st.one_of(st.sampled_from(ATTACKS), st.lists(st.sampled_from(ATTACKS), min_size=2).map("".join))
labels = st.one_of(attacks, strategies.anything.filter(bool), st.text(st.characters(), min_size=1))
file_names = st.one_of(labels, st.just("\udcff\udc80.story"), st.just("a\nb\r\t\0.story"))
descriptions = st.one_of(strategies.descriptions, st.sampled_from([a for a in ATTACKS if "#" not in a]))
captions = st.one_of(strategies.captions.filter(bool), st.sampled_from([a for a in ATTACKS if "#" not in a]))


def story_of(label: str, description: str, caption: str, file: str) -> tuple[Story, list[Problem]]:
    """A story of one shape, with these texts wherever a text can stand."""
    text = "scene a\n  x\n  caption: y\nscene b [NC]\n  x\nevent\n  x\n"
    source = SourceFile(file, text)
    spans = [Span(source, text.index(line), text.index(line) + len(line)) for line in ("scene a", "scene b", "event")]
    panels = (
        Panel(1, "scene", label, label, description, caption, caption, False, label, spans[0]),  # noqa: FBT003 - a field
        Panel(2, "scene", None, label, description, "", "", True, label, spans[1]),  # noqa: FBT003 - a field
        Panel(3, "event", label, label, description, None, "", False, label, spans[2]),  # noqa: FBT003 - a field
    )
    job = Job(
        lead=label,
        called=label,
        description=description,
        image=label,
        scenes=panels[:2],
        events=panels[2:],
        identity=1,
        settings={**story_diffusion_advanced().defaults, "negativePrompt": label, "selectedModelPrivate": label},
    )
    problem = Problem(
        "SS404", Severity.WARNING, label, spans[0], hint=label, labels=(Label(Span(source, 0, 5), label),)
    )
    elsewhere = problem._replace(span=Span(SourceFile(file + "2", text), 0, 5))
    story = Story(file=file, title=label, author=label, lettering="service", jobs=(job,), panels=panels)
    return story, [problem, elsewhere]


def shape(page: LexborHTMLParser) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Every element with its attributes, in order; only how long a setting is may differ."""
    return [
        (str(node.tag), [(name, value) for name, value in node.attributes.items() if value != "long"])
        for node in page.css("*")
    ]


def written(text: str) -> str:
    """What of a text can be written: what is none in HTML is shown by a sign for it."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", lambda match: visible(match[0]), text)


def contained(text: str) -> str:
    """A text in which a mark that ends an isolation is shown by a sign, unless it ends one of the text's own."""
    own: set[int] = set()
    begun: list[int] = []
    for at, sign in enumerate(text):
        if sign in "\u2066\u2067\u2068":
            begun.append(at)
        elif sign == "\u2069" and begun:
            begun.pop()
            own.add(at)
    return "".join(visible(sign) if sign == "\u2069" and at not in own else sign for at, sign in enumerate(text))


HARMLESS = shape(LexborHTMLParser(storyboard(*story_of("label", "description", "caption", "a.story"))))


@given(labels, descriptions, captions, file_names)
@example(ATTACKS[0], ATTACKS[1], ATTACKS[2], ATTACKS[3])
@example("\r\n\x0c\0\ud800", "x", "y", "/\udc80/\u202e.story")
def test_a_hostile_story_is_a_page_like_any_other(label: str, description: str, caption: str, file: str) -> None:
    story, problems = story_of(label, description, caption, file)
    html = storyboard(story, problems, {})
    html.encode()  # no lone surrogate is left
    page = LexborHTMLParser(html)
    assert shape(page) == HARMLESS
    texts_put_in = {
        "title": [label],
        "h1": [label],
        ".author bdi": [label],
        ".cast h3": [label],
        ".cast .prose": [description],
        ".part": [label, "Events"],
        ".name": [label, label],
        "p.caption": [caption],
        ".card .description": [contained(description)] * 3,
        ".character": [f"{contained(description)},"] * 2,
        ".card dd.code": [f"{description} #{caption}", f"[NC] {description} #", description],
    }
    for selector, wanted in texts_put_in.items():
        assert texts(page, selector) == [written(text) for text in wanted], selector
    shown = facts(page, "#settings")
    assert shown["Negative prompt"] == shown["Private model"] == written(label)
    assert texts(page, ".message") == [visible(label)] * 2
    assert texts(page, ".hint") == [f"What to do {visible(label)}"] * 2


def test_a_picture_is_data_and_its_words_are_ours() -> None:
    story, problems = story_of(*ATTACKS[:4])
    page = LexborHTMLParser(storyboard(story, problems, {1: PICTURE}))
    assert dict(one(page, "img").attributes) == {
        "src": "data:image/jpeg;base64,/9j/",
        "width": "64",
        "height": "48",
        "alt": "Panel 1, as drawn",
    }


@pytest.mark.parametrize(("size", "ratio"), [("512x768", "0.6667"), ("1x4000", "0.3333"), ("4000x1", "3.0000")])
def test_an_empty_frame_has_the_shape_of_the_pictures_to_come(size: str, ratio: str) -> None:
    page = made(f"size: {size}\nscene [NC]\n  a lamp\n")
    assert f"aspect-ratio: {ratio};" in one(page, "style").text()
