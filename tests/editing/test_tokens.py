"""What each kind of line holds is shown by the golden cases of the Pygments lexer, which has its tokens from here."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mutations import Mutator
from storyscript.editing.tokens import Kind, Token, tokens
from storyscript.source import SourceFile
from storyscript.syntax.parser import parse
from strategies import anything, stories

mutated = st.integers(0, 2**32).map(lambda seed: Mutator(seed).document().decode("utf-8", "surrogateescape"))


def tokens_of(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    readable = SourceFile.from_text("story.story", text).readable
    return tokens(readable, parse(readable), start, end)


@given(st.one_of(anything, stories, mutated))
def test_tokens_are_in_order_each_on_one_line_and_white_space_is_all_between_them(text: str) -> None:
    source = SourceFile.from_text("story.story", text)
    readable = source.readable
    at = 0
    for start, end, _ in tokens_of(text):
        assert at <= start < end
        assert not readable[at:start].strip()
        assert "\n" not in readable[start:end]
        at = end
    assert not readable[at:].strip()


@given(st.one_of(stories, mutated), st.data())
def test_a_stretch_has_the_tokens_of_the_whole_that_lie_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    whole, part = tokens_of(text), tokens_of(text, start, end)
    assert [token for token in whole if token[1] > start and token[0] < end] == [
        token for token in part if token[1] > start and token[0] < end
    ]
    assert set(part) <= set(whole)


def test_only_what_a_stretch_reaches_into_is_read() -> None:
    text = "scene a\n  one\n\nscene b\n  two\n\nscene c\n  three\n"
    at = text.index("two")
    assert [text[start:end] for start, end, _ in tokens_of(text, at, at + 1)] == ["scene", "b", "two"]


def test_a_caption_of_two_words_is_not_the_word_none() -> None:
    kinds = {kind for _, _, kind in tokens_of("scene\n  caption: no\n    ne\n")}
    assert Kind.CONSTANT not in kinds
    assert Kind.CONSTANT in {kind for _, _, kind in tokens_of("scene\n  caption:\n    None\n")}
