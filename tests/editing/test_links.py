from __future__ import annotations

from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutations import Mutator
from storyscript.editing.links import Link, links
from storyscript.source import SourceFile
from storyscript.syntax.parser import parse
from strategies import anything, stories

mutated = st.integers(0, 2**32).map(lambda seed: Mutator(seed).document().decode("utf-8", "surrogateescape"))


def links_of(text: str) -> list[Link]:
    readable = SourceFile.from_text("", text).readable
    return list(links(readable, parse(readable)))


def shown(text: str) -> list[str]:
    return [f"{'url' if link.is_url else 'path'} {text[link.start : link.end]}" for link in links_of(text)]


def test_includes_and_images_are_links() -> None:
    text = (
        "include  cast/shared.story // who\n"
        "pad-image: pad.png\n"
        "include https://a.example/x.story\n"
        "character Mira\n"
        "  image:https://a.example/mira.png\n"
        "Pad-Image:   ../b c.png \n"
        "  a woman | img\n"
        "character Tom\n"
        "  image: photos/tom.png\n"
        "scene\n"
        "  see https://a.example\n"
        "callback: https://a.example/done\n"
    )
    assert shown(text) == [
        "path cast/shared.story",
        "path pad.png",
        "path https://a.example/x.story",
        "url https://a.example/mira.png",
        "path ../b c.png",
        "path photos/tom.png",
        "url https://a.example",
        "url https://a.example/done",
    ]


ADDRESSES: Final = {
    "behind a word of prose": ("scene\n  see https://a.example/x, then go", ["https://a.example/x"]),
    "at the end of a sentence": ("scene\n  HTTP://a.example/x.html.", ["HTTP://a.example/x.html"]),
    "in brackets": ("// (https://a.example/a_(b))!", ["https://a.example/a_(b)"]),
    "with brackets within": ("// https://a.example/a_(b)/c?d=1#e", ["https://a.example/a_(b)/c?d=1#e"]),
    "in a comment that silences": ("steps: 5 // storyscript: ignore SS404 https://a.example", ["https://a.example"]),
    "in a caption of several lines": ("scene\n  caption:\n    a\n    https://a.example b", ["https://a.example"]),
    "in the text of a variable": (
        "let a = https://a.example // https://b.example",
        ["https://a.example", "https://b.example"],
    ),
    "in a title, up to a brace": ("title: https://a.example/{x}", ["https://a.example/"]),
    "in a script without spaces": ("scene\n  看https://a.example/x。", ["https://a.example/x"]),
    "before very many brackets": (
        f"// https://a.example/(({')' * 300_000}x",
        [f"https://a.example/(({')' * 300_000}x"],
    ),
    "not with a name alone": ("// https:// http://. https://[ https://a:b", []),
    "not of another kind": ("// ftp://a.example xhttps://a.example mailto:a@a.example", []),
    "not within a path": ("include a https://a.example", ["a https://a.example"]),
}


@pytest.mark.parametrize("title", ADDRESSES)
def test_addresses_of_the_web_are_links_wherever_they_stand(title: str) -> None:
    text, found = ADDRESSES[title]
    assert [text[link.start : link.end] for link in links_of(text)] == found


def test_what_is_neither_a_file_nor_a_page_is_no_link() -> None:
    assert shown("pad-image:\npad-image: ftp://a.example/x.png\ncharacter M\n  image:  \ninclude\n") == []


@given(st.one_of(anything, stories, mutated))
def test_a_link_is_what_is_written(text: str) -> None:
    readable = SourceFile.from_text("", text).readable
    for link in links_of(text):
        assert readable[link.start : link.end] == link.address == link.address.strip()
        assert link.address


@given(st.one_of(anything, stories, mutated))
def test_links_stand_in_order_and_never_in_each_other(text: str) -> None:
    found = links_of(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
