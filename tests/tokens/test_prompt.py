"""What the encoder gets for a panel, for whoever shows how much of it is read."""

from __future__ import annotations

import pytest

from storyscript.compiler import compile as compile_story
from storyscript.tokens.estimate import TokenEstimate
from storyscript.tokens.prompt import MOST_COUNTED, Prompt, measure, prompt_of, style_tokens
from storyscript.tokens.vocabulary import TokenVocabulary
from storyscript.tool import StyleTokens, story_diffusion_advanced

EXACT = TokenVocabulary()
STORY = """\
style: Isometric Rooms
character Mira
  a woman
scene home
  walks home with @Tom
  caption: At last.
scene rain [NC]
  rain
event
  sleeps
character Tom
  an old man
scene alone
  lead: Tom
  waits
"""


def test_the_prompt_of_each_panel() -> None:
    result = compile_story(STORY)
    texts = [prompt_of(job, panel).text for job in result.jobs for panel in job.panels]
    assert texts == ["a woman,walks home with an old man", "rain", "a woman,sleeps", "an old man,waits"]
    assert {prompt_of(job, panel).style for job in result.jobs for panel in job.panels} == {StyleTokens(4, 25)}


def test_how_long_a_prompt_is() -> None:
    job = compile_story(STORY).jobs[0]
    length = measure(prompt_of(job, job.scenes[0]), EXACT)
    assert length == (2 + 4 + 9, 2 + 4 + 9 + 25, None, True, True)
    assert measure(prompt_of(job, job.scenes[0]), TokenEstimate()).exact is False


def test_every_style_of_the_tool_has_its_tokens_and_others_none() -> None:
    tool = story_diffusion_advanced()
    assert tuple(tool.style_tokens) == tool.styles
    assert style_tokens("Cubism") == (0, 0)


def test_words_behind_a_long_prompt_are_not_counted_but_known_of() -> None:
    length = measure(Prompt("cat " * MOST_COUNTED, StyleTokens(0, 0)), EXACT)
    assert not length.whole
    assert length.unseen == (4 * 75, 4 * 75 + 3)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("brass lantern", "brass"),
        ("'s lantern", "'s lantern"),
        ("... lantern", "lantern"),
        ("...", None),
        ("— 🔥 lantern", "🔥"),
        ("don't", "don't"),
        ("blue-eyed", "blue"),
        ("雨に濡れた", "雨"),
        ("100%", "100"),
        ("½ moon", "½"),
    ],
)
def test_the_first_word_that_is_not_read(text: str, word: str | None) -> None:
    prompt = Prompt(f"{'cat ' * 75}{text}", StyleTokens(0, 0))
    unseen = measure(prompt, EXACT).unseen
    if word == "'s lantern":  # a token of its own, and no word: the next one is
        word = "s"
    assert (None if unseen is None else prompt.text[slice(*unseen)]) == word
