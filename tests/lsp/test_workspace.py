"""Which stories the server knows, and what it tells of which file."""

from __future__ import annotations

import gc
import os
import weakref
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from lsp.sessions import Session
from storyscript.folder import Bounds
from storyscript.lsp import index
from storyscript.lsp.including import MOST_STORIES
from storyscript.lsp.reading import OpenTrees
from storyscript.lsp.roots import roots
from storyscript.lsp.stories import Story
from storyscript.lsp.uris import named_from, path_of, uri_of
from storyscript.lsp.workspace import Workspace
from storyscript.source import SourceFile
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse

CAST = "character Mira\n  a girl, red hat\n"
STORY = "include cast.story\n\nscene walk\n  meets @Tom\n"


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path = path.with_suffix(".story") if not path.suffix else path
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, "utf-8")


def codes(session: Session, root: Path) -> dict[str, list[str]]:
    """The codes of what is told, by file."""
    return {
        os.path.relpath(str(path_of(uri)), root): [problem.get("code", problem["message"]) for problem in problems]
        for uri, problems in session.told().items()
    }


def open_file(session: Session, path: Path, text: str | None = None) -> None:
    session.open(path.as_uri(), path.read_text("utf-8") if text is None else text)


def change(session: Session, path: Path, text: str, version: int = 2) -> None:
    document = {"uri": path.as_uri(), "version": version}
    session.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})


def test_a_change_of_an_open_cast_is_told_of_the_closed_stories_that_include_it(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST + "character Tom\n  old\n", one=STORY, more__two=STORY.replace("cast", "../cast"))
    (tmp_path / "storyscript.toml").touch()
    session = Session(tmp_path)
    open_file(session, tmp_path / "cast.story")
    assert codes(session, tmp_path) == {}
    change(session, tmp_path / "cast.story", CAST)
    assert codes(session, tmp_path) == {"one.story": ["SS205"], "more/two.story": ["SS205"]}
    change(session, tmp_path / "cast.story", CAST + "character Tom\n  old\n", 3)
    assert codes(session, tmp_path) == {}


def test_a_file_that_others_include_is_checked_as_they_see_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        cast="character Mira\n  a girl, {hat}\n",
        story="let hat = red hat\ninclude cast.story\nscene\n  sits\n",
    )
    session = Session(tmp_path)
    open_file(session, tmp_path / "cast.story")
    assert codes(session, tmp_path) == {}
    # Once nobody includes it, it stands for itself.
    (tmp_path / "story.story").unlink()
    session.tell(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": (tmp_path / "story.story").as_uri(), "type": 3}]}
    )
    assert codes(session, tmp_path) == {"cast.story": ["SS205"]}


def test_what_is_open_counts_and_not_what_is_on_disk_until_it_is_closed(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST, story=STORY.replace("Tom", "Mira"))
    session = Session(tmp_path)
    open_file(session, tmp_path / "story.story")
    open_file(session, tmp_path / "cast.story", "// nobody\n")
    assert codes(session, tmp_path) == {"story.story": ["SS210", "SS205"]}
    session.tell("textDocument/didClose", {"textDocument": {"uri": (tmp_path / "cast.story").as_uri()}})
    assert codes(session, tmp_path) == {}


def test_a_file_that_is_open_and_was_never_saved_can_be_included(tmp_path: Path) -> None:
    write(tmp_path, story=STORY.replace("Tom", "Mira"))
    session = Session(tmp_path)
    open_file(session, tmp_path / "story.story")
    assert codes(session, tmp_path) == {"story.story": ["SS206"]}
    session.open((tmp_path / "cast.story").as_uri(), CAST)
    assert codes(session, tmp_path) == {}


def test_problems_of_an_included_file_are_told_there_once(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST + "scne\n", one=STORY.replace("Tom", "Mira"), two=STORY.replace("Tom", "Mira"))
    session = Session(tmp_path)
    open_file(session, tmp_path / "one.story")
    open_file(session, tmp_path / "two.story")
    assert codes(session, tmp_path) == {"cast.story": ["SS101"]}
    session.tell("textDocument/didClose", {"textDocument": {"uri": (tmp_path / "one.story").as_uri()}})
    assert codes(session, tmp_path) == {"cast.story": ["SS101"]}
    session.tell("textDocument/didClose", {"textDocument": {"uri": (tmp_path / "two.story").as_uri()}})
    assert codes(session, tmp_path) == {}


