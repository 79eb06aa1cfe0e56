"""An estimate of a prompt's tokens, without the vocabulary.

The text is taken apart as CLIP's tokenizer does it, into runs of letters, single digits, and runs of other signs. A
run that is known to be one token counts as one; of any other the average that such runs were found to have. How far
the estimate is off is measured by `python -m benchmarks.tokens`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from storyscript.tokens.words import is_one_token

_RUNS: Final = r"'(?ai:s|t|re|ve|m|ll|d)|[^\W\d_]+|\d|(?:[^\w\s]|_)+"
"""Compiled when it is first needed, which in most stories it never is."""

_TOKEN: Final = 100
"""All costs are in hundredths of a token."""

# Letters, by the first code point of a stretch. Averages over running text: the translations of a web framework, which
# share no sentence with what the estimate is measured by.
_LETTERS: Final = (
    (0x00000, 35),  # ASCII letters beside others
    (0x00080, 120),  # Latin with accents: Western Europe
    (0x00100, 190),  # and the rest of it
    (0x00370, 200),  # Greek
    (0x00400, 120),  # Cyrillic
    (0x00530, 200),  # Armenian, Hebrew
    (0x00600, 103),  # Arabic
    (0x00700, 200),
    (0x00900, 140),  # Devanagari
    (0x00980, 200),  # the other scripts of India
    (0x00E00, 110),  # Thai
    (0x00E80, 200),
    (0x01E00, 300),  # Latin with two accents
    (0x02000, 200),
    (0x03040, 170),  # kana
    (0x03100, 250),  # Han
    (0x0AC00, 195),  # Hangul
    (0x0D7B0, 300),
)
_SIGNS: Final = (
    (0x00000, 35),
    (0x00080, 130),
    (0x00900, 120),  # vowel signs of India
    (0x02000, 150),  # dashes, quotation marks, arrows
    (0x03000, 105),  # Chinese and Japanese punctuation
    (0x03040, 150),
    (0x0FE00, 100),  # variation selectors
    (0x0FE10, 280),  # wide forms
    (0x10000, 155),  # emoji
)
_LETTERS_FROM: Final = [first for first, _ in _LETTERS]
_SIGNS_FROM: Final = [first for first, _ in _SIGNS]

_TWO_TOKENS: Final = 6
"""A word of ASCII letters that is not one token is mostly two, up to this length."""
_EACH_MORE: Final = 20


class TokenEstimate:
    """Estimates tokens; a `TokenCounter`."""

    exact: Final = False

    def starts(self, text: str) -> list[int]:
        """See `TokenCounter.starts`; where a word is more than one token, they are spread over it."""
        starts: list[int] = []
        cost = _TOKEN // 2
        for match in re.finditer(_RUNS, text):
            cost += _cost(match[0])
            number = cost // _TOKEN - len(starts)
            start, size = match.start(), match.end() - match.start()
            starts += [start + size * n // number for n in range(number)]
        return starts


def _cost(run: str) -> int:
    if run.isascii():
        if len(run) == 1 or run[0] == "'":
            return _TOKEN
        if run.isalpha():
            return _TOKEN if is_one_token(run.lower()) else 2 * _TOKEN + max(0, len(run) - _TWO_TOKENS) * _EACH_MORE
        return max(_TOKEN, _SIGNS[0][1] * len(run))
    costs, bounds = (_LETTERS, _LETTERS_FROM) if run[0].isalpha() else (_SIGNS, _SIGNS_FROM)
    return max(_TOKEN, sum([costs[bisect_right(bounds, ord(sign)) - 1][1] for sign in run]))
