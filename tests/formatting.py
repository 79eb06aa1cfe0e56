"""What is promised of the formatter, asked of any document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from memory import MemoryReader
from storyscript.compiler import compile_source
from storyscript.source import SourceFile
from storyscript.syntax.formatter import apply_edits, edits, format_source
from storyscript.syntax.parser import parse
from storyscript.targets.ir import meaning

if TYPE_CHECKING:
    import random

    from storyscript.compiler import Compilation
    from storyscript.diagnostics.model import Problem

NAME = "document.story"
_WHITE_SPACE = re.compile("[ \t\n\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_SPACE = (b" ", b"  ", b"\t")
_SPACES = re.compile(r"\s+")


def loosened(data: bytes, *, chance: random.Random) -> bytes:
    """A document in another layout, which now and then makes another document of it."""
    parts = []
    for part in re.split(rb"([ \t]+|\n+)", data):
        if part[:1] in (b" ", b"\t", b"\n") and chance.random() < 0.3:
            behind = chance.random() < 0.6
            parts.append(part + chance.choice(_SPACE) if behind else chance.choice([b"", *_SPACE]) + part)
        else:
            parts.append(part)
    loose = b"".join(parts)
    return loose.replace(b"\n", b"\r\n") if chance.random() < 0.1 else loose


def check_format(data: bytes, files: dict[str, str | bytes], *, chance: random.Random, effort: int = 0) -> str:
    """Hold what the formatter makes of a document to what its page says; gives it.

    Args:
        data: the document.
        files: what it may include.
        chance: chooses which of the edits to make without the others.
        effort: as in `compile_source`.
    """
    source = SourceFile.from_bytes(NAME, data)
    result = format_source(source)
    if source.utf16:
        assert result == source.text
        return result
    before, after = compiled(source, files, effort=effort), compiled(read(result), files, effort=effort)
    assert said(after) == said(before)
    for one, two in zip(before.problems, after.problems, strict=True):
        # A fix may come: where lines stood deeper than they do now, the fix would have made more of them. And it may
        # go, of a line behind another kind of space: that is not moved, and what it belongs to, the lines around tell.
        assert two.fix is not None or one.fix is None or _is_behind_space(one)
    assert format_source(read(result)) == result
    assert characters(result) == characters(source.text)
    if result == source.text:
        return result
    made = edits(source.text, parse(source.readable))
    at = 0
    for start, end, new in made:  # in order and apart from each other; each changes something, as it says
        assert at <= start <= end <= len(source.text)
        assert source.text[start:end] != new
        at = end
    for share in (0.2, 0.5, 0.8):
        some = [edit for edit in made if chance.random() < share]
        partly = read(apply_edits(source.text, some))
        assert said(compiled(partly, files)) == said(before)
        # A line end that is added is one as the file has them, and the only one may be gone.
        assert format_source(partly).replace("\r\n", "\n") == result.replace("\r\n", "\n")
    return result


def _is_behind_space(problem: Problem) -> bool:
    return problem.code == "SS101" and problem.span.source.text[problem.span.start].isspace()


def read(text: str) -> SourceFile:
    """A text as it would be read from a file."""
    return SourceFile.from_bytes(NAME, text.encode("utf-8", "surrogateescape"))


def compiled(source: SourceFile, files: dict[str, str | bytes], *, effort: int = 0) -> Compilation:
    return compile_source(source, reader=MemoryReader(files), fragment=True, effort=effort)


def said(result: Compilation) -> tuple[Any, ...]:
    """All that a compilation says, but for places; what messages quote of the text, with single spaces."""
    return (
        result.payloads,
        without_places(meaning(result.story)) if result.story is not None else None,
        [
            (
                problem.span.source.name,
                problem.code,
                problem.severity,
                _SPACES.sub(" ", problem.message),
                _SPACES.sub(" ", problem.hint or ""),
                problem.more,
            )
            for problem in result.problems
        ],
    )


def without_places(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: without_places(inner) for key, inner in value.items() if key != "span"}
    return [without_places(inner) for inner in value] if isinstance(value, list) else value


def characters(text: str) -> str:
    """All of a text but white space and the case of ASCII letters; control characters are no white space here."""
    return _WHITE_SPACE.sub("", text.replace("\r\n", "\n")).lower()
