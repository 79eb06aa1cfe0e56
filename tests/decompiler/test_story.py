"""What an imported story looks like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from golden import check_cases
from memory import MemoryReader
from storyscript.compiler import compile as compile_story
from storyscript.decompiler.decompile import decompile
from storyscript.decompiler.naming import Names, name_of_character, name_of_panel
from storyscript.syntax.names import is_name

HERE = Path(__file__).parent


def story_of(**parameters: Any) -> str:  # noqa: ANN401 - of any type, as in JSON
    return decompile(json.dumps({"prompt": "a girl", "generalPrompt": "runs", "imageLength": 1, **parameters})).story


def body(text: str, **parameters: Any) -> str:  # noqa: ANN401 - of any type, as in JSON
    """The lines below the head of the only scene."""
    return story_of(generalPrompt=text, **parameters).partition("scene")[2].partition("\n")[2]


def test_a_whole_story() -> None:
    story = story_of(
        prompt="a young woman img, red scarf",
        generalPrompt="walks home #She was late. | [NC] An old lamp. # | sits",
        extraEventPrompts="waves",
        negativePrompt="",
        styleName="Line art",
        selectedModel="425",
        selectedModelPrivate="mine",
        inputImageUrl="https://example.org/pad.png",
        inputImage2Url="https://example.org/me.png",
        steps=40,
        width=512,
        scale=7.5,
        seed="-1",
        fontSize=20,
        imageLength=2,
        callbackUrl="https://example.org/done",
    )
    assert (
        story
        == """\
style: Line art
model: Juggernaut v10.0
private-model: mine
size: 512x768
steps: 40
guidance: 7.5
seed: -1
identity: 2
negative: none
font-size: 20
pad-image: https://example.org/pad.png
callback: https://example.org/done

character Woman
  image: https://example.org/me.png
  a young woman img, red scarf

scene walks-home
  walks home
  caption: She was late.

scene old-lamp [NC]
  An old lamp.
  caption: none

scene sits
  sits

event waves
  waves
