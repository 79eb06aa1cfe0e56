"""SARIF logs: valid by the standard's own schema, and what they say is what was found."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from storyscript.compiler import compile as compile_story
from storyscript.diagnostics.catalog import TITLES, severity
from storyscript.diagnostics.model import Edit, Fix, Label, Problem, Severity
from storyscript.diagnostics.sarif import render_sarif
from storyscript.diagnostics.text import visible
from storyscript.explanations import body
from storyscript.source import SourceFile, Span
from strategies import SIGNS, stories

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = {code: body(code) for code in TITLES}
SHORT = {code: f"Of {code}.\n\nMore.\n" for code in TITLES}

# RFC 3986, appendix A: a path, relative or behind `file://`, with nothing unescaped that must not be.
URI = re.compile(r"(?:file:///)?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*")
FIRST_SEGMENT_WITH_COLON = re.compile(r"(?!file:)[^/]*:")


@cache
def schema() -> Draft202012Validator:
    path = Path(__file__).parent.parent / "schemas/sarif-2.1.0.json"
    return Draft202012Validator(json.loads(path.read_text("utf-8")))


def log(problems: list[Problem], pages: dict[str, str] = SHORT, placed: Callable[[str], str] = str) -> dict[str, Any]:
    text = render_sarif(problems, version="1.2.3", pages=pages, placed=placed)
    assert text.isascii()
    assert text.endswith("}\n")
    found: dict[str, Any] = json.loads(text)
    schema().validate(found)
    # Lone surrogates are legal in JSON and refused by most of its readers.
    json.dumps(found, ensure_ascii=False).encode()
    for location in locations(found):
        assert URI.fullmatch(location["uri"]), location
        assert not FIRST_SEGMENT_WITH_COLON.match(location["uri"])
        assert ("uriBaseId" in location) <= (not location["uri"].startswith("file:"))
    return found


def locations(value: object) -> list[dict[str, str]]:
    if isinstance(value, dict):
        own = [value["artifactLocation"]] if "artifactLocation" in value else []
        return own + [found for part in value.values() for found in locations(part)]
    if isinstance(value, list):
        return [found for part in value for found in locations(part)]
    return []


def results(problems: list[Problem]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log(problems)["runs"][0]["results"]
    return found


def said(text: str) -> str:
    """A message as a reader by the standard shows it, which must find neither an argument nor a link in it."""
    assert not re.search(r"\[(?:[^][\\]|\\.)*\]\(", text)
    assert "{" not in text.replace("{{", "")
    assert "}" not in text.replace("}}", "")
    return text.replace("{{", "{").replace("}}", "}")


def problem(
    code: str = "SS301",
    text: str = "ab\ncd\n",
    span: tuple[int, int] = (1, 2),
    *,
    name: str = "x.story",
    message: str = "a message",
    hint: str | None = None,
    fix: Fix | None = None,
    kind: Severity | None = None,
) -> Problem:
    source = SourceFile.from_text(name, text)
    return Problem(code, kind or severity(code), message, Span(source, *span), hint, fix)


def test_a_problem_of_a_story() -> None:
    [found] = compile_story("scene [NC]\n  😀 | x\n", name="park/lamp.story").problems
    [result] = results([found])
    assert result == {
        "ruleId": "SS301",
        "ruleIndex": list(TITLES).index("SS301"),
        "level": "error",
        "message": {"text": f"{found.message}\nhelp: {found.hint}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "park/lamp.story", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 6},
                }
            }
        ],
    }


def test_a_run_says_what_made_it_and_how_it_counts() -> None:
    found = log([])
    [run] = found["runs"]
    assert found["version"] == "2.1.0"
    assert (run["results"], run["columnKind"]) == ([], "unicodeCodePoints")
    assert (run["tool"]["driver"]["name"], run["tool"]["driver"]["version"]) == ("storyscript", "1.2.3")
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]


def test_each_code_is_a_rule_with_its_page() -> None:
    rules = log([], PAGES)["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(TITLES)
    for rule in rules:
        code = rule["id"]
        assert said(rule["shortDescription"]["text"]) == TITLES[code]
        assert said(rule["help"]["text"]) == said(rule["help"]["markdown"]) == PAGES[code]
        assert said(rule["fullDescription"]["text"]).split() == PAGES[code].partition("\n\n")[0].split()
        assert rule["defaultConfiguration"] == {"level": "warning" if code.startswith("SS4") else "error"}


def test_names_of_rules_are_identifiers_and_differ() -> None:
    names = [rule["name"] for rule in log([])["runs"][0]["tool"]["driver"]["rules"]]
    assert all(re.fullmatch(r"(?:[A-Z0-9][A-Za-z0-9]*)+", name) for name in names)
    assert len(set(names)) == len(TITLES)
    assert {"PipeInAText", "HashInAText", "NameWithoutAt"} <= set(names)


def test_the_rule_of_a_result_is_at_its_index() -> None:
    found = log([problem(code) for code in reversed(TITLES)])["runs"][0]
    rules = found["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in found["results"]] == list(reversed(TITLES))


def test_a_warning_that_counts_as_an_error_is_one() -> None:
    assert [r["level"] for r in results([problem("SS404"), problem("SS404", kind=Severity.ERROR)])] == [
        "warning",
        "error",
    ]


def test_a_second_place_is_a_related_location() -> None:
    [found] = compile_story("let a = b\nlet a = c\nscene [NC]\n  {a}\n", name="a.story").problems
    [result] = results([found])
    [related] = result["relatedLocations"]
    assert related["message"] == {"text": "first defined here"}
    assert related["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 6}


def test_places_that_are_alike_stay_two() -> None:
    source = SourceFile.from_text("x.story", "ab")
    label = Label(Span(source, 0, 1), "here")
    [result] = results([problem()._replace(labels=(label, label))])
    assert [related["id"] for related in result["relatedLocations"]] == [0, 1]


def test_the_same_problem_of_two_stories_is_one_result() -> None:
    assert len(results([problem(), problem(), problem(span=(0, 1)), problem(name="y.story")])) == 3


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("a b/ö%#?.story", {"uri": "a%20b/%C3%B6%25%23%3F.story", "uriBaseId": "%SRCROOT%"}),
        ("./a//./b.story", {"uri": "a/b.story", "uriBaseId": "%SRCROOT%"}),
        ("a:b.story", {"uri": "a%3Ab.story", "uriBaseId": "%SRCROOT%"}),
        ("/home/mia/a b.story", {"uri": "file:///home/mia/a%20b.story"}),
        ("//home/a.story", {"uri": "file:///home/a.story"}),
        ("C:/comics/a:b.story", {"uri": "file:///C:/comics/a%3Ab.story"}),
        ("b\udcff.story", {"uri": "b%FF.story", "uriBaseId": "%SRCROOT%"}),
        ("b\ud800.story", {"uri": "b%ED%A0%80.story", "uriBaseId": "%SRCROOT%"}),
        ("<stdin>", {"uri": "%3Cstdin%3E"}),
        ("<--set>", {"uri": "%3C--set%3E"}),
    ],
)
def test_names_become_uris(name: str, location: dict[str, str]) -> None:
    [result] = results([problem(name=name)])
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == location


def test_a_caller_says_where_files_are() -> None:
    found = log([problem(name="../a.story")], placed=lambda name: f"/comics/{name[3:]}")
    assert locations(found)[0] == {"uri": "file:///comics/a.story"}


def test_a_message_that_looks_like_a_link_or_an_argument_is_none() -> None:
    [result] = results([problem(message="`[free](https://example.org)` {0} {x}", hint="write `{name}`")])
    text = said(result["message"]["text"])
    assert text == "`[free]\\(https://example.org)` {0} {x}\nhelp: write `{name}`"


# ---- fixes ---------------------------------------------------------------------------------------------------


def applied(result: dict[str, Any], text: str) -> str:
    """What an editor makes of a text by the fix of a result, from lines and columns alone."""
    [fix] = result["fixes"]
    [change] = fix["artifactChanges"]
    lines = text.split("\n")

    def offset(line: int, column: int) -> int:
        return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1

    for replacement in reversed(change["replacements"]):
        region = replacement["deletedRegion"]
        start = offset(region["startLine"], region["startColumn"])
        end = offset(region["endLine"], region["endColumn"])
        text = text[:start] + replacement.get("insertedContent", {"text": ""})["text"] + text[end:]
    return text


def test_a_fix() -> None:
    text = "scene lamp\n  [NC] an old lamp\n"
    source = SourceFile.from_text("x.story", text)
    fix = Fix((Edit(Span(source, 13, 18), ""), Edit(Span(source, 10, 10), " [NC]")))
    [result] = results([problem("SS303", text, (13, 17), hint="move `[NC]` to the head", fix=fix)])
    assert result["fixes"] == [
        {
            "description": {"text": "move `[NC]` to the head"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "x.story", "uriBaseId": "%SRCROOT%"},
                    "replacements": [
                        {
                            "deletedRegion": {"startLine": 1, "startColumn": 11, "endLine": 1, "endColumn": 11},
                            "insertedContent": {"text": " [NC]"},
                        },
                        {"deletedRegion": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 8}},
                    ],
                }
            ],
        }
    ]
    assert applied(result, text) == "scene lamp [NC]\n  an old lamp\n"


def test_a_fix_in_two_files_is_one_fix_with_two_changes() -> None:
    edits = [Edit(Span(SourceFile.from_text(name, "ab"), 0, 1), "x") for name in ("a.story", "b.story")]
    [result] = results([problem(fix=Fix(tuple(edits)))])
    [fix] = result["fixes"]
    assert [change["artifactLocation"]["uri"] for change in fix["artifactChanges"]] == ["a.story", "b.story"]
    assert "description" not in fix


def test_a_fix_that_cannot_be_told_exactly_is_not_told() -> None:
    source = SourceFile.from_text("x.story", "ab")
    assert "fixes" not in results([problem(fix=Fix((Edit(Span(source, 0, 1), "\udcff"),)))])[0]
    assert "fixes" not in results([problem(fix=Fix(()))])[0]


# ---- whatever comes ------------------------------------------------------------------------------------------

any_text = st.text(st.one_of(st.sampled_from([*SIGNS, "\ud800", "\udcff", "\x1b", "<", "\\"]), st.characters()))
any_name = st.one_of(any_text, any_text.map(lambda text: f"/{text}"), any_text.map(lambda text: f"<{text}>"))


@st.composite
def any_span(draw: st.DrawFn, source: SourceFile) -> Span:
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(source.text))] * 2)))
    return Span(source, start, end)


@st.composite
def any_problem(draw: st.DrawFn) -> Problem:
    source = SourceFile.from_text(draw(any_name), draw(any_text))
    edits = st.builds(Edit, any_span(source), any_text)
    return Problem(
        draw(st.sampled_from(list(TITLES))),
        draw(st.sampled_from(Severity)),
        draw(any_text),
        draw(any_span(source)),
        draw(st.none() | any_text),
        draw(st.none() | st.builds(Fix, st.lists(edits, max_size=3).map(tuple))),
        tuple(draw(st.lists(st.builds(Label, any_span(source), any_text), max_size=2))),
    )


@given(st.lists(any_problem(), max_size=3))
def test_whatever_is_found_is_a_valid_log(problems: list[Problem]) -> None:
    found = results(problems)
    assert len(found) <= len(problems)
    for result in found:
        said(result["message"]["text"])


@given(stories)
def test_what_a_story_has_is_in_the_log(text: str) -> None:
    problems = list(compile_story(text, name="x.story").problems)
    wanted = list(dict.fromkeys((p.code, p.span.first, p.span.last, p.message, p.hint) for p in problems))
    found = results(problems)
    assert len(found) == len(wanted)
    for result, (code, first, last, message, hint) in zip(found, wanted, strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        assert result["ruleId"] == code
        assert (region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]) == (*first, *last)
        lines = [visible(message)] + ([f"help: {visible(hint)}"] if hint is not None else [])
        assert said(result["message"]["text"]) == "\n".join(lines).replace("](", "]\\(")


@given(st.text(st.characters(exclude_characters="/"), min_size=1).filter(lambda name: name not in (".", "..")))
def test_a_uri_names_the_bytes_of_the_file(name: str) -> None:
    if name.startswith("<") and name.endswith(">"):
        name = f"a{name}"
    try:
        data = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return  # no file has such a name
    [result] = results([problem(name=name)])
    assert unquote_to_bytes(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) == data


@given(st.data())
def test_a_reader_of_lines_and_columns_applies_a_fix_as_it_was_meant(data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from("ab é😀\n\t"), max_size=40))
    marks = sorted(
        data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True)) if text else [0, 0]
    )
    spans = list(zip(marks[::2], marks[1::2], strict=False))
    words = [data.draw(st.text(st.sampled_from("xy\n"), max_size=4)) for _ in spans]
    wanted, last = "", 0
    for (start, end), word in zip(spans, words, strict=True):
        wanted += text[last:start] + word
        last = end
    wanted += text[last:]
    source = SourceFile.from_text("x.story", text)
    edits = tuple(Edit(Span(source, *span), word) for span, word in zip(spans, words, strict=True))
    shuffled = tuple(data.draw(st.permutations(edits)))
    [result] = results([problem("SS303", text, (0, 0), fix=Fix(shuffled))])
    assert applied(result, text) == wanted
