"""Files that callers gave the service, to be named in a Run by their address."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyscript.fake.bodies import Upload
    from storyscript.fake.naming import Names

MAX_BYTES = 100 * 1024 * 1024
"""The size of a file that is taken (Wiro's documentation)."""

UPLOADS = "/uploads"
"""What the paths of these files begin with."""


class Uploads:
    """All files of one machine.

    Args:
        names: makes their ids and paths.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._by_path: dict[str, Upload] = {}

    def add(self, upload: Upload, *, origin: str, folder: str, now: float) -> dict[str, object]:
        """Keep a file.

        Args:
            upload: the file.
            origin: the scheme, host and port under which it is served.
            folder: the id of the folder that the caller named, or `""`.
            now: unix time in seconds.

        Returns:
            The file as the API shows it.
        """
        number = len(self._by_path)
        # The caller's name has no say in the path, but for its kind.
        suffix = mimetypes.guess_extension(upload.content_type) or ""
        path = f"{UPLOADS}/{self._names.folder('upload', number)}/{number}{suffix}"
        self._by_path[path] = upload
        return {
            "id": self._names.hexadecimal("upload", number),
            "name": upload.name,
            "contenttype": upload.content_type,
            "size": str(len(upload.content)),
            "parentid": folder,
            "url": f"{origin}{path}",
            "addedtime": str(int(now)),
            "accesskey": self._names.token("upload", number),
        }

    def find(self, path: str) -> Upload | None:
        """The file at a path, or None."""
        return self._by_path.get(path)
