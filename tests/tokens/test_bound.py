"""The bound is sound: no text has more tokens, by either counter."""

from __future__ import annotations

import pkgutil
import re

from hypothesis import given
from hypothesis import strategies as st

from storyscript.encoding import normalize
from storyscript.tokens.counter import ENDS, WINDOW
from storyscript.tokens.estimate import TokenEstimate
from storyscript.tokens.prompt import MOST_COUNTED
from storyscript.tokens.vocabulary import TokenVocabulary
from storyscript.tokens.words import TokenBound, is_one_token

EXACT = TokenVocabulary()
ESTIMATE = TokenEstimate()
MERGES = (pkgutil.get_data("storyscript.tokens", "clip_merges.txt") or b"").decode().splitlines()
WHOLE = [line.replace(" ", "").removesuffix("</w>") for line in MERGES if line.endswith("</w>")]
WORDS = [word for word in WHOLE if re.fullmatch("[a-z]+", word)]

# Words of the vocabulary with signs between them, so that they come together in all ways.
joined = (
    st.lists(
        st.one_of(st.sampled_from(WORDS), st.sampled_from([*"'.,!-_ 7éİ", "'re", "'s"]), st.text(max_size=3)),
        max_size=12,
    )
    .map("".join)
    .map(normalize)
)


@given(st.one_of(joined, st.text(max_size=60).map(normalize)))
def test_no_text_has_more_tokens_than_its_bound(text: str) -> None:
    bound = TokenBound().of(text)
    assert len(EXACT.starts(text)) <= bound
    assert len(ESTIMATE.starts(text)) <= bound


@given(joined, joined)
def test_bounds_of_a_lead_and_of_a_panel_add_up(lead: str, panel: str) -> None:
    bound = TokenBound()
    assert len(EXACT.starts(f"{lead},{panel}")) <= bound.of(f"{lead},") + bound.of(panel)


def test_the_words_are_those_of_the_vocabulary() -> None:
    assert len(WORDS) == 32849
    assert all(map(is_one_token, WORDS))
    assert all(map(is_one_token, "abcdefghijklmnopqrstuvwxyz"))
    lines = (pkgutil.get_data("storyscript.tokens", "clip_words.txt") or b"").decode().splitlines()
    assert sum(len(line) // size for size, line in enumerate(lines, 1)) == len(WORDS) + 26


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=30))
def test_other_words_are_not_one_token(word: str) -> None:
    assert is_one_token(word) == (len(EXACT.numbers(word)) == 1)


def test_a_bound_forgets_before_it_takes_much_memory() -> None:
    bound = TokenBound()
    text = " ".join(f"word{number}" for number in range(40_000))
    assert bound.of(text) == sum(1 + len(str(number)) for number in range(40_000))
    assert len(bound) <= 16 * 1024


def test_what_is_looked_at_of_a_long_text_is_more_than_is_read() -> None:
    most_bytes = max(len(line.replace(" ", "").removesuffix("</w>")) for line in MERGES)
    assert MOST_COUNTED // 2 // most_bytes > WINDOW - ENDS  # of two signs, one at least is no space
