"""A parser of `.story` by hand, to measure the generated one against: one regular expression a line, no grammar.

It reads the same language and builds the same tree. Written as one would who wants it fast and readable: a loop over
the lines, one pattern for indented lines, one for column 0, and what is open.
"""

from __future__ import annotations

import re
from typing import Final

from storyscript.syntax import nodes
from storyscript.syntax.names import is_name

_NAME: Final = r"[A-Za-z_\u0080-\U0010FFFF][A-Za-z0-9_\u0080-\U0010FFFF-]*+"
_INDENTED: Final = re.compile(r"[ \t]++(?:(?P<word>(?ai:image|as|caption|lead))[ \t]*+:)?")
_STATEMENT: Final = re.compile(
    rf"(?P<scene>(?ai:scene)(?:[ \t]++(?P<scene_name>{_NAME}))?+[ \t]*+(?P<marked>(?ai:\[nc\]))?+[ \t]*+\Z)"
    rf"|(?P<event>(?ai:event)(?:[ \t]++(?P<event_name>{_NAME}))?+[ \t]*+\Z)"
    rf"|(?P<character>(?ai:character)[ \t]++(?P<character_name>{_NAME})[ \t]*+\Z)"
    rf"|(?P<let>(?ai:let)[ \t]++(?P<let_name>{_NAME})[ \t]*+=[ \t]*+(?!\Z))"
    r"|(?P<section>(?ai:section)[ \t]++(?!:|\Z))"
    r"|(?P<include>(?ai:include)[ \t]++(?!:|\Z))"
    r"|(?P<wrong>(?P<keyword>(?ai:character|scene|event|section|let|include))(?![\w-]))"
    rf"|(?P<setting>(?P<key>{_NAME})[ \t]*+:[ \t]*+)"
    r"|(?P<unknown>)"
)
_LITERAL_OR_SLASHES: Final = re.compile(r'\{".*?"\}|//')
_TAB: Final = 8


def scan(text: str) -> nodes.Tree:  # noqa: C901, PLR0912, PLR0915 - one loop, as code by hand that is to be fast
    """Parse a story's text; the tree is that of `storyscript.syntax.parser.parse`."""
    tree = nodes.Tree()
    block: nodes.Block | None = None  # what indented lines belong to, and settings unless it is stray
    owner: nodes.Property | None = None  # what deeper lines continue
    depth = at = 0
    size = len(text)
    while at < size:
        start = at
        stop = text.find("\n", start)
        if stop < 0:
            stop = size
        at = stop + 1
        if start == stop:
            continue
        end = stop
        if text.find("//", start, stop) >= 0:
            comment = _comment_start(text, start, stop)
            if comment >= 0:
                end = start + len(text[start:comment].rstrip(" \t"))
                tree.comments.append(nodes.Comment(comment, stop, end == start))
                if end == start:
                    continue

        indented = _INDENTED.match(text, start, end)
        if indented is None:
            if text[start] > "\x7f" and text[start:stop].isspace():
                continue
            owner = None
            item = _statement(text, start, end)
            if isinstance(item, nodes.Block):
                block = item
            elif isinstance(item, nodes.Setting) and block is not None and not isinstance(block, nodes.Stray):
                block.lines.append(item)
                continue
            else:
                block = None
            tree.items.append(item)
            continue

        word = indented["word"]
        begin = indented.end()
        if word is not None:
            begin = indented.start("word")
        elif begin == end or (text[begin] > "\x7f" and text[start:stop].isspace()):
            continue
        if owner is not None:
            if _width(text[start:begin]) > depth:
                owner.add(nodes.Continuation(begin, end))
                continue
            owner = None
        line: nodes.Prose | nodes.Property
        if word is None:
            line = nodes.Prose(begin, end)
        else:
            line = nodes.Property(begin, end, word.lower(), indented.end())
            if line.word in nodes.CONTINUED_WORDS:
                owner, depth = line, _width(text[start:begin])
        if block is None:
            block = nodes.Stray(begin, end)
            tree.items.append(block)
        block.lines.append(line)
    return tree


def _statement(text: str, start: int, end: int) -> nodes.Item:
    line = _STATEMENT.match(text, start, end)
    assert line is not None  # noqa: S101 - for the type checker: its last branch matches anything
    kind = line.lastgroup
    if kind == "unknown":
        return nodes.Bad(start, end)
    if kind == "wrong":
        return nodes.BadHead(start, end, line["keyword"].lower())
    if kind == "setting":
        return nodes.Setting(start, end, line["key"], line.end())
    if kind == "section":
        return nodes.Section(start, end, line.end())
    if kind == "include":
        return nodes.Include(start, end, line.end())
    name = line[f"{kind}_name"]
    if name is not None and not is_name(name):
        return nodes.BadHead(start, end, str(kind))
    name_start = line.start(f"{kind}_name")
    if kind == "scene":
        return nodes.Scene(start, end, name, name_start, line["marked"] is not None)
    if kind == "event":
        return nodes.Event(start, end, name, name_start)
    if kind == "character":
        return nodes.Character(start, end, name, name_start)
    return nodes.Let(start, end, name, name_start, line.end())


def _comment_start(text: str, start: int, stop: int) -> int:
    """Where the comment of a line begins, -1 for none."""
    for match in _LITERAL_OR_SLASHES.finditer(text, start, stop):
        at = match.start()
        if text[at] == "{" or (at > start and text[at - 1] not in " \t"):
            continue
        if at + 2 == stop or text[at + 2] in " \t" or not text[start:at].strip(" \t"):
            return at
    return -1


def _width(indentation: str) -> int:
    return len(indentation.expandtabs(_TAB))
