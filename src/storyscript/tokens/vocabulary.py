"""The exact count, by CLIP's own vocabulary, where the optional library `tokenizers` is installed.

`clip_merges.txt` holds the merges of CLIP's byte-pair encoding in their order, which is all that its vocabulary is
made of. The tokenizer is put together as the one that `transformers` gives to Stable Diffusion XL.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Final

from storyscript.tokens.estimate import TokenEstimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Tokenizer

    from storyscript.tokens.counter import TokenCounter

EXTRA: Final = "tokens"
"""What to install for an exact count."""

_WORD_END: Final = "</w>"
_RUNS: Final = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


class TokenVocabulary:
    """Counts tokens exactly; a `TokenCounter`.

    Raises:
        ImportError: the library `tokenizers` is not installed.
    """

    exact: Final = True

    def __init__(self) -> None:
        self._tokenizer: Final = _tokenizer()

    def starts(self, text: str) -> Sequence[int]:
        """See `TokenCounter.starts`."""
        return [start for start, _ in self._tokenizer.encode(_plain(text), add_special_tokens=False).offsets]

    def numbers(self, text: str) -> list[int]:
        """The tokens of a text, as the vocabulary numbers them."""
        return self._tokenizer.encode(_plain(text), add_special_tokens=False).ids


@cache
def best_counter() -> TokenCounter:
    """The exact count where the library for it is installed, else the estimate."""
    try:
        return TokenVocabulary()
    except ImportError:
        return TokenEstimate()


def _plain(text: str) -> str:
    """The text with each lone surrogate, which stands for a wrong byte, as a sign that can be encoded."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _tokenizer() -> Tokenizer:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers  # noqa: PLC0415 - optional, and heavy

    text = (pkgutil.get_data(__name__, "clip_merges.txt") or b"").decode()
    merges = [(first, second) for first, _, second in (line.partition(" ") for line in text.splitlines())]
    signs = _signs_of_bytes()
    names = chain(signs, [sign + _WORD_END for sign in signs], text.replace(" ", "").splitlines())
    vocabulary = {name: number for number, name in enumerate(names)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, end_of_word_suffix=_WORD_END))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_RUNS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    return tokenizer


def _signs_of_bytes() -> list[str]:
    """The sign that stands for each byte, in the vocabulary's order: itself if it can be seen, else a further one."""
    seen = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return [*map(chr, seen), *(chr(0x100 + number) for number in range(0x100 - len(seen)))]
