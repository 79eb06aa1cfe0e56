"""What a writer types in a story of a thousand scenes, and what each key costs: the language server, and a compiler.

The writer goes from place to place: most of the time into the text of scenes, now and then to a new scene, to a
caption, to the cast or a setting at the top; and takes back every tenth sign. So there are keys behind which the story
is broken, for a moment, in all the ways in which it is while somebody types.
"""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any, Final

from benchmarks.inputs import story
from benchmarks.table import Row, Side

from storyscript import __version__
from storyscript.compiler import compile_source
from storyscript.lsp.server import StoryServer
from storyscript.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCENES: Final = 1000
_URI: Final = "untitled:story"
_PLACES: Final = (
    # how often of a hundred, the line behind which it goes on, and what is typed there
    (60, "  ", " and waits in the rain, her lamp held high"),
    (12, "  ", "\n  meets @Tom in {alley}, late at night"),
    (8, "  ", "\n  caption: Nobody had seen her come."),
    (8, "scene", "\n  stands still // TODO\n\nscene new-one\n  walks on"),
    (5, "section", "\n\nscene first-light [NC]\n  Dawn breaks over the harbour."),
    (4, "  a ", ", tired eyes"),
    (3, "title", " and Back"),
)
_LATE: Final = 0.95


def keystrokes(seed: int, count: int) -> Iterator[tuple[int, int, str, str]]:
    """Keys: start and end of the stretch that each one replaces, what it puts there, and the text after it."""
    chance = random.Random(seed)
    text = story(_SCENES)
    made = 0
    while True:
        _, begins, typed = chance.choices(_PLACES, [often for often, _, _ in _PLACES])[0]
        ends = [at for at in _line_ends(text) if text.startswith(begins, text.rfind("\n", 0, at) + 1)]
        at = chance.choice(ends)
        for sign in typed:
            text = text[:at] + sign + text[at:]
            yield at, at, sign, text
            at += 1
            made += 1
            if chance.random() < 0.1:  # noqa: PLR2004 - a tenth, as said above
                at -= 1
                text = text[:at] + text[at + 1 :]
                yield at, at + 1, "", text
                made += 1
            if made >= count:
                return


def _line_ends(text: str) -> list[int]:
    return [at for at, sign in enumerate(text) if sign == "\n"]


class _Editor:
    """Talks to a server in this process; what the server says is made into bytes and thrown away."""

    def __init__(self, text: str) -> None:
        self._server: Final = StoryServer(__version__, at_once=True)
        self._server.protocol.set_writer(self)
        self._version = 1
        self.said = 0
        self._receive("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, number=1)
        document = {"uri": _URI, "languageId": "story", "version": 1, "text": text}
        self._receive("textDocument/didOpen", {"textDocument": document})

    def write(self, data: bytes) -> None:
        self.said += len(data)

    def close(self) -> None:
        """Nothing is to be closed."""

    def change(self, where: dict[str, Any], text: str) -> None:
        self._version += 1
        document = {"uri": _URI, "version": self._version}
        self._receive(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [{"range": where, "text": text}]}
        )

    def _receive(self, method: str, params: dict[str, Any], number: int | None = None) -> None:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        self._server.protocol.receive(json.dumps(message).encode())


def measure(count: int) -> dict[str, Any]:
    """Seconds for each key: in the server, from the message to the problems that it sends, and of `compile_source`."""
    text = story(_SCENES)
    editor = _Editor(text)
    ours, theirs = [], []
    for start, end, typed, after in keystrokes(1, count):
        where = {"start": _position(text, start), "end": _position(text, end)}
        before = time.process_time()
        editor.change(where, typed)
        between = time.process_time()
        compile_source(SourceFile.from_text("story", after), fragment=True)
        theirs.append(time.process_time() - between)
        ours.append(between - before)
        text = after
    return {"ours": sorted(ours), "theirs": sorted(theirs)}


def _position(text: str, offset: int) -> dict[str, int]:
    line = text.count("\n", 0, offset)
    return {"line": line, "character": offset - text.rfind("\n", 0, offset) - 1}


def typing(*, quick: bool) -> Iterator[Row]:
    """A key in a story of a thousand scenes, in the language server, and the story compiled."""
    found = measure(300 if quick else 2000)
    ours, theirs = (_late(found[side]) for side in ("ours", "theirs"))
    middle = len(found["ours"]) // 2
    yield Row(
        what="a key in 1,000 scenes, in the server : compile, p95",
        ratio=ours / theirs,
        side=Side.AT_MOST,
        target=0.5,
        seen=f"{ours * 1000:.1f} : {theirs * 1000:.1f} ms; half of the keys within {found['ours'][middle] * 1000:.1f}, "
        f"the worst {found['ours'][-1] * 1000:.1f}",
    )


def _late(times: list[float]) -> float:
    return times[int(len(times) * _LATE)]
