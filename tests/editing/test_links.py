from __future__ import annotations

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
    ]


def test_what_is_neither_a_file_nor_a_page_is_no_link() -> None:
    assert shown("pad-image:\npad-image: ftp://a.example/x.png\ncharacter M\n  image:  \ninclude\n") == []


@given(st.one_of(anything, stories, mutated))
def test_a_link_is_what_is_written(text: str) -> None:
    readable = SourceFile.from_text("", text).readable
    for link in links_of(text):
        assert readable[link.start : link.end] == link.address == link.address.strip()
        assert link.address
