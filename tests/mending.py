"""What is promised of fixes, asked of any document."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from memory import MemoryReader
from storyscript.cli.fixing import EFFORT, Fixing
from storyscript.cli.stories import StoryFile
from storyscript.compiler import compile_source
from storyscript.source import SourceFile

if TYPE_CHECKING:
    from storyscript.diagnostics.model import Fix, Problem

NAME = "document.story"


def check_fixes(data: bytes, files: dict[str, str | bytes], *, fragment: bool) -> int:
    """Hold each fix of a document, and all of them together, to what the language page says; gives their number."""
    problems = compiled(data, files, fragment=fragment)
    fixable = [problem for problem in problems if problem.fix is not None]
    for problem in fixable:
        assert problem.fix is not None
        check_alone(problem, problem.fix, problems, data, files, fragment=fragment)
    if fixable:
        check_together(data, files)
    return len(fixable)


def compiled(data: bytes, files: dict[str, str | bytes], *, fragment: bool) -> tuple[Problem, ...]:
    source = SourceFile.from_bytes(NAME, data)
    return compile_source(source, reader=MemoryReader(files), fragment=fragment, effort=EFFORT).problems


def check_alone(
    problem: Problem,
    fix: Fix,
    problems: tuple[Problem, ...],
    data: bytes,
    files: dict[str, str | bytes],
    *,
    fragment: bool,
) -> None:
    """One fix alone: its problem goes, and nothing comes."""
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
    assert number(left) < number(problems)
    counted = {(p.span.source.name, p.code) for p in (*problems, *left) if p.more}
    came = said(left) - said(problems)
    assert {key[:2] for key in came} <= counted
    if not counted:
        key = (source.name, problem.code, problem.message)
        assert said(left)[key] < said(problems)[key]


BOM = b"\xef\xbb\xbf"


def encoded(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def said(problems: tuple[Problem, ...]) -> Counter[tuple[str, str, str]]:
    return Counter((p.span.source.name, p.code, p.message) for p in problems)


def number(problems: tuple[Problem, ...]) -> int:
    return sum(problem.more or 1 for problem in problems)


def check_together(data: bytes, files: dict[str, str | bytes]) -> None:
    """All fixes: fewer problems, none of a code that was not there, and nothing more to do a second time."""
    before = compiled(data, files, fragment=True)
    fixed, after_files, changed = mended(data, files)
    left = compiled(fixed, after_files, fragment=True)
    if changed:
        assert number(left) < number(before)
    else:
        assert (fixed, after_files) == (data, files)
    if not any(p.more for p in (*before, *left)):
        assert said(left) <= said(before)
    again, again_files, _ = mended(fixed, after_files)
    assert again == fixed
    assert again_files == after_files


def mended(data: bytes, files: dict[str, str | bytes]) -> tuple[bytes, dict[str, str | bytes], bool]:
    story = StoryFile(SourceFile.from_bytes(NAME, data), Path(), data, None)
    fixing = Fixing([story], open_folder=lambda _: MemoryReader(files))
    result = {**files, **{file.name: file.after for file in fixing.files if file.path is not None}}
    return fixing.stories[0].data, result, bool(fixing.files)
