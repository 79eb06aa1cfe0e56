"""Documents of any name and content, and changes of every kind."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from lsp.asking import (
    GOOD,
    WRONG,
    check_alive,
    codes,
    opening,
)
from lsp.positions import offset_at, position_at
from lsp.wire import frame

if TYPE_CHECKING:
    from lsp.client import Client

URIS = [
    "untitled:Untitled-1",
    "untitled:a%20b.story",
    "file:///c%3A/x.story",
    "file:///C:/Users/x%20y/z.story",
    "file://server/share/a.story",
    "file:///nowhere/my%20comic.story",
    "file:///nowhere/my comic.story",
    "file:///nowhere/%C3%A9t%C3%A9%20%E6%97%A5.story",
    "file:///nowhere/été 日.story",
    "file:///nowhere/a%23b%3Fc%25.story",
    "file:///nowhere/%FF%00.story",
    "file:///nowhere/../../etc/a.story",
    "vscode-notebook-cell:/a.story#W0",
    "vscode-remote://ssh-remote%2Bhost/home/a.story",
    "git:/home/a.story?%7B%22ref%22%3A%22HEAD%22%7D",
    "file:",
    "x:",
]


@pytest.mark.parametrize("uri", URIS)
def test_a_document_may_have_any_uri(client: Client, uri: str) -> None:
    client.open(uri, "include cast.story\n" + WRONG)
    assert "SS101" in codes(client.diagnostics(uri))
    client.change(uri, "character Mira\n  a woman\n")
    assert "SS101" not in codes(client.diagnostics(uri))
    client.request("textDocument/hover", client.at(uri, {"line": 0, "character": 2}))
    client.close(uri)
    check_alive(client)


@pytest.mark.parametrize("name", ["a b", "été", "日本", "a#b", "a%20b", "a+b&c=d", "e\u0301", "\U0001f98a"])
def test_what_a_document_includes_is_found_in_a_folder_of_any_name(client: Client, name: str) -> None:
    folder = client.root / name
    folder.mkdir()
    (folder / f"cast {name}.story").write_text("character Mira\n  a woman, red scarf\n", "utf-8")
    story = folder / f"{name}.story"
    client.open(story, f"include cast {name}.story\nscene\n  meets @Mira\n")
    assert client.diagnostics(story) == []


@pytest.mark.parametrize("language", ["story", "plaintext", ""])
def test_the_editors_name_for_the_language_does_not_matter(client: Client, language: str) -> None:
    client.open("a.story", WRONG, language)
    assert "SS101" in codes(client.diagnostics("a.story"))


@pytest.mark.parametrize(
    "text", ["", "\n", "\ufeff" + GOOD, "\x00\x01\x7f", "a\rb\r\nc\u2028d\u0085e", "\U0001f98a" * 9]
)
def test_a_document_may_hold_anything(client: Client, text: str) -> None:
    client.open("a.story", text)
    for diagnostic in client.diagnostics("a.story"):
        start, end = (offset_at(text, diagnostic["range"][side]) for side in ("start", "end"))
        assert 0 <= start <= end <= len(text)
    check_alive(client)


def test_half_a_character_does_no_harm(client: Client) -> None:
    # JSON can write one half of a surrogate pair, which no UTF-8 can.
    body = json.dumps(opening("untitled:half", "scene \ud83e\n  {x\ud83e} \udd8a\n")).encode()
    client.write(frame(body))
    client.wait_for(lambda message: message.get("params", {}).get("uri") == "untitled:half", "its diagnostics")
    check_alive(client)


def test_a_large_document_is_read_and_a_too_large_one_refused(client: Client) -> None:
    large = GOOD + "scene\n  walks home in the rain\n" * 20_000
    client.open("a.story", large)
    assert "SS106" not in codes(client.diagnostics("a.story"))
    client.open("b.story", GOOD + "// " + "x" * (16 * 1024 * 1024))
    assert codes(client.diagnostics("b.story")) == ["SS106"]
    check_alive(client)


def test_of_many_changes_the_last_is_reported(client: Client) -> None:
    client.open("a.story", GOOD)
    for n in range(300):
        client.change("a.story", GOOD + f"scene s{n}\n  walks\n" + WRONG * (n % 2))
    assert "SS101" in codes(client.diagnostics("a.story"))
    check_alive(client)


@pytest.mark.parametrize("seed", range(3))
def test_a_text_that_was_changed_piece_by_piece_is_read_as_a_new_one(client: Client, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - for texts, not for secrets
    pieces = [
        "scene a\n",
        "  walks @Mira\r\n",
        "\r",
        "\U0001f98a",
        "scne\n",
        "{rain}",
        "\n",
        "  caption: x\n",
        "\u2028",
        "",
    ]
    client.open("a.story", GOOD)
    for n in range(12):
        changes = []
        text = client.text("a.story")
        for _ in range(chance.randrange(1, 8)):
            # Where a line ends in two characters, no position lies between them.
            places = [at for at in range(len(text) + 1) if text[max(at - 1, 0) : at + 1] != "\r\n"]
            start, end = sorted((chance.choice(places), chance.choice(places)))
            end = min(end, next(at for at in places if at >= min(start + 9, len(text))))
            new = "".join(chance.choices(pieces, k=chance.randrange(4)))
            changes.append(({"start": position_at(text, start), "end": position_at(text, end)}, new))
            text = text[:start] + new + text[end:]
        client.change("a.story", *changes)
        assert client.text("a.story") == text
        client.open(f"b{n}.story", text)
        assert client.diagnostics("a.story") == client.diagnostics(f"b{n}.story")


def test_a_range_beyond_the_end_ends_there(client: Client) -> None:
    client.open("a.story", "character Mira\n  a woman\n")
    beyond = {"start": {"line": 1, "character": 999}, "end": {"line": 99, "character": 5}}
    version = {"uri": client.uri("a.story"), "version": 2}
    change = {"textDocument": version, "contentChanges": [{"range": beyond, "text": "\n" + WRONG}]}
    client.notify("textDocument/didChange", change)
    client.documents[client.uri("a.story")].version = 2
    found = {d["code"]: d["range"]["start"] for d in client.diagnostics("a.story")}
    assert found["SS101"] == {"line": 2, "character": 0}


def test_a_document_that_was_closed_has_no_diagnostics(client: Client) -> None:
    uri = client.open("a.story", WRONG)
    client.diagnostics("a.story")
    mark = client.mark()
    client.close("a.story")
    empty = {"uri": uri, "diagnostics": []}
    client.wait_for(lambda message: message.get("params", {}).items() >= empty.items(), "an empty list", mark)


@pytest.mark.parametrize("capabilities", [{}, {"general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]}}])
def test_positions_are_in_the_encoding_that_was_agreed_on(fresh: Client, capabilities: dict[str, Any]) -> None:
    fresh.initialize(capabilities)
    agreed = fresh.capabilities.get("positionEncoding", "utf-16")
    fresh.open("a.story", "scene\n  \U0001f98aé {x\n")
    found = {d["code"]: d["range"]["start"] for d in fresh.diagnostics("a.story")}
    assert found["SS104"] == {"line": 1, "character": {"utf-8": 9, "utf-16": 6, "utf-32": 5}[agreed]}
