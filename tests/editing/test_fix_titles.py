from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editing.views import STORY
from memory import MemoryReader
from mutations import FILES, Mutator
from storyscript.compiler import compile_source
from storyscript.diagnostics.fixes import apply
from storyscript.diagnostics.model import Edit, Fix, Problem, Severity
from storyscript.diagnostics.text import visible
from storyscript.editing.fix_titles import fix_title
from storyscript.encoding import normalize
from storyscript.source import SourceFile, Span
from strategies import stories

if TYPE_CHECKING:
    from collections.abc import Sequence

READER: Final = MemoryReader({**FILES})
CAST: Final = "let rain = rain\ncharacter Tom\n  a man\ncharacter Mira\n  a woman\n"
SCENE: Final = f"{CAST}main: Mira\nscene\n  walks with @Tom in {{rain}}\n"
TITLES: Final = {
    "scne attic\n  walks\n": "Replace `scne` with `scene`",
    "  meets @Tmo, who waits\n": "Replace `@Tmo` with `@Tom`",
    "  holds @Toms hat\n": "Replace `@Toms` with `@{Tom}s`",
    "  greets Tom's cat\n": "Replace `Tom` with `@Tom`",
    "  in {rian}.\n": "Replace `{rian}` with `{rain}`",
    "  in { rain }\n": "Replace `{ rain }` with `{rain}`",
    "  in {{rain}}\n": "Replace `{{rain}}` with `{rain}`",
    "  with {@Tom}\n": "Replace `{@Tom}` with `@{Tom}`",
    "  runs //TODO redraw\n": "Replace `//TODO` with `// TODO`",
    "  captoin: Late.\n": "Replace `captoin:` with `caption:`",
    "Tom: Good night!\n": "Indent this line and replace `Tom:` with `@Tom:`",
    "captoin: Late.\n": "Indent this line and replace `captoin:` with `caption:`",
    "as they walk home.\n": "Indent this line",
    "  caption: Late.\n  and tired\n  and wet\n": "Indent these lines",
    "  style: line art\n": "Move this line to column 0",
    "size 512\n": "Replace `size` with `size:`",
    "style: line art\nstyle: line art\n": "Delete `style: line art`",
    "scene attic:\n  walks\n": "Replace `attic:` with `attic`",
    "  runs //quietly\n": "Replace `//quietly` with `// quietly`",
    "  meets @Tim\n": "Replace `@Tim` with `@Tom`",
    "let dock = a dock\n": "Delete `let dock = a dock`",
    "style: anime\n": "Replace `anime` with `Japanese Anime`",
    "scene attic room\n  walks\n": "Replace `attic room` with `attic-room`",
    'scene "The attic"\n  walks\n': 'Replace `"The attic"` with `The-attic`',
    "scene: attic room\n  walks\n": "Replace `scene: attic room` with `scene attic-room`",
    "character Mira Smith\n  a girl\n": "Replace `Mira Smith` with `Mira-Smith`",
    "scene [NC\n  a lamp\n": "Replace `[NC` with `[NC]`",
    "scene lamp NC]\n  a lamp\n": "Replace `NC]` with `[NC]`",
    "sence attic\n  walks\n": "Replace `sence` with `scene`",
    "stle = Line art\n": "Replace `stle =` with `style:`",
    "rain2 = dark\n": "Insert `let`",
    "caption Late.\n": "Indent this line and replace `caption` with `caption:`",
    "# Draw her once more.\n": "Replace `#` with `//`",
    "### scene attic\n  walks\n": "Delete `###`",
    "Scenes: yard\n  walks\n": "Replace `Scenes:` with `scene`",
    "scene attic\N{IDEOGRAPHIC SPACE}\n  walks\n": "Fix the white space",
    "scene attic\n  [NC] a lamp on a windowsill\n": (
        "Fix: for a panel without its character, put `[NC]` at the end of the scene's head"
    ),
}


def problems(source: SourceFile) -> Sequence[Problem]:
    return compile_source(source, reader=READER, fragment=True, effort=1024 * 1024, unsure=True).problems


@pytest.mark.parametrize("text", TITLES)
def test_a_fix_is_called_by_the_words_that_it_changes(text: str) -> None:
    found = problems(SourceFile.from_text(STORY, SCENE + text))
    assert [fix_title(problem) for problem in found if problem.fix is not None] == [TITLES[text]]


def problem_with(text: str, *edits: tuple[int, int, str]) -> Problem:
    source = SourceFile.from_text("", text)
    fix = Fix(tuple(Edit(Span(source, start, end), new) for start, end, new in edits))
    return Problem("SS101", Severity.ERROR, "wrong", Span(source, 0, 1), "write `x`", fix)


EDITS: Final = {
    "several places of a line": ("a b\n", [(0, 1, "x"), (2, 3, "")], "Replace `a b` with `x`"),
    "several lines": ("a\nb\n", [(0, 1, "x"), (2, 3, "y")], "Fix: write `x`"),
    "places that are far apart": (f"a {'b ' * 20}c\n", [(0, 1, "x"), (42, 43, "y")], "Fix: write `x`"),
    "white space between words": ("a  b\n", [(1, 3, " ")], "Fix the white space"),
    "white space at the beginning": ("\N{NO-BREAK SPACE}a\n", [(0, 1, " ")], "Fix: write `x`"),
    "a word of its own": ("a b\n", [(2, 2, "x ")], "Insert `x`"),
    "a part of a word": ("ab\n", [(1, 1, "x")], "Replace `ab` with `axb`"),
    "a word": ("a b\n", [(0, 1, "")], "Delete `a`"),
    "a line": ("a\nb\n", [(2, 2, "reorder: yes\n")], "Insert `reorder: yes`"),
    "the middle of a very long word": ("a" * 90, [(50, 51, "x")], "Replace `a` with `x`"),
    "a text that is longer than what is shown": ("a" * 90, [(0, 90, "a" * 91)], "Fix: write `x`"),
}


@pytest.mark.parametrize("title", EDITS)
def test_edits(title: str) -> None:
    text, edits, called = EDITS[title]
    assert fix_title(problem_with(text, *edits)) == called


def test_a_fix_that_no_words_tell_is_called_by_the_message_where_there_is_no_hint() -> None:
    problem = problem_with("a\nb\n", (0, 1, "x"), (2, 3, "y"))
    assert fix_title(problem._replace(hint=None)) == "Fix: wrong"


@given(st.one_of(stories, st.integers(0, 2**32).map(lambda seed: Mutator(seed).document().decode("utf-8", "replace"))))
def test_what_a_title_says_is_there_before_or_comes(text: str) -> None:
    source = SourceFile.from_text(STORY, text)
    for problem in problems(source):
        if problem.fix is None or problem.span.source is not source:
            continue
        title = fix_title(problem)
        words = re.search(r"(Replace|replace|Delete) `(.*?)…?`(?: with `(.*?)…?`)?$", title)
        if words is not None:
            assert words[2] != words[3]
            assert words[2] in visible(normalize(source.text))
            assert (words[3] or "") in visible(normalize(apply(source.text, problem.fix.edits)))
