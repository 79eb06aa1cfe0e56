"""Files that are made, moved and deleted in an editor, of which it tells in one way or another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from lsp.sessions import CAPABILITIES, Session

if TYPE_CHECKING:
    from pathlib import Path

CAST: Final = "character Mira\n  a girl\n"
TELLING: Final = ("didCreate", "didRename", "didDelete")
WATCHING: Final[dict[str, Any]] = {
    **CAPABILITIES,
    "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}},
}


def story(cast: str) -> str:
    return f"include {cast}\nscene\n  meets @Mira\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {
        "cast.story": CAST,
        "people/cast.story": CAST,
        "book.story": story("cast.story"),
        "moved.story": story("persons/cast.story"),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def opened(root: Path, name: str, capabilities: dict[str, Any] = CAPABILITIES) -> Session:
    session = Session(root, capabilities)
    session.open((root / name).as_uri(), (root / name).read_text("utf-8"))
    return session


def told(session: Session) -> set[tuple[str, str]]:
    """Names of files, and the codes that are told of each."""
    return {(uri.rpartition("/")[2], problem["code"]) for uri, found in session.told().items() for problem in found}


def move(session: Session, old: Path, new: Path) -> None:
    """Move a file or a folder as an editor does that says so."""
    old.rename(new)
    session.tell("workspace/didRenameFiles", {"files": [{"oldUri": old.as_uri(), "newUri": new.as_uri()}]})


@pytest.mark.parametrize("capabilities", [CAPABILITIES, WATCHING], ids=["does not watch", "watches"])
def test_a_file_that_is_moved_away_and_back(root: Path, capabilities: dict[str, Any]) -> None:
    session = opened(root, "book.story", capabilities)
    assert told(session) == set()
    move(session, root / "cast.story", root / "persons.story")
    assert told(session) == {("book.story", "SS206")}
    move(session, root / "persons.story", root / "cast.story")
    assert told(session) == set()


def test_a_file_that_is_moved_as_one_hears_of_it_who_watches(root: Path) -> None:
    session = opened(root, "book.story", WATCHING)
    (root / "cast.story").rename(root / "persons.story")
    changes = [
        {"uri": (root / "cast.story").as_uri(), "type": 3},
        {"uri": (root / "persons.story").as_uri(), "type": 1},
    ]
    session.tell("workspace/didChangeWatchedFiles", {"changes": changes})
    assert told(session) == {("book.story", "SS206")}
    names = session.ask("workspace/symbol", {"query": "Mira"})
    assert sorted(name["location"]["uri"].removeprefix(f"{root.as_uri()}/") for name in names) == [
        "people/cast.story",
        "persons.story",
    ]


@pytest.mark.parametrize("capabilities", [CAPABILITIES, WATCHING], ids=["does not watch", "watches"])
def test_a_folder_that_is_moved_takes_its_stories_along(root: Path, capabilities: dict[str, Any]) -> None:
    session = opened(root, "moved.story", capabilities)
    assert told(session) == {("moved.story", "SS206")}
    move(session, root / "people", root / "persons")
    assert told(session) == set()
    names = session.ask("workspace/symbol", {"query": "Mira"})
    assert sorted(name["location"]["uri"].removeprefix(f"{root.as_uri()}/") for name in names) == [
        "cast.story",
        "persons/cast.story",
    ]
    # The stories that include a file are those where it is now.
    cast = root / "persons" / "cast.story"
    session.tell("textDocument/didClose", {"textDocument": {"uri": (root / "moved.story").as_uri()}})
    session.open(cast.as_uri(), "// nobody\n")
    assert told(session) == {("moved.story", "SS210"), ("moved.story", "SS205")}


def test_files_that_are_made_and_deleted(root: Path) -> None:
    session = opened(root, "cast.story")
    session.tell(
        "textDocument/didChange",
        {
            "textDocument": {"uri": (root / "cast.story").as_uri(), "version": 2},
            "contentChanges": [{"text": "// nobody\n"}],
        },
    )
    before = {("book.story", "SS210"), ("book.story", "SS205")}
    assert told(session) == before
    new = root / "new" / "other.story"
    new.parent.mkdir()
    new.write_text(story("../cast.story"), "utf-8")
    (root / "storyscript.toml").touch()
    session.tell("workspace/didCreateFiles", {"files": [{"uri": new.parent.as_uri()}]})
    assert told(session) == {*before, ("other.story", "SS210"), ("other.story", "SS205")}
    (root / "book.story").unlink()
    session.tell("workspace/didDeleteFiles", {"files": [{"uri": (root / "book.story").as_uri()}]})
    assert told(session) == {("other.story", "SS210"), ("other.story", "SS205")}


def test_an_editor_that_can_tell_is_asked_to(root: Path) -> None:
    able = {**CAPABILITIES, "workspace": {"fileOperations": dict.fromkeys(TELLING, True)}}
    said = Session(root, able).answer["capabilities"]["workspace"]["fileOperations"]
    assert sorted(said) == sorted(TELLING)
    for name in TELLING:
        patterns = [(one["scheme"], one["pattern"]["glob"], one["pattern"]["matches"]) for one in said[name]["filters"]]
        assert patterns == [
            ("file", "**/*.story", "file"),
            ("file", "**/storyscript.toml", "file"),
            ("file", "**/*", "folder"),
        ]
    assert not Session(root).answer["capabilities"]["workspace"].get("fileOperations")
