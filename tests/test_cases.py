"""The language, case by case: what is wrong with a story, and what it compiles to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from golden import CASES, check_cases
from memory import MemoryReader
from storyscript.compiler import compile_source
from storyscript.source import SourceFile
from storyscript.tokens.estimate import TokenEstimate
from storyscript.tokens.vocabulary import TokenVocabulary

if TYPE_CHECKING:
    from pathlib import Path

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


def show_problems(story: str, *, fragment: bool = False, counter: TokenCounter = EXACT) -> str:
    source = SourceFile.from_text("test.story", story)
    result = compile_source(source, reader=FILES, fragment=fragment, counter=counter)
    return "\n".join(map(problem_line, result.problems)) or "no problems"


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
