"""The pipe-and-hash encoding of `generalPrompt` and `extraEventPrompts`.

    generalPrompt     = scene (" | " scene)*          extraEventPrompts = event (" | " event)*  or empty
    scene             = those present of   [NC]   description   caption,   joined by one space
    caption           = "#" text       a caption
                      | "#"            no caption
                      | nothing        the default: the service uses the description
    event             = description

Writing gives the canonical form, which every known reader of the encoding understands alike; reading takes any
string. For every list of scenes that can be written `decode(encode(scenes)) == scenes`; for every string
`encode(decode(text))` is its canonical form. Source: the language page, "The encoding, exactly", and the API page,
"What the encoding means to the machine that reads it". This module depends on nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SEPARATOR: Final = "|"
"""Ends a scene; there is no escape for it."""
CAPTION_SIGN: Final = "#"
"""What follows the last one in a scene is its caption."""
NO_CHARACTER_MARK: Final = "[NC]"
"""Anywhere in a scene, it takes the character out of it."""

_CONTROLS: Final = dict.fromkeys([*range(0x20), 0x7F], " ")

# Default-ignorable code points (Unicode, DerivedCoreProperties): a text of these alone shows nothing.
_INVISIBLE: Final = (
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff ]+"
)


class EncodingError(ValueError):
    """A scene or event that the encoding has no form for."""


class Scene(NamedTuple):
    """One scene as the encoding holds it.

    Attributes:
        description: what it shows.
        caption: a text; `""` for none; None for the default (the service uses the description).
        no_character: marked `[NC]`.
    """

    description: str
    caption: str | None = None
    no_character: bool = False


def normalize(text: str) -> str:
    """Trim white space and collapse runs of it; a text of invisible characters alone becomes `""`.

    White space is all that Unicode calls a space, and everything that `str.splitlines` splits at (language page,
    "Lines, white space, names").
    """
    text = " ".join(text.split())
    if text.isascii() or re.fullmatch(_INVISIBLE, text) is None:
        return text
    return ""


def encode(scenes: Iterable[Scene]) -> str:
    """Write scenes as a `generalPrompt`, in canonical form.

    Raises:
        EncodingError: a text holds what has no escape (`|`, `[NC]`, a `#` that would be read as a caption's), is
            not normalized, or both texts of a scene are empty.
    """
    return f" {SEPARATOR} ".join(map(_encode_scene, scenes))


def decode(text: str) -> list[Scene]:
    """Read any string as a `generalPrompt`; segments without any text are dropped. Never fails."""
    scenes = []
    for segment in text.translate(_CONTROLS).split(SEPARATOR):
        body = _without_marks(segment)
        description, sign, words = body.rpartition(CAPTION_SIGN)
        if not sign:
            description, words = words, description
        description, caption = normalize(description), normalize(words)
        if description or caption:
            scenes.append(Scene(description, caption if sign else None, body is not segment))
    return scenes


def encode_events(events: Iterable[str]) -> str:
    """Write events as an `extraEventPrompts`, in canonical form; no events give `""`.

    Raises:
        EncodingError: as `encode`, and for any `#`: an event has no caption.
    """
    return f" {SEPARATOR} ".join(map(_encode_event, events))


def decode_events(text: str) -> list[str]:
    """Read any string as an `extraEventPrompts`: of each segment, what stands before its first `#`. Never fails."""
    segments = text.translate(_CONTROLS).split(SEPARATOR)
    events = (normalize(_without_marks(segment).partition(CAPTION_SIGN)[0]) for segment in segments)
    return [event for event in events if event]


def _encode_scene(scene: Scene) -> str:
    description, caption = scene.description, scene.caption
    _require_plain(description)
    if caption is None:
        if CAPTION_SIGN in description:
            raise EncodingError(f"a '#' in a description needs a caption after it: {description!r}")
        if not description:
            raise EncodingError("a scene needs a description or a caption")
        text = description
    else:
        _require_plain(caption)
        if CAPTION_SIGN in caption:
            raise EncodingError(f"a caption cannot hold '#': {caption!r}")
        if not description and not caption:
            raise EncodingError("a scene needs a description or a caption")
        text = f"{description} #{caption}" if description else f"#{caption}"
    return f"{NO_CHARACTER_MARK} {text}" if scene.no_character else text


def _encode_event(event: str) -> str:
    _require_plain(event)
    if CAPTION_SIGN in event:
        raise EncodingError(f"an event cannot hold '#': {event!r}")
    if not event:
        raise EncodingError("an event needs a description")
    return event


def _require_plain(text: str) -> None:
    if SEPARATOR in text:
        raise EncodingError(f"a text cannot hold '|': {text!r}")
    if NO_CHARACTER_MARK in text:
        raise EncodingError(f"a text cannot hold '[NC]': {text!r}")
    if normalize(text) != text or (not text.isprintable() and text.translate(_CONTROLS) != text):
        raise EncodingError(f"a text has one space between words and no line breaks: {text!r}")


def _without_marks(text: str) -> str:
    """Remove `[NC]` until none is left; the same object comes back where there was none."""
    if NO_CHARACTER_MARK not in text:
        return text
    # Removing one may close up another ("[N[NC]C]"). The mark does not overlap itself, so one pass with a
    # stack finds what repeated removal would, in linear time.
    kept: list[str] = []
    mark = list(NO_CHARACTER_MARK)
    for sign in text:
        kept.append(sign)
        if sign == mark[-1] and kept[-len(mark) :] == mark:
            del kept[-len(mark) :]
    return "".join(kept)
