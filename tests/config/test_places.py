"""Every key and value of a TOML file is found where it stands."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.config.places import Path, find_places

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = ["a", "b-2", '"a b"', "'c.d'", '"\\u00e9"', "x . y", "7"]
TABLES = ["t", "t.u", '"v w"', " x . y ", "'1'"]
TEXTS = [
    '""',
    '"x"',
    r'"a \"b\" \\"',
    "''",
    r"'C:\x'",
    '"""a "quoted" \\""" end"""',
    '"""\nfirst\nlast"""',
    '""""a"""""',
    "'''\r\nit's ''here'''''",
    '"# no comment, ] no end }"',
]
SCALARS = st.sampled_from([*TEXTS, "1", "-0x1f", "1_000", "2.5e3", "nan", "true", "1979-05-27 07:32:00", "07:32:00"])
GAPS = st.sampled_from(["", " ", "\t", "\n", " # ] } \" '''\n", "\r\n  "])


@st.composite
def _array(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(inner, max_size=3))
    body = ",".join(f"{draw(GAPS)}{item}{draw(GAPS)}" for item in items)
    return f"[{body}{draw(st.sampled_from(['', ','])) if items else ''}{draw(GAPS)}]"


@st.composite
def _inline(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    keys = draw(st.lists(st.sampled_from(KEYS), max_size=3, unique=True))
    return "{ " + ", ".join(f"{key} = {draw(inner)}" for key in keys) + " }"


VALUES = st.recursive(SCALARS, lambda inner: st.one_of(_array(inner), _inline(inner)), max_leaves=5)


@st.composite
def _documents(draw: st.DrawFn) -> str:
    lines = []
    for table in [
        "",
        *draw(st.lists(st.sampled_from(["t", "t.u", '"v w"', " x . y ", "'1'"]), max_size=3, unique=True)),
    ]:
        if table:
            lines.append(f"[{table}] # about\n")
        keys = draw(st.lists(st.sampled_from(KEYS), max_size=3, unique=True))
        lines += [f"{draw(st.sampled_from(['', '  ']))}{key} = {draw(VALUES)}{draw(GAPS)}\n" for key in keys]
    return "".join(lines)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - whatever TOML holds
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if path:
        yield path, value
    for key, child in children:
        yield from leaves(child, (*path, key))


def written(text: str, start: int, end: int) -> str:
    """What stands at a place, with the quotes around it."""
    for quotes in ('"""\r\n', '"""\n', '"""', "'''\r\n", "'''\n", "'''", '"', "'"):
        if text[:start].endswith(quotes) and text.startswith(quotes.strip(), end):
            return f"{quotes}{text[start:end]}{quotes.strip()}"
    return text[start:end]


@given(_documents())
def test_a_value_is_found_where_it_stands(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # the same table twice
    places = find_places(text)
    for path, value in leaves(document):
        spot = places[path]
        if not isinstance(value, dict):
            assert repr(tomllib.loads(f"x = {written(text, *spot.value)}")["x"]) == repr(value)
        if isinstance(path[-1], str):
            key = tomllib.loads(f"{text[slice(*spot.key)]} = 1")
            assert path[-1] in str(key)


@given(st.text(st.sampled_from("[]{}=.,\"'#\\\n\r ab1")))
def test_a_text_that_is_no_toml_does_no_harm(text: str) -> None:
    assert all(0 <= start <= end <= len(text) for spot in find_places(text).values() for start, end in spot)


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ('[story]\nstyle = "Line art"\n', "style", "Line art"),
        ('story.style = "Line art"', "story.style", "Line art"),
        ('story = { style = "Line art" }', "style", "Line art"),
        ("[ 'story' ]\r\n\"style\"='''\r\nLine art''' # x\r\n", '"style"', "Line art"),
    ],
)
def test_each_way_to_write_a_setting(text: str, key: str, value: str) -> None:
    spot = find_places(text)["story", "style"]
    assert (text[slice(*spot.key)], text[slice(*spot.value)]) == (key, value)
