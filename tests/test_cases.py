"""The language, case by case: what is wrong with a story, and what it compiles to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from golden import CASES, as_shown, check_cases
from memory import MemoryReader
from storyscript.cli.fixing import EFFORT, Fixing
from storyscript.cli.stories import StoryFile
from storyscript.compiler import compile_source
from storyscript.source import SourceFile
from storyscript.tokens.estimate import TokenEstimate
from storyscript.tokens.vocabulary import TokenVocabulary

if TYPE_CHECKING:
    from storyscript.diagnostics.model import Problem
    from storyscript.tokens.counter import TokenCounter

EXACT = TokenVocabulary()
FILES = MemoryReader(
    {
        "cast.story": "character Mira\n  a young woman\ncharacter Tom\n  as: the keeper\n  an old man\n",
        "sub/deep.story": "include ../cast.story\nlet rain = grey rain\n",
        "loop-a.story": "include loop-b.story\n",
        "loop-b.story": "include loop-a.story\n",
        "self.story": "include self.story\n",
        "bad.story": "scne x\n  a | b\n",
        "steps.story": "steps: 40\nseed: 5\n",
        "more-steps.story": "steps: 50\nmain: Tom\n",
        "scenes.story": "scene inner\n  from the include\n",
        "large.story": b"x" * (16 * 1024 * 1024 + 1),
        "utf16.story": "scene x\n".encode("utf-16"),
        "photo.png": b"",
        "sub/photo.png": b"",
        "model.story": "model: 966\n",
    }
)


def problem_line(problem: Problem) -> str:
    first, last = problem.span.first, problem.span.last
    name = "" if problem.span.source.name == "test.story" else f"{problem.span.source.name} "
    labels = "".join(f" [{x.span.first.line}:{x.span.first.column} {x.message}]" for x in problem.labels)
    hint = f"\n    {problem.hint}" if problem.hint else ""
    return f"{name}{problem.code} {first.line}:{first.column}-{last.line}:{last.column} {problem.message}{labels}{hint}"


def fix_lines(problem: Problem) -> list[str]:
    found = []
    for edit in problem.fix.edits if problem.fix is not None else ():
        assert edit.span.source is problem.span.source
        first, last = edit.span.first, edit.span.last
        text = json.dumps(edit.text, ensure_ascii=False)
        kind = "fix" if problem.fix is not None and problem.fix.sure else "maybe"
        found.append(f"    {kind} {first.line}:{first.column}-{last.line}:{last.column} {text}")
    return found


def show_problems(story: str, *, fragment: bool = False, counter: TokenCounter = EXACT) -> str:
    source = SourceFile.from_text("test.story", story)
    result = compile_source(source, reader=FILES, fragment=fragment, counter=counter, effort=EFFORT, unsure=True)
    if not result.problems:
        return "no problems"
    lines = [line for problem in result.problems for line in (problem_line(problem), *fix_lines(problem))]
    if any(problem.sure_fix is not None for problem in result.problems):
        lines += ["", "after all fixes:", *show_mended(story)]
    return "\n".join(lines)


def show_mended(story: str) -> list[str]:
    data = story.encode("utf-8", "surrogateescape")
    source = SourceFile.from_bytes("test.story", data)
    fixing = Fixing([StoryFile(source, Path(), data, None)], open_folder=lambda _: FILES)
    [mended] = fixing.stories
    left = compile_source(mended.source, reader=FILES, fragment=True).problems
    codes = ", ".join(problem.code for problem in left)
    return [as_shown(mended.source.text).removesuffix("\n"), "", f"left: {codes or 'nothing'}"]


def show_payloads(story: str) -> str:
    result = compile_source(SourceFile.from_text("test.story", story), reader=FILES)
    if result.story is None:
        return "\n".join(map(problem_line, result.problems))
    defaults = compile_source(SourceFile.from_text("test.story", "scene [NC]\n  x\n")).payloads[0]
    lines = []
    for payload in result.payloads:
        lines += [
            f"{key}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in payload.items()
            if value != defaults.get(key) or key in ("prompt", "generalPrompt")
        ]
        lines.append("")
    return "\n".join(lines).rstrip()


@pytest.mark.parametrize("path", sorted(CASES.glob("SS*.txt")), ids=lambda path: path.stem)
def test_problems_are_those_of_the_case(path: Path) -> None:
    check_cases(path, show_problems)


@pytest.mark.parametrize("path", sorted(CASES.glob("fragment-*.txt")), ids=lambda path: path.stem)
def test_problems_of_fragments_are_those_of_the_case(path: Path) -> None:
    check_cases(path, lambda story: show_problems(story, fragment=True))


@pytest.mark.parametrize("path", sorted(CASES.glob("estimate-*.txt")), ids=lambda path: path.stem)
def test_problems_by_an_estimate_are_those_of_the_case(path: Path) -> None:
    check_cases(path, lambda story: show_problems(story, counter=TokenEstimate()))


@pytest.mark.parametrize("path", sorted(CASES.glob("payload-*.txt")), ids=lambda path: path.stem)
def test_payloads_are_those_of_the_case(path: Path) -> None:
    check_cases(path, show_payloads)
