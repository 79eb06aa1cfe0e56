"""The page of the editors, and the editors' own, say what the language server does and takes."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

import pytest

from editors.test_extension import MANIFEST
from editors.word_lists import EDITORS
from lsp.positions import position_of
from lsp.sessions import Session
from storyscript.editing.hints import MANY
from storyscript.lsp.acting import FIX_ALL
from storyscript.lsp.including import MOST_STORIES
from storyscript.lsp.server import StoryServer
from storyscript.lsp.sight import EditorSettings
from storyscript.tokens.counter import WINDOW

if TYPE_CHECKING:
    from pathlib import Path

ROOT: Final = EDITORS.parent
PAGE: Final = ROOT / "docs/editors.md"
PAGES: Final = [PAGE, *sorted(EDITORS.glob("*/README.md"))]
_SETTING: Final = re.compile(r"^\| `([\w.]+)` \| ([^|]*) \| `([^|]*)` \| ", re.MULTILINE)
_HEADING: Final = re.compile(r"^#+ (.*)$", re.MULTILINE)


def table() -> dict[str, tuple[list[Any], Any]]:
    """The settings of the page: of each its values, or the least and the greatest, and its default."""
    text = PAGE.read_text("utf-8").partition("### What can be set")[2]
    return {
        name: ([json.loads(value) for value in re.findall(r"`([^`]*)`", values)], json.loads(default))
        for name, values, default in _SETTING.findall(text)
    }


def nested(name: str, value: object) -> dict[str, Any]:
    """A setting, as an editor sends it."""
    for word in reversed(name.split(".")):
        value = {word: value}
    return {"storyscript": value}


def taken(*sent: object) -> EditorSettings:
    """What the server makes of what an editor sends."""
    server = StoryServer("0", at_once=True)
    for one in sent:
        server.change_settings(one)
    return server.workspace.settings


@pytest.mark.parametrize("name", table())
def test_every_setting_of_the_page_is_the_servers(name: str) -> None:
    values, default = table()[name]
    assert taken(nested(name, default)) == EditorSettings()
    for value in values:
        if value != default:
            assert taken(nested(name, value)) != EditorSettings()
            assert taken(nested(name, value), nested(name, default)) == EditorSettings()
    if not isinstance(default, bool):
        least, greatest = values
        assert taken(nested(name, least - 1), nested(name, greatest + 1)) == EditorSettings()


def test_visual_studio_code_offers_the_settings_of_the_page() -> None:
    properties = MANIFEST["contributes"]["configuration"]["properties"]
    offered = {}
    for name, entry in properties.items():
        if name not in ("storyscript.command", "storyscript.trace.server"):
            limits = [True, False] if entry["type"] == "boolean" else [entry["minimum"], entry["maximum"]]
            offered[name.removeprefix("storyscript.")] = (limits, entry["default"])
    assert offered == table()


def test_the_visual_studio_code_readme_has_the_defaults() -> None:
    readme = (EDITORS / "vscode/README.md").read_text("utf-8")
    for name, (_, default) in table().items():
        assert re.search(rf"^\| `storyscript\.{name}` \| .*; `{json.dumps(default)}` \|$", readme, re.MULTILINE), name


def test_what_helix_is_shown_is_what_holds_without_it() -> None:
    text = (EDITORS / "helix/languages.toml").read_text("utf-8").replace("# config = ", "config = ")
    given = tomllib.loads(text)["language-server"]["storyscript"]["config"]
    assert taken(given) == EditorSettings()
    assert set(given) <= {name.partition(".")[0] for name in table()}


def test_the_example_of_what_editors_send_is_taken() -> None:
    shown = PAGE.read_text("utf-8").partition("### What can be set")[2].partition("```json\n")[2].partition("```")[0]
    assert taken(json.loads(shown)) == EditorSettings(caption_hints=False, pause=1.0)


@pytest.mark.parametrize("page", [PAGE, EDITORS / "vscode/README.md"], ids=["page", "vscode"])
def test_on_saving_what_the_server_offers_is_asked_for(page: Path) -> None:
    shown = [
        json.loads(text)
        for text in re.findall(r"^```json\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    ]
    assert [set(one["[story]"]["editor.codeActionsOnSave"]) for one in shown if "[story]" in one] == [{FIX_ALL}]


def test_what_is_said_of_a_scene_is_what_the_page_shows() -> None:
    quoted = re.findall(r"^>(?: (.*))?$", PAGE.read_text("utf-8"), re.MULTILINE)
    story = ROOT / "examples/lamp.story"
    text = story.read_text("utf-8")
    session = Session(ROOT)
    session.open(story.as_uri(), text)
    asked = {"textDocument": {"uri": story.as_uri()}, "position": position_of(text, "lamp [NC]")}
    said = session.ask("textDocument/hover", asked)["contents"]["value"]
    assert "\n".join(quoted) == said


def test_the_numbers_of_the_page_are_the_servers() -> None:
    text = " ".join(PAGE.read_text("utf-8").split())
    assert f"more than {MANY} ({WINDOW} are read)" in text
    assert ("a hundred at most" in text) == (MOST_STORIES == 100)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_a_file_and_a_heading_of_it(page: Path) -> None:
    for path, heading in re.findall(r"\]\(([^):#]*)(?:#([^)]*))?\)", page.read_text("utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        if heading:
            there = {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in _headings(target)}
            assert heading in there, (path, heading)


def _headings(page: Path) -> list[str]:
    return _HEADING.findall(re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL))
