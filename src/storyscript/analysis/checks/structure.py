"""Text that looks like structure, and structure that breaks a text (SS405, SS411)."""

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
    from storyscript.source import Span

_PARTS: Final = re.compile(r"[ \t]*(?P<word>[^\W\d][\w-]*)(?P<space>[ \t]*)(?P<sign>[:=：;]?)(?P<rest>.*)", re.DOTALL)
_STOPS: Final = " \t.,-–—>"  # noqa: RUF001 - what may stand where a colon should
_HEADS: Final = {
    "scene": r"(?P<name>[^\s\[\]]+)?\s*(?ai:\[nc\])?",
    "event": r"(?P<name>\S+)?",
    "character": r"(?P<name>\S+)",
    "let": r"(?P<name>[^\s=]+)\s*=\s*\S.*",
    "include": r"\S+|.*\.story",
}
_NUMBERED: Final = re.compile(r"[#№]?[0-9]+\s*(?:[:：].*|(?ai:\[nc\]))?", re.DOTALL)
_NAMED: Final = re.compile(r"(?P<name>[^\s:：]+)\s*[:：]")
_QUOTATION: Final = re.compile(r"[\"“”„«»‘「『]|'.*'\s*\Z")  # noqa: RUF001 - every kind of quotes


def check_lines(file: File, block: nodes.Block, kind: str, names: Names, sink: Sink) -> list[Span]:
    """Look at each line of a block's text; gives those that look like structure."""
    slips = []
    text = file.source.readable
    has_caption = has_prose = broken = setting = False
    for line in block.lines:
        if isinstance(line, nodes.Prose):
            looks = _looks_like_structure(file, line, kind, names, sink)
            if looks:
                slips.append(file.span(line.start, line.end))
                has_prose = has_prose or not has_caption
            broken = broken or looks  # what stands below an indented head or a misspelt property may be its own
            if has_caption and has_prose and not broken:
                broken = True
                hint = "to continue the caption, indent it deeper than `caption:`"
                if setting:
                    hint = "a setting ends a caption: move it out of the scene, or above the caption"
                sink.report(
                    "SS411",
                    file.span(line.start, line.start + len(text[line.start : line.end].rstrip())),
                    "this line is text of the scene, not of the caption above it",
                    hint=hint,
                )
            has_prose = has_prose or not has_caption
        elif isinstance(line, nodes.Setting):
            setting = has_caption
        elif isinstance(line, nodes.Property):
            has_caption = has_caption or (line.word == "caption" and kind == "scene")
            for more in line.lines:
                _looks_like_structure(file, more, kind, names, sink)
    return slips


def looks_like_structure(content: str, kind: str, names: Names) -> bool:
    """Whether a line of a block's text, given as it is written, would be reported."""
    parts = _PARTS.match(content)
    return parts is not None and _what_it_looks_like(parts["word"].lower(), parts, kind, names) is not None


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
    if word in nodes.PROPERTY_WORDS:
        return _property(word, parts, kind, names)
    if word in nodes.KEYWORDS:
        return _statement(word, parts, names)
    if parts["sign"] == ":":
        near = next((known for known in nodes.PROPERTY_WORDS if is_one_slip(word, known)), None)
        if word in SETTINGS:
            slip = f"did you mean `{near}:`? " if near in nodes.PROPERTIES[kind] else ""
            return f"{slip}A setting begins at column 0" if slip else "a setting begins at column 0"
        if near is not None and fold(parts["word"]) not in names.characters:
            return f"did you mean `{near}:`?"
    return None


def _property(word: str, parts: re.Match[str], kind: str, names: Names) -> str | None:
    sign, own = parts["sign"], word in nodes.PROPERTIES[kind]
    if sign == ":":
        return f"for a property, indent it like the other lines of the {kind}"
    if sign in ("=", "：") or (sign and own and parts["rest"].strip()):
        return f"a property has a colon: `{word}: …`"
    # Where the colon takes a shift key, the sign without it is a `;` on some keyboards, and a `.` on others.
    value = parts["rest"].lstrip(_STOPS)
    if sign or not own or not (parts["space"] or value != parts["rest"]):
        return None
    if _QUOTATION.match(value):
        return f"for a property, write a colon: `{word}: …`; quotes would be a part of its text"
    is_value = (word == "lead" and fold(value.rstrip()) in names.characters) or (
        word == "caption" and value.strip().lower() == "none"
    )
    if is_value or (value[:1].isalpha() and not value[:1].islower()):
        return f"for a property, write a colon: `{word}: …`"
    return None


def _statement(word: str, parts: re.Match[str], names: Names) -> str | None:
    if parts["sign"] in (":", "："):
        if fold(parts["word"]) in names.characters:
            return None  # it speaks
        return f"`{word}` begins a statement only at column 0, and takes no colon"
    rest = parts["space"] + parts["sign"] + parts["rest"]
    if _is_head(word, rest):
        return f"`{word}` begins a statement only at column 0"
    if is_almost_a_head(word, rest):
        slip = "needs no number" if _NUMBERED.fullmatch(rest.strip()) else "takes no colon"
        return f"`{word}` begins a statement only at column 0, and {slip}"
    return None


def is_almost_a_head(keyword: str, rest: str) -> bool:
    """Whether a line has the form of a head, or is one slip away from it: a colon, or a number for a name.

    Args:
        keyword: what it begins with.
        rest: the text behind that.
    """
    if rest[:1] in (":", "：") or _is_head(keyword, rest):
        return True
    if keyword not in ("scene", "event", "character") or not rest[:1].isspace():
        return False
    text = rest.strip()
    if keyword != "character" and _NUMBERED.fullmatch(text):
        return True
    named = _NAMED.fullmatch(text)
    return named is not None and is_name(named["name"])


def _is_head(keyword: str, rest: str) -> bool:
    if keyword == "section":
        # Any words may be a title; a title begins like one.
        first = rest.strip()[:1]
        return rest[:1].isspace() and bool(first) and not first.islower()
    if rest and not rest[0].isspace() and not (keyword == "scene" and rest.startswith("[")):
        return False
    match = re.fullmatch(_HEADS[keyword], rest.strip(), re.DOTALL)
    if match is None:
        return False
    name = match.groupdict().get("name")
    return name is None or is_name(name)
