"""Which `.story` files there are below a project's folders, and which of them include which.

An editor opens a cast, and wants to know what it breaks in the stories that include it, which are not open. So every
file is looked at for its includes: only for them, and only again when it has changed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.folder import SUFFIX, Bounds, is_below, read_plain, stories_below
from storyscript.lsp.uris import identity_of, named_from
from storyscript.source import MAX_SOURCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOUNDS: Final = Bounds(folders=20_000, stories=20_000)
"""So much of an editor's folders is looked at. Who opens a home folder still has what is least far below it."""
_INCLUDE: Final = re.compile(rb"^(?:\xef\xbb\xbf)?(?i:include)([ \t]+[^\r\n]+)", re.MULTILINE)
_COMMENT: Final = re.compile(rb"[ \t]//(?:[ \t].*)?$")


class _Seen(NamedTuple):
    """A file as it was when it was looked at."""

    stamp: tuple[int, int]
    includes: tuple[str, ...]


class Index:
    """The files below some folders, by their identities (`storyscript.lsp.uris.identity_of`)."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._roots: tuple[set[str], set[str]] = (set(), set())

    def is_of(self, deep: set[str], alone: set[str]) -> bool:
        """Whether these are the folders that were looked at last."""
        return self._roots == (deep, alone)

    def look(self, deep: set[str], alone: set[str]) -> None:
        """Look at all files in folders again; those that have not changed since cost little.

        Args:
            deep: folders with all that is below them, symbolic links resolved.
            alone: folders without.
        """
        before, self._seen = self._seen, {}
        self._roots = deep, alone
        for path in stories_below(sorted(deep), sorted(alone), bounds=_BOUNDS).paths:
            self._note(path, before.get(path))

    def look_at(self, path: Path) -> None:
        """Look at one file again, which may be new, or gone; one that `look` would not have found stays unknown."""
        identity = identity_of(path)
        old = self._seen.pop(identity, None)
        if path.suffix == SUFFIX and (old is not None or self._may_find(str(path)) or self._may_find(identity)):
            self._note(identity, old)

    def _may_find(self, path: str) -> bool:
        deep, alone = self._roots
        folder, name = os.path.split(path)
        here = folder in alone and not name.startswith(".")
        return len(self._seen) < _BOUNDS.stories and (here or is_below(path, deep))

    def includes(self, identity: str) -> tuple[str, ...]:
        """The files that a file includes, as far as it is known."""
        seen = self._seen.get(identity)
        return () if seen is None else seen.includes

    def __iter__(self) -> Iterator[str]:
        return iter(self._seen)

    def _note(self, identity: str, old: _Seen | None) -> None:
        try:
            status = Path(identity).stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if old is None or old.stamp != stamp:
                old = _Seen(stamp, tuple(included(read_plain(identity, MAX_SOURCE_BYTES), identity)))
        except (OSError, ValueError):
            return
        self._seen[identity] = old


def included(data: bytes, identity: str) -> Iterator[str]:
    """The identities of the files that a file's bytes include; those outside its project among them."""
    for match in _INCLUDE.finditer(data):
        path = os.fsdecode(_COMMENT.sub(b"", match[1])).strip()
        found = named_from(identity, path) if path and not path.startswith(":") else None
        if found is not None:
            yield found
