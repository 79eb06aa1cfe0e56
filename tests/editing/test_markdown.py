"""Texts of a story in Markdown, read back by a reader of Markdown: what comes out is the text, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from storyscript.diagnostics.text import visible
from storyscript.editing.markdown import MOST_SHOWN, code, fenced, plain
from strategies import anything

if TYPE_CHECKING:
    from collections.abc import Callable

_READER = MarkdownIt("gfm-like", {"linkify": False})
_SIGNS = st.text("`~*_<>&#|[]()!\\.:@-+=1 \tahtps/w\u202e\u2028é", max_size=30)
texts = st.one_of(anything, _SIGNS)


def shown(text: str) -> str:
    return " ".join(visible(text).split())


def inline(markdown: str) -> list[tuple[str, str]]:
    """The parts of what must be one paragraph."""
    tokens = _READER.parse(markdown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return [(part.type, part.content) for part in tokens[1].children or () if part.content]


@given(texts)
def test_code_is_one_piece_of_code(text: str) -> None:
    if shown(text):
        assert inline(f"a {code(text)} b") == [("text", "a "), ("code_inline", shown(text)), ("text", " b")]
    else:
        assert code(text) == ""


@given(texts)
def test_a_fenced_text_is_itself(text: str) -> None:
    [fence] = _READER.parse(f"{fenced(text)}\n")
    assert (fence.type, fence.content) == ("fence", f"{visible(text)}\n")


@given(texts)
def test_plain_text_has_no_markup(text: str) -> None:
    if shown(text):
        parts = inline(plain(text))
        assert {kind for kind, _ in parts} <= {"text", "text_special"}
        assert "".join(content for _, content in parts) == shown(text)


@pytest.mark.parametrize("show", [code, fenced, plain])
def test_of_a_text_beyond_any_measure_the_beginning_is_shown(show: Callable[[str], str]) -> None:
    assert len(show("a" * (MOST_SHOWN + 5))) < MOST_SHOWN + 100
    assert "and 5 more signs" in show("a" * (MOST_SHOWN + 5)).replace("\\", "")
