"""How the machine behind the tool reads the encoded story.

Written from the open-source StoryDiffusion code that the tool wraps, and on purpose not from storyscript's
own encoder: the two must be able to disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

_SEPARATOR = "|"
_HASH = "#"
_NO_CHARACTER = "[NC]"


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
    lines = (line.strip() for line in encoded.replace(_SEPARATOR, "\n").splitlines())
    return tuple(_read_scene(character.strip(), line) for line in lines if line)


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
