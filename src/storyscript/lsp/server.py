"""The server: what an editor asks, and who answers."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from storyscript.lsp.features import FILES, register
from storyscript.lsp.frames import FrameReader
from storyscript.lsp.protocol import StoryProtocol
from storyscript.lsp.publishing import Publisher
from storyscript.lsp.sight import EditorSettings
from storyscript.lsp.uris import path_of
from storyscript.lsp.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

NAME: Final = "storyscript"
_MOMENT: Final = 0.02
"""Seconds after which problems are told where nobody types."""
_MOST_PAUSE: Final = 10_000
"""Milliseconds; a longer pause is taken for a mistake."""
_SLICE: Final = 0.02
"""Seconds after which an analysis of many stories lets the editor have its word."""
_LOOK: Final = 1.0
"""Seconds between looks at whether the editor still lives."""
_CHUNK: Final = 64 * 1024


class StoryServer(LanguageServer):
    """A language server for stories.

    Args:
        version: of the program.
        at_once: whether problems are told with each change, and not after a pause.
    """

    protocol: StoryProtocol

    def __init__(self, version: str, *, at_once: bool = False) -> None:
        super().__init__(NAME, version, protocol_cls=StoryProtocol)
        log = logging.getLogger("pygls")  # whoever asked is told what went wrong; standard error is for people
        log.setLevel(logging.CRITICAL)
        log.propagate = False
        self._workspace: Final = Workspace()
        self._publisher: Final = Publisher(self._workspace, self.text_document_publish_diagnostics)
        self._at_once: Final = at_once
        self._telling: asyncio.Handle | None = None
        self._ended: asyncio.Event | None = None
        self._watches = False
        register(self)

    @property
    def workspace(self) -> Workspace:  # type: ignore[override]  # pygls's own stays empty: texts are kept here
        """Everything that it knows."""
        return self._workspace

    # ---- what the protocol tells -----------------------------------------------------------------------------

    def begin(self, params: types.InitializeParams) -> None:
        """Take what the editor says of itself."""
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if not folders and params.root_uri is not None:
            folders = [params.root_uri]
        completion = getattr(params.capabilities.text_document, "completion", None)
        item = getattr(completion, "completion_item", None)
        edit = getattr(params.capabilities.workspace, "workspace_edit", None)
        self._workspace.settings = EditorSettings(
            snippets=bool(getattr(item, "snippet_support", None)),
            versions=bool(getattr(edit, "document_changes", None)),
        )
        self.change_settings(params.initialization_options)
        self.change_folders(folders, ())

    def change_settings(self, settings: object) -> None:
        """Take the writer's settings; what is not known, or of another kind, stays as it was."""
        known = _table(settings, NAME) or (settings if isinstance(settings, dict) else {})
        hints, telling = _table(known, "inlayHints"), _table(known, "diagnostics")
        given = {
            "caption_hints": hints.get("captions"),
            "token_hints": hints.get("tokens"),
            "lenses": known.get("codeLens"),
        }
        changed: dict[str, Any] = {name: value for name, value in given.items() if isinstance(value, bool)}
        pause = telling.get("delay")
        if isinstance(pause, int | float) and not isinstance(pause, bool) and 0 <= pause <= _MOST_PAUSE:
            changed["pause"] = pause / 1000
        self._workspace.settings = replace(self._workspace.settings, **changed)

    def change_settings_now(self, settings: object) -> None:
        """Take them while texts are shown: an editor that can asks again for what hangs on them."""
        before = self._workspace.settings
        self.change_settings(settings)
        if replace(self._workspace.settings, pause=before.pause) != before:
            self._refresh()

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Take folders, and give others up."""
        gone = {path_of(uri) for uri in removed}
        new = [path for path in map(path_of, added) if path is not None]
        self._workspace.folders = [*(folder for folder in self._workspace.folders if folder not in gone), *new]
        self._workspace.look_around()
        self.tell_soon()

    def look_around(self, files: list[str] | None, *, others: bool = False) -> None:
        """Look at what is on disk again.

        Args:
            files: the URIs of what has changed; None where nobody knows.
            others: whether other files may have changed, of which an editor that watches them has told already.
        """
        self._workspace.look_around(None if others and not self._watches else files)
        self.tell_soon()

    def watch(self) -> None:
        """Ask an editor that can to say when files change beside it."""
        files = getattr(self.client_capabilities.workspace, "did_change_watched_files", None)
        if getattr(files, "dynamic_registration", None):
            watchers = [types.FileSystemWatcher(pattern) for pattern in FILES]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            asked = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            self.client_register_capability(types.RegistrationParams([asked]))
            self._watches = True

    def tell_soon(self, *, typing: bool = False) -> None:
        """Tell the problems once nothing has changed for a moment.

        Args:
            typing: whether somebody types, and the moment is as long as the writer wants it.
        """
        if self._at_once:
            self._publisher.tell()
            return
        self.tell_nothing()
        pause = self._workspace.settings.pause if typing else _MOMENT
        self._telling = asyncio.get_running_loop().call_later(pause, self._begin_to_tell)

    def tell_nothing(self) -> None:
        """Give up what was to be told, since something has changed again, or the editor will end."""
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None

    def _begin_to_tell(self) -> None:
        telling = self._publisher.telling()
        if not self._go_on(telling):
            self._publisher.tell_so_far()

    def _go_on(self, telling: Iterator[None]) -> bool:
        """Analyse stories for a while; whether those were all. If not, the rest follows what was said meanwhile."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _SLICE
        for _ in telling:
            if loop.time() >= until:
                self._telling = loop.call_soon(self._go_on, telling)
                return False
        self._telling = None
        if len(self._workspace.documents) > 1:  # what is shown in others hangs on the one that has changed
            self._refresh()
        return True

    def _refresh(self) -> None:
        """Let an editor that can ask again for what it shows beside texts."""
        able = self.client_capabilities.workspace
        if getattr(getattr(able, "inlay_hint", None), "refresh_support", None):
            self.workspace_inlay_hint_refresh(None)
        if getattr(getattr(able, "code_lens", None), "refresh_support", None):
            self.workspace_code_lens_refresh(None)

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ANN401 - pygls's own
        """Say nothing more: whoever asked has an answer, and what nobody asked for is not worth a window."""

    def end(self) -> None:
        """End the talk."""
        if self._ended is not None:
            self._ended.set()

    # ---- the talk --------------------------------------------------------------------------------------------

    def talk(self, reader: int, writer: int) -> bool:
        """Talk with an editor until it ends, or nobody is there any more.

        Args:
            reader: the descriptor of what it says. It is read as it is, since a thread that waits in a buffered file
                keeps the interpreter from ending.
            writer: the descriptor of what is said to it.

        Returns:
            Whether the editor said before that it would end.
        """
        gc.freeze()  # what is loaded stays: walking it again and again would cost a keystroke in a hundred 50 ms
        asyncio.run(self._talk(reader, writer))
        return self.protocol.has_shut_down

    async def _talk(self, reader: int, writer: int) -> None:
        self._ended = ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        self.protocol.set_writer(_Writer(writer, ended.set))
        frames = FrameReader()

        def take(data: bytes) -> None:
            for body in frames.feed(data):
                if not ended.is_set():
                    self.protocol.receive(body)
            if not data:
                ended.set()

        def listen() -> None:
            data = b"-"
            while data:
                try:
                    data = os.read(reader, _CHUNK)
                except OSError:
                    data = b""
                with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                    loop.call_soon_threadsafe(take, data)

        threading.Thread(target=listen, daemon=True).start()
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), _LOOK)
            if self.process_id is not None and not _lives(self.process_id):
                ended.set()


def _table(settings: object, name: str) -> dict[str, Any]:
    """A table of some settings, or an empty one where they have none."""
    found = settings.get(name) if isinstance(settings, dict) else None
    return found if isinstance(found, dict) else {}


class _Writer:
    """Writes to a descriptor, until nobody reads any more."""

    def __init__(self, descriptor: int, lost: Callable[[], None]) -> None:
        self._descriptor: Final = descriptor
        self._lost: Final = lost

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            self._lost()

    def close(self) -> None:
        """Leave it to whoever opened it."""


def _lives(process: int) -> bool:
    """Whether a process is there; where that cannot be asked, its end is seen by the end of what it says."""
    if os.name != "posix" or process <= 0:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