def test_files_that_include_each_other_are_told_so(tmp_path: Path) -> None:
    write(tmp_path, one="include two.story\n" + CAST + "scene\n  sits\n", two="include one.story\n")
    session = Session(tmp_path)
    open_file(session, tmp_path / "one.story")
    assert codes(session, tmp_path) == {"two.story": ["SS207"]}
    open_file(session, tmp_path / "two.story")
    assert codes(session, tmp_path) == {"one.story": ["SS207"], "two.story": ["SS207"]}


def test_a_file_outside_the_root_of_the_story_that_names_it_stands_for_itself(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST + "scne\n", inner__story="include ../cast.story\nscene [NC]\n  rain\n")
    session = Session(tmp_path)
    open_file(session, tmp_path / "cast.story")
    # The story that names it is told that it must not; the file's own mistake is told all the same.
    assert codes(session, tmp_path) == {"cast.story": ["SS101"], "inner/story.story": ["SS208"]}


def test_what_a_project_says_holds_in_an_editor_too(tmp_path: Path) -> None:
    write(tmp_path, story="character Mira\n  a girl\nsteps: 999\nscene\n  sits\n")
    project = tmp_path / "storyscript.toml"
    session = Session(tmp_path)
    open_file(session, tmp_path / "story.story")
    assert codes(session, tmp_path) == {"story.story": ["SS404"]}
    changed = {"changes": [{"uri": project.as_uri(), "type": 1}]}
    project.write_text("[check]\nignore = ['SS404']\n", "utf-8")
    session.tell("workspace/didChangeWatchedFiles", changed)
    assert codes(session, tmp_path) == {}
    project.write_text("[check]\nstrict = true\n", "utf-8")
    session.tell("workspace/didChangeWatchedFiles", changed)
    assert [problem["severity"] for problem in session.told()[(tmp_path / "story.story").as_uri()]] == [1]
    project.write_text("[story]\nmodel = 'nobody'\nseeed = 1\n", "utf-8")
    session.tell("workspace/didChangeWatchedFiles", changed)
    told = session.told()[project.as_uri()]
    assert [(problem["range"]["start"]["line"], problem.get("code")) for problem in told] == [
        (0 + 1, "SS202"),
        (2, None),
    ]


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "vscode-vfs://github/a/b.story"])
def test_a_text_that_is_no_file_is_checked_by_itself(tmp_path: Path, uri: str) -> None:
    write(tmp_path, cast=CAST)
    session = Session(tmp_path)
    session.open(uri, "include cast.story\nscne\n")
    assert [problem["code"] for problem in session.told()[uri]] == ["SS206", "SS101"]


