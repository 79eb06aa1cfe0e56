"""The files for Neovim, in a real one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from editors import colours, word_lists
from editors.tools import PATIENCE, neovim
from editors.word_lists import EDITORS
from storyscript.editing.tokens import Kind
from storyscript.vocabulary import SETTING_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = pytest.mark.slow

SCRIPTS: Final = Path(__file__).parent / "neovim"
GROUPS: Final = {
    Kind.KEYWORD: "Keyword",
    Kind.SETTING: "Setting",
    Kind.PROPERTY: "Property",
    Kind.COLON: "Colon.*|NameColon|Property",
    Kind.EQUALS: "Equals",
    Kind.CHARACTER: "Character",
    Kind.PANEL: "Panel",
    Kind.VARIABLE: "Defined",
    Kind.TITLE: "Title|Shield",
    Kind.MARK: "Mark",
    Kind.MENTION: "Mention|NameValue",
    Kind.BRACE: "Variable",
    Kind.INSERTED: "VariableName",
    Kind.QUOTE: "Quote",
    Kind.LITERAL: "Literal",
    Kind.PROSE: "Prose|Link|Sign",
    Kind.STRING: "TextValue|LetText|Continued|Value|Shield|Link|Sign|None",
    Kind.ADDRESS: "Value|Path|Link|Shield",
    Kind.WHOLE: "Number",
    Kind.DECIMAL: "Number",
    Kind.CONSTANT: "Choice_.*|None|Number|Continued",
    Kind.VALUE: "Value|TextValue|Shield|Link|WrongLine",
    Kind.COMMENT: "Comment|CommentBehind|Todo|Ignore",
    Kind.IGNORE: "Comment|CommentBehind|Ignore",
    Kind.WRONG: "WrongLine|WrongHead|WrongSetting|WrongBrace|Shield|Keyword|Property|Mention",
}


def run(
    script: str, folder: Path, *files: str, command: str = "v:false", settings: str | None = None, **variables: str
) -> str:
    """Run a Lua script in a Neovim that has these files and nothing of anybody's own.

    Args:
        script: its name.
        folder: the working folder, and the home.
        files: what Neovim is given to open.
        command: an expression of Vim's for `g:storyscript_command`.
        settings: the same for `g:storyscript_settings`, or None where it is not set.
        variables: of the environment.

    Returns:
        What was told on standard error.
    """
    words = [neovim(), "--headless", "--clean", "--cmd", f"set rtp^={EDITORS / 'neovim'}"]
    if settings is not None:
        words += ["--cmd", f"let g:storyscript_settings = {settings}"]
    words += ["--cmd", f"let g:storyscript_command = {command}", "-c", f"luafile {SCRIPTS / script}", "-c", "qa!"]
    done = subprocess.run(
        [*words, *files],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=5 * PATIENCE,  # the scripts have waits of their own, whose failure says more
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def names(texts: Sequence[str], folder: Path) -> list[list[list[str]]]:
    """What the syntax file calls each character of each line."""
    (folder / "in.json").write_text(json.dumps(texts), "utf-8")
    said = run("names.lua", folder, IN=str(folder / "in.json"), OUT=str(folder / "out.json"))
    assert "Error" not in said, said
    found: Any = json.loads((folder / "out.json").read_text("utf-8"))
    return [[list(line) for line in story] for story in found]


def _matcher(group: str) -> Callable[[str], bool]:
    return lambda name: re.fullmatch(f"story({group})", name) is not None


def test_every_sign_is_seen_as_what_it_is(tmp_path: Path) -> None:
    # Vim passes over spaces and tabs before a value, and over no other kind of space.
    stories = [story for story in colours.stories(mutants=150) if not re.search(r":[^\S \t\n]", story.text)]
    fits = {kind: _matcher(group) for kind, group in GROUPS.items()}
    found = []
    for story, seen in zip(stories, names([story.text for story in stories], tmp_path), strict=True):
        found += list(colours.differences(story, seen, fits))
    assert found == []


def test_every_setting_and_every_value_is_known(tmp_path: Path) -> None:
    lines = [f"{key.upper()} : {value.swapcase()}" for key in SETTING_MEANINGS for value in word_lists.values(key)]
    lines += [f"{key}: x" for key in SETTING_MEANINGS]
    (seen,) = names(["\n".join(lines)], tmp_path)
    for line, row in zip(lines, seen, strict=True):
        assert row[0] == "storySetting", line
        if not line.endswith(": x"):
            assert row[-1].startswith("storyChoice_"), line


# ---- typing -------------------------------------------------------------------------------------------------------


def typed(keys: str, folder: Path) -> str:
    """What the file holds when somebody has typed keys into it."""
    run("typing.lua", folder, KEYS=keys, OUT=str(folder / "out.story"))
    return (folder / "out.story").read_text("utf-8")


def test_a_story_indents_itself_as_it_is_typed(tmp_path: Path) -> None:
    keys = "ititle: x<CR>scene attic [NC]<CR>wakes<CR>caption:<CR>She had<CR>slept<CR><CR>event<CR>snow<Esc>"
    assert typed(keys, tmp_path) == (
        "title: x\nscene attic [NC]\n  wakes\n  caption:\n    She had\n    slept\n\nevent\n  snow\n"
    )


def test_words_that_only_look_like_heads_indent_nothing(tmp_path: Path) -> None:
    assert typed("iscene: x<CR>sceneries<CR>title: a scene<CR>x<Esc>", tmp_path) == (
        "scene: x\nsceneries\ntitle: a scene\nx\n"
    )


def test_indenting_anew_moves_no_line_that_is_written(tmp_path: Path) -> None:
    story = "iscene<CR><BS>walks<CR>    home<Esc>"
    assert typed(story, tmp_path) == "scene\nwalks\n    home\n"
    assert typed(f"{story}gg=G", tmp_path) == "scene\nwalks\n    home\n"


def test_a_comment_goes_on_in_the_next_line(tmp_path: Path) -> None:
    assert typed("i// one<CR>two<Esc>", tmp_path) == "// one\n// two\n"


# ---- the language server ------------------------------------------------------------------------------------------

SERVER: Final = json.dumps([sys.executable, "-m", "storyscript", "lsp"])


def test_the_language_server_is_started_and_serves(tmp_path: Path) -> None:
    (tmp_path / "storyscript.toml").write_text("", "utf-8")
    (tmp_path / "parts").mkdir()
    story = tmp_path / "parts/lamp's own.story"
    story.write_text("style: Lime art\ncharacter Mira\n  a young woman\nscene\n  walks\n", "utf-8")
    said = run("serving.lua", story.parent, command=SERVER, STORY=str(story), OUT=str(tmp_path / "out.json"))
    assert "waited in vain" not in said, said
    seen = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert (seen["filetype"], seen["commentstring"], seen["shiftwidth"]) == ("story", "// %s", 2)
    assert seen["root"] == str(tmp_path)
    assert seen["problems"] == [{"code": "SS202", "line": 0, "column": 7, "severity": 1}]
    assert "How the pictures are drawn" in seen["hover"]
    assert seen["formats"]
    assert seen["formatted"][0] == "style: Line art"
    assert (seen["servers"], seen["restarted"]) == (1, 1)


LIT: Final = "let way = the road\ncharacter Mira\n  a young woman\nscene\n  walks {way}\n"


@pytest.mark.parametrize(
    ("given", "then", "shown"),
    [
        (None, None, ["caption: walks the road | scene 1 of 1 · Mira"]),
        ("{'codeLens': v:false}", None, ["caption: walks the road | "]),
        ("{'inlayHints': {'captions': v:false}, 'diagnostics': {'delay': 0}}", None, [" | scene 1 of 1 · Mira"]),
        ("{}", None, ["caption: walks the road | scene 1 of 1 · Mira"]),
        (
            "{'codeLens': v:false}",
            "vim.g.storyscript_settings = { inlayHints = { captions = false } }",
            ["caption: walks the road | ", " | scene 1 of 1 · Mira"],
        ),
    ],
)
def test_the_server_shows_what_the_writer_has_set(
    tmp_path: Path, given: str | None, then: str | None, shown: list[str]
) -> None:
    (tmp_path / "a.story").write_text(LIT, "utf-8")
    variables = {"STORY": "a.story", "OUT": str(tmp_path / "out")} | ({"THEN": then} if then else {})
    said = run("settings.lua", tmp_path, command=SERVER, settings=given, **variables)
    assert said == ""
    assert (tmp_path / "out").read_text("utf-8").splitlines() == shown


def test_the_readmes_settings_are_taken(tmp_path: Path) -> None:
    (tmp_path / "a.story").write_text(LIT, "utf-8")
    readme = (EDITORS / "neovim/README.md").read_text("utf-8")
    [then] = re.findall(r"^```lua\n(vim\.g\.storyscript_settings = .*?)^```$", readme, re.MULTILINE | re.DOTALL)
    out = tmp_path / "out"
    assert run("settings.lua", tmp_path, command=SERVER, STORY="a.story", OUT=str(out), THEN=then) == ""
    assert out.read_text("utf-8").splitlines()[1] == " | scene 1 of 1 · Mira"


def test_settings_of_another_kind_are_told_of_and_left(tmp_path: Path) -> None:
    (tmp_path / "a.story").write_text(LIT, "utf-8")
    said = run("settings.lua", tmp_path, command=SERVER, settings="'no'", STORY="a.story", OUT=str(tmp_path / "out"))
    assert said.strip() == "storyscript: g:storyscript_settings is no table, and nothing is taken from it"
    assert (tmp_path / "out").read_text("utf-8") == "caption: walks the road | scene 1 of 1 · Mira\n"


OFFERED: Final = {
    "style: jap": ("style: Japanese Anime", ["Japanese Anime"]),
    "style: anime": ("style: Japanese Anime", ["Japanese Anime"]),
    "style: Art": ("style: Line art", ["Line art"]),
    "model: jug": ("model: KandooAI/Juggernaut v10.0", ["KandooAI/Juggernaut v10.0"]),
    "model: 42": ("model: KandooAI/Juggernaut v10.0", ["KandooAI/Juggernaut v10.0", "braintacles/BriXL v5.0"]),
    "let é = 🦊 {w": ("let é = 🦊 {way}", ["way"]),
    "main: keep": ("main: Mira", ["Mira"]),
    "sec": ("section ", ["section"]),
    "inc": ("include ", ["include"]),
    "style: Line art": ("style: Line art", []),
}


def test_what_is_typed_is_completed_as_the_server_has_it(tmp_path: Path) -> None:
    story = "seed: x\nlet way = the road\ncharacter Mira\n  as: the keeper\n  a young woman\n\n"
    (tmp_path / "a.story").write_text(story, "utf-8")
    out = tmp_path / "out"
    said = run(
        "completing.lua", tmp_path, command=SERVER, STORY="a.story", LINES=json.dumps(list(OFFERED)), OUT=str(out)
    )
    assert "waited in vain" not in said, said
    seen = json.loads(out.read_text("utf-8"))
    assert dict(zip(OFFERED, [(line, labels) for line, labels in seen], strict=True)) == OFFERED


def test_a_missing_server_is_told_once_with_what_to_do(tmp_path: Path) -> None:
    said = run("typing.lua", tmp_path, command="'no-such-program'", KEYS="ix<Esc>:edit two.story<CR>", OUT="out.story")
    assert said.count("`no-such-program` cannot be found; install storyscript with its extra `lsp`") == 1


def test_a_server_that_does_not_start_is_told_of_and_what_it_wrote_is_shown(tmp_path: Path) -> None:
    (tmp_path / "a.story").write_text(LIT, "utf-8")
    program = tmp_path / "bare"
    program.write_text("#!/bin/sh\necho 'the extra is missing' >&2\nexit 2\n", "utf-8")
    program.chmod(0o755)
    said = run("log.lua", tmp_path, command=f"'{program}'", STORY="a.story", OUT=str(tmp_path / "out"))
    assert said.count(f"`{program} lsp` did not start; install storyscript with its extra `lsp`, and see :Story") == 1
    assert "the extra is missing" in (tmp_path / "out").read_text("utf-8")


def test_no_server_is_wanted(tmp_path: Path) -> None:
    assert run("typing.lua", tmp_path, command="v:false", KEYS="ix<Esc>", OUT="out.story") == ""


def test_the_filetype_knows_its_ending_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text("[]", "utf-8")
    for name, filetype in (("a.story", "story"), ("a.STORY", ""), ("story", ""), ("a.story.txt", "text")):
        (tmp_path / name).write_text("scene\n", "utf-8")
        said = run("filetype.lua", tmp_path, NAME=name)
        assert said.strip() == filetype
