"""The line lexer: the terminals of the grammar, one token a line.

Written for speed, since every line of every story passes here: the newline and the next `//` are found by
`str.find`, a line costs one match of one pattern put together from the grammar's terminals, and the token is the
tree's own node.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lark.lexer import Lexer, LexerState

from storyscript.syntax import nodes
from storyscript.syntax.names import is_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lark.common import LexerConf

TAB: Final = 8
"""A tab reaches the next multiple of this (language page, "Statements")."""


class LineInput:
    """What a parse reads, and the comments that the lexer sets aside on its way."""

    __slots__ = ("comments", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.comments: list[nodes.Comment] = []


class LineLexer(Lexer):
    """Gives Lark one token for each line that is neither blank nor a comment. Holds no state of a parse."""

    __future_interface__ = 2

    def __init__(self, lexer_conf: LexerConf) -> None:
        terminals = {terminal.name: terminal for terminal in lexer_conf.terminals}
        patterns = {name: terminal.pattern.to_regexp() for name, terminal in terminals.items()}
        self._blank: Final = re.compile(patterns.pop("BLANK"))
        patterns.pop("COMMENT")
        order = sorted(patterns, key=lambda name: -terminals[name].priority)
        self._line: Final = re.compile("|".join(f"(?P<{name}>{patterns[name]})" for name in order))

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Any]:  # noqa: ANN401, ARG002 - Lark's signature
        """Yield a `storyscript.syntax.nodes.Line` for each line of a `LineInput`."""
        source: Any = lexer_state.text
        return self._lines(source)

    def _lines(self, source: LineInput) -> Iterator[nodes.Line]:  # noqa: C901, PLR0912, PLR0915 - one loop, flat for speed
        text, comments = source.text, source.comments
        match, skip_blank, find = self._line.match, self._blank.match, text.find
        size = len(text)
        slash = find("//")
        depth = -1  # of the property that deeper lines continue; -1 for none
        at = 0
        while at < size:
            if text[at] in "\n \t\x85\xa0" or text[at] >= "\u1680":
                blank = skip_blank(text, at)
                if blank is not None:
                    at = blank.end()
                    continue
            stop = find("\n", at)
            if stop < 0:
                stop = size
            end = stop
            if 0 <= slash < stop:
                comment = _comment_start(text, slash, at, stop)
                slash = find("//", stop)
                if comment >= 0:
                    end = at + len(text[at:comment].rstrip(" \t"))
                    comments.append(nodes.Comment(comment, stop, alone=end == at))
                    if end == at:
                        at = stop + 1
                        continue
            line = match(text, at, end)
            if line is None:  # only where a line is of white space that no terminal begins with
                at = stop + 1
                continue
            kind = line.lastgroup
            if kind == "PROSE":
                begin = line.end()
                if depth >= 0:
                    if _width(text, at, begin) > depth:
                        yield nodes.Continuation(begin, end)
                        at = stop + 1
                        continue
                    depth = -1
                yield nodes.Prose(begin, end)
            elif kind == "PROPERTY":
                begin = line.start("property_word")
                width = _width(text, at, begin)
                if 0 <= depth < width:
                    yield nodes.Continuation(begin, end)
                else:
                    word = line["property_word"].lower()
                    depth = width if word in nodes.CONTINUED_WORDS else -1
                    yield nodes.Property(begin, end, word, line.end())
            else:
                depth = -1
                yield _MAKERS[kind](line, at, end)  # type: ignore[index]  # lastgroup: every branch is named
            at = stop + 1


def _comment_start(text: str, slash: int, start: int, stop: int) -> int:
    """Where the comment of the line from `start` to `stop` begins, -1 for none; `slash` is its first `//`.

    A comment begins at the line's start, or between white space; not inside `{"…"}`, which ends at the first
    `"}` (language page, "Lines, white space, names" and "Text").
    """
    begin = start
    while text[begin] in " \t":
        begin += 1
    literal = text.find('{"', start, stop)
    while True:
        while 0 <= literal < slash:
            close = text.find('"}', literal + 2, stop)
            if close < 0:
                literal = -1
                break
            if slash < close:
                slash = text.find("//", close, stop)
                if slash < 0:
                    return -1
            literal = text.find('{"', close + 2, stop)
        before = slash == start or text[slash - 1] in " \t"
        if before and (slash + 2 == stop or text[slash + 2] in " \t" or slash == begin):
            return slash
        slash = text.find("//", slash + 1, stop)
        if slash < 0:
            return -1


def _width(text: str, start: int, end: int) -> int:
    """How many columns an indentation takes."""
    if text.find("\t", start, end) < 0:
        return end - start
    return len(text[start:end].expandtabs(TAB))


def _value_start(line: re.Match[str], end: int) -> int:
    """Where the text behind a match begins."""
    start = line.end()
    while start < end and line.string[start] in " \t":
        start += 1
    return start


def _character(line: re.Match[str], start: int, end: int) -> nodes.Line:
    name = line["character_name"]
    if not is_name(name):
        return nodes.BadHead(start, end, "character")
    return nodes.Character(start, end, name, line.start("character_name"))


def _scene(line: re.Match[str], start: int, end: int) -> nodes.Line:
    name = line["scene_name"]
    if name is not None and not is_name(name):
        return nodes.BadHead(start, end, "scene")
    return nodes.Scene(start, end, name, line.start("scene_name"), line["no_character"] is not None)


def _event(line: re.Match[str], start: int, end: int) -> nodes.Line:
    name = line["event_name"]
    if name is not None and not is_name(name):
        return nodes.BadHead(start, end, "event")
    return nodes.Event(start, end, name, line.start("event_name"))


def _let(line: re.Match[str], start: int, end: int) -> nodes.Line:
    name = line["let_name"]
    if not is_name(name):
        return nodes.BadHead(start, end, "let")
    return nodes.Let(start, end, name, line.start("let_name"), line.end())


def _setting(line: re.Match[str], start: int, end: int) -> nodes.Line:
    return nodes.Setting(start, end, line["setting_key"], _value_start(line, end))


_MAKERS: Final[dict[str, Callable[[re.Match[str], int, int], nodes.Line]]] = {
    "CHARACTER": _character,
    "SCENE": _scene,
    "EVENT": _event,
    "LET": _let,
    "SETTING": _setting,
    "SECTION": lambda line, start, end: nodes.Section(start, end, line.end()),
    "INCLUDE": lambda line, start, end: nodes.Include(start, end, line.end()),
    "BAD_HEAD": lambda line, start, end: nodes.BadHead(start, end, line["bad_keyword"].lower()),
    "BAD": lambda _line, start, end: nodes.Bad(start, end),
}
