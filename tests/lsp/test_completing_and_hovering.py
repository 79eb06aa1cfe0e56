"""Completion and hover as an editor gets them: positions in its own units, lists that it asks for anew, and files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from lsprotocol import types

from editing.views import unmarked
from lsp.positions import apply_edits, position_at
from storyscript.lsp import completing, hovering
from storyscript.lsp.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.lsp.sight import Sight

CAST: Final = "character Mira\n  a young woman 🦊, red scarf\n"
INVOKED: Final = types.CompletionContext(types.CompletionTriggerKind.Invoked)
THERE: Final = types.TextDocumentIdentifier("")
"""Which text is asked about, the sight of it knows."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cast").mkdir()
    (tmp_path / "cast" / "shared.story").write_text("character Tom\n  an old man\n", "utf-8")
    (tmp_path / "photo.png").write_bytes(b"")
    return tmp_path


def seen(folder: Path, marked: str, *, snippets: bool = False) -> tuple[Sight, str, types.Position]:
    """An open text, and where its cursor is."""
    text, [offset] = unmarked(marked)
    path = folder / "story.story"
    path.write_text(text, "utf-8", newline="")
    workspace = Workspace()
    workspace.settings = replace(workspace.settings, snippets=snippets)
    workspace.open(path.as_uri(), 1, text)
    sight = workspace.sight(path.as_uri())
    assert sight is not None
    position = position_at(text, offset)
    return sight, text, types.Position(position["line"], position["character"])


def offered(
    folder: Path, marked: str, context: types.CompletionContext | None = INVOKED, *, snippets: bool = False
) -> tuple[str, types.CompletionList]:
    sight, text, position = seen(folder, marked, snippets=snippets)
    return text, completing.answer(sight, types.CompletionParams(THERE, position, context))


def accepted(text: str, item: types.CompletionItem) -> str:
    """The text once an editor has taken an item."""
    edit = item.text_edit
    assert isinstance(edit, types.TextEdit)
    first, last = edit.range.start, edit.range.end
    where = {
        "start": {"line": first.line, "character": first.character},
        "end": {"line": last.line, "character": last.character},
    }
    return apply_edits(text, [{"range": where, "newText": edit.new_text}])


def test_an_item_replaces_the_word_also_behind_signs_of_two_units(folder: Path) -> None:
    text, found = offered(folder, f"{CAST}scene\r\n  🦊🦊 @mi▮ra home\r\n")
    [item] = found.items
    assert accepted(text, item) == f"{CAST}scene\r\n  🦊🦊 @Mira home\r\n"
    assert (item.label, item.filter_text, item.kind) == ("Mira", "mira", types.CompletionItemKind.Class)
    assert isinstance(item.documentation, types.MarkupContent)
    assert item.documentation.value == "a young woman 🦊, red scarf"


def test_an_editor_asks_anew_at_each_sign_so_that_a_whole_word_ends_the_list(folder: Path) -> None:
    again = types.CompletionContext(types.CompletionTriggerKind.TriggerForIncompleteCompletions)
    sign = types.CompletionContext(types.CompletionTriggerKind.TriggerCharacter, "@")
    steps = [("@▮", sign, 1), ("@M▮", again, 1), ("@Mir▮", again, 1), ("@Mira▮", again, 0)]
    for typed, context, number in steps:
        _, found = offered(folder, f"{CAST}scene\n  {typed}", context)
        assert (len(found.items), found.is_incomplete) == (number, number > 0)


def test_no_item_is_taken_by_itself(folder: Path) -> None:
    _, found = offered(folder, f"{CAST}▮")
    assert found.items
    for item in found.items:
        assert item.preselect is None
        assert item.commit_characters is None
    assert completing.OPTIONS.all_commit_characters is None
    assert " " not in (completing.OPTIONS.trigger_characters or ())


