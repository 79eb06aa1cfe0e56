"""Names of files and folders: from the story's names and the bytes themselves, never from the server.

Source: command-line page, "On disk".
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from fnmatch import fnmatchcase
from typing import Final, Protocol

_MOST_BYTES: Final = 120
_UNSAFE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)
"""What no file system or terminal should see: the signs of paths and patterns, controls, and what turns text round."""

SIGNATURES: Final = (
    ("89504e470d0a1a0a*", "png"),
    ("ffd8ff*", "jpg"),
    ("52494646????????57454250*", "webp"),
    ("474946383761*", "gif"),
    ("474946383961*", "gif"),
)
"""What each kind of picture begins with, in hexadecimal and with a shell's `?` and `*`, and its file name's ending."""


class Named(Protocol):
    """What a panel's file is named after: its number in the story, its kind, and its name if it has one."""

    @property
    def number(self) -> int: ...  # noqa: D102 - as the class says
    @property
    def kind(self) -> str: ...  # noqa: D102 - as the class says
    @property
    def name(self) -> str | None: ...  # noqa: D102 - as the class says


def extension(head: bytes) -> str | None:
    """What kind of picture begins with these bytes, as a file name's ending; None for none that is known."""
    digits = head.hex()
    return next((ending for signature, ending in SIGNATURES if fnmatchcase(digits, signature)), None)


def panel_stem(panel: Named) -> str:
    """The name of a panel's file without its ending: `001-attic`, `002-scene` for a scene without a name."""
    return f"{panel.number:03}-{_safe(panel.name or panel.kind)}"


def panel_file(panel: Named, ending: str) -> str:
    """The name of a panel's file: `001-attic.png`."""
    return f"{panel_stem(panel)}.{ending}"


def story_folder(file: str) -> str:
    """The name of a story's folder: its file's, without the ending."""
    stem = posixpath.basename(file).removesuffix(".story")
    return _safe(stem).strip(". ") or "story"


def _safe(name: str) -> str:
    name = _UNSAFE.sub("-", unicodedata.normalize("NFC", name)).strip("-")
    return name.encode("utf-8", "replace")[:_MOST_BYTES].decode("utf-8", "ignore")
