from __future__ import annotations

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from storyscript.drawing import Face, Glyph, face, put_text

LETTERS = "aouceğşİñåž"


def ink(text: str, setting: Face) -> bytes:
    """The picture of a line of text."""
    sheet = Image.new("RGB", (setting.width(text) + 20, setting.line_height * 2), (255, 255, 255))
    put_text(sheet, (10, setting.line_height // 2), text, setting, (0, 0, 0))
    return sheet.tobytes()


def test_widths_add_up() -> None:
    setting = face(20)
    assert setting.width("AVA") == 2 * setting.advance("A") + setting.advance("V")
    assert setting.width("") == 0


def test_larger_is_larger_and_bold_is_bolder() -> None:
    assert face(40).width("frame") > 1.8 * face(20).width("frame")
    assert ink("frame", face(20, bold=True)).count(0) > ink("frame", face(20)).count(0)
    assert face(20) is face(20)


@pytest.mark.parametrize("size", [0, -3])
def test_a_size_is_at_least_one_pixel(size: int) -> None:
    with pytest.raises(ValueError, match="size"):
        face(size)


def test_letters_with_accents_are_told_apart() -> None:
    setting = face(24)
    pictures = [ink(char, setting) for char in "eéèêëẽēĕėěęẹ"]
    assert all(first != second for first, second in combinations(pictures, 2))


@pytest.mark.parametrize("char", LETTERS)
def test_composed_and_decomposed_letters_look_alike(char: str) -> None:
    decomposed = unicodedata.normalize("NFD", char)
    assert ink(char, face(24)) == ink(decomposed, face(24))


def test_an_accent_takes_no_width() -> None:
    assert face(24).width("é") == face(24).width("e")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("ß", "ss"), ("①", "1"), ("\uff21", "A"), ("\u2010", "-"), ("½", "1\u20442"), ("\u01c6", "d\u017e")],
)
def test_what_the_font_lacks_is_written_with_what_it_has(text: str, shown: str) -> None:
    assert face(24).width(text) == face(24).width(shown)


@pytest.mark.parametrize(("text", "shown"), [("x\u2060y", "xy"), ("a\0b\n", "ab"), ("\u200d", ""), ("a\xa0b", "a b")])
def test_what_is_invisible_shows_nothing(text: str, shown: str) -> None:
    assert ink(text, face(24)) == ink(shown, face(24))


def test_strange_characters_are_boxes_that_differ() -> None:
    pictures = [ink(char, face(30)) for char in ("日", "本", "ж", "א", "\ud800", "\ue000")]
    assert all(first != second for first, second in combinations(pictures, 2))
    assert face(30).advance("👩\u200d🚀") == face(30).advance("👩")


def test_a_dash_is_as_long_as_it_should_be() -> None:
    assert face(24).width("-") < face(24).width("\N{EN DASH}") < face(24).width("\N{EM DASH}")


def test_turned_marks_hang_lower_than_they_stand() -> None:
    question, turned = face(40).glyph("?"), face(40).glyph("¿")
    assert turned.top > question.top
    assert turned.advance == question.advance


@given(st.text(st.characters(exclude_categories=[]), min_size=1, max_size=4), st.sampled_from([1, 2, 5, 11, 33]))
def test_every_text_has_a_picture(text: str, size: int) -> None:
    glyph = face(size).glyph(text)
    assert isinstance(glyph, Glyph)
    assert 0 <= glyph.advance <= 8 * size + 8


def test_more_characters_than_are_kept() -> None:
    setting = face(3)
    before = setting.advance("e")
    assert all(setting.advance(chr(code)) > 0 for code in range(0x4E00, 0x4E00 + 1100))
    assert setting.advance("e") == before


def test_a_cluster_of_a_megabyte_is_one_glyph() -> None:
    assert face(20).advance("e" + "\u0301" * 500_000) == face(20).advance("e")
