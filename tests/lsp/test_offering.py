"""Fixes that are not sure: an editor shows them to who asks, behind the others, and never makes one by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from lsp.positions import apply_edits
from lsp.sessions import Session

if TYPE_CHECKING:
    from pathlib import Path

URI: Final = "untitled:a"
STORY: Final = "character M\n  a\nscene\n  she sits\n"
LINES: Final = {
    "sence attic": "Indent this line",
    "sence attic\n  walks": "Replace `sence` with `scene`",
    "stpes 50": "Replace `stpes` with `steps:`",
    "stle = Line art": "Replace `stle =` with `style:`",
    "mood = dark": "Insert `let`",
    "rain = grey": "Insert `let`",
    "panel two": "Indent this line",
    "Mira: hello there": "Indent this line",
}
"""Lines that may be heads and settings as well as text, and what is offered for each."""


def asked(session: Session, text: str, only: str) -> list[dict[str, Any]]:
    where = {"start": {"line": 0, "character": 0}, "end": {"line": text.count("\n"), "character": 0}}
    document = {"textDocument": {"uri": URI}, "range": where}
    session.open(URI, text)
    found: list[dict[str, Any]] = session.ask(
        "textDocument/codeAction", {**document, "context": {"diagnostics": [], "only": [only]}}
    )
    session.tell("textDocument/didClose", {"textDocument": {"uri": URI}})
    return found


def made(action: dict[str, Any], text: str) -> str:
    return apply_edits(text, action["edit"]["changes"][URI])


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


@pytest.mark.parametrize("line", LINES)
def test_what_may_be_a_head_is_offered_unpreferred_and_left_out_where_all_is_mended(
    session: Session, line: str
) -> None:
    text = f"{STORY}{line}\n"
    [offer] = asked(session, text, "quickfix")
    assert (offer["title"], offer.get("isPreferred")) == (LINES[line], None)
    assert made(offer, text) != text
    assert asked(session, text, "source.fixAll") == []


def test_of_two_kinds_the_sure_ones_come_first_and_are_all_that_is_made_at_once(session: Session) -> None:
    text = f"{STORY}panel two\nShe walks home.\n"
    sure, other = asked(session, text, "quickfix")
    assert (sure["isPreferred"], other.get("isPreferred")) == (True, None)
    assert made(sure, text) == f"{STORY}panel two\n  She walks home.\n"
    assert made(other, text) == f"{STORY}  panel two\nShe walks home.\n"
    [every] = asked(session, text, "source.fixAll")
    assert made(every, text) == f"{STORY}panel two\n  She walks home.\n"
