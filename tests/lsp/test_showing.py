"""Outlines, folds, colours, links, hints, lenses, actions and formatting in the protocol's terms.

The answers are those of the server's own features, asked without a server; one test asks a real one for each.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from lsprotocol.converters import get_converter

from lsp.client import Client, position_of, range_of
from lsp.positions import apply_edits, text_in
from mutations import Mutator
from storyscript.editing.tokens import Kind, tokens
from storyscript.lsp import colouring, outlining
from storyscript.lsp.features import FEATURES
from storyscript.lsp.publishing import Converter
from storyscript.lsp.sight import EditorSettings
from storyscript.lsp.workspace import Workspace
from strategies import anything, stories

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILES = {
    "storyscript.toml": "",
    "cast/shared.story": "\ufefflet fur = 🦊 red fur\r\ncharacter Mira\r\n  a fox, {fur}\r\n",
    "cast/mira.png": "",
    "one.story": (
        "// 🦊\n// A story\ninclude cast/shared.story\npad-image: cast/mira.png\n"
        "section 🦊 One\nscene walk [NC] // 🦊 🦊\n  🦊 meets @Mira, {fur} and 🦊\n  caption: 🦊 late\n    too late\n"
        "scene\n  sleeps\n"
    ),
    "two.story": "include missing.story\ncharacter Tom\n  image: https://a.example/tom.png\n  an old man img\n",
    "wrong.story": "steps: 500\nscne a [NC]\n  a lamp\nsceen b [NC]\n  🦊 walks\n",
    "loose.story": "scene   a   [NC]\n     a lamp\n\n\n\nscene   b   [NC]\n     a lamp\n",
}


mutated = st.integers(0, 2**32).map(lambda seed: Mutator(seed).document().decode("utf-8", "surrogateescape"))


class Editor:
    """Asks the server's features about texts, as JSON."""

    def __init__(self, root: Path | None) -> None:
        self.root = root
        self.workspace = Workspace()
        if root is not None:
            self.workspace.folders = [root]
            self.workspace.look_around()
        self.texts: dict[str, str] = {}
        self._answers = {feature.method: feature.answer for feature in FEATURES}
        self._convert = get_converter()

    def uri(self, name: str) -> str:
        return name if self.root is None else (self.root / name).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        self.texts[name] = FILES[name] if text is None else text
        self.workspace.open(self.uri(name), 1, self.texts[name])

    def ask(self, method: str, name: str, **more: object) -> Any:  # noqa: ANN401 - each method has its own
        if name not in self.texts:
            self.open(name)
        asked: Any = types.METHOD_TO_TYPES[f"textDocument/{method}"][2]
        params: Any = self._convert.structure({"textDocument": {"uri": self.uri(name)}, **more}, asked)
        sight = self.workspace.sight(self.uri(name))
        assert sight is not None
        return self.shown(self._answers[f"textDocument/{method}"](sight, params))

    def find(self, query: str) -> Any:  # noqa: ANN401 - the protocol's own
        return self.shown(outlining.search(self.workspace, types.WorkspaceSymbolParams(query)))

    def diagnostics(self, name: str) -> list[dict[str, Any]]:
        sight = self.workspace.sight(self.uri(name))
        assert sight is not None
        found: list[dict[str, Any]] = self.shown(
            [Converter(self.workspace).diagnostic(problem) for problem in sight.problems]
        )
        return found

    def shown(self, answer: object) -> Any:  # noqa: ANN401 - the protocol's own
        return self._convert.unstructure(answer)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path


@pytest.fixture
def editor(folder: Path) -> Editor:
    return Editor(folder)


def everything(editor: Editor, name: str) -> dict[str, Any]:
    end = editor.texts[name].count("\n")
    return {"start": {"line": 0, "character": 0}, "end": {"line": end, "character": 0}}


def outlined(text: str, symbols: Sequence[dict[str, Any]], depth: int = 0) -> list[str]:
    found = []
    for symbol in symbols:
        name = text_in(text, symbol["selectionRange"])
        found.append(f"{'  ' * depth}{symbol['name']} [{name}] {symbol.get('detail', '')}".rstrip())
        found += outlined(text, symbol.get("children") or (), depth + 1)
    return found


def test_an_outline_has_the_names_of_the_text(editor: Editor) -> None:
    symbols = editor.ask("documentSymbol", "one.story")
    assert outlined(editor.texts["one.story"], symbols) == [
        "cast/shared.story [cast/shared.story]",
        "pad-image [pad-image] cast/mira.png",
        "🦊 One [🦊 One] 2 panels",
        "  walk [walk] [NC] 🦊 meets @Mira, {fur} and 🦊",
        "  scene 2 [scene] sleeps",
    ]


