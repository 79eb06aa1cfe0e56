"""Whatever is opened, typed, renamed, saved, closed, moved or deleted: a server says what a new one would say."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import strategies
from lsp.positions import apply_edits, position_at
from lsp.sessions import Session

NAMES = ("storyscript.toml", "cast.story", "one.story", "two.story", "more/three.story")
STORIES = NAMES[1:]
PIECES = st.one_of(
    strategies.story_lines.map(lambda line: re.sub("[\ud800-\udfff]", "?", line)),
    st.sampled_from(
        [
            "include cast.story",
            "include ../cast.story",
            "include two.story // again",
            "include one.story",
            "include more/three.story",
            "character 日本\n  a fox 🦊, {rain}\n",
            "character Mira\n  a girl\n\nscene\n  🦊 @Mira and @日本, {rain}\n  caption: @Tom",
            "let rain = grey 🦊 rain",
            "scene x [NC]\n  {rain} // storyscript: ignore SS404",
            "main: Tom",
            "model: Juggernaut",
            "\r\n",
            "\r",
            "\u2028",
            "\x00",
            "scene\n  @Mira",
        ]
    ),
)
TEXTS = st.lists(PIECES, max_size=9).map("\n".join)
"""No text here has half a character: what an editor does with one, only it knows."""
TOMLS = st.sampled_from(
    ["", "[check]\nignore = ['SS4']\n", "[story]\nmain = 'Tom'\nsteps = 0\n", "[check]\nselct = 1\n", "x"]
)
PLACES = st.floats(0, 1)
NEW_NAMES = st.sampled_from(["Ida", "Mira", "x y", "日", "rain", "", "Tom-b"])


class Sessions(RuleBasedStateMachine):
    """An editor with a few files, and one that is started anew after each step."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name).resolve()
        (self.root / "more").mkdir()
        self.session: Session
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.places: list[float] = [0.2, 0.7]

    def teardown(self) -> None:
        self._folder.cleanup()

    @initialize(texts=st.tuples(TOMLS, TEXTS, TEXTS, TEXTS, TEXTS), missing=st.sets(st.sampled_from(NAMES)))
    def begin(self, texts: tuple[str, ...], missing: set[str]) -> None:
        for name, text in zip(NAMES, texts, strict=True):
            if name not in missing:
                (self.root / name).write_bytes(text.encode())
        self.session = Session(self.root)

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    @rule(name=st.sampled_from(STORIES), text=st.one_of(st.none(), TEXTS))
    def open(self, name: str, text: str | None) -> None:
        uri, path = self.uri(name), self.root / name
        if uri in self.texts:
            return
        if text is None:
            text = path.read_bytes().decode() if path.exists() else ""
        self.texts[uri] = text
        self.session.open(uri, text)

    @precondition(lambda self: self.texts)
    @rule(data=st.data(), text=PIECES, count=st.integers(1, 3))
    def edit(self, data: st.DataObject, text: str, count: int) -> None:
        uri = data.draw(st.sampled_from(sorted(self.texts)))
        changes: list[dict[str, Any]] = []
        now = self.texts[uri]
        for _ in range(count):
            start = data.draw(st.integers(0, len(now)))
            end = data.draw(st.integers(start, min(len(now), start + data.draw(st.sampled_from([0, 1, 5, 60])))))
            if data.draw(st.booleans()):
                put = data.draw(st.sampled_from(["", "\n", " ", "a", "@", "{", "🦊", "#"]))
            else:
                put = text
            if _splits_a_line_end(now, start) or _splits_a_line_end(now, end):
                continue  # no position is there
            where = {"start": position_at(now, start), "end": position_at(now, end)}
            changes.append({"range": where, "text": put})
            now = now[:start] + put + now[end:]
        self.change(uri, changes, now)

    @precondition(lambda self: self.texts)
    @rule(data=st.data(), text=TEXTS)
    def replace(self, data: st.DataObject, text: str) -> None:
        uri = data.draw(st.sampled_from(sorted(self.texts)))
        self.change(uri, [{"text": text}], text)

    def change(self, uri: str, changes: list[dict[str, Any]], now: str) -> None:
        self.texts[uri] = now
        self.versions[uri] = self.versions.get(uri, 1) + 1
        document = {"uri": uri, "version": self.versions[uri]}
        self.session.tell("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    @precondition(lambda self: self.texts)
    @rule(data=st.data(), place=PLACES, name=NEW_NAMES)
    def rename(self, data: st.DataObject, place: float, name: str) -> None:
        uri = data.draw(st.sampled_from(sorted(self.texts)))
        signs = [at for at, sign in enumerate(self.texts[uri]) if sign == "@"] or [0]
        at = {"position": position_at(self.texts[uri], signs[int(place * (len(signs) - 1))] + bool(signs[0]))}
        answer = self.session.ask("textDocument/rename", {"textDocument": {"uri": uri}, **at, "newName": name})
        if not isinstance(answer, dict):
            return
        edits = answer["changes"]
        for changed, those in edits.items():
            if changed in self.texts:
                ordered = sorted(
                    those, key=lambda edit: (edit["range"]["start"]["line"], edit["range"]["start"]["character"])
                )
                changes = [{"range": edit["range"], "text": edit["newText"]} for edit in reversed(ordered)]
                self.change(changed, changes, apply_edits(self.texts[changed], those))
            else:
                path = next(self.root / file for file in STORIES if self.uri(file) == changed)
                path.write_bytes(apply_edits(path.read_bytes().decode(), those).encode())
                self.noticed(path)

    @precondition(lambda self: self.texts)
    @rule(data=st.data())
    def save(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([name for name in STORIES if self.uri(name) in self.texts]))
        (self.root / name).write_bytes(self.texts[self.uri(name)].encode())
        self.session.tell("textDocument/didSave", {"textDocument": {"uri": self.uri(name)}})

    @precondition(lambda self: self.texts)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        uri = data.draw(st.sampled_from(sorted(self.texts)))
        del self.texts[uri]
        self.versions.pop(uri, None)
        self.session.tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    @rule(name=st.sampled_from(NAMES), text=st.one_of(st.none(), TEXTS, TOMLS))
    def write(self, name: str, text: str | None) -> None:
        path = self.root / name
        if text is not None:
            path.write_bytes(text.encode())
        elif path.exists():
            path.unlink()
        self.noticed(path)

    @rule(old=st.sampled_from(NAMES), new=st.sampled_from(NAMES))
    def move(self, old: str, new: str) -> None:
        if (self.root / old).exists():
            (self.root / old).replace(self.root / new)
            moved = {"oldUri": self.uri(old), "newUri": self.uri(new)}
            self.session.tell("workspace/didRenameFiles", {"files": [moved]})

    def noticed(self, path: Path) -> None:
        self.session.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})

    @rule(places=st.lists(PLACES, min_size=1, max_size=3))
    def look_elsewhere(self, places: list[float]) -> None:
        self.places = places

    @invariant()
    def it_says_what_a_fresh_one_says(self) -> None:
        if not hasattr(self, "session"):
            return
        fresh = Session(self.root)
        for uri, text in self.texts.items():
            fresh.open(uri, text)
        assert self.session.shown(self.texts, self.places) == fresh.shown(self.texts, self.places)


def _splits_a_line_end(text: str, at: int) -> bool:
    return text[at - 1 : at + 1] == "\r\n" if at else False


@pytest.mark.slow
def test_a_server_says_what_one_started_just_now_would_say() -> None:
    some = settings(max_examples=15, stateful_step_count=10, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Sessions, settings=some)
