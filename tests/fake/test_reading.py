from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.fake.reading import Reading, read_scenes


def one(text: str, character: str = "a fox") -> Reading:
    (reading,) = read_scenes(character, text)
    return reading


@pytest.mark.parametrize(
    ("text", "prompt", "caption"),
    [
        ("runs", "a fox,runs", "runs"),
        ("runs #Away!", "a fox,runs", "Away!"),
        ("a # b # c", "a fox,a # b", "c"),
        ("x #", "a fox,x", ""),
        ("x # ", "a fox,x", ""),
        ("[NC] rain", "rain", "rain"),
        ("[NC]rain #Drip", "rain", "Drip"),
        ("rain [NC] falls", "rain  falls", "rain  falls"),
        ("runs #Away [NC]", "runs", "Away"),
        ("[nc] rain", "a fox,[nc] rain", "[nc] rain"),
        ("#only a caption", "a fox,", "only a caption"),
        ("[NC]", "", ""),
    ],
)
def test_one_scene(text: str, prompt: str, caption: str) -> None:
    reading = one(text)
    assert (reading.prompt, reading.caption) == (prompt, caption)
    assert reading.no_character is ("[NC]" in text)


def test_the_parts_of_a_prompt() -> None:
    assert one("runs #Away!") == Reading("a fox,runs", "a fox", "runs", "Away!", no_character=False)
    assert one("[NC] rain") == Reading("rain", "", "rain", "rain", no_character=True)


def test_a_hash_in_the_character_loses_the_scene() -> None:
    assert one("runs", "a fox #1") == Reading("a fox", "a fox", "", "runs", no_character=False)
    assert one("runs #Away!", "a fox #1").description == "runs"


def test_no_character_at_all() -> None:
    assert one("rain", "") == Reading(",rain", "", "rain", "rain", no_character=False)


@pytest.mark.parametrize(
    ("text", "captions"),
    [
        ("a|b", ["a", "b"]),
        (" a | b | ", ["a", "b"]),
        ("||a||", ["a"]),
        ("a\nb", ["a", "b"]),
        ("a\r\nb\u2028c\u2029d\u0085e", ["a", "b", "c", "d", "e"]),
        ("", []),
        (" | \n ", []),
    ],
)
def test_where_scenes_end(text: str, captions: list[str]) -> None:
    assert [reading.caption for reading in read_scenes("a fox", text)] == captions


def test_the_api_pages_third_example() -> None:
    readings = read_scenes(
        "a girl",
        "at home #at home, began to go to drawing | sitting alone on a park bench. | [NC]A squirrel comes. | "
        "look around in the park. # She looks around. | [NC]The squirrel takes the cracker. # She gives it",
    )
    assert [reading.caption for reading in readings] == [
        "at home, began to go to drawing",
        "sitting alone on a park bench.",
        "A squirrel comes.",
        "She looks around.",
        "She gives it",
    ]
    assert [reading.no_character for reading in readings] == [False, False, True, False, True]


@given(st.text(alphabet="ab| \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u3000"))
def test_scenes_end_where_lines_do(text: str) -> None:
    lines = (line.strip() for line in text.replace("|", "\n").splitlines())
    assert [reading.caption for reading in read_scenes("a fox", text)] == [line for line in lines if line]


@given(st.text(), st.text())
def test_any_text_is_read(character: str, text: str) -> None:
    for reading in read_scenes(character, text):
        assert "[NC]" not in reading.caption or "[NC]" in text.replace("[NC]", "")
