from __future__ import annotations

import pytest

from storyscript.analysis.first_words import is_far, keyword_near, setting_near, variable_meant


@pytest.mark.parametrize(
    ("word", "keyword"),
    [
        ("sence", "scene"),
        ("scn", "scene"),
        ("SC", "scene"),
        ("caracter", "character"),
        ("char", "character"),
        ("secti", "section"),
        ("inc", "include"),
        ("s", None),
        ("in", None),
        ("notices", None),
        ("panel", None),
    ],
)
def test_a_keyword_is_known_by_its_letters_or_its_beginning(word: str, keyword: str | None) -> None:
    assert keyword_near(word) == keyword


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ("stpes 50", "steps"),
        ("siez 512 x 768", "size"),
        ("stle = Line art", "style"),
        ("stle line art", "style"),
        ("stle of the house", None),
        ("captoins none", "captions"),
        ("titel = The Lamp", "title"),
        ("titel The Lamp", None),
        ("rain = grey", None),
        ("sleeps well", None),
        ("style", None),
    ],
)
def test_a_setting_is_known_by_its_value_too(line: str, setting: str | None) -> None:
    assert setting_near(line.split(maxsplit=1)[0], line) == setting


@pytest.mark.parametrize(
    ("line", "name"),
    [("rain = grey", "rain"), ("rain=grey", "rain"), ("5x = y", None), ("a b = c", None), ("a =", None)],
)
def test_a_variable_is_known_by_its_sign(line: str, name: str | None) -> None:
    assert variable_meant(line) == name


def test_words_of_sentences_are_far_from_those_of_the_language() -> None:
    assert all(map(is_far, ("She", "The", "in", "as", "Mira", "walks", "彼女")))
    assert not any(map(is_far, ("scn", "seen", "Titles", "stops", "captoin", "lead", "set", "char")))
