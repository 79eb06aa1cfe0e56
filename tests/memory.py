"""A reader over files in memory: the port that a story reads through, without a disk."""

from __future__ import annotations

import posixpath

from storyscript.source import Located, OutsideRootError


class MemoryReader:
    """Files by their path; what leads out of them is outside the root."""

    def __init__(self, files: dict[str, str | bytes]) -> None:
        self._files = files

    def locate(self, path: str, base: str) -> Located:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
        if name.startswith(("../", "/")):
            raise OutsideRootError(path)
        if name not in self._files:
            raise FileNotFoundError(name)
        return Located(name, name)

    def read(self, located: Located) -> bytes:
        data = self._files[located.path]
        return data.encode() if isinstance(data, str) else data
