"""Both counters: what the vocabulary counts, and that the estimate keeps to the same rules."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.encoding import normalize
from storyscript.tokens.estimate import TokenEstimate
from storyscript.tokens.vocabulary import TokenVocabulary, best_counter

if TYPE_CHECKING:
    from storyscript.tokens.counter import TokenCounter

EXACT = TokenVocabulary()
ESTIMATE = TokenEstimate()
MERGES = (pkgutil.get_data("storyscript.tokens", "clip_merges.txt") or b"").decode().splitlines()
RANKS: dict[tuple[str, ...], int] = {tuple(line.split(" ")): rank for rank, line in enumerate(MERGES)}
COUNTERS = pytest.mark.parametrize("counter", [EXACT, ESTIMATE], ids=["exact", "estimate"])

# Taken from the tokenizer that `transformers` 4.51 gives to Stable Diffusion XL.
VECTORS = [
    ("a photo of a cat", [320, 1125, 539, 320, 2368]),
    ("A photo of a CAT", [320, 1125, 539, 320, 2368]),
    ("", []),
    ("  a   photo\tof a cat ", [320, 1125, 539, 320, 2368]),
    (
        "she's late; they're not, I'd've said it wouldn't",
        [1043, 568, 2325, 282, 889, 982, 783, 267, 328, 1896, 1200, 1946, 585, 5878, 713],
    ),
    ("25 frames @ 1080p, 3.14", [273, 276, 15479, 287, 272, 271, 279, 271, 335, 267, 274, 269, 272, 275]),
    ("naïve café, Ångström", [1097, 35689, 563, 15304, 267, 23176, 10352, 807, 7255, 332]),
    ("ŁÓDŹ", [40419, 8891, 67, 129, 374]),
    ("e\u0301clair", [3459, 14039]),
    ("日本語の漫画", [39121, 44353, 34002, 252, 21575, 162, 120, 104, 20211, 375]),
    ("старый маяк", [23669, 17875, 16912, 16370, 45001, 140, 373, 38018, 16912, 141, 237, 140, 374]),
    ("늙은 시계공", [167, 232, 247, 8276, 478, 23924, 250, 36216, 226, 36216, 369]),
    ("شبكة الصيد", [28770, 16378, 33499, 20915, 12973, 27271, 12046, 35566]),
    ("हिन्दी में", [29446, 26721, 26090, 19389, 29552, 25751, 26774, 48612, 30833]),
    ("ภาษาไทย", [1777, 254, 12330, 102, 11529, 31718, 245, 33091]),
    ("🔥🔥 👩\u200d🚀 ✨", [11771, 26304, 13542, 3531]),
    ("“quoted” — it\u2019s … done", [728, 506, 27706, 728, 507, 2005, 585, 728, 503, 338, 959, 1700]),
    (
        "snake_case (masterpiece:1.2) <lora:ink:0.8>",
        [8798, 318, 2068, 263, 12066, 281, 272, 269, 273, 264, 283, 2179, 320, 281, 967, 281, 271, 269, 279, 285],
    ),
    ("antidisestablishmentarianism", [3120, 4262, 7726, 12658, 1585, 44351]),
    ("İstanbul ﬁne Ⅷ ½ ²", [328, 16384, 11231, 171, 105, 223, 1422, 158, 227, 371, 33613, 41175]),
    ("x" * 30, [32035, 32035, 32035, 32035, 32035, 32035, 5675, 22819]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tokens"), VECTORS, ids=range(len(VECTORS)))
def test_the_vocabulary_gives_the_tokens_of_the_encoder(text: str, tokens: list[int]) -> None:
    assert EXACT.numbers(text) == tokens
    assert len(EXACT.starts(text)) == len(tokens)


def test_start_and_end_stand_behind_the_last_number_of_the_vocabulary() -> None:
    assert 256 + 256 + len(RANKS) == 49406  # the number of the start, so no merge is missing


def merged(word: str) -> list[str]:
    """A word's tokens, by the published rule: of all neighbours the ones that were merged first, again and again."""
    parts = [*word[:-1], f"{word[-1]}</w>"]
    while len(parts) > 1:
        pair = min(pairwise(parts), key=lambda pair: RANKS.get(pair, 1 << 30))
        if pair not in RANKS:
            break
        at, joined = 0, []
        while at < len(parts):
            if tuple(parts[at : at + 2]) == pair:
                joined.append(parts[at] + parts[at + 1])
                at += 2
            else:
                joined.append(parts[at])
                at += 1
        parts = joined
    return parts


@given(st.text("abcdefghijklmnopqrstuvwxyzEIST0123456789.,!?-_'() ", max_size=60))
def test_the_vocabulary_counts_as_the_rule_says(text: str) -> None:
    runs = re.findall(r"'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|\d|[^\sa-z\d]+", text.lower())
    assert len(EXACT.starts(text)) == sum(len(merged(run)) for run in runs)


@COUNTERS
@given(text=st.text(max_size=60).map(normalize))
def test_tokens_begin_in_the_text_and_in_its_order(counter: TokenCounter, text: str) -> None:
    starts = list(counter.starts(text))
    assert starts == sorted(starts)
    assert all(0 <= start < len(text) and not text[start].isspace() for start in starts)


@COUNTERS
@given(words=st.lists(st.text(min_size=1, max_size=8).map(normalize), max_size=8))
def test_words_are_counted_one_by_one(counter: TokenCounter, words: list[str]) -> None:
    alone = sum(len(counter.starts(word)) for word in words)
    together = len(counter.starts(" ".join(words)))
    # The estimate adds up parts of tokens, so a word's share may be rounded elsewhere.
    assert together == alone if counter.exact else abs(together - alone) <= len(words)


@COUNTERS
def test_what_is_no_text_is_counted_all_the_same(counter: TokenCounter) -> None:
    assert list(counter.starts("")) == []
    assert counter.starts("a \udcff b\x00c")[0] == 0


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("a photo of a cat", 5), ("she's late", 3), ("1080", 4), ("wolpertinger", 3), ("γέρος", 10), ("...", 1)],
)
def test_what_the_estimate_makes_of_a_text(text: str, tokens: int) -> None:
    assert len(ESTIMATE.starts(text)) == tokens


def in_a_process(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


LONG = "scene [NC]\n" + "  a lighthouse keeper climbs the spiral staircase in the storm\n" * 9


def test_with_the_library_prompts_are_counted() -> None:
    assert best_counter().exact


def test_without_the_library_prompts_are_estimated() -> None:
    code = f"import sys; sys.modules['tokenizers'] = None; import storyscript; r = storyscript.compile({LONG!r}); "
    assert "has about " in in_a_process(code + "print([problem.message for problem in r.problems])")


def test_a_story_of_short_prompts_loads_no_vocabulary() -> None:
    scene = "scene\n  walks down a narrow cobbled alley, wet stone. Rain runs off the tiles; her scarf is red.\n"
    story = f"character Mira\n  a young woman, short black hair,\n  red scarf\n{scene * 3}"
    code = "import sys, storyscript; r = storyscript.compile({!r}); print(r.problems, 'tokenizers' in sys.modules)"
    assert in_a_process(code.format(story)) == "() False\n"
    assert in_a_process(code.format(LONG)).endswith("True\n")
