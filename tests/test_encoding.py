from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.encoding import (
    EncodingError,
    Scene,
    decode,
    decode_events,
    encode,
    encode_events,
    normalize,
)
from strategies import anything, descriptions, scenes


@given(st.lists(scenes))
def test_what_is_written_is_read_back(written: list[Scene]) -> None:
    assert decode(encode(written)) == written


@given(st.lists(descriptions))
def test_events_that_are_written_are_read_back(written: list[str]) -> None:
    assert decode_events(encode_events(written)) == written


@given(anything)
def test_any_string_has_one_canonical_form(text: str) -> None:
    canonical = encode(decode(text))
    assert encode(decode(canonical)) == canonical
    assert decode(canonical) == decode(text)


@given(anything)
def test_any_string_of_events_has_one_canonical_form(text: str) -> None:
    canonical = encode_events(decode_events(text))
    assert encode_events(decode_events(canonical)) == canonical


@given(st.builds(Scene, anything, st.none() | anything, st.booleans()))
def test_a_scene_is_written_so_that_it_is_read_back_or_refused(scene: Scene) -> None:
    try:
        text = encode([scene])
    except EncodingError:
        return
    assert decode(text) == [scene]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" | | ", []),
        ("#", []),
        ("[NC]", []),
        ("[NC] #", []),
        ("a", [Scene("a")]),
        ("a #", [Scene("a", "")]),
        ("a#b", [Scene("a", "b")]),
        ("a # b # c", [Scene("a # b", "c")]),
        ("a ##", [Scene("a #", "")]),
        ("#c", [Scene("", "c")]),
        ("[NC]#c", [Scene("", "c", no_character=True)]),
        ("a [NC] b", [Scene("a b", None, no_character=True)]),
        ("a # b [NC]", [Scene("a", "b", no_character=True)]),
        ("[N[NC]C] a", [Scene("a", None, no_character=True)]),
        ("[nc] a", [Scene("[nc] a")]),
        ("a\nb\u2028c\x00d | e", [Scene("a b c d"), Scene("e")]),
        ("a\x1fb\x7fc #d\x7fe", [Scene("a b c", "d e")]),
        ("a\x80b", [Scene("a\x80b")]),
        ("\u200b | a", [Scene("a")]),
    ],
)
def test_reading(text: str, expected: list[Scene]) -> None:
    assert decode(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("a # b", ["a"]), ("[NC] a | # | b#", ["a", "b"]), ("", [])])
def test_reading_events(text: str, expected: list[str]) -> None:
    assert decode_events(text) == expected


@pytest.mark.parametrize(
    ("scene", "why"),
    [
        (Scene("a | b"), r"\|"),
        (Scene("a", "b | c"), r"\|"),
        (Scene("[NC] a"), r"\[NC\]"),
        (Scene("a", "[NC]"), r"\[NC\]"),
        (Scene("a # b"), "caption after it"),
        (Scene("a", "b # c"), "caption cannot hold"),
        (Scene(""), "needs a description"),
        (Scene("", ""), "needs a description"),
        (Scene(" a"), "one space"),
        (Scene("a\nb"), "line breaks"),
        (Scene("a\x00b"), "line breaks"),
        (Scene("a\u2028b"), "line breaks"),
    ],
)
def test_what_has_no_form_is_refused(scene: Scene, why: str) -> None:
    with pytest.raises(EncodingError, match=why):
        encode([scene])


@pytest.mark.parametrize("event", ["", "a # b", "a | b", "[NC] a", " a"])
def test_an_event_that_has_no_form_is_refused(event: str) -> None:
    with pytest.raises(EncodingError):
        encode_events([event])


def test_nested_marks_are_read_in_linear_time() -> None:
    depth = 200_000
    assert decode("[N" * depth + "[NC]" + "C]" * depth + " a") == [Scene("a", None, no_character=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \t b ", "a b"),
        ("\u3000a\xa0b\x85c\u2029", "a b c"),
        ("\u200b \ufeff", ""),
        ("a\u200bb", "a\u200bb"),
    ],
)
def test_white_space(text: str, expected: str) -> None:
    assert normalize(text) == expected