def test_a_file_may_be_reached_by_several_names(tmp_path: Path) -> None:
    write(tmp_path, real__cast=CAST + "scne\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "storyscript.toml").touch()
    write(tmp_path, story="include link/cast.story\nscene\n  sits\n")
    session = Session(tmp_path)
    open_file(session, tmp_path / "story.story")
    assert [len(problems) for problems in session.told().values()] == [1]
    uri = (tmp_path / "link" / "cast.story").as_uri()
    session.open(uri, CAST)
    assert codes(session, tmp_path) == {}


@pytest.mark.parametrize("others", [[], ["more/cast.story"], ["more/two.story"], ["more/two.story", "more/cast.story"]])
def test_what_is_offered_and_shown_is_the_same_whatever_else_was_opened_before(
    tmp_path: Path, others: list[str]
) -> None:
    write(
        tmp_path,
        more__cast=CAST + "scne\n",
        story="include more/cast.story\nmain: Mira\nscene walk\n  meets @Mirra\n",
        more__two="include cast.story\n\nscene walk\n  meets @Mira\n",
    )
    (tmp_path / "storyscript.toml").touch()
    session = Session(tmp_path)
    for name in [*others, "story.story"]:
        open_file(session, tmp_path / name)
    uri = (tmp_path / "story.story").as_uri()
    place = {"line": 3, "character": 10}
    told = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}, "context": {"diagnostics": []}}
    titles = [action["title"] for action in session.ask("textDocument/codeAction", told)]
    assert titles == ["Replace `@Mirra` with `@Mira`", "Fix all that can be fixed"]
    hover = session.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 12}})
    assert hover["contents"]["value"].startswith("`more/cast.story`\n")
    symbols = session.ask("workspace/symbol", {"query": "Mira"})
    assert [symbol["containerName"] for symbol in symbols] == ["more/cast.story"]


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_file_that_is_open_under_two_names_has_two_texts(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST, story=STORY.replace("Tom", "Mira"))
    (tmp_path / "link.story").symlink_to("cast.story")
    session = Session(tmp_path)
    cast, link = (tmp_path / "cast.story", tmp_path / "link.story")

    def outline(path: Path) -> list[str]:
        found = session.ask("textDocument/documentSymbol", {"textDocument": {"uri": path.as_uri()}})
        return [symbol["name"] for symbol in found]

    open_file(session, tmp_path / "story.story")
    open_file(session, cast)
    open_file(session, link)
    change(session, cast, CAST.replace("Mira", "Ida"))
    assert codes(session, tmp_path) == {"story.story": ["SS205"]}  # what was typed in last counts
    assert (outline(cast), outline(link)) == (["Ida"], ["Mira"])
    assert codes(session, tmp_path) == {}  # or what is looked at
    session.tell("textDocument/didClose", {"textDocument": {"uri": link.as_uri()}})
    assert codes(session, tmp_path) == {"story.story": ["SS205"]}
    assert outline(cast) == ["Ida"]
    session.tell("textDocument/didClose", {"textDocument": {"uri": cast.as_uri()}})
    assert codes(session, tmp_path) == {}


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_story_is_relative_to_the_folder_that_it_was_opened_in_only_as_long_as_it_is_open(tmp_path: Path) -> None:
    write(tmp_path, real__story=STORY, real__cast=CAST, other__cast=CAST + "character Tom\n  old\n")
    (tmp_path / "other" / "story.story").symlink_to(tmp_path / "real" / "story.story")
    session = Session(tmp_path)
    open_file(session, tmp_path / "real" / "cast.story")
    assert codes(session, tmp_path) == {"real/story.story": ["SS205"]}
    open_file(session, tmp_path / "other" / "story.story")
    assert codes(session, tmp_path) == {}
    session.tell("textDocument/didClose", {"textDocument": {"uri": (tmp_path / "other" / "story.story").as_uri()}})
    assert codes(session, tmp_path) == {"real/story.story": ["SS205"]}


def test_a_text_that_is_opened_twice_is_the_second(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.open("untitled:a", "scne\n")
    session.open("untitled:a", "scene [NC]\n  rain\n")
    assert session.told() == {}
    session.tell("textDocument/didClose", {"textDocument": {"uri": "untitled:a"}})
    assert session.problems == {"untitled:a": []}


def test_a_folder_that_goes_takes_its_stories_with_it_though_nobody_says_so(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST, gone__one=STORY.replace("cast", "../cast"))
    (tmp_path / "storyscript.toml").touch()
    session = Session(tmp_path)
    open_file(session, tmp_path / "cast.story", CAST + "let rain = {sun}\n")
    assert codes(session, tmp_path) == {"cast.story": ["SS205"], "gone/one.story": ["SS205"]}
    (tmp_path / "gone" / "one.story").unlink()
    (tmp_path / "gone").rmdir()
    change(session, tmp_path / "cast.story", CAST + "let rain = {moon}\n")
    assert codes(session, tmp_path) == {"cast.story": ["SS205"]}
    assert [symbol["name"] for symbol in session.ask("workspace/symbol", {"query": ""})] == ["Mira", "rain"]


def test_a_fault_of_the_server_in_one_story_keeps_nothing_of_the_others_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, bad="scne\n", cast=CAST, one=STORY, two=STORY)
    analyse = Story.analyse

    def breaks(story: Story, revision: int) -> None:
        if Path(story.identity).name in ("bad.story", "one.story"):
            raise RecursionError
        analyse(story, revision)

    monkeypatch.setattr(Story, "analyse", breaks)
    session = Session(tmp_path)
    for name in ("bad.story", "cast.story"):
        open_file(session, tmp_path / name)
    assert codes(session, tmp_path) == {"two.story": ["SS205"]}
    assert "one.story could not be analysed" in caplog.text
    monkeypatch.undo()
    change(session, tmp_path / "cast.story", CAST)
    assert codes(session, tmp_path) == {"bad.story": ["SS101"], "one.story": ["SS205"], "two.story": ["SS205"]}


