"""The lines of a recording: a request and its answer as JSON, and back.

    {"recording": 1}
    {"origin", "method", "target", "credentials", "body", "answer"}

A request's `body` is null, `{"json": …}`, `{"fields": {…}, "files": {NAME: {"name", "contenttype", "size", "sha256"}}}`
or `{"text": …}`. An `answer` is `{"broken": HOW}`, or has `status`, `contenttype`, `headers` (those that matter), what
is not usual of `delivery`, `delay` and `gzip`, and its bytes as `json`, `text` or `base64`.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any, Final, get_args

from storyscript.fake.bodies import read_body
from storyscript.fake.trouble import Breakage, Broken, Delivery, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyscript.fake.tape.redacting import Redactor

VERSION: Final = 1

_KEPT: Final = frozenset({"retry-after", "location"})
_ENCODING: Final = "content-encoding"
ZIPPED: Final = (_ENCODING, "gzip")
_LEAST_STATUS: Final = 200
_MOST_STATUS: Final = 599


def write_body(content_type: str, body: bytes) -> dict[str, Any] | None:
    """A request's body as a recording has it, secrets and all; None for an empty one."""
    if not body:
        return None
    form = read_body(content_type, body)
    if form is None:
        return {"text": body.decode(errors="replace")}
    if not form.files and body.lstrip().startswith(b"{"):
        return {"json": form.fields}
    files = {
        name: {
            "name": file.name,
            "contenttype": file.content_type,
            "size": len(file.content),
            "sha256": hashlib.sha256(file.content).hexdigest(),
        }
        for name, file in form.files.items()
    }
    return {"fields": form.fields, "files": files}


def write_answer(answer: Response | Broken, redactor: Redactor) -> dict[str, Any]:
    """An answer as a recording has it, with placeholders for its secrets, which are learned."""
    if isinstance(answer, Broken):
        return {"broken": answer.how}
    headers = {name.lower(): value for name, value in answer.headers}
    if "location" in headers:
        redactor.learn_address(headers["location"])
    body, is_zipped = answer.body, False
    if headers.get(_ENCODING) == "gzip":
        try:
            body, is_zipped = gzip.decompress(body), True
        except (OSError, EOFError, zlib.error):
            is_zipped = False
    entry: dict[str, Any] = {
        "status": answer.status,
        "contenttype": answer.content_type,
        "headers": {name: redactor.text(value) for name, value in headers.items() if name in _KEPT},
    }
    if answer.delivery != "whole":
        entry["delivery"] = answer.delivery
    if answer.delay:
        entry["delay"] = answer.delay
    if is_zipped:
        entry["gzip"] = True
    return {**entry, **_write_bytes(body, redactor)}


def _write_bytes(body: bytes, redactor: Redactor) -> dict[str, Any]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(redactor.content(body)).decode()}
    try:
        value = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return {"text": redactor.text(text)}
    redactor.learn(value)
    return {"json": redactor.value(value)}


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field twice: not to be written as JSON again")
    return fields


def read_answer(entry: Mapping[str, Any]) -> Response | Broken:
    """The answer of a recorded entry, placeholders and all; one with the header `ZIPPED` is still to be compressed.

    Raises:
        ValueError: it is none.
    """
    try:
        if "broken" in entry:
            if entry["broken"] not in get_args(Breakage):
                raise ValueError(entry["broken"])
            return Broken(entry["broken"])
        status, delivery = int(entry["status"]), entry.get("delivery", "whole")
        if not _LEAST_STATUS <= status <= _MOST_STATUS or delivery not in get_args(Delivery):
            raise ValueError(status)
        body = _read_bytes(entry)
        headers = tuple((str(name), str(value)) for name, value in entry["headers"].items())
        if entry.get("gzip"):
            headers = (*headers, ZIPPED)
        return Response(status, body, str(entry["contenttype"]), headers, delivery, float(entry.get("delay", 0)))
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise ValueError("no answer that could be read") from error


def _read_bytes(entry: Mapping[str, Any]) -> bytes:
    if "json" in entry:
        return json.dumps(entry["json"]).encode()
    if "text" in entry:
        return str(entry["text"]).encode(errors="replace")
    return base64.b64decode(entry["base64"], validate=True)
