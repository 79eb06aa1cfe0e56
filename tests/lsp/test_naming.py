"""Definition, highlights, references and renaming as an editor asks for them, over files that are open or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.client import Client, ResponseError, position_of, range_of
from lsp.positions import apply_edits, text_in
from storyscript.lsp.renaming import answer
from storyscript.lsp.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE = "include cast/shared.story\nscene walk\n  🦊🦊 meets @Mira, {fur}\n"
FILES: Final[dict[str, str | bytes]] = {
    "storyscript.toml": "",
    "cast/shared.story": "\ufefflet fur = 🦊 red fur\r\ncharacter Mira\r\n  a fox, {fur}\r\n",
    "one.story": ONE,
    "more/two.story": "include ../cast/shared.story\nscene\n  @{Mira}like\n  lead: Mira\n",
    "more/bytes é.story": b"include ../cast/shared.story\nscene\n  \xff\xfe @Mira and @Mira\n",
    "alone.story": "character Mira\n  a bear\nscene\n  @Mira\n",
}
WITH = {"includeDeclaration": True}
WITHOUT = {"includeDeclaration": False}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    root = tmp_path_factory.mktemp("stories")
    write(root)
    with Client(root) as client:
        client.initialize()
        yield client
        client.shutdown_exit()


@pytest.fixture
def client(server: Client) -> Iterator[Client]:
    yield server
    for uri in list(server.documents):
        server.close(uri)


def write(root: Path) -> None:
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def text_of(client: Client, uri: str) -> str:
    """A file as an editor shows it: without a mark of UTF-8, and bytes that are no UTF-8 as one sign each."""
    if uri in client.documents:
        return client.text(uri)
    text = (client.root / unquote(urlsplit(uri).path)).read_bytes().decode("utf-8-sig", "surrogateescape")
    return "".join("?" if sign >= "\udc80" and sign <= "\udcff" else sign for sign in text)


def name_of(client: Client, uri: str) -> str:
    return unquote(uri.removeprefix(f"{client.root.as_uri()}/"))


def listed(client: Client, places: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    """Places as the file's name, the line, and what stands there."""
    return [
        (
            name_of(client, place["uri"]),
            place["range"]["start"]["line"],
            text_in(text_of(client, place["uri"]), place["range"]),
        )
        for place in places
    ]


def at(client: Client, name: str, needle: str, nth: int = 0, **more: object) -> dict[str, object]:
    """The params of a question about the first sign of a needle."""
    return client.at(name, position_of(client.text(name), needle, nth), **more)


def test_the_definition_is_in_a_file_that_is_not_open(client: Client) -> None:
    client.open("one.story")
    for needle, expected in (("Mira", (1, "Mira")), ("fur", (0, "fur")), ("cast/", (0, ""))):
        found = client.request("textDocument/definition", at(client, "one.story", needle))
        assert listed(client, found) == [("cast/shared.story", *expected)]
    assert client.request("textDocument/definition", at(client, "one.story", "meets")) == []


def test_references_are_found_in_all_stories_open_or_not(client: Client) -> None:
    client.open("one.story")
    everywhere = [
        ("cast/shared.story", 1, "Mira"),
        ("more/bytes é.story", 2, "Mira"),
        ("more/bytes é.story", 2, "Mira"),
        ("more/two.story", 2, "Mira"),
        ("more/two.story", 3, "Mira"),
        ("one.story", 2, "Mira"),
    ]
    found = client.request("textDocument/references", at(client, "one.story", "Mira", context=WITH))
    assert sorted(listed(client, found)) == everywhere
    client.open("cast/shared.story")
    found = client.request("textDocument/references", at(client, "cast/shared.story", "Mira", context=WITHOUT))
    assert sorted(listed(client, found)) == everywhere[1:]
    assert client.request("textDocument/references", at(client, "one.story", "meets", context=WITH)) == []