def test_a_question_about_a_file_is_asked_of_every_story_that_has_it(tmp_path: Path) -> None:
    write(tmp_path, root__cast=CAST, root__one=STORY, root__two=STORY, root__alone=CAST)
    write(tmp_path, vain="include root/cast.story\n", root__sub__vain="include ../../vain.story\n")
    workspace = Workspace()
    workspace.folders = [tmp_path]
    workspace.open((tmp_path / "vain.story").as_uri(), 1, "scene\n")

    def asked(name: str) -> list[str]:
        return [Path(story.identity).name for story in workspace.stories_of(str(tmp_path / name))]

    assert asked("root/cast.story") == ["one.story", "two.story"]
    assert asked("root/alone.story") == ["alone.story"]
    assert asked("vain.story") == ["vain.story"]  # no story may read a file above it


def test_who_includes_a_file_may_change_with_each_key(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST)
    workspace = Workspace()
    workspace.open((tmp_path / "cast.story").as_uri(), 1, CAST)
    one = (tmp_path / "one.story").as_uri()
    workspace.open(one, 1, "scene\n")
    for text, expected in (("scene\n", "cast"), (STORY, "one"), (STORY[1:], "cast"), (STORY, "one")):
        workspace.change(one, 2, [(None, text)])
        stories = workspace.stories_of(str(tmp_path / "cast.story"))
        assert [Path(story.identity).stem for story in stories] == [expected]
    workspace.close(one)  # and it is not on disk
    assert [story.identity for story in workspace.stories()] == [str(tmp_path / "cast.story")]


def test_a_file_that_only_a_circle_of_stories_includes_stands_for_itself(tmp_path: Path) -> None:
    more = "include cast.story\n"
    write(tmp_path, cast=CAST, one=more + "include two.story\n", two=more + "include one.story\n")
    workspace = Workspace()
    workspace.folders = [tmp_path]
    workspace.open((tmp_path / "cast.story").as_uri(), 1, CAST)
    assert [Path(story.identity).stem for story in workspace.stories_of(str(tmp_path / "cast.story"))] == ["cast"]


def test_a_story_that_is_gone_is_none_of_the_files(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST, gone__one=STORY.replace("cast", "../cast"))
    (tmp_path / "storyscript.toml").touch()
    workspace = Workspace()
    workspace.open((tmp_path / "cast.story").as_uri(), 1, CAST)
    assert workspace.files() == [str(tmp_path / "cast.story"), str(tmp_path / "gone" / "one.story")]
    (tmp_path / "gone" / "one.story").unlink()
    workspace.change((tmp_path / "cast.story").as_uri(), 2, [(None, CAST)])
    list(workspace.stories())
    assert workspace.files() == [str(tmp_path / "cast.story")]


def test_stories_of_texts_that_were_closed_are_forgotten(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST, one=STORY)
    workspace = Workspace()
    uri = (tmp_path / "one.story").as_uri()
    workspace.open(uri, 1, STORY)
    [story] = workspace.stories()
    cast = story.view.story.files[1].source
    assert workspace.uri_of(cast) == (tmp_path / "cast.story").as_uri()
    forgotten = weakref.ref(story)
    del story
    workspace.close(uri)
    assert list(workspace.stories()) == []
    gc.collect()
    assert forgotten() is None
    assert workspace.uri_of(cast) is None


def test_whole_texts_and_edits_may_come_in_one_change() -> None:
    workspace = Workspace()
    workspace.open("untitled:a", 1, "one\n")
    first, behind = (types.Range(types.Position(0, at), types.Position(0, end)) for at, end in ((0, 3), (5, 5)))
    workspace.change("untitled:a", 2, [(first, "two"), (None, "scene\n"), (behind, " a"), (behind, " b")])
    document = workspace.documents["untitled:a"]
    assert (document.whole, document.version) == ("scene b a\n", 2)


def test_of_very_many_stories_only_some_are_analysed_again(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST, **{f"s{number:04}": STORY for number in range(MOST_STORIES + 20)})
    session = Session(tmp_path)
    open_file(session, tmp_path / "cast.story")
    assert len(session.told()) == MOST_STORIES