def test_names_are_found_in_files_that_are_not_open(editor: Editor) -> None:
    editor.open("one.story")
    found = editor.find("r")
    assert [(symbol["name"], symbol["containerName"]) for symbol in found] == [
        ("fur", "cast/shared.story"),
        ("Mira", "cast/shared.story"),
    ]
    where = found[1]["location"]
    assert where["uri"] == editor.uri("cast/shared.story")
    assert text_in(FILES["cast/shared.story"], where["range"]) == "Mira"
    [walk] = editor.find("WLK")
    assert (walk["name"], walk["containerName"]) == ("walk", "🦊 One")


def test_what_is_found_has_an_end_and_files_that_are_gone_are_none(folder: Path) -> None:
    (folder / "many.story").write_text("".join(f"scene a{number} [NC]\n" for number in range(1500)))
    (folder / "gone.story").write_text("scene gone-away [NC]\n")
    editor = Editor(folder)
    assert len(editor.find("a")) == 1000
    (folder / "gone.story").unlink()
    assert editor.find("gone-away") == []


def test_folds_are_lines(editor: Editor) -> None:
    found = editor.ask("foldingRange", "one.story")
    assert [(fold["startLine"], fold["endLine"], fold.get("kind")) for fold in found] == [
        (0, 1, "comment"),
        (2, 3, None),
        (4, 10, "region"),
        (5, 8, None),
        (7, 8, None),
        (9, 10, None),
    ]


def coloured(editor: Editor, name: str, data: Sequence[int]) -> list[str]:
    """The tokens as an editor reads them: their text, type and modifiers."""
    text, found, line, column = editor.texts[name], [], 0, 0
    for at in range(0, len(data), 5):
        down, along, length, kind, modifiers = data[at : at + 5]
        line, column = line + down, along if down else column + along
        here = {
            "start": {"line": line, "character": column},
            "end": {"line": line, "character": column + length},
        }
        names = [one for bit, one in enumerate(colouring.LEGEND.token_modifiers) if modifiers >> bit & 1]
        found.append(" ".join([text_in(text, here), "=", colouring.LEGEND.token_types[kind], *names]))
    return found


def test_tokens_are_counted_as_the_editor_counts(editor: Editor) -> None:
    data = editor.ask("semanticTokens/full", "one.story")["data"]
    assert coloured(editor, "one.story", data) == [
        "// 🦊 = comment",
        "// A story = comment",
        "include = keyword",
        "cast/shared.story = string",
        "pad-image = property",
        "cast/mira.png = string",
        "section = keyword",
        "🦊 One = namespace declaration",
        "scene = keyword",
        "walk = function declaration",
        "[NC] = macro",
        "// 🦊 🦊 = comment",
        "@Mira = class",
        "{ = operator",
        "fur = variable readonly",
        "} = operator",
        "caption = property",
        "🦊 late = string",
        "too late = string",
        "scene = keyword",
    ]
    only = editor.ask("semanticTokens/range", "one.story", range=range_of(editor.texts["one.story"], "sleeps"))
    assert coloured(editor, "one.story", only["data"]) == ["scene = keyword"]


def test_a_line_that_ends_only_for_the_editor_ends_a_token(editor: Editor) -> None:
    editor.open("odd.story", "\ufefftitle: a\rb 🦊\rc\r\nseed: 1 // d\re\rseed: 2\n")
    data = editor.ask("semanticTokens/full", "odd.story")["data"]
    assert coloured(editor, "odd.story", data) == [
        "title = property",
        "a = string",
        "seed = property",
        "1 = number",
        "// d = comment",
    ]


@given(st.one_of(stories, mutated).flatmap(lambda text: st.sampled_from([text, f"\ufeff{text}", f"🦊{text}"])))
def test_any_text_has_its_tokens_where_the_editor_counts(text: str) -> None:
    workspace = Workspace()
    workspace.open("untitled:any", 1, text)
    sight = workspace.sight("untitled:any")
    assert sight is not None
    found = tokens(sight.source.readable, sight.tree)
    data = colouring.encoded(sight, found)
    shown = [token for token in found if token[2] not in (Kind.PROSE, Kind.WRONG, Kind.COLON, Kind.VALUE)]
    assert len(data) == 5 * len(shown)
    line = column = 0
    for (start, end, _), (down, along, length, _, _) in zip(shown, zip(*[iter(data)] * 5, strict=True), strict=True):
        line, column = line + down, along if down else column + along
        assert sight.position(start) == types.Position(line, column)
        stop = sight.position(end)
        assert length > 0
        assert stop.line > line or column + length == stop.character


def test_links_lead_to_what_is_there(editor: Editor) -> None:
    found = editor.ask("documentLink", "one.story")
    text = editor.texts["one.story"]
    assert [(text_in(text, link["range"]), link["target"]) for link in found] == [
        ("cast/shared.story", editor.uri("cast/shared.story")),
        ("cast/mira.png", editor.uri("cast/mira.png")),
    ]
    [url] = editor.ask("documentLink", "two.story")
    assert url["target"] == "https://a.example/tom.png"


