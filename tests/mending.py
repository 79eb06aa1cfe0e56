"""What is promised of fixes, asked of any document."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from memory import MemoryReader
from storyscript.cli.fixing import EFFORT, Fixing
from storyscript.cli.stories import StoryFile
from storyscript.compiler import compile_source
from storyscript.diagnostics.model import Severity
from storyscript.source import SourceFile
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from storyscript.diagnostics.model import Fix, Problem

NAME = "document.story"


def check_fixes(data: bytes, files: dict[str, str | bytes], *, fragment: bool) -> int:
    """Hold each fix of a document, and all sure ones together, to what the language page says; gives their number."""
    problems = compiled(data, files, fragment=fragment)
    fixable = [problem for problem in problems if problem.fix is not None]
    for problem in fixable:
        assert problem.fix is not None
        check_alone(problem, problem.fix, problems, data, files, fragment=fragment)
    if any(problem.sure_fix is not None for problem in problems):
        check_together(data, files)
    return len(fixable)


def compiled(data: bytes, files: dict[str, str | bytes], *, fragment: bool) -> tuple[Problem, ...]:
    source = SourceFile.from_bytes(NAME, data)
    return compile_source(source, reader=MemoryReader(files), fragment=fragment, effort=EFFORT, unsure=True).problems


def check_alone(
    problem: Problem,
    fix: Fix,
    problems: tuple[Problem, ...],
    data: bytes,
    files: dict[str, str | bytes],
    *,
    fragment: bool,
) -> None:
    """One fix alone: its problem goes, and nothing comes but warnings of the statement that it mends."""
    source = problem.span.source
    text, at = [], 0
    assert fix.edits
    for edit in fix.edits:  # in order, apart from each other, in the problem's own file
        assert edit.span.source is source
        assert at <= edit.span.start <= edit.span.end <= len(source.text)
        assert source.text[edit.span.start : edit.span.end] != edit.text
        text += [source.text[at : edit.span.start], edit.text]
        at = edit.span.end
    text.append(source.text[at:])
    mark = b"\xef\xbb\xbf" if (data if source.name == NAME else encoded(files[source.name])).startswith(BOM) else b""
    fixed = mark + "".join(text).encode("utf-8", "surrogateescape")
    if source.name == NAME:
        data = fixed
    else:
        files = {**files, source.name: fixed}
    left = compiled(data, files, fragment=fragment)
    assert weight(left) < weight(problems)
    counted = {(p.span.source.name, p.code) for p in (*problems, *left) if p.more}
    check_new(problems, left, counted, source.text)
    if not counted:
        key = (source.name, problem.code, problem.message)
        assert said(left)[key] < said(problems)[key]


def check_new(
    before: tuple[Problem, ...], left: tuple[Problem, ...], counted: set[tuple[str, str]], text: str | None = None
) -> None:
    """What was not said before: only warnings of statements; of those whose heads were others in the text, if given."""
    came = said(left) - said(before)
    mended_ones = tuple(problem for problem in left if is_of_mended_statement(problem, text))
    assert {key for key in came - said(mended_ones) if key[:2] not in counted} == set()


def is_of_mended_statement(problem: Problem, text: str | None) -> bool:
    """Whether a problem is a warning of a statement whose head is none of the lines of a text."""
    if problem.severity is not Severity.WARNING:
        return False
    source = problem.span.source
    item = next((x for x in reversed(parse(source.readable).items) if x.start <= problem.span.start), None)
    if item is None or isinstance(item, nodes.Setting | nodes.Bad | nodes.BadHead | nodes.Stray):
        return False
    head = source.text[item.start :].partition("\n")[0].rstrip("\r")
    lines = (text or "").splitlines()
    return lines.count(head) < source.text.splitlines().count(head)


BOM = b"\xef\xbb\xbf"


def encoded(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def said(problems: tuple[Problem, ...]) -> Counter[tuple[str, str, str]]:
    return Counter((p.span.source.name, p.code, p.message) for p in problems)


def weight(problems: tuple[Problem, ...]) -> tuple[int, int]:
    """Errors, and then all problems."""
    return number(tuple(p for p in problems if p.severity is Severity.ERROR)), number(problems)


def number(problems: tuple[Problem, ...]) -> int:
    return sum(problem.more or 1 for problem in problems)


def check_together(data: bytes, files: dict[str, str | bytes]) -> None:
    """All sure fixes: less that is wrong, nothing new but such warnings, and no more to do once again."""
    before = compiled(data, files, fragment=True)
    fixed, after_files, changed = mended(data, files)
    left = compiled(fixed, after_files, fragment=True)
    if changed:
        assert weight(left) < weight(before)
    else:
        assert (fixed, after_files) == (data, files)
    if not any(p.more for p in (*before, *left)):
        check_new(before, left, set())
    again, again_files, _ = mended(fixed, after_files)
    assert again == fixed
    assert again_files == after_files


def mended(data: bytes, files: dict[str, str | bytes]) -> tuple[bytes, dict[str, str | bytes], bool]:
    story = StoryFile(SourceFile.from_bytes(NAME, data), Path(), data, None)
    fixing = Fixing([story], open_folder=lambda _: MemoryReader(files))
    result = {**files, **{file.name: file.after for file in fixing.files if file.path is not None}}
    return fixing.stories[0].data, result, bool(fixing.files)