def test_a_question_about_a_text_that_is_not_open_has_an_empty_answer(tmp_path: Path) -> None:
    session = Session(tmp_path)
    at: dict[str, Any] = {"textDocument": {"uri": "file:///x.story"}, "position": {"line": 0, "character": 0}}
    assert session.ask("textDocument/hover", at) is None


# ---- the index ---------------------------------------------------------------------------------------------------


def test_the_index_knows_files_and_what_they_include(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="\ufeffinclude b.story // twice\nINCLUDE\tsub/c.story\r\n  include d.story\nincluded e.story\n",
        sub__c="include ../a.story\n",
        node_modules__n="include x.story\n",
        _git__g="",
    )
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "h.story").touch()
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    found = index.Index()
    found.look({str(tmp_path)}, set())
    assert [os.path.relpath(path, tmp_path) for path in sorted(found)] == ["_git/g.story", "a.story", "sub/c.story"]
    assert [os.path.relpath(path, tmp_path) for path in found.includes(str(tmp_path / "a.story"))] == [
        "b.story",
        "sub/c.story",
    ]
    (tmp_path / "a.story").write_text("", "utf-8")
    found.look_at(tmp_path / "a.story")
    assert found.includes(str(tmp_path / "a.story")) == ()
    (tmp_path / "a.story").unlink()
    found.look_at(tmp_path / "a.story")
    assert str(tmp_path / "a.story") not in list(found)


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_what_only_has_the_name_of_a_story_keeps_nobody_from_work(tmp_path: Path) -> None:
    write(tmp_path, story=STORY)
    (tmp_path / "folder.story").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "loop.story").symlink_to("other.story")
    (tmp_path / "other.story").symlink_to("loop.story")
    (tmp_path / "gone.story").symlink_to("nowhere.story")
    os.mkfifo(tmp_path / "pipe.story")
    os.mkfifo(tmp_path / "storyscript.toml")
    write(tmp_path, reads="include pipe.story\ninclude folder.story\ninclude loop.story\nscene [NC]\n  rain\n")
    odd = tmp_path / os.fsdecode(b"\xff.story")
    odd.write_text("include odd.story\n", "utf-8")
    (tmp_path / "odd.story").symlink_to(odd)
    session = Session(tmp_path)
    changes = [{"uri": uri_of(tmp_path / name), "type": 1} for name in sorted(os.listdir(tmp_path))]
    session.tell("workspace/didChangeWatchedFiles", {"changes": changes})
    open_file(session, tmp_path / "reads.story")
    assert codes(session, tmp_path) == {"reads.story": ["SS206", "SS206", "SS206"]}
    assert session.ask("workspace/symbol", {"query": "walk"})


@pytest.mark.parametrize("name", [".h.story", ".git/a.story", "out/a.story", "a/node_modules/b/c.story", "a.txt"])
def test_the_index_learns_of_no_file_that_it_would_not_find(tmp_path: Path, name: str) -> None:
    write(tmp_path, **{name.replace("/", "__"): "", "b": ""})
    found = index.Index()
    found.look({str(tmp_path)}, set())
    found.look_at(tmp_path / name)
    assert list(found) == [str(tmp_path / "b.story")]
    found.look(set(), {str(tmp_path)})
    found.look_at(tmp_path / name)
    assert list(found) == [str(tmp_path / "b.story")]
    found.look(set(), {str(tmp_path / name).rpartition("/")[0]})
    found.look_at(tmp_path / "elsewhere" / "b.story")
    assert str(tmp_path / "elsewhere" / "b.story") not in list(found)


