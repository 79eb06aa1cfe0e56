"""What an editor and its writer say of themselves, and what the server makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lsp.positions import position_of
from lsp.sessions import CAPABILITIES, Session
from storyscript.lsp.server import StoryServer
from storyscript.lsp.sight import EditorSettings

if TYPE_CHECKING:
    from pathlib import Path

LONG = "character Mira\n  a girl\n\nscene walk\n  meets @Tom" + " in the rain" * 20 + "\n\ncharacter Tom\n  old\n"
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}

REFRESHES = ["workspace/inlayHint/refresh", "workspace/codeLens/refresh"]


def shown(session: Session, uri: str) -> tuple[list[str], int]:
    """The hints of a text, and the number of its lenses."""
    text = {"textDocument": {"uri": uri}}
    hints = session.ask("textDocument/inlayHint", {**text, "range": WHOLE}) or []
    return [hint["label"] for hint in hints], len(session.ask("textDocument/codeLens", text) or [])


@pytest.mark.parametrize(
    ("options", "hints", "lenses"),
    [
        (None, 2, 1),
        ({"storyscript": {"inlayHints": {"captions": False}}}, 1, 1),
        ({"inlayHints": {"captions": False, "tokens": False}, "codeLens": False}, 0, 0),
        ({"storyscript": {"inlayHints": 3, "codeLens": "no", "other": []}}, 2, 1),
        ([], 2, 1),
    ],
)
def test_a_writer_can_do_without_hints_and_lenses(tmp_path: Path, options: object, hints: int, lenses: int) -> None:
    session = Session(tmp_path, options=options)
    session.open("untitled:a", LONG)
    found, count = shown(session, "untitled:a")
    assert (len(found), count) == (hints, lenses)
    # The same while the server runs.
    session.tell("workspace/didChangeConfiguration", {"settings": {"storyscript": {"codeLens": False}}})
    assert shown(session, "untitled:a")[1] == 0


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"storyscript": {"inlayHints": {"captions": False}}}, REFRESHES),
        ({"inlayHints": {"tokens": False}}, REFRESHES),
        ({"storyscript": {"codeLens": False}}, REFRESHES),
        ({"storyscript": {"codeLens": True, "inlayHints": {"captions": True}}}, []),  # as it is already
        ({"storyscript": {"diagnostics": {"delay": 5}}}, []),
        ({"storyscript": {"codeLens": "no"}}, []),
        (None, []),
    ],
)
def test_a_change_shows_at_once(tmp_path: Path, change: object, asked: list[str]) -> None:
    can = {"workspace": {"inlayHint": {"refreshSupport": True}, "codeLens": {"refreshSupport": True}}}
    able, unable = Session(tmp_path, {**CAPABILITIES, **can}), Session(tmp_path)
    for session in (able, unable):
        session.open("untitled:a", LONG)
        session.tell("workspace/didChangeConfiguration", {"settings": change})
    assert able.asked == asked
    assert unable.asked == []


@pytest.mark.parametrize(
    ("delay", "pause"), [(0, 0.0), (1500, 1.5), (10_001, 0.3), (-1, 0.3), (True, 0.3), ("1", 0.3), (None, 0.3)]
)
def test_how_long_nobody_types_before_problems_are_told(delay: object, pause: float) -> None:
    server = StoryServer("0", at_once=True)
    assert server.workspace.settings == EditorSettings()
    server.change_settings({"storyscript": {"diagnostics": {"delay": delay}}})
    assert server.workspace.settings.pause == pause


def test_an_editor_that_can_is_told_of_which_text_edits_are(tmp_path: Path) -> None:
    (tmp_path / "cast.story").write_text("character Mira\n  a girl\n", "utf-8")
    text = "include cast.story\nscene\n  @Mira sits\n"
    uri = (tmp_path / "story.story").as_uri()

    def renamed(capabilities: dict[str, Any]) -> dict[str, Any]:
        session = Session(tmp_path, capabilities)
        session.open(uri, text)
        there = position_of(text, "Mira")
        answer: dict[str, Any] = session.ask(
            "textDocument/rename", {"textDocument": {"uri": uri}, "position": there, "newName": "Ida"}
        )
        return answer

    plain = renamed(CAPABILITIES)["changes"]
    versioned = renamed({**CAPABILITIES, "workspace": {"workspaceEdit": {"documentChanges": True}}})["documentChanges"]
    assert {one["textDocument"]["uri"]: one["edits"] for one in versioned} == plain
    assert {one["textDocument"]["uri"]: one["textDocument"]["version"] for one in versioned} == {
        uri: 1,
        (tmp_path / "cast.story").as_uri(): None,
    }


def test_what_holds_without_a_setting_is_what_the_project_says(tmp_path: Path) -> None:
    (tmp_path / "storyscript.toml").write_text("[story]\nstyle = 'Line art'\n", "utf-8")
    uri = (tmp_path / "story.story").as_uri()
    session = Session(tmp_path)
    session.open(uri, "style: Comic book\nsteps: 30\n")
    said = [
        session.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": line, "character": 2}})
        for line in (0, 1)
    ]
    assert "By default `Line art`, as the project says" in said[0]["contents"]["value"]
    assert "By default `30`\n" in said[1]["contents"]["value"]
