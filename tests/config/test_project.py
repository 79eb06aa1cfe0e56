"""What a project file says of stories."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tomlkit
from hypothesis import assume, example, given
from hypothesis import strategies as st

from memory import MemoryReader
from storyscript.analysis.settings import SETTINGS
from storyscript.compiler import compile_source
from storyscript.config.defaults import DEFAULT_KEYS
from storyscript.config.project import ProjectSettings, load_project, read_project
from storyscript.diagnostics.choosing import Choice
from storyscript.source import SourceFile
from strategies import anything

if TYPE_CHECKING:
    from storyscript.compiler import Compilation

HOME = Path("/comics")
STORY = "let mud = brown mud\ncharacter Mira\n  a girl\ncharacter Tom\n  a man\nscene\n  walks with @Tom, @Mira\n"
STORY += "scene [NC]\n  rain\nscene\n  runs\n"
GOOD = {
    "title": "A walk",
    "author": "Ada",
    "main": "Tom",
    "style": "line ART",
    "model": "961",
    "private-model": "mine/own",
    "size": "512 x 768",
    "steps": "40",
    "guidance": "7.50",
    "seed": "-1",
    "identity": "2",
    "negative": "{mud}, rain",
    "font-size": "12",
    "pad-image": "pads/a.png",
    "captions": "none",
    "lettering": "local",
    "reorder": "yes",
    "callback": "https://example.org/done",
}
ALWAYS = "errors are always shown: only warnings, which begin with `SS4`, can be chosen among"
WHOLE = "must be a whole number, or a text in quotes, as a story has it"
COMMENT = 'holds `//` between white space, which begins a comment in a story: write `{"//"}`'
READER = MemoryReader({"pads/a.png": ""})


def read(text: str) -> ProjectSettings:
    return read_project(text, HOME / "storyscript.toml")


def compiled(story: str, project: ProjectSettings | None = None, folder: Path = HOME) -> Compilation:
    defaults = None if project is None else project.defaults(folder)
    return compile_source(SourceFile.from_text("a.story", story), reader=READER, defaults=defaults)


def meaning(result: Compilation) -> object:
    story = result.story
    codes = sorted(problem.code for problem in result.problems)
    return codes, result.payloads, story and (story.title, story.author, story.lettering)


# ---- defaults ------------------------------------------------------------------------------------------------


def test_every_setting_can_be_a_default() -> None:
    assert list(DEFAULT_KEYS) == list(SETTINGS)
    assert set(GOOD) == set(SETTINGS)


@given(st.sampled_from(list(SETTINGS)), st.one_of(anything, st.sampled_from(list(GOOD.values()))))
@example("title", "a {mud} {nobody} // b {}")
@example("negative", "none")
def test_a_default_means_what_the_story_would_mean_with_it(key: str, value: str) -> None:
    project = read(f"[story]\n{key} = {tomlkit.string(value, escape=True).as_string()}\n")
    assume(not project.flaws)
    [default] = project.settings
    assert meaning(compiled(STORY, project)) == meaning(compiled(f"{key}: {default.value}\n{STORY}"))
    own = f"{key}: {GOOD[key]}\n{STORY}"
    assert meaning(compiled(own, project)) == meaning(compiled(own))


@pytest.mark.parametrize("key", GOOD)
def test_each_setting_as_a_default(key: str) -> None:
    project = read(f'[story]\n{key} = "{GOOD[key]}"\n')
    assert (project.flaws, project.problems()) == ((), ()) or key == "negative"
    assert meaning(compiled(STORY, project)) == meaning(compiled(f"{key}: {GOOD[key]}\n{STORY}"))
    assert meaning(compiled(STORY, project)) != meaning(compiled(STORY))


def test_all_at_once() -> None:
    project = read("[story]\n" + "".join(f'{key} = "{value}"\n' for key, value in GOOD.items()))
    written = "".join(f"{key}: {value}\n" for key, value in GOOD.items())
    assert meaning(compiled(STORY, project)) == meaning(compiled(written + STORY))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("seed = 42", "42"),
        ("seed = -1", "-1"),
        ("size = 512", "512"),
        ("model = 0x4F", "79"),
        ("guidance = 7", "7"),
        ("guidance = 7.50", "7.5"),
        ("guidance = 1e-7", "0.0000001"),
        ("reorder = true", "yes"),
        ("reorder = false", "no"),
        ("title = '  A walk '", "A walk"),
        ('negative = """\n  mud,\r\n  rain\n"""', "mud, rain"),
        ('title = "a {\\"//\\"} b"', 'a {"//"} b'),
        ('callback = "https://example.org/done"', "https://example.org/done"),
    ],
)
def test_values_of_toml_are_what_a_story_would_say(line: str, says: str) -> None:
    project = read(f"[story]\n{line}\n")
    assert project.flaws == ()
    assert [default.value for default in project.settings] == [says]


def test_a_path_is_beside_the_project_file() -> None:
    project = read('[story]\npad-image = "pads/a.png"\n')
    inner = project.defaults(HOME / "act/one")
    assert inner is not None
    assert inner.file.path == "../../storyscript.toml"


def test_problems_of_values_by_themselves() -> None:
    text = '[story]\nstyle = "Comik"\nsteps = 5000\nmain = "Nobody"\nnegative = "{nobody} {"\npad-image = "gone.png"\n'
    found = read(text).problems()
    assert [(p.code, p.span.first.line) for p in found] == [("SS202", 2), ("SS404", 3), ("SS104", 5)]
    assert read("").problems() == ()
    assert ProjectSettings().problems() == ()


# ---- mistakes in the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("[chek]\nx = 1\n", 1, 2, "there is no table [chek]; did you mean [check]?"),
        ("colour = 1\n", 1, 1, "there is no key `colour`; known here: [check], [story], [wiro]"),
        ("strict = true\n", 1, 1, "there is no key `strict`; it belongs into the table [check]"),
        ("[check]\nseed = 7\n", 2, 1, "there is no key `seed` in the table [check]; it belongs into the table [story]"),
        ("[check]\n ignor = []\n", 2, 2, "there is no key `ignor` in the table [check]; did you mean `ignore`?"),
        ("[story]\nStyle = 'x'\n", 2, 1, "there is no key `Style` in the table [story]; did you mean `style`?"),
        ("[check]\nstrict = 'yes'\n", 2, 11, "`strict` in the table [check] must be true or false"),
        (
            "[check]\nignore = 'SS404'\n",
            2,
            11,
            '`ignore` in the table [check] must be an array of codes in quotes, such as ["SS405", "SS41"]',
        ),
        (
            "[check]\nignore = [\n  'SS404', 'ss301']\n",
            3,
            13,
            f"`ignore` in the table [check] names `SS301` (`|` in a text), which is an error; {ALWAYS}",
        ),
        (
            "[check]\nselect = ['SS2']\n",
            2,
            12,
            f"`select` in the table [check] names `SS2`, with which only errors begin; {ALWAYS}",
        ),
        (
            "[check]\nselect = ['SS499']\n",
            2,
            12,
            "`select` in the table [check] names `SS499`, and there is no such code; did you mean `SS409`?",
        ),
        (
            "[check]\nselect = ['S405']\n",
            2,
            12,
            "`select` in the table [check] names `S405`, which is no code; did you mean `SS405`?",
        ),
        ("[check]\nselect = [4]\n", 2, 11, "`select` in the table [check] holds what is no code in quotes"),
        (
            "[story]\nstyle = 5\n",
            2,
            9,
            "`style` in the table [story] must be a text in quotes, as a story has it: one of the eight styles",
        ),
        (
            "[story]\nseed = true\n",
            2,
            8,
            f"`seed` in the table [story] {WHOLE}: a whole number from -1",
        ),
        (
            "[story]\nsteps = 30.0\n",
            2,
            9,
            f"`steps` in the table [story] {WHOLE}: a whole number from 1",
        ),
        (
            "[story]\nguidance = nan\n",
            2,
            12,
            f"`guidance` in the table [story] {WHOLE.replace('whole ', '')}: a number above 0",
        ),
        (
            "[story]\nreorder = 1\n",
            2,
            11,
            "`reorder` in the table [story] must be true or false, or a text in quotes, as a story has it: yes or no",
        ),
        ("[story]\ntitle = ' '\n", 2, 10, "`title` in the table [story] must be a text in quotes that is not empty"),
        ('[story]\ntitle = "a\\u0000"\n', 2, 10, "`title` in the table [story] holds a control character"),
        (
            "[story]\ntitle = 'a // b'\n",
            2,
            10,
            f"`title` in the table [story] {COMMENT}",
        ),
        (f"[story]\nseed = 0x{'f' * 9999}\n", 2, 8, "`seed` in the table [story] is a number of more than 100 digits"),
        ("story = 1\n", 1, 1, "`story` is a table: write [story] on a line of its own, and its keys below"),
        ("[[story]]\n", 1, 3, "`story` is a table: write [story] on a line of its own, and its keys below"),
        ("[story\n", 1, 7, "is no TOML file from line 1, column 7 on: mend or delete it"),
    ],
)
def test_a_mistake_is_told_where_it_is(text: str, line: int, column: int, says: str) -> None:
    [flaw] = read(text).flaws
    assert (flaw.message, flaw.first) == (says, (line, column))


def test_all_mistakes_are_told_in_their_order_and_what_is_right_is_read() -> None:
    text = "[story]\nseed = 7\nstile = 1\nsteps = 'x'\n[check]\nstrict = true\nignore = ['SS404', 'SS1', 'X']\n"
    project = read(text + "[wiro]\nkey = 'k'\n")
    assert [flaw.first and flaw.first.line for flaw in project.flaws] == [3, 7, 7, 9]
    assert [default.key for default in project.settings] == ["seed", "steps"]
    assert (project.strict, project.choice) == (True, Choice())


def test_of_very_many_mistakes_the_rest_are_counted() -> None:
    flaws = read("".join(f"k{number} = 1\n" for number in range(5000))).flaws
    assert (len(flaws), flaws[99].first, flaws[100].message) == (101, (100, 1), "and 4900 more mistakes")
    assert len(read(f"[check]\nignore = [{'4,' * 5000}]\n").flaws) == 100
    many = '"SS404",' * 5000
    assert read(f"[check]\nignore = [{many}]\n").choice.ignore == ("SS404",)


@given(st.text())
def test_no_text_does_harm(text: str) -> None:
    project = read(text)
    assert all(flaw.message for flaw in project.flaws)
    assert len(project.sentences()) == len(project.flaws)


def test_windows_line_ends_and_a_byte_order_mark() -> None:
    [flaw] = read("\ufeff[story]\r\nseed = 7\r\nx = 1\r\n").flaws
    assert flaw.first == (3, 1)


# ---- which file ----------------------------------------------------------------------------------------------


def test_the_nearest_file_above_the_story_counts_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "storyscript.toml").write_text("[story]\nseed = 1\nsteps = 40\n", "utf-8")
    (tmp_path / "a/storyscript.toml").write_text("[story]\nseed = 2\n", "utf-8")
    project = load_project(tmp_path / "a/b")
    assert [(default.key, default.value) for default in project.settings] == [("seed", "2")]
    assert project.source is not None
    assert project.source.name == "a/storyscript.toml"
    (tmp_path / "a/storyscript.toml").write_bytes(b"[story]\nseed = \xff\n")
    assert [flaw.message for flaw in load_project(tmp_path / "a").flaws] == ["is no TOML file: it is not UTF-8"]
    (tmp_path / "a/storyscript.toml").write_text("", "utf-8")
    assert load_project(tmp_path / "a/b").settings == ()


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else_is_followed_only_where_the_folder_is_theirs(tmp_path: Path) -> None:
    folder, file = tmp_path / "tales", tmp_path / "storyscript.toml"
    folder.mkdir()
    file.write_text("[story]\ncallback = 'https://elsewhere.test'\n", "utf-8")
    os.chown(file, 12345, -1)
    project = load_project(folder)
    assert project.settings == ()
    assert ["belongs to another user" in flaw.message for flaw in project.flaws] == [True]
    os.chown(folder, 12345, -1)
    project = load_project(folder)
    assert ([default.key for default in project.settings], project.flaws) == (["callback"], ())
    os.chown(folder, 0, -1)
    file.write_text("", "utf-8")
    assert load_project(folder).flaws == ()
