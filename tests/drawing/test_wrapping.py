from __future__ import annotations

from itertools import islice, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storyscript.drawing import clusters, collapse, face, wrap

WORDS = st.lists(st.text("abcdefg,;.!?äöü", min_size=1, max_size=8), max_size=20).map(" ".join)
TEXTS = st.text(
    st.one_of(
        st.sampled_from("aaaaa bcd   \n-—\xa0\u0301\u200d日本、。한👩🚀🇩🇪🏽\ud800"),
        st.characters(exclude_categories=[]),
    ),
    max_size=60,
)
WIDTHS = st.integers(0, 30)


def units(cluster: str) -> int:
    """A narrow typewriter: wide characters take two places."""
    return 2 if cluster[0] >= "\u1100" else 1


def width_of(line: str) -> int:
    return sum(map(units, clusters(line)))


@given(WORDS, st.integers(8, 30))
def test_words_that_fit_are_broken_at_spaces_only(text: str, width: int) -> None:
    assert " ".join(wrap(text, width, units)) == collapse(text)


@given(TEXTS, WIDTHS)
def test_nothing_is_lost_but_the_spaces_at_line_ends(text: str, width: int) -> None:
    lines = list(wrap(text, width, units))
    rest = collapse(text)
    for line in lines:
        rest = rest.removeprefix(" ")
        assert line
        assert rest.startswith(line)
        rest = rest[len(line) :]
    assert rest == ""


@given(TEXTS, WIDTHS)
def test_no_line_is_too_wide_unless_it_is_one_character(text: str, width: int) -> None:
    for line in wrap(text, width, units):
        assert width_of(line) <= width or len(list(clusters(line))) == 1


@given(TEXTS, WIDTHS)
@example("0 \xad", 3)
def test_clusters_are_never_split(text: str, width: int) -> None:
    # Some signs that are not seen belong to whatever stands before them, be it a space.
    parts = [part for line in wrap(text, width, units) for word in line.split(" ") for part in clusters(word)]
    assert parts == [part for word in collapse(text).split(" ") for part in clusters(word)]


@given(WORDS, st.integers(1, 30))
def test_lines_are_filled(text: str, width: int) -> None:
    lines = list(wrap(text, width, units))
    for line, following in pairwise(lines):
        first = following.split(" ")[0]
        assert width_of(line) + 1 + width_of(first) > width or not text.isascii()


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 10, []),
        ("the old keeper smiles", 10, ["the old", "keeper", "smiles"]),
        ("a unbreakable", 5, ["a", "unbre", "akabl", "e"]),
        ("cross-roads", 7, ["cross-", "roads"]),
        ("wait—what", 6, ["wait—", "what"]),
        ("at -5 degrees", 5, ["at -5", "degre", "es"]),
        ("鐘の音を聞いた", 6, ["鐘の音", "を聞い", "た"]),
        ("鐘の音。夜", 6, ["鐘の", "音。夜"]),
        ("no\xa0break", 4, ["no\xa0b", "reak"]),
        ("日", 0, ["日"]),
    ],
)
def test_where_lines_break(text: str, width: int, expected: list[str]) -> None:
    assert list(wrap(text, width, units)) == expected


@pytest.mark.parametrize("text", ["x" * 30_000, "日" * 30_000, "e" + "\u0301" * 30_000, "ab " * 10_000])
def test_long_texts_take_linear_time(text: str) -> None:
    assert "".join(wrap(text, 300, face(20).advance)).replace(" ", "") == text.replace(" ", "")


def test_three_lines_of_a_long_text_cost_three_lines() -> None:
    asked = 0

    def measure(cluster: str) -> int:
        nonlocal asked
        asked += 1
        return len(cluster)

    assert list(islice(wrap("x" * 1_000_000, 10, measure), 3)) == ["x" * 10] * 3
    assert asked < 100