"""
    )


def test_what_the_tool_has_by_default_is_not_written() -> None:
    assert story_of(selectedModel=79, steps="30", scale="2", imageLength=1) == (
        "character Girl\n  a girl\n\nscene runs\n  runs\n"
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a {red} scarf", '  a {"{red}"} scarf\n'),
        ("{a b} c", '  {"{a b}"} c\n'),
        ('say {"} x', '  say {"{""}{"}"} x\n'),
        ("@Mira waves to a@b.org, @ 5", '  {"@Mira"} waves to a@b.org, @ 5\n'),
        ("and // or, see https://x.org //", '  and {"//"} or, see https://x.org {"//"}\n'),
        ("caption: x", '  {"caption:"} x\n'),
        ("Caption She", '  {"Caption"} She\n'),
        ("captoin: x", '  {"captoin:"} x\n'),
        ("scene b", '  {"scene"} b\n'),
        ("scene of the crime: steps", "  scene of the crime: steps\n"),
        ("let me go", "  let me go\n"),
        ("x #none", '  x\n  caption: {"none"}\n'),
        ("x #none of it", "  x\n  caption: none of it\n"),
        ("x #a // b", '  x\n  caption: a {"//"} b\n'),
        ("no. # 5 #five", "  no. # 5\n  caption: five\n"),
    ],
)
def test_literals_stand_only_where_they_are_needed(text: str, lines: str) -> None:
    assert body(text) == lines


def test_long_texts_are_wrapped_at_spaces() -> None:
    text = " ".join(["word"] * 40)
    lines = body(f"{text} #{text}").splitlines()
    assert max(map(len, lines)) <= 80
    assert [len(line) - len(line.lstrip()) for line in lines] == [2, 2, 2, 2, 4, 4]


def test_a_line_does_not_begin_with_what_looks_like_structure_if_another_break_will_do() -> None:
    text = " ".join(["word"] * 15) + " last caption: end"
    assert body(text).splitlines()[1] == "  last caption: end"


def test_a_caption_that_repeats_its_scene_draws_no_warning_where_that_can_be_said() -> None:
    story = story_of(generalPrompt="runs #runs | sits # | waves #now")
    assert "captions: none\n" in story
    assert "scene runs\n  runs\n  caption: runs\n\nscene sits\n  sits\n\nscene waves\n" in story
    assert [problem.code for problem in compile_story(story).problems] == []


def test_names_of_other_characters_in_a_text_are_no_slips() -> None:
    story, _ = decompile(json.dumps([{"prompt": p, "generalPrompt": "Girl meets Man"} for p in ("a girl", "a man")]))
    assert '  Girl meets {"Man"}\n' in story
    assert '  {"Girl"} meets Man\n' in story


def test_a_character_stands_in_where_there_is_no_prompt() -> None:
    assert story_of(prompt="").startswith("character Person\n  a person\n")
    assert story_of(prompt="", generalPrompt="[NC] a lamp") == "scene lamp [NC]\n  a lamp\n"


@pytest.mark.parametrize("path", sorted(HERE.glob("cases/*.txt")), ids=lambda path: path.stem)
def test_cases(path: Path) -> None:
    """Each shows a payload, the notes that it draws, and the story."""

    def shown(payload: str) -> str:
        story, notes = decompile(payload)
        assert not compile_story(story).has_errors
        return "\n".join([*notes, "", story.rstrip("\n")]).lstrip("\n")

    check_cases(path, shown)


def test_payloads_with_different_settings() -> None:
    _, notes = decompile(
        json.dumps([{"prompt": "x", "generalPrompt": "a", "seed": seed, "imageLength": seed} for seed in (2, 3)])
    )
    assert notes == (
        "payload 2: `seed` is `3`, but a story has one for all its jobs; the first payload's `2` was taken",
        "payload 2: `imageLength` is 3, but a story has one `identity`, which the first payload sets to 2",
    )


def test_local_files_are_named_where_the_story_can_read_them() -> None:
    payload = json.dumps({"prompt": "a girl img", "generalPrompt": "a", "inputImage2Url": "file:cast/me.png"})
    story, notes = decompile(payload, reader=MemoryReader({"cast/me.png": b""}))
    assert notes == ()
    assert "  image: cast/me.png\n" in story
    _, notes = decompile(payload, reader=MemoryReader({}))
    assert "cannot be read from the story's folder" in notes[0]
    _, notes = decompile(payload.replace("cast/", "../"), reader=MemoryReader({}))
    assert "outside the story's folder" in notes[0]


# ---- plans ---------------------------------------------------------------------------------------------------


def plan_of(*jobs: tuple[str, str, list[int]], **more: Any) -> str:  # noqa: ANN401 - of any type, as in JSON
    return json.dumps(
        {
            "jobs": [
                {
                    "lead": lead,
                    "parameters": {"prompt": lead, "generalPrompt": scenes, "imageLength": 1},
                    "panels": [{"number": n, "kind": "scene", "name": f"p{n}", "words": "w"} for n in numbers],
                }
                for lead, scenes, numbers in jobs
            ],
            **more,
        }
    )


def test_a_plan_gives_the_order_of_the_story() -> None:
    story, notes = decompile(plan_of(("Mira", "a | c", [1, 3]), ("Tom", "b | d", [2, 4]), title="T // x", author="A"))
    assert notes == ()
    assert story.startswith('title: T {"//"} x\nauthor: A\n')
    assert [line for line in story.splitlines() if line.startswith("scene")] == [f"scene p{n}" for n in (1, 2, 3, 4)]


def test_a_plan_that_reordered_its_scenes() -> None:
    story, notes = decompile(plan_of(("Mira", "walks | [NC] a lamp", [2, 1])))
    assert notes == ()
    assert story.startswith("reorder: yes\n")
    assert story.index("a lamp") < story.index("walks")


def test_a_plan_whose_order_no_story_has() -> None:
    story, notes = decompile(plan_of(("Mira", "a | c", [3, 1]), ("Tom", "b", [2])))
    assert notes == ("the plan's order would give other payloads; the scenes stand in that of the payloads",)
    assert [payload["generalPrompt"] for payload in compile_story(story).payloads] == ["a | c", "b"]


def test_the_words_of_a_plan_that_letters_locally() -> None:
    story, notes = decompile(plan_of(("Mira", "a # | b #", [1, 2]), lettering="local"))
    assert notes == ()
    assert "lettering: local\n" in story
    assert story.count("  caption: w\n") == 2


def test_a_plan_of_other_panels_is_noted() -> None:
    _, notes = decompile(plan_of(("Mira", "a | c", [1])))
    assert notes == ("the plan's panels are not those of its parameters; they were not used",)


# ---- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("a policeman img, wearing a white shirt", "Policeman"),
        ("img, a woman wearing red dress", "Woman"),
        ("a young woman, short black hair", "Woman"),
        ("a red-haired girl with a dog", "Girl"),
        ("une jeune fille, écharpe rouge", "Fille"),
        ("一个年轻女人\uff0c红围巾", "一个年轻女人"),
        ("12 year old boy", "Boy"),
        ("Mira", "Mira"),
        ("img", "Lead"),
        ("!?", "Lead"),
        ("\u3164", "Lead"),
        ("e\u0301lan", "Élan"),
    ],
)
def test_a_characters_name(description: str, name: str) -> None:
    assert name_of_character(description) == name
    assert is_name(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("wakes in a small attic room", "wakes-in-small-attic"),
        ("is on the road, go to the company", "is-on-road"),
        ("The end", "end"),
        ("sits on the", "sits"),
        ("... Don't go!", "dont-go"),
        ("3 men walk", "men-walk"),
        ("она идёт домой", "она-идёт-домой"),
        ("彼女は屋根裏部屋で目を覚ます", "彼女は屋根裏部屋で目を覚"),
        ("अ" + "\u093f" * 40, "अ"),
        ("42", None),
        ("!", None),
        ("a", None),
    ],
)
def test_a_panels_name(text: str, name: str | None) -> None:
    assert name_of_panel(text) == name
    assert name is None or is_name(name)


def test_names_are_numbered() -> None:
    names = Names()
    assert [names.take(name) for name in ("a", "a-2", "a", "a", "e\u0301", "é")] == [
        "a",
        "a-2",
        "a-3",
        "a-4",
        "e\u0301",
        "é-2",
    ]
