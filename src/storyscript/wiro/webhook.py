"""Callbacks: the service says that a task has ended, and so when to ask for it. Nothing else that it says is believed.

What a callback holds, whether it is signed and whether it is repeated is not documented (API page, "Webhook"), and
anybody can send one who knows the address. So the address has a secret in its path, and of a body only the tasks' ids
are read, as a hint to look at the task now. A callback that is forged, lost or repeated changes nothing but when.
"""

from __future__ import annotations

import hmac
import re
from email.message import Message
from itertools import islice
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qsl, urlsplit

from storyscript import protocol
from storyscript.errors import ConfigurationError
from storyscript.wiro import strict_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from storyscript.wiro.listening import Listener

LEAST_SECRET: Final = 16
"""Characters of the path's secret segment, at least."""

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)+/?")
"""No escapes and no empty segments: nothing that a sender or a proxy might write in another way."""
_IDENTIFIER: Final = re.compile(r"[!-~]{1,200}")
_LIST: Final = "tasklist"
_NAMES: Final = (protocol.FIELD_TASK_ID, "id")
_MOST_TASKS: Final = 100
"""Ids of one body that are heard."""
_MOST_FIELDS: Final = 200
_NAME_OF_PART: Final = re.compile(rb'\bname="?([A-Za-z]{1,20})"?(?:[;\s]|$)', re.IGNORECASE)


def usable_path(url: str) -> str | None:
    """The path of a callback's address, if it is fit to guard it; else None.

    Args:
        url: such as `https://comics.example/hooks/5f0c2a7e9d1b4c38`.

    Returns:
        A path of plain letters, digits and `.`, `_`, `~`, `-`, with a segment of at least 16 of them.
    """
    try:
        address = urlsplit(url)
        is_web = address.scheme in {"http", "https"} and bool(address.hostname)
    except ValueError:
        return None
    return address.path if is_web and _is_secret(address.path) else None


class Receiver:
    """Listens for callbacks in the running event loop; an async context manager.

    A callback to one of the paths is answered with 200, whatever is in it, for more work for the sender makes nothing
    better. Everything else is answered with 404.

    Args:
        paths: what `usable_path` gave for the callbacks' addresses.
        hear: called with each task's id that a callback names, as often as it does; must not raise.
        host: where to listen; a tunnel or a proxy leads here from the address that the service knows.
        port: the same; 0 for whichever is free.

    Raises:
        ConfigurationError: a path holds no secret.
    """

    def __init__(
        self, paths: Iterable[str], hear: Callable[[str], None], *, host: str = "127.0.0.1", port: int
    ) -> None:
        known = tuple(paths)
        if not all(map(_is_secret, known)):
            raise ConfigurationError(
                f"a callback's address needs a secret: a part of its path with {LEAST_SECRET} letters or digits"
            )
        self._paths = tuple(path.encode() for path in known)
        self._hear = hear
        self._host = host
        self._port = port
        self._listener: Listener | None = None

    async def __aenter__(self) -> Self:
        """Listen; when this returns, it does.

        Raises:
            ConfigurationError: nothing can listen there.
        """
        from storyscript.wiro.listening import Listener  # noqa: PLC0415 - only who waits for callbacks pays for a server

        self._listener = Listener(self._knows, self._take)
        self._port = await self._listener.start(self._host, self._port)
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop at once."""
        if self._listener is not None:
            await self._listener.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def _knows(self, path: str) -> bool:
        given = path.encode("utf-8", "replace")
        # Every one of them is compared, and whole: how long that takes tells nothing of how much was right.
        matches = [hmac.compare_digest(given, known) for known in self._paths]
        return any(matches)

    def _take(self, content_type: str, body: bytes) -> None:
        for task_id in named_tasks(content_type, body):
            self._hear(task_id)


def named_tasks(content_type: str, body: bytes) -> tuple[str, ...]:
    """The ids of the tasks that a callback's body names, each once; none for a body that cannot be read.

    A flat task, `{"tasklist": […]}`, or anything else with a `taskid` or an `id`, as JSON under any content type or
    as a form.
    """
    value = _json(body)
    if value is None:
        value = _form(content_type, body)
    return tuple(islice(dict.fromkeys(_ids(value)), _MOST_TASKS))


def _ids(value: object) -> Iterator[str]:
    match value:
        case dict():
            yield from _own_ids(value)
            listed = value.get(_LIST)
        case _:
            listed = value
    if isinstance(listed, str):
        listed = _json(listed.encode("utf-8", "replace"))
    for task in listed if isinstance(listed, list) else [listed]:
        if isinstance(task, dict):
            yield from _own_ids(task)


def _own_ids(fields: Mapping[str, object]) -> Iterator[str]:
    for name in _NAMES:
        value = fields.get(name)
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and _IDENTIFIER.fullmatch(text):
            yield text


def _json(body: bytes) -> object:
    try:
        return strict_json.parse(body)
    except ValueError:
        return None


def _form(content_type: str, body: bytes) -> dict[str, object]:
    """The fields of a form; no files."""
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_boundary()
    if boundary:
        return dict(_parts(body, boundary.encode("utf-8", "replace")))
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, object]]:
    for part in body.split(b"--" + boundary, _MOST_FIELDS)[1:]:
        head, _, content = part.replace(b"\r\n", b"\n").partition(b"\n\n")
        name = _NAME_OF_PART.search(head)
        if name is not None:
            yield name[1].decode(), content.removesuffix(b"\n").decode("utf-8", "replace")


def _is_secret(path: str) -> bool:
    segments = path.split("/")
    is_plain = _PATH.fullmatch(path) is not None and not {".", ".."}.intersection(segments)
    return is_plain and max(map(len, segments)) >= LEAST_SECRET