@pytest.mark.parametrize(
    ("deep", "alone", "name", "target"),
    [
        pytest.param(["a"], [], "a/new.story", None, id="in a folder"),
        pytest.param(["a"], [], "a/b/c/new.story", None, id="far below one"),
        pytest.param([], ["a"], "a/new.story", None, id="in a folder that is looked at alone"),
        pytest.param(["a"], [], "a/link.story", "elsewhere/new.story", id="by a link in a folder"),
        pytest.param(["a"], [], "elsewhere/link.story", "a/new.story", id="by a link to one in a folder"),
    ],
)
def test_the_index_learns_of_a_new_file_that_it_would_find(
    tmp_path: Path, deep: list[str], alone: list[str], name: str, target: str | None
) -> None:
    write(tmp_path, a__old="", a__b__c__old="", elsewhere__old="")
    folders = [{str(tmp_path / folder) for folder in some} for some in (deep, alone)]
    found = index.Index()
    found.look(*folders)
    before = set(found)
    write(tmp_path, **{(target or name).replace("/", "__"): "include x.story\n"})
    if target is not None:
        (tmp_path / name).symlink_to(tmp_path / target)
    found.look_at(tmp_path / name)
    [new] = set(found) - before
    assert found.includes(new) == (str(Path(new).parent / "x.story"),)
    again = index.Index()
    again.look(*folders)
    assert set(again) == set(found)


def test_a_file_that_was_found_by_a_link_to_its_folder_stays_known_by_its_own_name(tmp_path: Path) -> None:
    write(tmp_path, a__one="", elsewhere__two="")
    (tmp_path / "a" / "link").symlink_to(tmp_path / "elsewhere")
    found = index.Index()
    found.look({str(tmp_path / "a")}, set())
    two = tmp_path / "elsewhere" / "two.story"
    write(tmp_path, elsewhere__two="include x.story\n")
    found.look_at(two)
    assert found.includes(str(two)) == (str(two.parent / "x.story"),)


def test_of_very_many_files_the_index_has_those_that_are_least_far_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, z="", a__b="", a__c="")
    monkeypatch.setattr(index, "_BOUNDS", Bounds(stories=2))
    found = index.Index()
    found.look({str(tmp_path)}, set())
    assert sorted(found) == [str(tmp_path / "a" / "b.story"), str(tmp_path / "z.story")]
    write(tmp_path, new="")
    found.look_at(tmp_path / "new.story")
    assert len(list(found)) == 2


def test_stories_are_looked_for_in_the_folders_that_an_editor_has_now(tmp_path: Path) -> None:
    write(tmp_path, here__a="character Ann\n  x\n", there__b="character Bob\n  x\n")
    here, there = ({"uri": (tmp_path / name).as_uri(), "name": name} for name in ("here", "there"))
    session = Session(tmp_path / "here")

    def names() -> list[str]:
        return sorted(found["name"] for found in session.ask("workspace/symbol", {"query": ""}))

    assert names() == ["Ann"]
    session.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": [there], "removed": []}})
    assert names() == ["Ann", "Bob"]
    session.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [here]}})
    assert names() == ["Bob"]


def test_of_a_project_above_an_editors_folder_only_that_folder_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "storyscript.toml").touch()
    write(tmp_path, part__cast=CAST)
    assert roots([tmp_path / "part"], [tmp_path / "part" / "cast.story"]) == ({str(tmp_path / "part")}, set())
    assert roots([], [tmp_path / "part" / "cast.story"]) == ({str(tmp_path)}, set())


def test_of_a_file_outside_the_folders_its_project_is_looked_at_or_what_is_beside_it(tmp_path: Path) -> None:
    write(tmp_path, elsewhere__cast__cast=CAST, elsewhere__story=STORY.replace("cast", "cast/cast"))
    write(tmp_path, elsewhere__cast__more__story=STORY.replace("cast", "../cast"))
    (tmp_path / "here").mkdir()
    session = Session(tmp_path / "here")
    open_file(session, tmp_path / "elsewhere" / "cast" / "cast.story")
    assert codes(session, tmp_path) == {}  # no story may read a file above it
    (tmp_path / "elsewhere" / "storyscript.toml").touch()
    session.tell("textDocument/didSave", {"textDocument": {"uri": "untitled:a"}})
    told = {"elsewhere/story.story": ["SS205"], "elsewhere/cast/more/story.story": ["SS205"]}
    assert codes(session, tmp_path) == told


def test_texts_that_no_story_has_any_more_are_forgotten(tmp_path: Path) -> None:
    write(tmp_path, cast=CAST, one=STORY)
    trees = OpenTrees({}, str)
    cast, one = (trees.read(str(tmp_path / name)) for name in ("cast.story", "one.story"))
    assert cast is not None
    assert one is not None
    trees.keep([cast])
    assert trees.read(str(tmp_path / "cast.story")) is cast
    assert trees.read(str(tmp_path / "one.story")) is not one
    assert trees.identity(one) is None
    write(tmp_path, cast=CAST + "character Tom\n")
    again = trees.read(str(tmp_path / "cast.story"))
    assert again is not None
    assert (trees.identity(cast), trees.identity(again)) == (None, str(tmp_path / "cast.story"))


