"""How the machine behind the tool reads the encoded story.

Written from the open-source StoryDiffusion code that the tool wraps, and on purpose not from storyscript's
own encoder: the two must be able to disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HASH = "#"
_NO_CHARACTER = "[NC]"
_ENDS: Final = r"|\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_SCENE: Final = re.compile(rf"[^{_ENDS}\s][^{_ENDS}]*")

MOST_PANELS: Final = 4096
"""Of a task. No story has as many; a machine that took more would fill its memory with them."""

_MOST_CHARACTERS: Final = 16 * 1024 * 1024
"""Of all prompts of a task together, in each of which its character is repeated."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One scene as the machine understands it.

    Attributes:
        prompt: the image's whole prompt.
        character: the part of the prompt that describes the character; `""` where it shows none.
        description: the part of the prompt after the character; `""` where a `#` cut it off.
        caption: what is written under the picture; `""` for nothing.
        no_character: the scene was marked as one without its character.
    """

    prompt: str
    character: str
    description: str
    caption: str
    no_character: bool


def read_scenes(character: str, encoded: str) -> tuple[Reading, ...]:
    """The scenes of a `generalPrompt` or `extraEventPrompts`.

    Args:
        character: the tool's `prompt`.
        encoded: scenes separated by `|`. The reader makes lines of them and then splits lines, so whatever
            Python calls a line end separates scenes as well. Empty ones are read as nothing.
    """
    return tuple(_read_scene(character.strip(), scene) for scene in _scenes(encoded))


def is_too_much(character: str, stories: Sequence[str]) -> bool:
    """More is asked for than the machine takes; found out without reading it all.

    Args:
        character: the tool's `prompt`.
        stories: its `generalPrompt` and `extraEventPrompts`.
    """
    panels = sum(1 for _ in islice(chain.from_iterable(map(_scenes, stories)), MOST_PANELS + 1))
    return panels > MOST_PANELS or panels * len(character) + sum(map(len, stories)) > _MOST_CHARACTERS


def _scenes(encoded: str) -> Iterator[str]:
    return (found[0].rstrip() for found in _SCENE.finditer(encoded))


def _read_scene(character: str, line: str) -> Reading:
    no_character = _NO_CHARACTER in line
    bare = line.replace(_NO_CHARACTER, "")
    lead = "" if no_character else f"{character},"
    whole = lead + bare
    prompt = whole.rpartition(_HASH)[0] if _HASH in whole else whole
    return Reading(
        prompt=prompt.strip(),
        character=prompt[: len(lead)].removesuffix(",").strip(),
        description=prompt[len(lead) :].strip(),
        caption=bare.rpartition(_HASH)[2].strip(),
        no_character=no_character,
    )
