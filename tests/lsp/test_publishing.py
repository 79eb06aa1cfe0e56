"""What is wrong is told in good order, however many stories have to be looked at for it."""

from __future__ import annotations

import asyncio
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from lsp.asking import opening
from lsp.sessions import Session
from lsp.wire import read_frame
from storyscript.lsp import server
from storyscript.lsp.publishing import Publisher
from storyscript.lsp.server import StoryServer
from storyscript.lsp.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lsprotocol import types

CAST = "character Mira\n  a girl\n"
TOM = "character Tom\n  old\n"
STORY = "include cast.story\n\nscene walk\n  meets @Tom\n"
STORIES = 12


def write_stories(root: Path) -> None:
    (root / "cast.story").write_text(CAST + TOM, "utf-8")
    for number in range(STORIES):
        (root / f"s{number:02}.story").write_text(STORY, "utf-8")


def names(told: list[types.PublishDiagnosticsParams]) -> list[str]:
    return [params.uri.rpartition("/")[2] for params in told]


def told_of(root: Path, name: str, text: str) -> dict[str, list[Any]]:
    """The problems of every file that has any, once a text is open, as the protocol has them."""
    session = Session(root)
    session.open((root / name).as_uri(), text)
    return {uri.rpartition("/")[2]: problems for uri, problems in session.told().items()}


def test_a_problem_as_an_editor_has_it(tmp_path: Path) -> None:
    (tmp_path / "cast.story").write_text("// \U0001f98a\ncharacter Tom\n  old\n", "utf-8")
    told = told_of(tmp_path, "a.story", "include cast.story\ncharacter Tom\n  young\nscene\n  waves at Tom, @Tom\n")
    [problem] = told["a.story"]
    assert problem == {
        "range": {"start": {"line": 1, "character": 10}, "end": {"line": 1, "character": 13}},
        "severity": 1,
        "code": "SS204",
        "source": "storyscript",
        "message": problem["message"],
        "relatedInformation": [
            {
                "location": {
                    "uri": (tmp_path / "cast.story").as_uri(),
                    "range": {"start": {"line": 1, "character": 10}, "end": {"line": 1, "character": 13}},
                },
                "message": problem["relatedInformation"][0]["message"],
            }
        ],
    }
    assert "`Tom`" in problem["message"]
    assert "\nhelp: " in problem["message"]


def test_a_mark_of_utf_8_is_a_character_for_an_editor(tmp_path: Path) -> None:
    [problem] = told_of(tmp_path, "a.story", "\ufeffscne\n")["a.story"]
    assert problem["range"] == {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 5}}


def test_only_what_does_nothing_is_shown_paler(tmp_path: Path) -> None:
    told = told_of(tmp_path, "a.story", "let rain = grey\nsteps: 999\nscene [NC] // storyscript: ignore SS406\n  sun\n")
    assert [(one["code"], one["severity"], one.get("tags")) for one in told["a.story"]] == [
        ("SS406", 2, [1]),
        ("SS404", 2, None),
        ("SS400", 2, [1]),
    ]


@pytest.mark.parametrize(
    ("project", "wrong"),
    [
        pytest.param(b"[story]\nseeed = 1\n", (1, 0, 1, 5), id="a key that nobody knows"),
        pytest.param(b"[story\n", None, id="no TOML"),
        pytest.param(b"\xff", (0, 0, 0, 0), id="no text"),
    ],
)
def test_a_mistake_of_a_project_file_is_told_there(
    tmp_path: Path, project: bytes, wrong: tuple[int, int, int, int] | None
) -> None:
    (tmp_path / "storyscript.toml").write_bytes(project)
    told = told_of(tmp_path, "a.story", "scene [NC]\n  sun\n")
    assert list(told) == ["storyscript.toml"]
    [problem] = told["storyscript.toml"]
    where = problem["range"]
    place = (*where["start"].values(), *where["end"].values())
    assert (problem["severity"], problem["source"], "code" in problem) == (1, "storyscript", False)
    assert wrong is None or place == wrong


