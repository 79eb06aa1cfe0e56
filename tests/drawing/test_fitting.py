from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.drawing import balanced, collapse, face, fit

SENTENCE = "walks down a narrow cobbled alley, wet stone, her scarf the only colour"


def test_a_text_with_room_keeps_its_size() -> None:
    block = fit(SENTENCE, width=2000, height=100, size=24, floor=10)
    assert block.face.size == 24
    assert block.lines == (SENTENCE,)
    assert not block.cut


def test_a_text_without_room_shrinks_before_it_is_cut() -> None:
    block = fit(SENTENCE, width=300, height=80, size=40, floor=10)
    assert 10 < block.face.size < 40
    assert " ".join(block.lines) == SENTENCE
    larger = fit(SENTENCE, width=300, height=80, size=block.face.size + 1, floor=block.face.size + 1)
    assert larger.cut


def test_a_text_that_is_too_long_at_the_floor_ends_in_an_ellipsis() -> None:
    block = fit(SENTENCE * 20, width=200, height=50, size=30, floor=12)
    assert block.cut
    assert block.face.size == 12
    assert block.lines[-1].endswith("…")
    assert (SENTENCE * 20).startswith(" ".join(block.lines).removesuffix("…"))


def test_a_smaller_size_is_taken_rather_than_a_broken_word() -> None:
    block = fit("an unbelievable story", width=110, height=400, size=40, floor=8)
    assert "unbelievable" in " ".join(block.lines).split(" ")


@pytest.mark.parametrize(("width", "height"), [(0, 0), (1, 100), (100, 1), (-5, -5), (3, 3)])
def test_no_room_at_all_gives_an_empty_block(width: int, height: int) -> None:
    block = fit(SENTENCE, width=width, height=height, size=20, floor=10)
    assert block.lines == ()
    assert block.cut
    assert (block.width, block.height) == (0, 0)


def test_no_text_is_not_cut() -> None:
    assert fit(" \n", width=100, height=100, size=20, floor=10) == fit("", width=9, height=9, size=20, floor=20)


def test_balanced_lines_leave_no_word_alone() -> None:
    block = fit("talks to the keeper under the lamp, and smiles", width=330, height=90, size=20, floor=20)
    assert block.lines == ("talks to the keeper under the lamp,", "and smiles")
    even = balanced(block, "talks to the keeper under the lamp, and smiles")
    assert even.lines == ("talks to the keeper under", "the lamp, and smiles")
    assert even.face is block.face


@given(st.text("abc  -日本。é", max_size=40), st.integers(10, 150), st.integers(10, 120))
def test_balancing_keeps_the_text_the_number_of_lines_and_the_width(text: str, width: int, height: int) -> None:
    block = fit(text, width=width, height=height, size=16, floor=9)
    even = balanced(block, text)
    assert len(even.lines) == len(block.lines)
    assert even.width <= block.width
    assert "".join(even.lines).replace(" ", "") == "".join(block.lines).replace(" ", "")


@given(
    st.text(st.one_of(st.sampled_from("abcde   -ÄÖ日👩\u200d🚀\u0301"), st.characters(exclude_categories=[]))),
    st.integers(0, 200),
    st.integers(0, 120),
    st.integers(1, 40),
)
def test_a_block_is_never_larger_than_its_box(text: str, width: int, height: int, size: int) -> None:
    block = fit(text, width=width, height=height, size=size, floor=min(size, 9))
    assert block.width <= max(0, width)
    assert block.height <= max(0, height)
    assert min(size, 9) <= block.face.size <= size
    if not block.cut:
        assert "".join(block.lines).replace(" ", "") == collapse(text).replace(" ", "")


@pytest.mark.parametrize("text", ["x" * 1_000_000, "x y " * 250_000, "日" * 1_000_000, "👩\u200d" * 20_000])
def test_a_megabyte_costs_what_fits(text: str) -> None:
    block = fit(text, width=300, height=100, size=40, floor=11)
    assert len(block.lines) <= 100 // face(11).line_height
