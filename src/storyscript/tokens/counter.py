"""The port through which tokens are counted, and how many the encoder reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW: Final = 77
"""The tokens that the text encoders of Stable Diffusion XL read, start and end included; the rest is cut off."""

ENDS: Final = 2
"""The tokens that stand for the start and the end."""


class TokenCounter(Protocol):
    """Counts the tokens of a text."""

    @property
    def exact(self) -> bool:
        """Whether it counts what the encoder's own tokenizer counts, or estimates it."""
        ...

    def starts(self, text: str) -> Sequence[int]:
        """For each token of a text, in order, the offset at which what it stands for begins.

        The text has its white space collapsed, as all texts that are sent have. The start and the end of the prompt
        are not among its tokens.
        """
        ...