def test_open_texts_are_told_of_before_all_their_stories_are_known(tmp_path: Path) -> None:
    write_stories(tmp_path)
    workspace = Workspace()
    workspace.folders = [tmp_path]
    told: list[types.PublishDiagnosticsParams] = []
    publisher = Publisher(workspace, told.append)
    workspace.open((tmp_path / "cast.story").as_uri(), 1, CAST + "scne\n")
    workspace.open((tmp_path / "s05.story").as_uri(), 1, STORY)
    telling = publisher.telling()
    next(telling)
    publisher.tell_so_far()
    # What is open need not wait for what is closed, which comes when all is known.
    assert set(names(told)) <= {"cast.story", "s05.story"}
    assert [len(params.diagnostics) for params in told if params.uri.endswith("cast.story")] == [1]
    told.clear()
    assert len(list(telling)) == STORIES - 1
    assert set(names(told)) >= {f"s{number:02}.story" for number in range(STORIES)} - {"s05.story"}
    assert "cast.story" not in names(told)  # nothing else is to be said of it
    told.clear()
    publisher.tell()
    assert told == []


def test_what_was_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    write_stories(tmp_path)
    workspace = Workspace()
    workspace.folders = [tmp_path]
    told: list[types.PublishDiagnosticsParams] = []
    publisher = Publisher(workspace, told.append)
    uri = (tmp_path / "cast.story").as_uri()
    workspace.open(uri, 1, CAST)
    next(publisher.telling())
    publisher.tell_so_far()
    workspace.change(uri, 2, [(None, CAST + TOM)])
    next(publisher.telling())
    publisher.tell_so_far()
    workspace.change(uri, 3, [(None, CAST)])
    publisher.tell()
    last = {params.uri: params for params in told}
    fresh: list[types.PublishDiagnosticsParams] = []
    Publisher(workspace, fresh.append).tell()
    assert last == {params.uri: params for params in fresh}
    assert len(last) == STORIES + 1


def test_while_many_stories_are_analysed_the_editor_has_its_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stories(tmp_path)
    monkeypatch.setattr(server, "_SLICE", 0.0)
    said: list[dict[str, Any]] = []

    class Writer:
        def write(self, data: bytes) -> None:
            message = read_frame(io.BytesIO(data))
            assert message is not None
            said.append(message)

    async def talk() -> None:
        talker = StoryServer("0")
        talker.protocol.set_writer(Writer())  # type: ignore[arg-type]  # as much of a writer as pygls uses
        uri = (tmp_path / "cast.story").as_uri()

        def say(method: str, params: object, **more: object) -> None:
            message = {"jsonrpc": "2.0", "method": method, "params": params, **more}
            talker.protocol.receive(json.dumps(message).encode())

        def told() -> list[tuple[str, int | None]]:
            found = [one["params"] for one in said if one.get("method") == "textDocument/publishDiagnostics"]
            return [(params["uri"].rpartition("/")[2], params.get("version")) for params in found]

        options = {"storyscript": {"diagnostics": {"delay": 0}}}
        editor = {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}, "initializationOptions": options}
        say("initialize", editor, id=1)
        talker.protocol.receive(json.dumps(opening(uri, CAST)).encode())
        while not told():  # noqa: ASYNC110 - turn by turn
            await asyncio.sleep(0)
        assert told() == [("cast.story", 1)]
        say("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 11}}, id=2)
        assert said[-1]["id"] == 2
        change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": CAST + TOM}]}
        say("textDocument/didChange", change)
        while len(told()) < 2:  # noqa: ASYNC110 - turn by turn
            await asyncio.sleep(0)
        for _ in range(20 * STORIES):
            await asyncio.sleep(0)
        # The stories are right after the change; what was begun before it was given up.
        assert told() == [("cast.story", 1), ("cast.story", 2)]
        say("textDocument/didChange", {**change, "contentChanges": [{"text": CAST}]})
        say("shutdown", None, id=3)
        await asyncio.sleep(0.01)
        for _ in range(20 * STORIES):
            await asyncio.sleep(0)
        assert said[-1]["id"] == 3  # nothing is said behind the end

    asyncio.run(talk())
