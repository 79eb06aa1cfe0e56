"""The words that editors are told are those that the language takes."""

from __future__ import annotations

import pytest

import storyscript
from storyscript import vocabulary
from storyscript.analysis.settings import SETTINGS, WORDS
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse
from storyscript.tool import story_diffusion_advanced

CAST = "character Mira\n  a young woman\nscene\n  draws at home\n"


def test_every_word_of_the_language_is_there() -> None:
    assert tuple(vocabulary.KEYWORD_MEANINGS) == nodes.KEYWORDS
    assert tuple(vocabulary.PROPERTY_MEANINGS) == nodes.PROPERTY_WORDS
    assert tuple(vocabulary.SETTING_MEANINGS) == tuple(SETTINGS)


@pytest.mark.parametrize("word", vocabulary.KEYWORD_MEANINGS.values())
def test_the_form_of_a_statement_is_one(word: vocabulary.Word) -> None:
    (item,) = parse(word.form).items
    assert item.type.lower() == word.name


@pytest.mark.parametrize("word", vocabulary.PROPERTY_MEANINGS.values())
def test_the_form_of_a_property_is_one(word: vocabulary.Word) -> None:
    (block,) = parse(f"character Mira\n  {word.form}").items
    assert isinstance(block, nodes.Character)
    (line,) = block.lines
    assert isinstance(line, nodes.Property)
    assert line.word == word.name


@pytest.mark.parametrize("key", WORDS)
def test_the_words_that_a_setting_takes_are_offered(key: str) -> None:
    assert [choice.value for choice in vocabulary.choices(key)] == list(WORDS[key])


@pytest.mark.parametrize("key", SETTINGS)
def test_whatever_is_offered_is_taken(key: str) -> None:
    for choice in vocabulary.choices(key):
        result = storyscript.compile(f"{key}: {choice.value}\n{CAST}")
        assert [problem for problem in result.problems if problem.code in ("SS202", "SS404", "SS412")] == []


@pytest.mark.parametrize("key", ["style", "model", *WORDS])
def test_every_form_of_a_value_is_the_same_value(key: str) -> None:
    for choice in vocabulary.choices(key):
        payloads = storyscript.compile(f"{key}: {choice.value}\n{CAST}").payloads
        for form in choice.forms:
            assert storyscript.compile(f"{key}: {form}\n{CAST}").payloads == payloads != []


@pytest.mark.parametrize("word", [word for word in vocabulary.SETTING_MEANINGS.values() if word.default])
def test_a_default_written_out_changes_nothing(word: vocabulary.SettingWord) -> None:
    written = storyscript.compile(f"{word.name}: {word.default}\n{CAST}")
    assert written.payloads == storyscript.compile(CAST).payloads != []


@pytest.mark.parametrize("word", [word for word in vocabulary.SETTING_MEANINGS.values() if word.parameter])
def test_each_parameter_is_the_tools(word: vocabulary.SettingWord) -> None:
    known = {*story_diffusion_advanced().defaults, "callbackUrl"}
    assert {name.strip() for name in word.parameter.split(",")} <= known


@pytest.mark.parametrize("word", nodes.PROPERTY_WORDS)
def test_a_property_belongs_to_the_blocks_that_take_it(word: str) -> None:
    assert vocabulary.owners(word) == tuple(kind for kind, words in nodes.PROPERTIES.items() if word in words)


def test_the_settings_that_hold_a_text_or_a_name_are_those_in_which_one_is_unknown() -> None:
    def unknown(value: str) -> set[str]:
        stories = {key: storyscript.compile(f"{key}: {value}\n{CAST}") for key in SETTINGS}
        return {key for key, story in stories.items() if "SS205" in [problem.code for problem in story.problems]}

    assert unknown("{nosuch}") == set(vocabulary.TEXT_SETTINGS)
    assert unknown("Nobody") == set(vocabulary.CHARACTER_SETTINGS)
