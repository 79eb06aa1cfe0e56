"""Workflow commands: what GitHub's runner reads is what was found."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from storyscript.compiler import compile as compile_story
from storyscript.diagnostics.catalog import TITLES
from storyscript.diagnostics.github import render_github
from storyscript.diagnostics.model import Problem, Severity
from storyscript.diagnostics.text import visible
from storyscript.source import SourceFile, Span
from strategies import SIGNS, stories

_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def read(line: str) -> Command:
    """`::name key=value,key=value::data`, read as the runner does.

    It trims the line and the properties, and takes the escapes back one after the other, that of `%` last.
    """
    line = line.lstrip()
    assert line.startswith("::")
    head, found, data = line[2:].partition("::")
    assert found
    name, _, told = head.partition(" ")
    properties = {}
    for pair in told.strip().split(","):
        key, _, value = pair.partition("=")
        properties[key] = unescaped(value, _PROPERTY)
    return Command(name, properties, unescaped(data, _DATA))


def unescaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for escape, sign in escapes:
        text = text.replace(escape, sign)
    return text


def commands(text: str) -> list[Command]:
    """The runner reads lines that end with LF, CR or both."""
    assert text == "" or text.endswith("\n")
    return [read(line) for line in text.replace("\r", "\n").split("\n")[:-1]]


def problem(name: str = "x.story", message: str = "m", hint: str | None = None, code: str = "SS301") -> Problem:
    return Problem(code, Severity.ERROR, message, Span(SourceFile.from_text(name, "ab\ncd\n"), 1, 2), hint)


def test_a_problem_of_a_story() -> None:
    problems = compile_story("scene [NC]\n  a | b\n", name="park.story").problems
    assert render_github(problems) == (
        "::error file=park.story,line=2,col=5,endLine=2,endColumn=6,title=SS301%3A `|` in a text"
        "::`|` in a text would split the panel in two: it is the service's separator, and has no escape"
        "%0Ahelp: write another sign, such as `/` or a comma\n"
    )


def test_nothing_for_no_problems() -> None:
    assert render_github(()) == ""


def test_a_warning_is_a_warning() -> None:
    problems = compile_story("steps: 7\nscene [NC]\n  x\n", name="x").problems
    assert [command.name for command in commands(render_github(problems))] == ["warning"]


def test_columns_count_only_within_a_line() -> None:
    long = problem()._replace(span=Span(SourceFile.from_text("x.story", "ab\ncd\n"), 1, 5))
    [command] = commands(render_github([long]))
    assert command.properties == {"file": "x.story", "line": "1", "endLine": "2", "title": "SS301: `|` in a text"}


def test_a_name_with_every_sign_that_means_something() -> None:
    name = "a::b,c=d%0A%25:e.story"
    [command] = commands(render_github([problem(name)]))
    assert command.properties["file"] == name


def test_the_same_problem_of_two_stories_is_one_command() -> None:
    assert len(commands(render_github([problem(), problem(), problem("y.story")]))) == 2


def test_a_caller_says_where_files_are() -> None:
    [command] = commands(render_github([problem("../a.story")], placed=lambda name: f"/comics/{name[3:]}"))
    assert command.properties["file"] == "/comics/a.story"


pieces = st.one_of(st.sampled_from([*SIGNS, "%", "%0A", "%25", ",", "::", "\ud800", "\x1b"]), st.characters())
any_text = st.lists(pieces, max_size=30).map("".join)


@given(any_text, any_text, st.none() | any_text, st.sampled_from(list(TITLES)))
def test_what_is_read_is_what_was_written(name: str, message: str, hint: str | None, code: str) -> None:
    written = render_github([problem(name, message, hint, code)])
    written.encode()
    [command] = commands(written)
    assert command == Command(
        "error",
        {
            "file": visible(name),
            "line": "1",
            "col": "2",
            "endLine": "1",
            "endColumn": "3",
            "title": f"{code}: {TITLES[code]}",
        },
        visible(message) + (f"\nhelp: {visible(hint)}" if hint is not None else ""),
    )


@given(stories)
def test_each_problem_of_a_story_is_a_command(text: str) -> None:
    problems = compile_story(text, name="x.story").problems
    found = commands(render_github(problems))
    wanted = dict.fromkeys((str(p.severity), p.span.first, p.code, visible(p.message)) for p in problems)
    assert [(c.name, int(c.properties["line"]), c.properties["title"][:5], c.data.split("\n")[0]) for c in found] == [
        (kind, first.line, code, message) for kind, first, code, message in wanted
    ]
