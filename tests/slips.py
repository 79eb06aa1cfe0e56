"""Stories with the slips that people make: what fixes are for."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Final

from mutations import seeds

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD: Final = re.compile(r"[^\W\d_][\w-]{2,}")
_EXTRA: Final = (
    "reorder: no",
    "style: Line art",
    "style: comic-book",
    "size: 768 x 512",
    "captions: none",
    "  caption: sits",
    "  caption: She was late.",
    "    and tired",
    "  lead: Tom",
    "  lead: Mira",
    "  image: https://example.org/x.png",
    "  a young woman, red scarf",
    "  a young woman img, red scarf, img",
    "  [NC] a squirrel",
    "  Tom and Mira sit",
    "  @Tom's lamp // storyscript: ignore SS414",
    "  walks home //TODO later",
    "// storyscript: ignore SS404 SS401 (no reason)",
    "scene [NC]",
    "scene: yard",
    "character Tom",
    "character Mira",
    "event",
    "let rain = grey rain",
    "include cast.story",
    'include "cast.story"',
)


class Slips:
    """Makes stories; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - for documents, not for secrets
        good, bad = seeds()
        self._stories = [[data.decode("utf-8", "surrogateescape") for data in some] for some in (good, bad)]
        self._kinds: tuple[Callable[[str], str], ...] = (
            self._letters,
            self._letters,
            self._sign,
            self._indentation,
            self._line,
            self._line,
            self._again,
        )

    def document(self) -> bytes:
        """A story with one to five slips; it may have the line ends and the mark that Windows gives it."""
        chance = self._random
        text = chance.choice(chance.choice(self._stories))
        for _ in range(chance.randrange(1, 6)):
            text = chance.choice(self._kinds)(text)
        if chance.randrange(8) == 0:
            text = re.sub(r"\r?\n", "\r\n", text)
        mark = "\ufeff" if chance.randrange(8) == 0 else ""
        return (mark + text).encode("utf-8", "surrogateescape")

    def _letters(self, text: str) -> str:
        """One letter lost, twice there, or behind its neighbour."""
        words = list(_WORD.finditer(text))
        if not words:
            return text
        word = self._random.choice(words)
        at = self._random.randrange(word.start(), word.end() - 1)
        one, two = text[at], text[at + 1]
        return text[:at] + self._random.choice(("", one * 2, two + one, two)) + text[at + 2 :]

    def _sign(self, text: str) -> str:
        """A sign lost, or another one written."""
        signs = list(re.finditer(r"[@:={}#|\[\]]|//", text))
        if not signs:
            return text
        sign = self._random.choice(signs)
        return text[: sign.start()] + self._random.choice(("", "=", "：", " ", sign[0] * 2)) + text[sign.end() :]

    def _lines(self, text: str) -> tuple[list[str], int]:
        lines = text.split("\n")
        return lines, self._random.randrange(len(lines))

    def _indentation(self, text: str) -> str:
        lines, at = self._lines(text)
        lines[at] = self._random.choice(("", "  ", "    ", "\t", "\u3000")) + lines[at].lstrip(" \t")
        return "\n".join(lines)

    def _line(self, text: str) -> str:
        lines, at = self._lines(text)
        lines.insert(at, self._random.choice(_EXTRA))
        return "\n".join(lines)

    def _again(self, text: str) -> str:
        """A line a second time, somewhere else."""
        lines, at = self._lines(text)
        lines.insert(self._random.randrange(len(lines)), lines[at])
        return "\n".join(lines)
