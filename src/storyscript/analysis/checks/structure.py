"""Text that looks like structure, and structure that breaks a text (SS405, SS411, SS413)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.near import is_one_slip
from storyscript.analysis.settings import SETTINGS
from storyscript.syntax import nodes
from storyscript.syntax.names import fold, is_name

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.analysis.story import Names
    from storyscript.diagnostics.sink import Sink

_PARTS: Final = re.compile(r"[ \t]*(?P<word>[^\W\d][\w-]*)(?P<space>[ \t]*)(?P<sign>[:=：]?)(?P<rest>.*)", re.DOTALL)
_HEADS: Final = {
    "scene": re.compile(r"(?P<name>[^\s\[\]]+)?\s*(?ai:\[nc\])?"),
    "event": re.compile(r"(?P<name>\S+)?"),
    "character": re.compile(r"(?P<name>\S+)"),
    "let": re.compile(r"(?P<name>[^\s=]+)\s*=\s*\S.*", re.DOTALL),
    "include": re.compile(r"\S+|.*\.story", re.DOTALL),
}
_SLASHES: Final = re.compile(r"//+")


def check_lines(file: File, block: nodes.Block, kind: str, names: Names, sink: Sink) -> None:
    """Look at each line of a block's text."""
    text = file.source.readable
    has_caption = has_prose = broken = False
    for line in block.lines:
        if isinstance(line, nodes.Prose):
            looks = _looks_like_structure(file, line, kind, names, sink)
            if has_caption and has_prose and not broken and not looks:
                broken = True
                sink.report(
                    "SS411",
                    file.span(line.start, line.start + len(text[line.start : line.end].rstrip())),
                    "this line is text of the scene, not of the caption above it",
                    hint="to continue the caption, indent it deeper than `caption:`",
                )
            has_prose = has_prose or not has_caption
        elif isinstance(line, nodes.Property):
            has_caption = has_caption or (line.word == "caption" and kind == "scene")
            for more in line.lines:
                _looks_like_structure(file, more, kind, names, sink)


def _looks_like_structure(file: File, line: nodes.Line, kind: str, names: Names, sink: Sink) -> bool:
    content = file.source.readable[line.start : line.end]
    parts = _PARTS.match(content)
    if parts is None:
        return False
    word = parts["word"]
    hint = _what_it_looks_like(word.lower(), parts, kind, names)
    if hint is None:
        return False
    start = line.start + parts.start("word")
    sink.report("SS405", file.span(start, start + len(word)), f"`{word}` begins a line of text here", hint=hint)
    return True


def _what_it_looks_like(word: str, parts: re.Match[str], kind: str, names: Names) -> str | None:
    sign, rest = parts["sign"], parts["rest"]
    if word in nodes.PROPERTY_WORDS:
        if sign == ":":
            return f"for a property, indent it like the other lines of the {kind}"
        if sign:
            return f"a property has a colon: `{word}: …`"
        first = rest[:1]
        if parts["space"] and word in nodes.PROPERTIES[kind] and first.isalpha() and not first.islower():
            return f"for a property, write a colon: `{word}: …`"
        return None
    if sign == ":":
        if word in SETTINGS:
            return "a setting begins at column 0"
        near = next((known for known in nodes.PROPERTY_WORDS if is_one_slip(word, known)), None)
        if near is not None and fold(parts["word"]) not in names.characters:
            return f"did you mean `{near}:`?"
        return None
    if word in nodes.KEYWORDS and _is_head(word, parts["space"] + sign + rest):
        return f"`{word}` begins a statement only at column 0"
    return None


def _is_head(keyword: str, rest: str) -> bool:
    if keyword == "section":
        # Any words may be a title; a title begins like one.
        first = rest.strip()[:1]
        return bool(first) and not first.islower()
    if rest and not rest[0].isspace() and not (keyword == "scene" and rest.startswith("[")):
        return False
    match = _HEADS[keyword].fullmatch(rest.strip())
    if match is None:
        return False
    name = match.groupdict().get("name")
    return name is None or is_name(name)


def check_slashes(file: File, lines: list[tuple[int, int]], sink: Sink) -> None:
    """Report each `//` that is neither a comment nor plainly text; not inside `{"…"}`."""
    text = file.source.readable
    for start, end in lines:
        if text.find("//", start, end) < 0:
            continue
        # To the line's end, even where the text ends before a comment.
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        literal_end = start
        for match in _SLASHES.finditer(text, start, end):
            if match.start() < literal_end:
                continue
            opened = text.find('{"', literal_end, match.start())
            while opened >= 0:
                closed = text.find('"}', opened + 2, end)
                if closed < 0:
                    break
                literal_end = closed + 2
                if literal_end > match.start():
                    break
                opened = text.find('{"', literal_end, match.start())
            if match.start() < literal_end:
                continue
            before = match.start() == start or text[match.start() - 1].isspace()
            after = match.end() == stop or text[match.end()].isspace()
            if before or after:
                sink.report(
                    "SS413",
                    file.span(*match.span()),
                    f"`{match[0]}` is text here: a comment's `//` has white space on both sides",
                    hint='for a comment, write ` // `; for the sign itself, `{"//"}`',
                )
