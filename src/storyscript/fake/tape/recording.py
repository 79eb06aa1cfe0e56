"""Writing a recording: each request and its answer is a line, on the disk before the answer is given."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any, Self

from storyscript.errors import ConfigurationError, DiskError
from storyscript.fake.tape.entries import VERSION, write_answer, write_body
from storyscript.fake.tape.redacting import Redactor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from storyscript.fake.trouble import Broken, Response


class Recorder:
    """A recording that is being made; several threads may add to it. A context manager that closes its file.

    Args:
        path: the file, which is not there yet.

    Raises:
        ConfigurationError: something has that name already.
        DiskError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._redactor = Redactor()
        self._lock = threading.Lock()
        try:
            self._file = path.open("x", encoding="utf-8")
        except FileExistsError:
            raise ConfigurationError(f"`{path}` is there already: name another file for the recording") from None
        except OSError as error:
            raise DiskError(f"cannot write `{path}`: {error.strerror or error}") from error
        self._write({"recording": VERSION})

    def add(
        self,
        method: str,
        origin: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        answer: Response | Broken,
    ) -> None:
        """Add a request and its answer.

        Args:
            method: the request's.
            origin: the scheme, host and port that it went to.
            target: its path, with the query if there is one.
            headers: its headers, names in any case.
            body: its body.
            answer: what came of it.

        Raises:
            DiskError: it cannot be written.
        """
        named = {name.lower(): value for name, value in headers.items()}
        with self._lock:
            redactor = self._redactor
            credentials = redactor.learn_headers(named)
            redactor.learn_address(target)
            sent = write_body(named.get("content-type", ""), body)
            redactor.learn(sent)
            written = write_answer(answer, redactor)
            self._write(
                {
                    "origin": origin,
                    "method": method,
                    "target": redactor.text(target),
                    "credentials": credentials,
                    "body": redactor.value(sent),
                    "answer": written,
                }
            )

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _write(self, line: dict[str, Any]) -> None:
        try:
            self._file.write(f"{json.dumps(line)}\n")
            self._file.flush()
        except OSError as error:
            raise DiskError(f"cannot write `{self._path}`: {error.strerror or error}") from error
