"""Answering from a recording: the same requests get the same answers, in order.

Requests are matched by method, path and body. A read that is asked more often than it was gets its last answer again;
a Run or an upload does not, for each was one.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from storyscript import protocol
from storyscript.errors import ConfigurationError
from storyscript.fake.refusals import NOT_FOUND, Refusal
from storyscript.fake.tape.entries import VERSION, ZIPPED, read_answer, write_body
from storyscript.fake.tape.matching import Bindings
from storyscript.fake.trouble import Broken, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_ONCE: Final = (f"{protocol.RUN}/", protocol.FILE_UPLOAD)


@dataclass(slots=True)
class _Entry:
    method: str
    target: str
    body: object
    answer: Response | Broken
    is_used: bool = False


class Replay:
    """A recording that answers; several threads may ask it.

    Args:
        path: the recording.
        on_missing: hears of each request that the recording does not hold, in a line.

    Attributes:
        missed: those requests, a line each.
        origins: the schemes, hosts and ports that the recorded requests went to.

    Raises:
        ConfigurationError: the file cannot be read, or is no recording.
    """

    def __init__(self, path: Path, on_missing: Callable[[str], None] | None = None) -> None:
        self.missed: list[str] = []
        self.origins: tuple[str, ...] = ()
        self._on_missing = on_missing
        self._lock = threading.Lock()
        self._bindings = Bindings()
        self._entries = self._read(path)

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, *, origin: str | None = None
    ) -> Response | Broken:
        """The answer to a request; where the recording holds none, HTTP 404 that says so.

        Args:
            method: the request's.
            target: its path, with the query if there is one.
            headers: its headers, names in any case.
            body: its body.
            origin: what stands in answers in place of the origins that were recorded; None leaves them.
        """
        named = {name.lower(): value for name, value in headers.items()}
        sent = write_body(named.get("content-type", ""), body)
        with self._lock:
            entry = self._find(method, target, sent)
            if entry is not None:
                entry.is_used = True
                return self._filled(entry.answer, origin)
            message = f"the recording holds no {method} {target} {'with this body' if body else ''}".rstrip()
            if any(known.is_used and known.method == method and known.target == target for known in self._entries):
                message += ", or no further one"
            self.missed.append(message)
        if self._on_missing is not None:
            self._on_missing(message)
        return Response(NOT_FOUND, json.dumps(Refusal(protocol.CODE_GENERAL, message).fields()).encode())

    def _find(self, method: str, target: str, sent: object) -> _Entry | None:
        last = None
        for entry in self._entries:
            if entry.method != method or (entry.is_used and any(part in entry.target for part in _ONCE)):
                continue
            if self._bindings.match([entry.target, entry.body], [target, sent]):
                if not entry.is_used:
                    return entry
                last = entry
        return last

    def _filled(self, answer: Response | Broken, origin: str | None) -> Response | Broken:
        if isinstance(answer, Broken):
            return answer
        headers = tuple((name, self._bindings.fill(self._moved(value, origin))) for name, value in answer.headers)
        body = answer.body
        # What is no text was recorded byte for byte.
        with contextlib.suppress(UnicodeDecodeError):
            body = self._filled_text(self._moved(body.decode(), origin)).encode()
        return replace(answer, body=gzip.compress(body, mtime=0) if ZIPPED in headers else body, headers=headers)

    def _filled_text(self, text: str) -> str:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return self._bindings.fill(text)
        return self._bindings.fill_json(text)

    def _moved(self, text: str, origin: str | None) -> str:
        """A text with one origin in place of all that were recorded."""
        for known in self.origins if origin is not None else ():
            text = text.replace(known, str(origin))
        return text

    def _read(self, path: Path) -> list[_Entry]:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise ConfigurationError(f"cannot read `{path}`: {error.strerror or error}") from None
        except UnicodeDecodeError:
            raise ConfigurationError(f"`{path}` is no recording: it is not text") from None
        values = [_value(path, number, line) for number, line in enumerate(lines, 1)]
        if not values or values[0] != {"recording": VERSION}:
            raise ConfigurationError(f"`{path}` is no recording that can be read: its first line does not say so")
        entries = []
        for number, value in enumerate(values[1:], 2):
            try:
                entries.append(
                    _Entry(str(value["method"]), str(value["target"]), value["body"], read_answer(value["answer"]))
                )
                self.origins = tuple(dict.fromkeys((*self.origins, str(value["origin"]))))
            except (KeyError, ValueError, TypeError):
                raise ConfigurationError(f"`{path}`, line {number}, is no request with its answer") from None
        return entries


def _value(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ConfigurationError(f"`{path}`, line {number}, is no JSON object")
    return value
