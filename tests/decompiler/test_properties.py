"""There and back: whatever is imported compiles to its canonical form, and what is not taken as it is, is reported."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canonical import DEFAULTS, STYLES, canonical
from golden import CASES, read_cases
from memory import MemoryReader
from storyscript.compiler import compile as compile_story
from storyscript.compiler import compile_source
from storyscript.decompiler.decompile import decompile
from storyscript.errors import ConfigurationError
from storyscript.source import SourceFile
from storyscript.syntax.formatter import format_text
from storyscript.targets.plan import plan
from strategies import SIGNS, anything, stories
from test_cases import FILES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storyscript.source import Reader

# What a payload brings with it, however its story is written: numbers out of range, few scenes, models without their
# words, `[nc]`, a caption that repeats its scene while others have none.
UNAVOIDABLE = {"SS401", "SS402", "SS403", "SS404", "SS407", "SS408", "SS409", "SS410", "SS412"}

WORDS = [
    "caption:", "Caption :", "caption She", "captoin:", "CAPTION=", "lead：", "as:", "image:", "as the", "image Big",
    "scene", "scene b", "Scene [nc]", "event x", "character Tom", "let x = y", "let me go", "include a.story",
    "section", "section One", "steps:", "seed: 5", "style: Line art", "none", "NONE", "//", "///", "a//", "//b",
    "https://x.org", "{", "}", '{"', '"}', "{x}", '{"x"}', '""}"', "@", "@Mira", "@{Mira}s", "a@b", "é@Mira",
    "@Woman", "Woman", "Woman's", "woman", "img", "imgs", "(NC)", "[ NC ]", "e\u0301", "\u05d0\u05d1", "\u202eabc",
    "\u200b", "\u200bcaption:", "\u3164", "日本語", "：", ":", "=", "-", "Lead", "Person", "Person-2",
    "storyscript: ignore SS404",
]  # fmt: skip
MARKS = ["|", "#", "[NC]", "[N[NC]C]", " | ", " #"]
SPACES = [" ", "", "  ", "\n", "\t", "\x85", "\u2028", "\xa0"]


def texts(*, marks: bool) -> st.SearchStrategy[str]:
    """Texts of words that mean something somewhere, apart by spaces of any kind."""
    letters = st.text(
        st.one_of(st.sampled_from([sign for sign in SIGNS if sign not in "|#"]), st.characters()), max_size=5
    )
    word = st.one_of(st.sampled_from(WORDS), letters, *([st.sampled_from(MARKS)] if marks else []))
    return st.lists(st.tuples(word, st.sampled_from(SPACES)), max_size=14).map(
        lambda pairs: "".join(word + space for word, space in pairs)
    )


numbers: st.SearchStrategy[Any] = st.one_of(
    st.integers(-3, 200),
    st.integers(1, 1200).map(str),
    st.floats(0.01, 20).map(lambda number: round(number, 3)),
    st.sampled_from(
        ["30", " 30 ", "7.5", "3e1", "", "x", "-1", "0", "½", "٣", "1" * 200, 10**120, True, None, [3], {}]
    ),
)
addresses: st.SearchStrategy[Any] = st.sampled_from(
    [
        "", "https://example.org/a.png", " http://example.org ", "HTTPS://e.org/{x}//@y", "bg.png", "ftp://x/y",
        "https://", "file:photo.png", "https://a b", "https://a\x00b", "https://\ud800", None, 5, ["https://x.org"],
    ]
)  # fmt: skip
payloads = st.fixed_dictionaries(
    {"generalPrompt": texts(marks=True)},
    optional={
        "prompt": texts(marks=True) | texts(marks=False) | st.just("a Woman img, old"),
        "extraEventPrompts": texts(marks=True),
        "negativePrompt": texts(marks=True) | st.just(None) | st.just(5),
        "selectedModelPrivate": texts(marks=True),
        "selectedModel": st.sampled_from(["", "79", 425, "966", "007", "x", "79.0", 7.5, True, ["79"]]),
        "styleName": st.sampled_from([*STYLES, "line ART", " Line  art ", "Cubism", "", 5]),
        "inputImageUrl": addresses,
        "inputImage2Url": addresses,
        "callbackUrl": addresses,
        "steps": numbers,
        "width": numbers,
        "height": numbers,
        "fontSize": numbers,
        "imageLength": numbers,
        "scale": numbers,
        "seed": numbers,
        "sceneCount": st.just(3),
    },
)


def rebuilt(story: str, reader: Reader | None = None) -> list[dict[str, Any]]:
    """What a story compiles to; it must have no error, and no warning that it would not have if written otherwise."""
    assert story.encode().decode() == story
    result = compile_story(story, reader=reader)
    assert not result.has_errors, (result.problems, story)
    for problem in result.problems:
        line = problem.span.source.line_text(problem.span.first.line)
        # In a private model and in a section's title no sign has a meaning, so there is no literal to put a `//` into.
        plain = problem.code == "SS413" and line.startswith(("private-model: ", "section "))
        assert problem.code in UNAVOIDABLE or plain, (problem, story)
    return result.payloads


def subject(note: str) -> str:
    """The parameter that a note speaks of: what it names first."""
    return note.split("`")[1]


@given(payloads, st.sampled_from([json.dumps, lambda value: json.dumps(value, ensure_ascii=False)]))
def test_a_payload_comes_back_in_its_canonical_form(payload: dict[str, Any], dump: Callable[[object], str]) -> None:
    expected, changed = canonical(payload)
    text = dump(payload)
    if not expected["generalPrompt"]:
        with pytest.raises(ConfigurationError, match="no scene"):
            decompile(text)
        return
    story, notes = decompile(text)
    assert rebuilt(story) == [expected], story
    assert {subject(note) for note in notes} == changed, notes
    assert format_text(story) == story


@given(st.lists(payloads, min_size=2, max_size=4))
def test_several_payloads_become_several_leads(several: list[dict[str, Any]]) -> None:
    expected = [canonical(payload) for payload in several]
    kept = [(number, want, changed) for number, (want, changed) in enumerate(expected, 1) if want["generalPrompt"]]
    if not kept:
        return
    story, notes = decompile(json.dumps(several))
    built = rebuilt(story)
    assert len(built) == len(kept)
    first = kept[0][1]
    for made, (number, want, changed) in zip(built, kept, strict=True):
        reported = [note for note in notes if note.startswith(f"payload {number}: ")]
        for name in {*made, *want}:
            if name in ("generalPrompt", "extraEventPrompts", "inputImage2Url"):
                assert made[name] == want[name]
            elif name == "prompt":
                assert made[name] == (want[name] or ("a person" if len(kept) > 1 else ""))
            elif made.get(name) != want.get(name):
                assert made.get(name) == first.get(name)
                changed.add(name)
        for name in changed:
            assert name in map(subject, reported), (name, notes)


STATEMENT = re.compile(
    r"(?im)^\ufeff?(?:(?:character|scene|event)\b.*\s[ \t]|let\s|include\s.*\.story|[a-z-]+\s*[:\uff1a])"
)


@example("steps: ")
@example("scene\n  walks")
@example("section: a wall")
@given(texts(marks=True).filter(lambda text: "curl" not in text))
def test_a_text_alone_is_taken_for_a_general_prompt(text: str) -> None:
    expected, _ = canonical({"generalPrompt": text})
    if not expected["generalPrompt"]:
        with pytest.raises(ConfigurationError):
            decompile(text)
        return
    try:
        story, _ = decompile(text)
    except ConfigurationError as error:
        if "this is a story already" in str(error):
            assert STATEMENT.search(text)
        else:
            assert "JSON" in str(error)  # noqa: PT017 - a text that begins as JSON does
        return
    [built] = rebuilt(story)
    assert {name: built[name] for name in DEFAULTS if name != "imageLength"} == {
        name: expected[name] for name in DEFAULTS if name != "imageLength"
    }


# ---- and the other way ---------------------------------------------------------------------------------------


def assert_comes_back(story: str, reader: Reader) -> None:
    first = compile_story(story, reader=reader)
    if first.story is None:
        return
    again, notes = decompile(json.dumps(first.payloads), reader=reader)
    assert notes == ()
    assert rebuilt(again, reader) == first.payloads, again
    again, notes = decompile(json.dumps(plan(first.story)), reader=reader)
    assert notes == ()
    second = compile_story(again, reader=reader)
    assert second.payloads == first.payloads, again
    assert second.story is not None
    assert [job.panels for job in second.story.jobs] == [
        tuple(panel._replace(span=other.span) for panel, other in zip(job.panels, made.panels, strict=True))
        for job, made in zip(first.story.jobs, second.story.jobs, strict=True)
    ]
    assert (second.story.title, second.story.author) == (first.story.title, first.story.author)


OTHER_FILES = MemoryReader({"other.story": "character Ida\n  a sailor, blue coat\nscene\n  rows out\n"})
PRELUDE = (
    "character Mira\n  a woman, red scarf\ncharacter Tom\n  an old man\nlet rain = grey rain\nscene first\n  stands\n"
)


@given(st.sampled_from(["", PRELUDE]), stories)
def test_any_story_comes_back_from_what_it_compiles_to(prelude: str, story: str) -> None:
    assert_comes_back(prelude + story, OTHER_FILES)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_golden_cases_come_back(path: Path) -> None:
    for case in read_cases(path):
        assert_comes_back(case.story, FILES)


# ---- data from anywhere --------------------------------------------------------------------------------------


def survives(text: str) -> None:
    try:
        story, _ = decompile(text)
    except ConfigurationError as error:
        assert "\n" not in str(error)  # noqa: PT017 - one line, whatever was given
        return
    rebuilt(story)


@given(anything)
def test_any_text(text: str) -> None:
    survives(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | anything,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*DEFAULTS, "jobs", "x"]), inner),
    max_leaves=12,
)
plans = st.fixed_dictionaries(
    {
        "jobs": st.lists(
            st.fixed_dictionaries(
                {"parameters": payloads | json_values},
                optional={
                    "lead": st.sampled_from(["Mira", "\udc80", "", "x y", None, 3]) | anything,
                    "panels": st.lists(
                        st.fixed_dictionaries(
                            {
                                "number": st.integers(-1, 6) | json_values,
                                "kind": st.sampled_from(["scene", "scene", "event"]),
                            },
                            optional={
                                "name": st.sampled_from(["a", "b", "\udc80", "x y", None]),
                                "section": anything | st.none(),
                                "words": anything | st.none(),
                            },
                        ),
                        max_size=4,
                    ),
                },
            ),
            max_size=3,
        )
    },
    optional={"title": anything, "author": anything | st.none(), "lettering": st.sampled_from(["local", "service", 3])},
)


@given(json_values | plans)
def test_any_json(value: object) -> None:
    survives(json.dumps(value))


shell_pieces = st.sampled_from(
    [
        "curl ", "-d ", "-F ", "--json ", "--data-urlencode ", "--url ", "-X", "POST ", "'", '"', "$'", "\\", "\\\n",
        "\n", "\r\n", ";", "|", "`", "```", "$X", "${Y}", "<<EOF\n", "\nEOF\n", "<", ">", "#", "&", "{", "}", " ", "@-",
        "\\x41\\u0042", "https://api.wiro.ai/v1/Run/wiro/story-diffusion-advanced ", '{"generalPrompt": "a | b"}',
        "generalPrompt=a+b", "prompt=x;type=y", "body=",
    ]
)  # fmt: skip


@given(st.lists(shell_pieces | anything, max_size=20).map("".join))
def test_any_shell(text: str) -> None:
    survives(f"curl {text}")


def test_stories_are_compiled_from_bytes_too() -> None:
    story, _ = decompile('{"generalPrompt": "a\\u2028b \\ufeff|\\ufeff", "prompt": "\\ufeffx"}')
    assert compile_source(SourceFile.from_bytes("x.story", story.encode())).payloads == rebuilt(story)
