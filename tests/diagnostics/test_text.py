from __future__ import annotations

import json

import pytest

from storyscript.compiler import compile as compile_story
from storyscript.diagnostics.catalog import TITLES
from storyscript.diagnostics.json import render_json
from storyscript.diagnostics.model import Edit, Fix, Problem, Severity
from storyscript.diagnostics.sarif import render_sarif
from storyscript.diagnostics.text import count_text, render_text, visible
from storyscript.source import SourceFile, Span


def shown(story: str) -> str:
    return render_text(compile_story(story, name="x.story").problems)


def test_a_problem_as_people_see_it() -> None:
    assert shown("character Mira\n  a girl\nscene a\n  walks | runs\n") == (
        "error[SS301]: `|` in a text would split the panel in two: it is the service's separator, and has no escape"
        "\n"
        " --> x.story:4:9\n"
        "  |\n"
        "4 |   walks | runs\n"
        "  |         ^\n"
        "  |\n"
        "  = help: write another sign, such as `/` or a comma\n"
        "\n"
    )


def test_a_second_place_is_labelled_in_the_order_of_the_lines() -> None:
    lines = shown("scene [NC]\n  x\n" + "\n" * 7 + "let a = b\nlet a = c\nscene [NC]\n  {a}\n").splitlines()
    assert lines[:8] == [
        "error[SS204]: there is already a variable named `a`",
        "  --> x.story:11:5",
        "   |",
        "10 | let a = b",
        "   |     - first defined here",
        "11 | let a = c",
        "   |     ^",
        "   |",
    ]


@pytest.mark.parametrize(
    ("line", "shown_line", "carets"),
    [
        ("  日本 | x", "  日本 | x", "       ^"),
        ("\ta | x", "        a | x", "          ^"),
        ("  a\tb | x", "  a     b | x", "          ^"),
        ("  e\u0301 | x", "  e\u0301 | x", "    ^"),
        ("  👩‍🚀 | x", "  👩‍🚀 | x", "     ^"),
        ("  \x1b[31m | x", "  ␛[31m | x", "        ^"),
        ("  \u202eabc | x", "  \ufffdabc | x", "       ^"),
    ],
)
def test_carets_stand_below_what_they_mean(line: str, shown_line: str, carets: str) -> None:
    text = shown(f"scene [NC]\n{line}\n").split("SS301")[1].splitlines()
    assert text[3] == f"2 | {shown_line}"
    assert text[4] == f"  | {carets}"


def test_of_a_long_line_the_part_around_the_mistake_is_shown() -> None:
    lines = shown("scene [NC]\n  " + "word " * 5000 + "| " + "word " * 5000 + "\n").splitlines()
    excerpt, carets = lines[3], lines[4]
    assert excerpt.startswith("2 | …")
    assert excerpt.endswith("…")
    assert len(excerpt) < 140
    assert excerpt[carets.index("^")] == "|"


def test_a_mistake_at_the_end_of_the_file_has_a_caret() -> None:
    lines = shown("").splitlines()
    assert lines[1:5] == [" --> x.story:1:1", "  |", "1 |", "  | ^"]


def test_colour_marks_severity_and_nothing_of_the_text_changes() -> None:
    problems = compile_story("steps: 7\nscene [NC]\n  a | b\n").problems
    coloured = render_text(problems, colour=True)
    assert "\x1b[1;33mwarning[SS404]" in coloured
    assert "\x1b[1;31merror[SS301]" in coloured
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[1;34m", "\x1b[1;31m", "\x1b[1;33m"):
        coloured = coloured.replace(code, "")
    assert coloured == render_text(problems)


def test_counts() -> None:
    assert count_text(compile_story("steps: 7\nscene [NC]\n  a | b | c\n").problems) == "2 errors, 1 warning"
    assert count_text(()) == "no problems"


def test_nothing_from_a_story_moves_the_cursor() -> None:
    assert visible("a\x1b[2J\x9b\u2028\ud800\u202e") == "a␛[2J\ufffd\ufffd\ufffd\ufffd"


def test_json() -> None:
    problems = compile_story("scene [NC]\n  😀 | x\n", name="é.story").problems
    assert json.loads(render_json(problems)) == {
        "problems": [
            {
                "code": "SS301",
                "severity": "error",
                "message": problems[0].message,
                "file": "é.story",
                "line": 2,
                "column": 5,
                "endLine": 2,
                "endColumn": 6,
                "hint": "write another sign, such as `/` or a comma",
                "fix": None,
            }
        ]
    }
    assert json.loads(render_json(())) == {"problems": []}


def test_after_a_hundred_of_one_code_in_a_file_the_rest_are_counted() -> None:
    problems = compile_story("scene [NC]\n  " + "|" * 250 + "\n").problems
    assert [p.code for p in problems] == ["SS301"] * 101
    assert [p.span.first.column for p in problems[:100]] == list(range(3, 103))
    assert problems[-1].message.startswith("and 150 more of SS301")


def test_a_fix_that_is_not_sure_is_no_matter_for_programs() -> None:
    source = SourceFile("a.story", "scne a\n")
    fix = Fix((Edit(Span(source, 0, 4), "scene"),), sure=False)
    problem = Problem("SS101", Severity.ERROR, "no", Span(source, 0, 4), fix=fix)
    assert json.loads(render_json([problem]))["problems"][0]["fix"] is None
    sure = problem._replace(fix=fix._replace(sure=True))
    assert json.loads(render_json([sure]))["problems"][0]["fix"]["edits"][0]["text"] == "scene"
    logs = (json.loads(render_sarif([one], version="0", pages=dict.fromkeys(TITLES, "x\n"))) for one in (problem, sure))
    assert ["fixes" in log["runs"][0]["results"][0] for log in logs] == [False, True]
