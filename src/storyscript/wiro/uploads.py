"""Files for the service: what may be sent, and what its answer says."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

from storyscript import protocol
from storyscript.errors import ConfigurationError, MalformedAnswerError
from storyscript.wiro.addresses import file_address
from storyscript.wiro.censor import one_line
from storyscript.wiro.models import Output, read_object

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.wiro.answers import Answer

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*/[A-Za-z0-9][A-Za-z0-9.+-]*")
_MOST_NAME = 200


def checked_size(path: Path, *, name: str, content_type: str) -> int:
    """The size of a file that may be sent under a name, in bytes.

    Raises:
        ConfigurationError: there is no such file, it is too large, or name and type are not in form.
    """
    if not 0 < len(name) <= _MOST_NAME or not name.isprintable() or not {"/", "\\"}.isdisjoint(name):
        raise ConfigurationError(f"the name {one_line(name, limit=60)!r} for an upload is no plain name of a file")
    if not _MEDIA_TYPE.fullmatch(content_type):
        raise ConfigurationError(f"{content_type[:60]!r} is no media type for an upload: it looks like image/png")
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    if not stat.S_ISREG(status.st_mode):
        raise ConfigurationError(f"`{path}` is no plain file, so it cannot be uploaded: name another one")
    if status.st_size > protocol.MOST_UPLOAD_BYTES:
        raise ConfigurationError(
            f"`{path}` has {status.st_size} bytes, and the service takes {protocol.MOST_UPLOAD_BYTES} at most: make it "
            "smaller"
        )
    return status.st_size


def unreadable(path: Path, error: OSError | ValueError) -> ConfigurationError:
    """The error for a file that cannot be read."""
    why = error.strerror if isinstance(error, OSError) else None
    return ConfigurationError(f"cannot read `{path}`, which is to be uploaded: {why or 'it is no path'}")


def uploaded_address(answer: Answer, *, size: int, any_scheme: bool) -> str:
    """Where the service keeps a file that it took.

    Args:
        answer: the answer to the upload.
        size: how many bytes were sent. A file that arrived cut short would spoil a task that is paid for.
        any_scheme: see `file_address`.

    Raises:
        MalformedAnswerError: it names no file, no usable address, or another size.
    """
    endpoint = protocol.FILE_UPLOAD
    if answer.lists("list") != 1:
        raise MalformedAnswerError(f"{endpoint}: the service's answer does not name the one file; try again later")
    file = read_object(Output, answer.first("list"), endpoint=endpoint)
    if file.size is not None and file.size != size:
        raise MalformedAnswerError(
            f"{endpoint}: the service has {file.size} bytes of a file of {size}; nothing uses it: upload it again"
        )
    if file.url is None:
        raise MalformedAnswerError(f"{endpoint}: the service gave no address for the file; try again later")
    file_address(file.url, any_scheme=any_scheme)
    return file.url