@pytest.mark.skipif(os.name != "posix", reason="paths of POSIX")
@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("loop/x.story", id="in a link to itself"),
        pytest.param("/".join(["y" * 100] * 60) + "/x.story", id="longer than any path"),
        pytest.param("file:///a/\ud800.story", id="half a character"),
        pytest.param("story.story/x.story", id="below a file"),
        pytest.param("file:///dev/zero", id="a device"),
        pytest.param("file:///", id="the root"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_text_whose_file_cannot_be_there_keeps_no_other_from_being_checked(tmp_path: Path, uri: str) -> None:
    write(tmp_path, story="scne\n")
    (tmp_path / "loop").symlink_to("loop")
    if uri and not uri.startswith("file:"):
        uri = f"{(tmp_path).as_uri()}/{uri}"
    workspace = Workspace()
    workspace.open(uri, 1, "include a.story\nscne\n")
    story = (tmp_path / "story.story").as_uri()
    workspace.open(story, 1, "scne\n")
    assert workspace.sight(uri)
    found = {problem.code for story in workspace.stories() for problem in story.problems}
    assert found == {"SS101", "SS206"}
    workspace.look_around([uri])
    workspace.look_around()
    workspace.close(uri)
    assert [problem.code for story in workspace.stories() for problem in story.problems] == ["SS101"]


def test_stories_beside_a_file_outside_the_folders_are_known(tmp_path: Path) -> None:
    write(tmp_path, elsewhere__cast=CAST, elsewhere__story=STORY)
    (tmp_path / "here").mkdir()
    session = Session(tmp_path / "here")
    open_file(session, tmp_path / "elsewhere" / "cast.story")
    assert codes(session, tmp_path) == {"elsewhere/story.story": ["SS205"]}


LINES: Final = st.one_of(
    st.sampled_from(
        [
            "include a.story",
            "INCLUDE\tb.story // so",
            "include sub/c d.story  ",
            "include  e.story//no comment",
            "  include f.story",
            "include: g.story",
            "included h.story",
            "include",
            "include // nothing",
            "// include i.story",
            "scene",
            "",
        ]
    ),
    st.text(st.sampled_from("include .story/\t\u00a0\u2028"), max_size=20).map(lambda text: f"include {text}"),
)


@given(st.lists(LINES, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_a_file_includes_is_the_same_open_or_not(lines: list[str], end: str) -> None:
    text = end.join(lines)
    source = SourceFile.from_text("story.story", text)
    named = [item for item in parse(source.readable).items if isinstance(item, nodes.Include)]
    paths = [source.readable[item.value_start : item.end].strip() for item in named]
    found = list(index.included(text.encode(), "/stories/story.story"))
    assert found == [named_from("/stories/story.story", path) for path in paths if path]


# ---- URIs --------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="paths of POSIX")
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.story", "/a/b.story"),
        ("file://localhost/a", "/a"),
        ("FILE:///a", "/a"),
        ("file:///a%20b/%C3%A9%23%3F.story", "/a b/é#?.story"),
        ("file:///a;b?c#d", "/a;b?c#d"),
        ("file:///%FF", "/\udcff"),
        ("file://server/a", None),
        ("file:a", None),
        ("file:///a%00b", None),
        ("untitled:a", None),
        ("http://[x/a", None),
        ("", None),
    ],
)
def test_the_path_of_a_uri(uri: str, path: str | None) -> None:
    assert path_of(uri) == (None if path is None else Path(path))


@pytest.mark.parametrize("name", ["a b.story", "é.story", "a#b?c%.story", "日本.story"])
def test_uris_and_paths_come_back(tmp_path: Path, name: str) -> None:
    assert path_of(uri_of(tmp_path / name)) == tmp_path / name


def test_an_editor_that_changes_what_is_not_open_changes_nothing() -> None:
    workspace = Workspace()
    workspace.change("file:///x.story", 2, [(None, "scene")])
    workspace.close("file:///x.story")
    assert workspace.documents == {}
    assert workspace.sight("file:///x.story") is None
