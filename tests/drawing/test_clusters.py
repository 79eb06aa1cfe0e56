from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.drawing import clusters, collapse

TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab -\n\t\0\x85\xa0\xad\u0301\u0323\u200b\u200d\u200f\u2028\u202f日、한👩🚀🇩🇪🏽"),
        st.characters(exclude_categories=[]),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("ab", ["a", "b"]),
        ("e\u0301\u0323x", ["e\u0301\u0323", "x"]),
        ("👩\u200d🚀!", ["👩\u200d🚀", "!"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("❤\ufe0f\u200d🔥", ["❤\ufe0f\u200d🔥"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("🇩🇪🇫", ["🇩🇪", "🇫"]),
        ("\u1112\u1161\u11ab\u1100", ["\u1112\u1161\u11ab", "\u1100"]),
        ("क\u094dष", ["क\u094d", "ष"]),
        ("\ud800\udc00", ["\ud800", "\udc00"]),
        ("a\u200db", ["a\u200d", "b"]),
    ],
)
def test_what_a_reader_takes_for_one_character_stays_together(text: str, expected: list[str]) -> None:
    assert list(clusters(text)) == expected


@given(TEXTS)
def test_clusters_lose_nothing(text: str) -> None:
    parts = list(clusters(text))
    assert "".join(parts) == text
    assert all(parts)
    assert not any(unicodedata.category(part[0]) in {"Mn", "Me", "Mc"} for part in parts[1:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two \r\n\t lines\u2028 and\x85more\u3000", "two lines and more"),
        ("no\xa0break \xa0 here", "no\xa0break \xa0 here"),
        ("bell\x07 and \0 nul", "bell and nul"),
        ("\0 \x1b", ""),
    ],
)
def test_collapse_leaves_one_line(text: str, expected: str) -> None:
    assert collapse(text) == expected


@given(TEXTS)
def test_collapse_changes_nothing_more_the_second_time(text: str) -> None:
    once = collapse(text)
    assert collapse(once) == once
    assert "  " not in once
    assert once == once.strip(" ")