def test_hints_and_lenses_stand_at_heads_and_can_be_done_without(editor: Editor) -> None:
    editor.open("one.story", FILES["one.story"] + "scene\n  🦊 sees {fur}\n")
    text = editor.texts["one.story"]
    [hint] = editor.ask("inlayHint", "one.story", range=everything(editor, "one.story"))
    assert (hint["label"], hint["position"]) == ("caption: 🦊 sees 🦊 red fur", {"line": 11, "character": 5})
    found = editor.ask("codeLens", "one.story")
    assert [(text_in(text, lens["range"]), lens["command"]["title"]) for lens in found] == [
        ("scene walk [NC]", "scene 1 of 3 · Mira"),
        ("scene", "scene 2 of 3 · Mira"),
        ("scene", "scene 3 of 3 · Mira"),
    ]
    editor.workspace.settings = EditorSettings(caption_hints=False, lenses=False)
    assert editor.ask("inlayHint", "one.story", range=everything(editor, "one.story")) == []
    assert editor.ask("codeLens", "one.story") == []


# ---- actions -----------------------------------------------------------------------------------------------------


def offered(
    editor: Editor,
    needle: str,
    diagnostics: Sequence[dict[str, Any]] = (),
    **context: Any,  # noqa: ANN401 - the protocol's own
) -> list[dict[str, Any]]:
    where = range_of(editor.texts["wrong.story"], needle)
    found: list[dict[str, Any]] = editor.ask(
        "codeAction", "wrong.story", range=where, context={"diagnostics": list(diagnostics), **context}
    )
    return found


def done(editor: Editor, action: dict[str, Any]) -> str:
    [(uri, edits)] = action["edit"]["changes"].items()
    assert uri == editor.uri("wrong.story")
    return apply_edits(editor.texts["wrong.story"], edits)


def test_a_fix_is_offered_with_the_problem_that_it_mends(editor: Editor) -> None:
    editor.open("wrong.story")
    problems = editor.diagnostics("wrong.story")
    assert [problem["code"] for problem in problems] == ["SS404", "SS101", "SS101"]
    [fix] = offered(editor, "scne", problems, triggerKind=2)
    assert (fix["title"], fix["kind"], fix["isPreferred"]) == ("Replace `scne` with `scene`", "quickfix", True)
    assert fix["diagnostics"] == [problems[1]]
    assert done(editor, fix) == FILES["wrong.story"].replace("scne", "scene")


def test_who_asks_for_what_mends_a_line_need_not_point_at_what_is_wrong_in_it(editor: Editor) -> None:
    editor.open("wrong.story")
    problems = editor.diagnostics("wrong.story")
    [fix] = offered(editor, "a [NC]", problems[1:2], only=["quickfix"])
    assert (fix["title"], fix["diagnostics"]) == ("Replace `scne` with `scene`", problems[1:2])
    [fix] = offered(editor, "[NC]\n  🦊", only=["quickfix"])
    assert fix["title"] == "Replace `sceen` with `scene`"
    assert offered(editor, "a [NC]", triggerKind=2) == []
    assert offered(editor, "  a lamp", only=["quickfix"]) == []


def test_a_warning_can_be_silenced(editor: Editor) -> None:
    editor.open("wrong.story")
    [silence] = offered(editor, "500", only=["quickfix"])
    assert silence["title"] == "Ignore SS404 here"
    assert not silence.get("isPreferred")
    editor.open("wrong.story", done(editor, silence))
    assert [problem["code"] for problem in editor.diagnostics("wrong.story")] == ["SS101", "SS101"]


def test_all_fixes_are_made_for_who_asks_for_that(editor: Editor) -> None:
    editor.open("wrong.story")
    every: list[dict[str, Any]] = [
        {"only": ["source.fixAll"]},
        {"only": ["source.fixAll.storyscript"]},
        {"only": ["source"]},
        {},
    ]
    for asked in every:
        *_, all_of_them = offered(editor, "lamp", **asked)
        assert all_of_them["kind"] == "source.fixAll.storyscript"
        assert done(editor, all_of_them) == "steps: 500\nscene a [NC]\n  a lamp\nscene b [NC]\n  🦊 walks\n"
    assert offered(editor, "lamp", only=["refactor"]) == []
    assert offered(editor, "lamp", triggerKind=2) == []


# ---- formatting --------------------------------------------------------------------------------------------------