def test_highlights_tell_what_writes_from_what_reads(client: Client) -> None:
    uri = client.open("new.story", "let a = b\nscene a\n  {a} and {a}\n")
    found = client.request("textDocument/documentHighlight", at(client, uri, "a} and"))
    text = client.text(uri)
    assert found == [
        {"range": range_of(text, "a"), "kind": 3},
        {"range": {"start": position_of(text, "a}"), "end": position_of(text, "}")}, "kind": 2},
        {"range": {"start": position_of(text, "a}", 1), "end": position_of(text, "}", 1)}, "kind": 2},
    ]


def test_a_rename_reaches_every_file_and_leaves_all_else(client: Client) -> None:
    client.open("one.story", f"{ONE}  and @Mira, not saved\n")
    prepared = client.request("textDocument/prepareRename", at(client, "one.story", "@Mira"))
    assert prepared["placeholder"] == "Mira"
    assert text_in(client.text("one.story"), prepared["range"]) == "Mira"
    edit = client.request("textDocument/rename", at(client, "one.story", "@Mira", newName="Anna"))
    changes = {name_of(client, uri): apply_edits(text_of(client, uri), made) for uri, made in edit["changes"].items()}
    assert changes == {
        "cast/shared.story": "let fur = 🦊 red fur\r\ncharacter Anna\r\n  a fox, {fur}\r\n",
        "one.story": "include cast/shared.story\nscene walk\n  🦊🦊 meets @Anna, {fur}\n  and @Anna, not saved\n",
        "more/two.story": "include ../cast/shared.story\nscene\n  @{Anna}like\n  lead: Anna\n",
        "more/bytes é.story": "include ../cast/shared.story\nscene\n  ?? @Anna and @Anna\n",
    }


def test_what_cannot_be_renamed_is_said_in_words(client: Client) -> None:
    uri = client.open("new.story", "include cast/shared.story\nscene a\n  @Mira meets @Tom\nevent b\n  x\n")
    assert client.request("textDocument/prepareRename", at(client, uri, "meets")) is None
    for method, needle, new, message in (
        ("prepareRename", "Tom", "", "nothing defines a character `Tom`, so there is nothing to rename"),
        ("rename", "Mira", "two words", "`two words` is no name: a name begins with a letter or `_`, "),
        ("rename", "a\n", "b", "there is already a scene or event named `b`: new.story, line 4"),
        ("rename", "Mira", "Tom", "`Tom` is spoken of, though nothing defines it, "),
    ):
        with pytest.raises(ResponseError) as caught:
            client.request(f"textDocument/{method}", at(client, uri, needle, newName=new))
        assert caught.value.code == -32803
        assert caught.value.message.startswith(message)
    edit = client.request("textDocument/rename", at(client, uri, "a\n", newName="a"))
    assert edit == {"changes": {}}


def test_a_name_of_a_text_that_was_never_saved_can_be_renamed(client: Client) -> None:
    uri = client.open("untitled:Untitled-1", "let a = b\nscene\n  {a}\n")
    edit = client.request("textDocument/rename", at(client, uri, "a", newName="mist"))
    assert apply_edits(client.text(uri), edit["changes"][uri]) == "let mist = b\nscene\n  {mist}\n"


def test_a_project_that_names_the_main_character_is_not_broken(tmp_path: Path) -> None:
    write(tmp_path)
    project = tmp_path / "storyscript.toml"
    project.write_text('[story]\nmain = "Mira"\n')
    workspace = Workspace()
    uri = (tmp_path / "alone.story").as_uri()
    text = "character Mira\n  a bear\nscene\n  sleeps\n"
    workspace.open(uri, 1, text)
    params = types.RenameParams(types.TextDocumentIdentifier(uri), types.Position(0, 10), "Anna")

    def renamed() -> str:
        sight = workspace.sight(uri)
        assert sight is not None
        [edit] = (answer(sight, params).changes or {})[uri]
        return edit.new_text

    with pytest.raises(JsonRpcException) as caught:
        renamed()
    message = (
        "with `Mira` renamed `Anna`, there would be an error in storyscript.toml: unknown character `Mira`; "
        "change `main` there first, or take it out"
    )
    assert caught.value.message == message
    for way in ('[story]\nmain = "Anna"\n', "[story]\n"):
        project.write_text(way)
        workspace.look_around()
        assert renamed() == "Anna"
