"""Questions about files that the editor does not have open: they are answered from disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from lsp.sessions import Session
from storyscript.lsp.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

STORY: Final = (
    "include cast.story\n\nlet way = the road\nlet other = x\n"
    "scene walk\n  meets  @Mira on {way}\n  caption: none\nscene\n  walks {way}\n"
)
CAST: Final = "character Mira\r\n  a girl, 🎩 hat\r\n"
PLACES: Final = (0.0, 0.2, 0.37, 0.65, 0.72, 1.0)


def versionless(shown: Any) -> Any:  # noqa: ANN401 - any JSON
    """An answer without the versions of texts, which only an open one has."""
    if isinstance(shown, dict):
        return {key: versionless(value) for key, value in shown.items() if key != "version"}
    return [versionless(value) for value in shown] if isinstance(shown, list) else shown


@pytest.fixture
def texts(tmp_path: Path) -> dict[str, str]:
    """The texts of a story and of its cast, by URI; both are on disk."""
    texts = {}
    for name, text in (("a.story", STORY), ("cast.story", CAST)):
        (tmp_path / name).write_text(text, "utf-8-sig", newline="")  # editors keep the mark to themselves
        texts[(tmp_path / name).as_uri()] = text
    return texts


def test_a_file_says_the_same_whether_it_is_open_or_not(tmp_path: Path, texts: dict[str, str]) -> None:
    closed, opened = Session(tmp_path), Session(tmp_path)
    for uri, text in texts.items():
        opened.open(uri, text)
    problems = opened.told()
    assert problems
    closed.problems = dict(problems)  # which a request for fixes brings along
    shown = closed.shown(texts, PLACES)
    assert versionless(shown) == versionless(opened.shown(texts, PLACES))
    story = next(uri for uri in texts if uri.endswith("a.story"))
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    (hint,) = closed.ask("textDocument/inlayHint", {"textDocument": {"uri": story}, "range": everything})
    assert hint["position"] == {"line": 7, "character": 5}
    assert shown[f"textDocument/formatting {story}"]


def test_a_question_leaves_nothing_behind(tmp_path: Path, texts: dict[str, str]) -> None:
    session = Session(tmp_path)
    session.shown(texts, PLACES)
    assert session.problems == {}
    assert session.asked == []
    uri = next(iter(texts))
    session.open(uri, "scne\n")
    assert [problem["code"] for problem in session.told()[uri]] == ["SS101"]


def test_what_is_open_under_another_name_counts(tmp_path: Path) -> None:
    (tmp_path / "a.story").write_text("scene\n  walks\n", "utf-8")
    (tmp_path / "link.story").symlink_to("a.story")
    workspace = Workspace()
    workspace.open((tmp_path / "a.story").as_uri(), 1, "scene other\n")
    with workspace.opened((tmp_path / "link.story").as_uri()) as sight:
        assert sight is not None
        assert sight.source.text == "scene other\n"
    assert len(workspace.documents) == 1


def test_nothing_is_said_of_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bytes.story").write_bytes(b"scene \xff\n")
    (tmp_path / "loop.story").symlink_to("loop.story")
    (tmp_path / "folder.story").mkdir()
    session = Session(tmp_path)
    uris = [(tmp_path / f"{name}.story").as_uri() for name in ("bytes", "loop", "folder", "none", "folder.story/a")]
    for uri in [*uris, "untitled:Untitled-1", "https://example.com/a.story", "file:///a%00b.story", ""]:
        assert session.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}}) is None
    (tmp_path / "large.story").write_bytes(b" " * (16 * 1024 * 1024 + 1))
    workspace = Workspace()
    with workspace.opened((tmp_path / "large.story").as_uri()) as sight:
        assert sight is None