def test_what_an_editor_finds_by_itself_can_be_hidden_without_hiding_this(folder: Path) -> None:
    # Visual Studio Code hides snippets and words by these kinds, and for stories it does.
    hidden = {types.CompletionItemKind.Snippet, types.CompletionItemKind.Text}
    shown = {item.kind for line in ("▮", "style: ▮", "scene\n  @▮") for item in offered(folder, CAST + line)[1].items}
    assert len(shown) > 3
    assert not hidden & shown


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (types.CompletionTriggerKind.Invoked, 24),
        (types.CompletionTriggerKind.TriggerCharacter, 0),
        (types.CompletionTriggerKind.TriggerForIncompleteCompletions, 0),
    ],
)
def test_an_empty_line_is_for_those_who_ask(folder: Path, kind: types.CompletionTriggerKind, number: int) -> None:
    _, found = offered(folder, f"{CAST}▮", types.CompletionContext(kind, ":"))
    assert len(found.items) == number
    if kind is types.CompletionTriggerKind.Invoked:
        assert len(offered(folder, f"{CAST}▮", None)[1].items) == number  # an editor that says nothing of it


def test_forms_to_fill_in_are_for_editors_that_know_them(folder: Path) -> None:
    for snippets, text in ((True, "character ${1:Name}\n  $0"), (False, "character ")):
        _, found = offered(folder, "char▮", snippets=snippets)
        edit = found.items[0].text_edit
        assert isinstance(edit, types.TextEdit)
        assert edit.new_text == text
        kind = types.InsertTextFormat.Snippet if snippets else types.InsertTextFormat.PlainText
        assert found.items[0].insert_text_format is kind


def test_the_order_is_kept_by_editors_that_sort(folder: Path) -> None:
    _, found = offered(folder, f"{CAST}▮")
    assert [item.sort_text for item in found.items] == sorted(item.sort_text or "" for item in found.items)


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        ("include ▮", ["cast/"]),
        ("include cast/▮", ["shared.story"]),
        ("include ../▮", []),  # outside the root
        ("pad-image: ▮", ["photo.png"]),  # in `cast` is none
    ],
)
def test_files_are_those_on_disk(folder: Path, line: str, labels: list[str]) -> None:
    assert [item.label for item in offered(folder, line)[1].items] == labels


def test_names_of_an_included_file_are_offered(folder: Path) -> None:
    _, found = offered(folder, "include cast/shared.story\nscene\n  @▮")
    assert [item.label for item in found.items] == ["Tom"]


def test_a_text_that_was_never_saved_has_no_files_to_name() -> None:
    workspace = Workspace()
    workspace.open("untitled:Untitled-1", 1, "include ")
    sight = workspace.sight("untitled:Untitled-1")
    assert sight is not None
    assert completing.answer(sight, types.CompletionParams(THERE, types.Position(0, 8), INVOKED)).items == []


def test_hover_is_markdown_with_its_range(folder: Path) -> None:
    sight, _, position = seen(folder, f"{CAST}scene attic\n  🦊 @Mi▮ra, walks\n")
    found = hovering.answer(sight, types.HoverParams(THERE, position))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.kind is types.MarkupKind.Markdown
    assert "```text\na young woman 🦊, red scarf\n```" in found.contents.value
    assert found.range == types.Range(types.Position(3, 5), types.Position(3, 10))


def test_of_nothing_hover_says_nothing(folder: Path) -> None:
    sight, _, position = seen(folder, f"{CAST}▮\nscene\n  walks\n")
    assert hovering.answer(sight, types.HoverParams(THERE, position)) is None


@pytest.mark.parametrize("path", ["photo.png", "cast/../photo.png"])
def test_a_picture_on_disk_is_shown(folder: Path, path: str) -> None:
    sight, _, position = seen(folder, f"character Mira\n  image: ▮{path}\n  a woman img\n")
    found = hovering.answer(sight, types.HoverParams(THERE, position))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert f"](<{(folder / 'photo.png').as_uri()}>)\n\n**character** `Mira`" in found.contents.value
