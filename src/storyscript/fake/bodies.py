"""What a request's body says, in whichever of the forms that Wiro takes.

JSON counts as JSON under any content type: the API page's own curl lines send it as `multipart/form-data`
without a boundary, and curl's default for `-d` is `application/x-www-form-urlencoded`.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import parse_qsl

_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_NAME = re.compile(rb'[;\s]name\s*=\s*(?:"([^"]*)"|([^\s;]+))', re.IGNORECASE)
_FILE_NAME = re.compile(rb'[;\s]filename\s*=\s*(?:"([^"]*)"|([^\s;]+))', re.IGNORECASE)
_MEDIA_TYPE = re.compile(rb"content-type\s*:\s*([a-z0-9.+-]+/[a-z0-9.+-]+)", re.IGNORECASE)
_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a form.

    Attributes:
        name: what the sender calls it.
        content_type: its media type, as the sender says.
        content: its bytes.
    """

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A body that was understood.

    Attributes:
        fields: values by name; of a name that is there twice, the last.
        files: the files of a multipart form by field name.
    """

    fields: dict[str, object] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)


def read_body(content_type: str, body: bytes) -> Form | None:
    """The form in a body, or None where it is none. An empty body is an empty form.

    Args:
        content_type: the header's value, or `""`.
        body: the body's bytes.
    """
    if not body.strip():
        return Form()
    boundary = _BOUNDARY.search(content_type)
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data" and boundary:
        return _read_multipart(body, (boundary[1] or boundary[2]).encode(errors="replace"))
    if body.lstrip().startswith((b"{", b"[")) or kind != "application/x-www-form-urlencoded":
        return _read_json(body)
    return Form(dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)))


def _read_json(body: bytes) -> Form | None:
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return Form(value) if isinstance(value, dict) and _is_shallow(value) else None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _is_shallow(value: object) -> bool:
    """What was given is given back, so it must not be nested more deeply than an answer can be written."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return True
    return False


def _inside(value: object) -> list[object]:
    match value:
        case dict():
            return list(value.values())
        case list():
            return value
        case _:
            return []


def _read_multipart(body: bytes, boundary: bytes) -> Form | None:
    form = Form()
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    for part in parts[1:]:
        if part.startswith(b"--"):
            return form
        head, separator, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not separator or name is None:
            return None
        file_name = _FILE_NAME.search(head)
        if file_name is None:
            form.fields[_decoded(name)] = content.decode(errors="replace")
        else:
            media_type = _MEDIA_TYPE.search(head)
            kind = media_type[1].decode(errors="replace") if media_type else "application/octet-stream"
            form.files[_decoded(name)] = Upload(_decoded(file_name), kind, content)
    # Without the closing boundary the body is cut short.
    return None


def _decoded(match: re.Match[bytes]) -> str:
    return (match[1] if match[1] is not None else match[2]).decode(errors="replace")
