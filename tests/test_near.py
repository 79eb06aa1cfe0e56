from __future__ import annotations

import pytest

from storyscript.analysis.near import is_like, meant
from storyscript.analysis.settings import SETTINGS
from storyscript.syntax.nodes import KEYWORDS


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("scne", "scene"),
        ("sceen", "scene"),
        ("scenes", "scene"),
        ("carachter", "character"),
        ("charachtr", "character"),
        ("Seciton", "section"),
        ("elt", "let"),
    ],
)
def test_a_slip_of_the_pen_is_sure(word: str, known: str) -> None:
    assert meant(word, KEYWORDS) == known


@pytest.mark.parametrize("word", ["science", "chapter", "set", "x", "", "walks", "s" * 100])
def test_another_word_is_none(word: str) -> None:
    assert meant(word, KEYWORDS) is None


def test_letter_case_and_the_signs_between_letters_are_no_matter() -> None:
    assert meant("Font_Size", SETTINGS) == "font-size"
    assert meant("japanese-anime", ["Japanese Anime", "Line art"]) == "Japanese Anime"


def test_digits_must_agree() -> None:
    assert meant("dreamer v11", ["dreamer v10"]) is None
    assert meant("dreamr v10", ["dreamer v10"]) == "dreamer v10"


def test_between_two_as_near_there_is_no_choice() -> None:
    assert meant("Mirx", ["Mira", "Miro"]) is None
    assert meant("mira", ["Mira", "MIRA"]) is None


def test_in_short_words_one_slip_makes_another_word() -> None:
    assert meant("Tim", ["Tom"]) is None
    assert meant("Tmo", ["Tom"]) == "Tom"
    assert meant("tom", ["Tom"]) == "Tom"


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("sc", "scene"),
        ("Scene", "scene"),
        ("cense", "scene"),
        ("stpes", "steps"),
        ("stops", "steps"),
        ("sleeps", "steps"),
        ("titles", "title"),
        ("scn", "scene"),
        ("ld", "lead"),
        ("set", "let"),
    ],
)
def test_a_loose_likeness_says_that_a_word_may_be_another(word: str, known: str) -> None:
    assert is_like(word, known)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("s", "scene"),
        ("", "scene"),
        ("the", "scene"),
        ("there", "event"),
        ("it", "let"),
        ("she", "let"),
        ("see", "scene"),
        ("nc", "scene"),
    ],
)
def test_other_words_are_not_even_like_it(word: str, known: str) -> None:
    assert not is_like(word, known)
