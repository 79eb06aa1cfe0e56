"""Between the URIs that an editor uses and the paths of this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname

_HERE: Final = ("", "localhost")


def path_of(uri: str) -> Path | None:
    """The path that a `file:` URI names; None for every other URI, such as that of a text that was never saved."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme.lower() != "file":
        return None
    if os.name == "nt":
        return Path(url2pathname(f"//{parts.netloc}{parts.path}" if parts.netloc not in _HERE else parts.path))
    # A `?` or `#` that an editor left as it is belongs to the name: a file's URI has no query.
    try:
        name = unquote_to_bytes(uri.partition("//")[2].removeprefix(parts.netloc))
    except ValueError:  # half a character
        return None
    if parts.netloc not in _HERE or not name.startswith(b"/") or b"\0" in name:
        return None
    return Path(os.fsdecode(name))


def uri_of(path: Path) -> str:
    """The URI of a file."""
    return path.absolute().as_uri()


def identity_of(path: Path) -> str:
    """What is the same for every path that leads to a file, whether it exists or not."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return str(path)


def named_from(identity: str, path: str) -> str | None:
    """The identity of what a file names by a path relative to itself; None where no file can have that name."""
    try:
        return os.path.realpath(Path(identity).parent / path)
    except (OSError, ValueError):
        return None
