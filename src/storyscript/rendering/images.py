"""Whether a file is a picture: not whether it begins like one, but whether all of it decodes.

A picture of which half arrived begins like a whole one, and so does a few bytes' worth of header that promises more
pixels than fit into memory. Safe to use in several threads at once: nothing of Pillow's or Python's state for the
whole process is touched.
"""

from __future__ import annotations

import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from storyscript.errors import ConfigurationError, DiskError
from storyscript.naming import extension

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL.ImageFile import ImageFile

MOST_PIXELS: Final = 89_000_000
"""Pixels of a picture that is decoded. The service draws a few million at most; Pillow warns from 89,478,485 on."""

MOST_UPLOAD_BYTES: Final = 100_000_000
"""The size of a file that the service takes: 100 MB (Wiro's documentation), read as the smaller of both kinds of MB."""

CONTENT_TYPES: Final = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}
"""The media types of the pictures that storyscript knows, by their files' endings."""

_HEAD: Final = 16
"""Bytes that tell a picture's kind."""


class UnfitPictureError(Exception):
    """A file is no picture that can be used; the message is a short reason: `does not decode`."""


class Kind(NamedTuple):
    """What a picture is.

    Attributes:
        extension: its file name's ending: `png`, `jpg`, `webp` or `gif`.
        width, height: in pixels, as stored.
    """

    extension: str
    width: int
    height: int


def check_picture(path: Path) -> Kind:
    """Decode a picture that is on the disk, all of it; of an animation the first frame.

    Raises:
        UnfitPictureError: it is none, is damaged or cut short, or has too many pixels.
        DiskError: it cannot be read.
    """
    try:
        with path.open("rb") as stream, decoded(stream) as (kind, _):
            return kind
    except OSError as error:
        raise DiskError(f"cannot read `{path}`: {error.strerror or error}") from error


def check_upload(path: Path) -> tuple[str, str]:
    """Look at an image of the user's before it is sent.

    Returns:
        Its file name's ending, by its bytes and not by its name, and its media type.

    Raises:
        ConfigurationError: it is not there, cannot be read, is too large, or is no picture.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ConfigurationError(f"the image `{path}` is no plain file: name one")
        if status.st_size > MOST_UPLOAD_BYTES:
            raise ConfigurationError(
                f"the image `{path}` has {status.st_size:,} bytes; the service takes {MOST_UPLOAD_BYTES:,} at most: "
                "make it smaller"
            )
        with path.open("rb") as stream, decoded(stream) as (kind, _):
            return kind.extension, CONTENT_TYPES[kind.extension]
    except UnfitPictureError as error:
        raise ConfigurationError(f"the image `{path}` {error}: use a whole PNG, JPEG, WebP or GIF picture") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file can have that name"
        raise ConfigurationError(f"cannot read the image `{path}`: {reason or error}") from None


@contextmanager
def decoded(stream: BinaryIO, *, most_pixels: int = MOST_PIXELS) -> Iterator[tuple[Kind, ImageFile]]:
    """A picture, decoded to its last pixel; closed at the end.

    Args:
        stream: the file, from its beginning.
        most_pixels: more are refused before any is decoded.

    Raises:
        UnfitPictureError: it is no picture, is damaged or cut short, or has too many pixels.
        OSError: the disk failed.
    """
    ending = extension(stream.read(_HEAD))
    if ending is None:
        raise UnfitPictureError("is no picture that storyscript knows")
    stream.seek(0)
    try:
        image = _open(stream, ending)
    except Exception as error:  # decoders raise whatever a damaged file leads them to
        raise _unfit(error) from error
    with image:
        pixels = image.width * image.height
        if pixels > most_pixels:
            raise UnfitPictureError(f"has {pixels:,} pixels, which are too many")
        try:
            image.load()
        except Exception as error:  # as above
            raise _unfit(error) from error
        yield Kind(ending, image.width, image.height), image


def _open(stream: BinaryIO, ending: str) -> ImageFile:
    """Read a picture's header, as the kind that its first bytes say and as no other.

    Not by `Image.open`: for a picture of many pixels that goes through Python's warnings, which are the process's.
    """
    match ending:
        case "png":
            from PIL.PngImagePlugin import PngImageFile  # noqa: PLC0415 - only pictures need it

            return PngImageFile(stream)
        case "jpg":
            from PIL.JpegImagePlugin import JpegImageFile  # noqa: PLC0415 - as above

            return JpegImageFile(stream)
        case "webp":
            from PIL.WebPImagePlugin import WebPImageFile  # noqa: PLC0415 - as above

            return WebPImageFile(stream)
        case _:
            from PIL.GifImagePlugin import GifImageFile  # noqa: PLC0415 - as above

            return GifImageFile(stream)


def _unfit(error: Exception) -> Exception:
    """What a decoder's error means: the file's fault, unless the system gave it a number."""
    if isinstance(error, OSError) and error.errno is not None:
        return error
    from PIL.Image import DecompressionBombError, DecompressionBombWarning  # noqa: PLC0415 - as above

    if isinstance(error, DecompressionBombError | DecompressionBombWarning):
        return UnfitPictureError("has too many pixels")
    return UnfitPictureError("does not decode")
