"""Names of files and folders: from the story's names and the bytes themselves, never from the server.

Source: command-line page, "On disk".
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storyscript.ir import Panel

_MOST_BYTES: Final = 120
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\ud800-\udfff]+")

_SIGNATURES: Final = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp"),
    (re.compile(rb"GIF8[79]a"), "gif"),
)


def extension(head: bytes) -> str | None:
    """What kind of picture begins with these bytes, as a file name's ending; None for none that is known."""
    return next((ending for signature, ending in _SIGNATURES if signature.match(head)), None)


def panel_file(panel: Panel, ending: str) -> str:
    """The name of a panel's file: `001-attic.png`, `002-scene.png` for a scene without a name."""
    return f"{panel.number:03}-{_safe(panel.name or panel.kind)}.{ending}"


def story_folder(file: str) -> str:
    """The name of a story's folder: its file's, without the ending."""
    stem = PurePosixPath(file).name.removesuffix(".story")
    return _safe(stem).strip(". ") or "story"


def _safe(name: str) -> str:
    name = _UNSAFE.sub("-", unicodedata.normalize("NFC", name)).strip("-")
    return name.encode("utf-8", "replace")[:_MOST_BYTES].decode("utf-8", "ignore")
