"""The files of a story as they were read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storyscript.source import OutsideRootError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyscript.source import Located, Reader


class Snapshot:
    """A reader that asks another one only once for each file: what changes on the disk meanwhile is not seen.

    Args:
        reader: opens the files.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader: Final = reader
        self._located: dict[tuple[str, str], Located | OSError | OutsideRootError | ValueError] = {}
        self._data: dict[str, bytes | OSError] = {}
        self._changed: Mapping[str, str] = {}

    def with_text(self, path: str, text: str) -> Snapshot:
        """The same files, but one of them, given by its `Located.path`, with another text."""
        other = Snapshot(self._reader)
        other.__dict__.update(self.__dict__)
        other._changed = {path: text}
        return other

    def locate(self, path: str, base: str) -> Located:
        """Find a file; see `storyscript.source.Reader.locate`.

        Raises:
            OutsideRootError: as the reader did.
            OSError: as the reader did.
            ValueError: as the reader did.
        """
        found = self._located.get((path, base))
        if found is None:
            try:
                found = self._reader.locate(path, base)
            except (OSError, OutsideRootError, ValueError) as error:
                found = error
            self._located[path, base] = found
        if isinstance(found, Exception):
            raise found
        return found

    def read(self, located: Located) -> bytes:
        """The bytes of a file.

        Raises:
            OSError: as the reader did.
        """
        changed = self._changed.get(located.path)
        if changed is not None:
            return changed.encode("utf-8", "surrogateescape")
        data = self._data.get(located.identity)
        if data is None:
            try:
                data = self._reader.read(located)
            except OSError as error:
                data = error
            self._data[located.identity] = data
        if isinstance(data, OSError):
            raise data
        return data
