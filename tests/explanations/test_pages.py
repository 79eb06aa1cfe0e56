"""The pages of the codes: there is one for each, and its examples are what it says they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explained import example
from storyscript.cli.formats import FORMATS
from storyscript.compiler import compile as compile_story
from storyscript.diagnostics.catalog import TITLES
from storyscript.explanations import body, book, page
from storyscript.tool import story_diffusion_advanced

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_there_is_a_page_for_each_code_and_for_nothing_else() -> None:
    import storyscript.explanations  # noqa: PLC0415 - asks where its files are

    [folder] = map(Path, storyscript.explanations.__path__)
    assert sorted(path.stem for path in folder.glob("*.md")) == sorted(TITLES)


@pytest.mark.parametrize("code", TITLES)
def test_the_wrong_example_has_that_problem_and_no_other(code: str, tmp_path: Path) -> None:
    result = example(page(code), "wrong").compile(tmp_path)
    assert [problem.code for problem in result.problems] == [code], result.problems


@pytest.mark.parametrize("code", TITLES)
def test_the_right_example_is_a_story_without_a_problem(code: str, tmp_path: Path) -> None:
    result = example(page(code), "right").compile(tmp_path)
    assert result.problems == ()
    assert result.payloads


@pytest.mark.parametrize("code", [code for code in TITLES if code.startswith("SS4")])
def test_the_comment_that_a_warnings_page_names_silences_it(code: str, tmp_path: Path) -> None:
    [comment] = re.findall(r"A comment\n`(.*?)` silences it", page(code))
    [problem] = example(page(code), "wrong").compile(tmp_path).problems
    lines = problem.span.source.text.splitlines()
    lines.insert(problem.span.first.line - 1, comment)
    assert compile_story("\n".join(lines)).problems == ()


@pytest.mark.parametrize("code", TITLES)
def test_a_page_is_short_and_a_pair_of_examples_is_its_end(code: str) -> None:
    lines = body(code).splitlines()
    assert 15 <= len(lines) <= 45
    assert max(map(len, lines)) <= 81
    prose = re.sub(r"^```(\w*)\n.*?^```$", r"<\1>", body(code), flags=re.MULTILINE | re.DOTALL)
    assert re.search(r"\n\nWrong.*:\n\n<wrong>\n(\n<wrong>\n)*\nRight:\n\n<right>\n(\n<right>\n)*\Z", prose)


@pytest.mark.parametrize("code", TITLES)
def test_a_page_has_no_markup_that_a_reader_of_plain_text_would_trip_over(code: str) -> None:
    prose = re.sub(r"`[^`\n]+`|^    .*$", "", re.sub(r"^```.*?^```$", "", body(code), flags=re.MULTILINE | re.DOTALL))
    assert not re.search(r"[<>*_#]|\]\(|`", prose), prose


def test_other_codes_on_a_page_are_codes() -> None:
    named = {found for code in TITLES for found in re.findall(r"SS[0-9]{3}", page(code))}
    assert named <= set(TITLES)


def test_the_ranges_on_a_page_are_those_of_the_tool() -> None:
    ranges = story_diffusion_advanced().ranges
    names = {"steps": "steps", "size": "width", "guidance": "scale", "seed": "seed", "identity": "imageLength"}
    shown = re.findall(r"(\w+) +(-?[0-9.]+) to ([0-9]+)(?:, in steps of ([0-9]+))?", body("SS404"))
    assert {name: (float(low), float(high), int(step or 1)) for name, low, high, step in shown} == {
        name: tuple(ranges[parameter]) for name, parameter in names.items()
    }


def test_the_document_is_what_the_pages_say() -> None:
    assert (DOCS / "diagnostics.md").read_text("utf-8") == book(), "`make diagnostics` writes it"


def test_the_document_names_the_formats_that_there_are() -> None:
    assert re.findall(r"`--format (\w+)`", book()) == list(FORMATS)


def test_the_table_of_contents_leads_to_each_page() -> None:
    text = book()
    links = re.findall(r"\]\(#(\w+)\)", text)
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert links == [heading.lower() for heading in headings]
    assert sorted(headings) == sorted(TITLES)