def test_a_text_and_a_stretch_of_it_are_formatted(editor: Editor) -> None:
    options = {"tabSize": 8, "insertSpaces": False}
    edits = editor.ask("formatting", "loose.story", options=options)
    whole = "scene a [NC]\n  a lamp\n\nscene b [NC]\n  a lamp\n"
    text = editor.texts["loose.story"]
    assert apply_edits(text, edits) == whole
    second = {"start": position_of(text, "scene   b"), "end": position_of(text, "b   [")}
    edits = editor.ask("rangeFormatting", "loose.story", range=second, options=options)
    assert apply_edits(text, edits) == "scene   a   [NC]\n     a lamp\n\n\n\nscene b [NC]\n     a lamp\n"
    editor.open("loose.story", whole)
    assert editor.ask("formatting", "loose.story", options=options) == []


# ---- any text ----------------------------------------------------------------------------------------------------


def is_before(one: dict[str, int], other: dict[str, int]) -> bool:
    return (one["line"], one["character"]) <= (other["line"], other["character"])


def check_symbols(symbols: Sequence[dict[str, Any]]) -> None:
    """What Visual Studio Code asks of symbols, and shows none where one is not so."""
    for symbol in symbols:
        outer, inner = symbol["range"], symbol["selectionRange"]
        assert symbol["name"].strip()
        assert is_before(outer["start"], inner["start"])
        assert is_before(inner["end"], outer["end"])
        check_symbols(symbol["children"])


@given(st.one_of(anything, stories, mutated), st.data())
def test_any_text_has_an_answer_to_everything(text: str, data: st.DataObject) -> None:
    editor = Editor(None)
    editor.open("untitled:any", text)
    lines = st.integers(0, text.count("\n") + 2)
    first, last = sorted((data.draw(lines), data.draw(lines)))
    where = {"start": {"line": first, "character": 0}, "end": {"line": last, "character": data.draw(lines)}}
    options = {"tabSize": 4, "insertSpaces": True}
    check_symbols(editor.ask("documentSymbol", "untitled:any"))
    for fold in editor.ask("foldingRange", "untitled:any"):
        assert fold["startLine"] < fold["endLine"]
    asked: dict[str, dict[str, Any]] = {
        "semanticTokens/full": {},
        "semanticTokens/range": {"range": where},
        "documentLink": {},
        "inlayHint": {"range": where},
        "codeLens": {},
        "codeAction": {"range": where, "context": {"diagnostics": []}},
        "formatting": {"options": options},
        "rangeFormatting": {"range": where, "options": options},
    }
    for method, params in asked.items():
        json.dumps(editor.ask(method, "untitled:any", **params))


def weight(diagnostics: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Errors, and then all problems."""
    return sum(one["severity"] == types.DiagnosticSeverity.Error for one in diagnostics), len(diagnostics)


@given(mutated.map(lambda text: text.encode("utf-8", "replace").decode()))
def test_all_fixes_made_in_an_editor_leave_less_that_is_wrong(text: str) -> None:
    editor = Editor(None)
    editor.open("untitled:any", text)
    asked = {"range": everything(editor, "untitled:any"), "context": {"diagnostics": [], "only": ["source.fixAll"]}}
    for action in editor.ask("codeAction", "untitled:any", **asked):
        before = weight(editor.diagnostics("untitled:any"))
        editor.open("untitled:any", apply_edits(text, action["edit"]["changes"]["untitled:any"]))
        assert weight(editor.diagnostics("untitled:any")) < before


# ---- a real server -----------------------------------------------------------------------------------------------


def test_a_server_says_and_does_all_of_this(folder: Path) -> None:
    with Client(folder) as client:
        client.initialize()
        uri = client.open("wrong.story")
        document = {"textDocument": {"uri": uri}}
        where = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 5, "character": 0}}}
        options = {"options": {"tabSize": 2, "insertSpaces": True}}
        context = {"context": {"diagnostics": [], "only": ["source.fixAll"]}}
        answers = {
            "documentSymbol": client.request("textDocument/documentSymbol", document),
            "foldingRange": client.request("textDocument/foldingRange", document),
            "semanticTokens": client.request("textDocument/semanticTokens/full", document),
            "documentLink": client.request("textDocument/documentLink", document),
            "inlayHint": client.request("textDocument/inlayHint", document | where),
            "codeLens": client.request("textDocument/codeLens", document),
            "codeAction": client.request("textDocument/codeAction", document | where | context),
            "documentFormatting": client.request("textDocument/formatting", document | options),
            "documentRangeFormatting": client.request("textDocument/rangeFormatting", document | where | options),
            "workspaceSymbol": client.request("workspace/symbol", {"query": "fur"}),
        }
        part = client.request("textDocument/semanticTokens/range", document | where)
        client.shutdown_exit()
    assert part == answers["semanticTokens"]
    assert [name for name in answers if not client.capabilities.get(f"{name}Provider")] == []
    silent = {"documentLink", "inlayHint", "codeLens", "documentFormatting", "documentRangeFormatting"}
    assert {name for name, answer in answers.items() if not answer} <= silent
    assert None not in answers.values()
