"""Writing credentials into the user's own file: whole, readable by nobody else, and with all that stood in it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.config import files
from storyscript.errors import ConfigurationError, DiskError
from storyscript.hidden import Hidden

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_FOLDER_MODE: Final = 0o700


def save_credentials(key: Hidden, secret: Hidden | None) -> Path:
    """Put credentials into the user file, in place of those that stood there.

    Everything else in it stays as it is, comments too. A link is followed, so that a file that is kept elsewhere stays
    there.

    Returns:
        The user file.

    Raises:
        ConfigurationError: what stands there is no settings file.
        DiskError: it could not be written; what stood there still does.
    """
    path = files.user_file()
    text = _with_credentials(path, key, secret)
    if text is None:
        raise ConfigurationError(f"`{path}` is no settings file: mend or delete it, then log in again")
    failure = _write(path, text)
    if failure is not None:
        raise DiskError(f"cannot write `{path}`: {failure}; nothing of it was changed")
    return path


def _with_credentials(path: Path, key: Hidden, secret: Hidden | None) -> Hidden | None:
    """The file's text with other credentials in it, or None where it is no settings file."""
    import tomlkit  # noqa: PLC0415 - only a login writes
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 - only a login writes

    if path.exists() and not path.is_file():
        return None  # such as a pipe, which would be waited for
    try:
        document = tomlkit.parse(path.read_bytes().decode("utf-8-sig")) if path.exists() else tomlkit.document()
        _put(document, key, secret)
        return Hidden(tomlkit.dumps(document))
    except (OSError, TOMLKitError, ValueError, TypeError, RecursionError):
        return None


def _put(document: TOMLDocument, key: Hidden, secret: Hidden | None) -> None:
    import tomlkit  # noqa: PLC0415 - only a login writes

    if files.TABLE not in document:
        document[files.TABLE] = tomlkit.table()
    table = document[files.TABLE]
    if not isinstance(table, dict):
        raise TypeError(files.TABLE)
    table["key"] = key.reveal()
    if secret is not None:
        table["secret"] = secret.reveal()
    elif "secret" in table:
        # It belonged to another key.
        del table["secret"]


def _write(path: Path, text: Hidden) -> str | None:
    """Write a file for its owner alone; what went wrong, or None."""
    temporary: str | None = None
    try:
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        if not path.parent.is_symlink():  # a folder that is kept elsewhere is not only ours
            path.parent.chmod(_FOLDER_MODE)
        target = Path(os.path.realpath(path))
        # With mode 0600 from the beginning.
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(text.reveal().encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)  # noqa: PTH105 - a string, as tempfile gave it
        temporary = None
        _sync(target.parent)
    except OSError as error:
        return error.strerror or "the disk failed"
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 - a string, as tempfile gave it
    return None


def _sync(folder: Path) -> None:
    """Have a folder's entries on the disk, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
