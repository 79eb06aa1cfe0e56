from __future__ import annotations

import asyncio
import io
import os
import random
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from storyscript.errors import ConfigurationError, DiskError
from storyscript.rendering import images
from storyscript.rendering.images import Kind, UnfitPictureError, check_picture, check_upload

# Noise, so that a cut anywhere cuts off pixels.
NOISE = Image.frombytes("RGB", (40, 30), random.Random(3).randbytes(40 * 30 * 3))  # noqa: S311 - no secret
FORMS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "png": ("PNG", "png", {}),
    "jpeg": ("JPEG", "jpg", {}),
    "progressive jpeg": ("JPEG", "jpg", {"progressive": True}),
    "webp": ("WEBP", "webp", {}),
    "lossless webp": ("WEBP", "webp", {"lossless": True}),
    "gif": ("GIF", "gif", {}),
}
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}
UNKNOWN = "is no picture that storyscript knows"


def encoded(form: str, **more: object) -> bytes:
    buffer = io.BytesIO()
    name, _, options = FORMS[form]
    NOISE.save(buffer, name, **options, **more)
    return buffer.getvalue()


def file(folder: Path, data: bytes, name: str = "output") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnfitPictureError) as caught:
        check_picture(path)
    return str(caught.value)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int) -> bytes:
    """A PNG that promises a size and has nearly nothing to show for it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_picture(tmp_path: Path, form: str) -> None:
    assert check_picture(file(tmp_path, encoded(form))) == Kind(FORMS[form][1], 40, 30)


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_cut_anywhere(tmp_path: Path, form: str) -> None:
    data = encoded(form)
    # What follows the last pixel of a PNG are its checksums and its end (20 bytes), of a GIF its end (2).
    needed = len(data) - {"png": 20, "gif": 2}.get(form, 0)
    cuts = {0, 1, 11, 12, 15, 16, *range(17, needed, 97), needed - 1}
    for cut in cuts:
        assert refusal(file(tmp_path, data[:cut])) in {UNKNOWN, "does not decode"}
    assert check_picture(file(tmp_path, data[:needed])).width == 40


@pytest.mark.parametrize("form", ["png", "gif", "webp"])
def test_of_an_animation_the_first_frame(tmp_path: Path, form: str) -> None:
    data = encoded(form, save_all=True, append_images=[NOISE.rotate(90), NOISE.rotate(180)])
    assert check_picture(file(tmp_path, data)) == Kind(FORMS[form][1], 40, 30)


def test_a_damaged_frame_later_on_costs_nothing(tmp_path: Path) -> None:
    data = encoded("gif", save_all=True, append_images=[NOISE.rotate(90)])
    assert check_picture(file(tmp_path, data[: len(data) * 3 // 4])).extension == "gif"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", UNKNOWN),
        (b"<html>\n<title>502</title>", UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UNKNOWN),
        (b"BM" + b"\0" * 60, UNKNOWN),
        (b"II*\0" + b"\0" * 60, UNKNOWN),
        (b"\x89PNG\r\n\x1a\n" + b"<script>" * 9, "does not decode"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 60, "does not decode"),
        (b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 60, "does not decode"),
        (b"GIF89a" + b"\0" * 60, "does not decode"),
        # It begins like one kind and goes on like another: no decoder is asked but the one for its beginning.
        (b"GIF89a" + encoded("png")[6:], "does not decode"),
        (b"\xff\xd8\xff" + encoded("webp")[3:], "does not decode"),
    ],
    ids=lambda value: ascii(value[:12]) if isinstance(value, bytes) else "",
)
def test_what_is_no_picture(tmp_path: Path, data: bytes, reason: str) -> None:
    assert refusal(file(tmp_path, data)) == reason


def test_a_changed_byte_among_the_pixels_of_a_png(tmp_path: Path) -> None:
    data = bytearray(encoded("png"))
    data[len(data) // 2] ^= 1
    assert refusal(file(tmp_path, bytes(data))) == "does not decode"


@pytest.mark.parametrize(
    ("width", "height", "reason"),
    [
        (50_000, 50_000, "has 2,500,000,000 pixels, which are too many"),
        (9_434, 9_434, "has 89,000,356 pixels, which are too many"),
        (9_460, 9_460, "has 89,491,600 pixels, which are too many"),
        (2**31 - 1, 2**31 - 1, f"has {(2**31 - 1) ** 2:,} pixels, which are too many"),
        (1_000_000, 50, "does not decode"),
    ],
)
def test_pixels_are_counted_before_they_are_decoded(tmp_path: Path, width: int, height: int, reason: str) -> None:
    assert refusal(file(tmp_path, png_of(width, height))) == reason


def test_a_gif_whose_frame_is_larger_than_itself(tmp_path: Path) -> None:
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x02D\x01\0;"
    assert refusal(file(tmp_path, head + frame)) == "has too many pixels"


def test_many_threads_leave_the_process_as_it_was(tmp_path: Path) -> None:
    good = file(tmp_path, encoded("jpeg"), "good")
    bad = file(tmp_path, encoded("jpeg")[:-40], "bad")
    large = file(tmp_path, png_of(9_460, 9_460), "large")
    filters, limit = list(warnings.filters), Image.MAX_IMAGE_PIXELS

    async def inside() -> list[Kind | BaseException]:
        checks = (asyncio.to_thread(check_picture, path) for path in [good, bad, large] * 8)
        return await asyncio.gather(*checks, return_exceptions=True)

    found = asyncio.run(inside())
    assert found[0::3] == [Kind("jpg", 40, 30)] * 8
    assert {str(error) for error in found[1::3]} == {"does not decode"}
    assert {str(error) for error in found[2::3]} == {"has 89,491,600 pixels, which are too many"}
    assert (list(warnings.filters), Image.MAX_IMAGE_PIXELS) == (filters, limit)


def test_a_file_that_cannot_be_read_is_the_disks_fault(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(DiskError, match="cannot read `"):
            check_picture(path)


# ---- images of the user's ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_an_image_to_upload_is_what_its_bytes_say(tmp_path: Path, form: str) -> None:
    ending = FORMS[form][1]
    assert check_upload(file(tmp_path, encoded(form), "mira.bmp")) == (ending, TYPES[ending])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ", "is no picture that storyscript knows: use a whole PNG, JPEG, WebP or GIF picture"),
        (encoded("jpeg")[:-1], "does not decode: use a whole PNG"),
        (png_of(50_000, 50_000), "has 2,500,000,000 pixels, which are too many: use"),
    ],
    ids=["program", "cut", "giant"],
)
def test_an_image_that_cannot_be_sent(tmp_path: Path, data: bytes, words: str) -> None:
    path = file(tmp_path, data, "mira.png")
    with pytest.raises(ConfigurationError) as caught:
        check_upload(path)
    assert str(caught.value).startswith(f"the image `{path}` {words}")


def test_an_image_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded("png")
    path = file(tmp_path, data)
    monkeypatch.setattr(images, "MOST_UPLOAD_BYTES", len(data))
    assert check_upload(path)[0] == "png"
    monkeypatch.setattr(images, "MOST_UPLOAD_BYTES", len(data) - 1)
    with pytest.raises(ConfigurationError, match=r"bytes; the service takes .* at most: make it smaller"):
        check_upload(path)


def test_an_image_that_is_no_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe):
        with pytest.raises(ConfigurationError, match="is no plain file"):
            check_upload(path)
    with pytest.raises(ConfigurationError, match=r"cannot read the image `.*nothing`: No such file"):
        check_upload(tmp_path / "nothing")
    with pytest.raises(ConfigurationError, match="no file can have that name"):
        check_upload(Path("a\0b"))
